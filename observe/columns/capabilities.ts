/**
 * Every capability of the machine as columns, in the order of the mapping database, with its relations.
 *
 * The order is the preorder of the objects: an object is followed by everything that lies inside it. So the descendants
 * of an object are the elements between it and its `end`, and its copies are next to each other:
 *
 *     index   object                     first   parent   depth   end
 *       0     RAM   0x80000000  1 MiB      0       -1       0      5
 *       1     RAM   0x80000000  64 KiB     1        0       1      4
 *       2     Frame 0x80000000  4 KiB      2        1       2      4
 *       3     Frame 0x80000000  4 KiB      2        1       2      4      a copy of 2
 *       4     RAM   0x80010000  64 KiB     4        0       1      5
 *
 * Decoding 32,000 capabilities takes about 4 ms; the ordinary decoder takes 40 ms.
 */
import { CteLayout, CteWord } from "../../system/cpudriver/layout/cte-layout";
import { KernelStateLayout } from "../../system/cpudriver/layout/kernel-state-layout";
import { ObjType, typeIsMappable, typeIsMapping, typeRoot } from "../../system/kpi/object-types";
import { NUMBERED_TYPES } from "../decode/capability";
import { Damage } from "../decode/damage";
import { decodeKernelState } from "../decode/kernel-state";
import { readMappingDatabase } from "../decode/mapping-database";
import { addressOfKey, bytesOf } from "../decode/object-range";
import type { MemoryWords } from "./memory-words";

export interface CapabilityColumns {
  readonly count: number;
  /** Physical address of the slot. */
  readonly at: Uint32Array;
  /** An `ObjType`. */
  readonly type: Uint8Array;
  readonly rights: Uint8Array;
  readonly base: Float64Array;
  /** 0 for types without a size. */
  readonly bytes: Float64Array;
  /** Index of the object's first capability. */
  readonly first: Int32Array;
  /** Index of the first capability of the innermost object that contains this one; -1 if there is none. */
  readonly parent: Int32Array;
  /** Number of objects that contain this one. */
  readonly depth: Uint32Array;
  /** First index after the object's copies and all its descendants. */
  readonly end: Int32Array;
  /** What is wrong with the database, in words. If there is anything, `count` may be too small. */
  readonly damage: readonly string[];
}

/** A balanced tree of this height has more slots than any board. */
const HIGHEST_TREE = 48;

const ROOTS = Uint8Array.from({ length: 256 }, (_, type) => typeRoot(type));

/** The words that distinguish two objects with the same type, address and size. */
const enum Distinct {
  NOTHING,
  ENTRY,
  TWO_WORDS,
}

/** An endpoint is distinguished by its buffer. */
const TWO_WORD_TYPES: readonly number[] = [ObjType.EndPoint, ...NUMBERED_TYPES];
const DISTINCT = Uint8Array.from({ length: 256 }, (_, type) =>
  typeIsMapping(type) ? Distinct.ENTRY : TWO_WORD_TYPES.includes(type) ? Distinct.TWO_WORDS : Distinct.NOTHING,
);

const IS_MAPPABLE = Uint8Array.from({ length: 256 }, (_, type) => Number(typeIsMappable(type)));

/** The order of mappings of objects that start at one address, by the offsets of their slots. */
function compareMappings({ words, bytes }: MemoryWords, a: number, b: number): number {
  return (
    (bytes[a + CteLayout.TYPE] as number) - (bytes[b + CteLayout.TYPE] as number) ||
    (words[(a + CteWord.PTE) >>> 2] as number) - (words[(b + CteWord.PTE) >>> 2] as number) ||
    a - b
  );
}

/**
 * Writes the slots' physical addresses in order. Mappings follow all slots of the tree with the same key. Returns the
 * number of slots, or -1 if the database is not one that the CPU driver builds: then the careful decoder has to say why.
 */
