/**
 * A client's requests to the libraries as data. A thing has the number of the operation that made it. So an operation
 * means the same in a shortened sequence, or does nothing if its thing was never made.
 */

/** Number of a region, piece, slot, frame or address range. Each number is used once. */
export type Id = number;

export type Operation =
  /**
   * Gives RAM to the client's memory manager, from `offset` on: usually all of it, sometimes less or more than there
   * is.
   */
  | { readonly op: "add"; readonly id: Id; readonly ram: number; readonly offset: number; readonly bytes: number }
  /**
   * The same with a part of the RAM. Another client makes a frame from the page after the part, or from the first
   * page.
   */
  | { readonly op: "add part"; readonly id: Id; readonly ram: number; readonly offset: number; readonly bytes: number }
  /** Gives the manager another part of the same RAM: everything between the frame and the end. */
  | { readonly op: "add rest"; readonly id: Id; readonly part: Id }
  /** Tries to give the manager a part of the memory that it already has. */
  | { readonly op: "add again"; readonly region: Id; readonly offset: number; readonly bytes: number }
  | {
      readonly op: "alloc";
      readonly id: Id;
      readonly bytes: number;
      readonly alignment: number;
      readonly end: "low" | "high";
    }
  /** Gives back a piece at an address that is off by `shift`. */
  | { readonly op: "free"; readonly piece: Id; readonly shift: number; readonly bytes: number }
  /** Moves the piece's capability into another CSpace and uses it to give back the piece. */
  | { readonly op: "free foreign"; readonly piece: Id }
  /** Makes a Frame from a piece, and keeps the RAM capability if `keep` is set. */
  | { readonly op: "retype"; readonly piece: Id; readonly keep: boolean }
  | { readonly op: "slot"; readonly id: Id }
  /** Frees a slot twice. */
  | { readonly op: "free slot"; readonly slot: Id }
  /**
   * Takes pages of the domain's memory manager and gives them back through another CSpace. Meanwhile the number of
   * slots in use is a multiple of a CNode's slots plus `rest`, so that the libraries may need memory during the
   * operation.
   */
  | { readonly op: "return foreign"; readonly count: number; readonly end: "low" | "high"; readonly rest: number }
  /** Makes an allocator over a CNode of the client's own CSpace. */
  | { readonly op: "allocator"; readonly id: Id }
  /** The same over a CNode of another CSpace, in slot `rootSlot` of that CSpace's root. */
  | { readonly op: "foreign allocator"; readonly id: Id; readonly rootSlot: number }
  /** Tries to make a second allocator over the same CNode. */
  | { readonly op: "second allocator"; readonly allocator: Id }
  | { readonly op: "allocator slot"; readonly id: Id; readonly allocator: Id }
  /**
   * Frees a slot of an allocator: through `slot_free`, which knows only the client's own CSpace, or through the
   * allocator.
   */
  | { readonly op: "free allocator slot"; readonly slot: Id; readonly by: "slot_free" | "allocator" }
  | { readonly op: "destroy allocator"; readonly allocator: Id }
  /** Tries to unmap a capability of another CSpace that has the same address as one of the client's own mappings. */
  | { readonly op: "unmap foreign" }
  /** Tries to free a slot of the root CNode that the CPU driver filled. */
  | { readonly op: "free root slot"; readonly slot: number }
  | { readonly op: "row"; readonly id: Id; readonly count: number }
  /** Frees the first `count` slots of a row: all of them, or too many. */
  | { readonly op: "free row"; readonly row: Id; readonly count: number }
  | { readonly op: "cnode" }
  | { readonly op: "frame"; readonly id: Id; readonly bytes: number }
  | { readonly op: "free frame"; readonly frame: Id }
  | { readonly op: "reserve"; readonly id: Id; readonly bytes: number }
  /**
   * Maps the first bytes of a frame, at `address` if it is given. With `range`, the address counts from the start of
   * that range.
   */
  | {
      readonly op: "map";
      readonly id: Id;
      readonly frame: Id;
      readonly bytes: number;
      readonly flags: number;
      readonly address?: number;
      readonly range?: Id;
    }
  /** Unmaps the address that is `pages` pages after the start of a range. */
  | { readonly op: "unmap"; readonly range: Id; readonly pages: number }
  /** Writes a word into a page of a mapping. */
  | { readonly op: "store"; readonly range: Id; readonly page: number; readonly value: number };

export type Kind = Operation["op"];

/** Relative frequency of each kind. */
export const KINDS: readonly (readonly [weight: number, kind: Kind])[] = [
  [2, "add"],
  [1, "add part"],
  [1, "add rest"],
  [1, "add again"],
  [20, "alloc"],
  [14, "free"],
  [3, "free foreign"],
  [3, "retype"],
  [8, "slot"],
  [6, "free slot"],
  [1, "return foreign"],
  [1, "allocator"],
  [2, "foreign allocator"],
  [1, "second allocator"],
  [8, "allocator slot"],
  [6, "free allocator slot"],
  [2, "destroy allocator"],
  [1, "unmap foreign"],
  [1, "free root slot"],
  [4, "row"],
  [3, "free row"],
  [1, "cnode"],
  [5, "frame"],
  [2, "free frame"],
  [4, "reserve"],
  [12, "map"],
  [10, "unmap"],
  [6, "store"],
];
