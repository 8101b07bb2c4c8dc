/** The invariants of the mapping database, each with a number, a name and a sentence. */

export const enum MdbInvariant {
  HOLDS = 0,
  /** Every slot in the database holds a capability. */
  NOT_EMPTY = 1,
  /** The order is strict: each slot comes before the next one, and no slot is in the database twice. */
  ORDERED = 2,
  /** The parent link of a child leads to the node above it. */
  LINKED = 3,
  /** A node stores the true heights of its subtrees, and they differ by at most one. */
  BALANCED = 4,
  /** A node stores the true greatest ends of the regions in its subtrees. */
  ENDS = 5,
  /** The CPU driver's count is the number of slots. */
  COUNTED = 6,
  /** Regions nest: any two are disjoint or equal, or one lies in the other. */
  NESTED = 7,
  /** Between system calls no capability is being deleted. */
  NOT_IN_DELETE = 8,
  /** The list of a mapped slot holds its mappings, and only the first can be live. No mapping is in the tree. */
  MAPPINGS = 9,
  /** An object of which a slot says that it has no other capability has none. */
  SINGLE = 10,
  /** No region lies between an object and the region that it was made from, as its slot remembers it. */
  SOURCE = 11,
  /** A finger leads to a slot of the tree that starts in the finger's page. */
  FINGERS = 12,
}

/** The sentence for an invariant that is broken. */
export function mdbInvariantText(broken: u32): string {
  // biome-ignore format: one row per invariant
  switch (broken) {
    case MdbInvariant.NOT_EMPTY: return "an empty slot is in the database";
    case MdbInvariant.ORDERED: return "two slots are out of order";
    case MdbInvariant.LINKED: return "a child does not point to its parent";
    case MdbInvariant.BALANCED: return "the heights of two subtrees are wrong";
    case MdbInvariant.ENDS: return "a greatest end of a subtree is wrong";
    case MdbInvariant.COUNTED: return "the number of slots is wrong";
    case MdbInvariant.NESTED: return "two regions overlap, and neither lies in the other";
    case MdbInvariant.NOT_IN_DELETE: return "a capability is still being deleted";
    case MdbInvariant.MAPPINGS: return "a mapping is in the tree, or the list of a mapped slot is wrong";
    case MdbInvariant.SINGLE: return "an object has more capabilities than one of its slots says";
    case MdbInvariant.SOURCE: return "a region lies between an object and the region that it was made from";
    case MdbInvariant.FINGERS: return "a finger leads to no slot that starts in its page";
    default: return "the CPU driver gives no number that init knows";
  }
}