function walkTree(memory: MemoryWords, at: Uint32Array): number {
  const { words, bytes, base } = memory;
  const { length: most } = at;
  const last = bytes.length - CteLayout.SIZE;
  const isSlot = (node: number) => node % CteLayout.SIZE === 0 && node <= last && bytes[node + CteLayout.TYPE] !== 0;
  let mappings: number[] = [];
  let keyOfMappings = 0;
  /** Writes the mappings. False if there are too many. */
  const flush = (): boolean => {
    if (count + mappings.length > most) return false;
    for (const mapping of mappings.sort((a, b) => compareMappings(memory, a, b))) at[count++] = base + mapping;
    mappings = [];
    return true;
  };
  const above = new Uint32Array(HIGHEST_TREE);
  let height = 0;
  let count = 0;
  let node = memory.state(KernelStateLayout.MDB_ROOT);
  while (node !== 0 || height > 0) {
    while (node !== 0) {
      if (!isSlot(node) || height === HIGHEST_TREE) return -1;
      above[height++] = node;
      node = words[(node + CteLayout.LEFT) >>> 2] as number;
    }
    const next = above[--height] as number;
    const key = words[(next + CteLayout.KEY) >>> 2] as number;
    if (mappings.length > 0 && key !== keyOfMappings && !flush()) return -1;
    if (count === most) return -1;
    at[count++] = base + next;
    keyOfMappings = key;
    if (IS_MAPPABLE[bytes[next + CteLayout.TYPE] as number] === 1) {
      for (let m = words[(next + CteWord.MAPPINGS) >>> 2] as number; m !== 0; ) {
        const isMapping = isSlot(m) && DISTINCT[bytes[m + CteLayout.TYPE] as number] === Distinct.ENTRY;
        if (!isMapping || words[(m + CteWord.FRAME) >>> 2] !== next || mappings.length === most) return -1;
        mappings.push(m);
        m = words[(m + CteWord.FRAME_NEXT) >>> 2] as number;
      }
    }
    node = words[(next + CteLayout.RIGHT) >>> 2] as number;
  }
  return flush() ? count : -1;
}

class Decoder {
  readonly count: number;
  readonly at: Uint32Array;
  readonly type: Uint8Array;
  readonly rights: Uint8Array;
  readonly base: Float64Array;
  readonly bytes: Float64Array;
  readonly first: Int32Array;
  readonly parent: Int32Array;
  readonly depth: Uint32Array;
  readonly end: Int32Array;

  constructor(
    private readonly memory: MemoryWords,
    at: Uint32Array,
  ) {
    const count = at.length;
    this.count = count;
    this.at = at;
    this.type = new Uint8Array(count);
    this.rights = new Uint8Array(count);
    this.base = new Float64Array(count);
    this.bytes = new Float64Array(count);
    this.first = new Int32Array(count);
    this.parent = new Int32Array(count);
    this.depth = new Uint32Array(count);
    this.end = new Int32Array(count);
  }

  readSlots(): void {
    const { memory, at, type, rights, base, bytes } = this;
    for (let i = 0; i < this.count; i++) {
      const slot = at[i] as number;
      const typeAndRights = memory.word(slot + CteLayout.TYPE);
      type[i] = typeAndRights & 0xff;
      rights[i] = (typeAndRights >>> 8) & 0xff;
      const key = memory.word(slot + CteLayout.KEY);
      base[i] = addressOfKey(key);
      bytes[i] = bytesOf(key, memory.word(slot + CteLayout.END_KIB));
    }
  }

  /** Compares two slots' objects by the order of the database; 0 means copies of one object. */
  private compare(a: number, b: number): number {
    const { type, base, bytes } = this;
    const typeA = type[a] as number;
    const typeB = type[b] as number;
    const difference =
      (ROOTS[typeA] as number) - (ROOTS[typeB] as number) ||
      (base[a] as number) - (base[b] as number) ||
      (bytes[b] as number) - (bytes[a] as number) ||
      typeA - typeB;
    if (difference !== 0) return difference;
    switch (DISTINCT[typeA]) {
      case Distinct.ENTRY:
        return this.word(a, CteWord.PTE) - this.word(b, CteWord.PTE);
      case Distinct.TWO_WORDS:
        return (
          this.word(a, CteWord.EQ0) - this.word(b, CteWord.EQ0) || this.word(a, CteWord.EQ1) - this.word(b, CteWord.EQ1)
        );
      default:
        return 0;
    }
  }

  private word(index: number, offset: CteWord): number {
    return this.memory.word((this.at[index] as number) + offset);
  }

  /** Finds copies, parents and descendants in one pass. Returns the first index that is out of order; -1 if none is. */
  relate(): number {
    const { count, at, type, base, bytes, first, parent, depth, end } = this;
    /** The objects with a size that contain the present one, outermost first. */
    const around = new Int32Array(count + 1);
    let depthNow = 0;
    let latest = -1;
    let unordered = -1;
    for (let i = 0; i < count; i++) {
      const order = i === 0 ? -1 : this.compare(i - 1, i);
      if (order === 0) {
        if ((at[i] as number) <= (at[i - 1] as number) && unordered < 0) unordered = i;
        first[i] = latest;
        parent[i] = parent[latest] as number;
        depth[i] = depth[latest] as number;
        continue;
      }
      if (order > 0 && unordered < 0) unordered = i;
      if (latest >= 0 && (bytes[latest] as number) <= 0) end[latest] = i;
      const root = ROOTS[type[i] as number];
      while (depthNow > 0) {
        const outer = around[depthNow - 1] as number;
        const isAround =
          ROOTS[type[outer] as number] === root &&
          (base[i] as number) < (base[outer] as number) + (bytes[outer] as number);
        if (isAround) break;
        end[outer] = i;
        depthNow--;
      }
      latest = i;
      first[i] = i;
      parent[i] = depthNow > 0 ? (around[depthNow - 1] as number) : -1;
      depth[i] = depthNow;
      if ((bytes[i] as number) > 0) around[depthNow++] = i;
    }
    if (latest >= 0 && (bytes[latest] as number) <= 0) end[latest] = count;
    while (depthNow > 0) end[around[--depthNow] as number] = count;
    for (let i = 0; i < count; i++) end[i] = end[first[i] as number] as number;
    return unordered;
  }

  columns(damage: readonly string[]): CapabilityColumns {
    const { count, at, type, rights, base, bytes, first, parent, depth, end } = this;
    return { count, at, type, rights, base, bytes, first, parent, depth, end, damage };
  }
}

/** Decodes the mapping database. What is damaged is left out and noted, as in `readMappingDatabase`. */
export function readCapabilities(memory: MemoryWords): CapabilityColumns {
  const counted = memory.state(KernelStateLayout.MDB_COUNT);
  const at = new Uint32Array(Math.min(counted, Math.floor(memory.bytes.length / CteLayout.SIZE)));
  if (walkTree(memory, at) === counted) {
    const decoder = new Decoder(memory, at);
    decoder.readSlots();
    // A slot that the tree leads to twice cannot be in order both times.
    if (decoder.relate() < 0) return decoder.columns([]);
  }
  return readCarefully(memory, counted);
}

function readCarefully(memory: MemoryWords, counted: number): CapabilityColumns {
  const damage = new Damage();
  const slots = readMappingDatabase(memory.reader, decodeKernelState(memory.reader, memory.kernelState), damage);
  const decoder = new Decoder(
    memory,
    Uint32Array.from(slots, ({ at }) => at),
  );
  decoder.readSlots();
  const unordered = decoder.relate();
  if (unordered >= 0) damage.note("slot of the mapping database", slots[unordered]?.at ?? 0, "out of order");
  const notes = damage.notes;
  if (slots.length !== counted) {
    notes.push(`the mapping database has ${slots.length} capabilities, the CPU driver counts ${counted}`);
  }
  return decoder.columns(notes);
}
