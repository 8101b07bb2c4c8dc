/**
 * The capability slot ("capability table entry", CTE) holds a capability and its node in the mapping database.
 *
 * Slots do not move, because the database and the lists below refer to them by address. A slot of zero bytes is empty.
 * The fields that decide the order (key, end, type, the eq words) may only be written while the slot is not in the
 * database. Only `mdb/tree.ts` changes the tree links.
 *
 *      0     4        8        12       16    17      18     20      24      28      32      36      40
 *     +-----+--------+--------+--------+-----+-------+------+-------+-------+-------+-------+-------+-------+
 *     | key | endKiB | left   | right  | type| rights| count| word0 | word1 | word2 | word3 | word4 | word5 |
 *     |     |        | endKiB | endKiB |     |       |      |       |       |       |       |       |       |
 *     +-----+--------+--------+--------+-----+-------+------+-------+-------+-------+-------+-------+-------+
 *     44       48      52      56       60       61       62     63
 *     +--------+-------+-------+--------+--------+--------+------+--------+
 *     | source | left  | right | parent | left   | right  | flags| source |
 *     | KiB    |       |       |        | height | height |      | type   |
 *     +--------+-------+-------+--------+--------+--------+------+--------+
 *
 * The key is the first key of the order. It holds the address of memory, and else the root of the type in the retype
 * forest. All memory comes first:
 *
 *     0 to 0xfffffeff           address of the object in KiB; every object begins and ends at a multiple of 1 KiB
 *     0xffffff00 to 0xffffffff  0xffffff00 + root of the type, for objects that are no memory
 *
 * The meaning of the words depends on the type:
 *
 *     Frame, DevFrame    word0 first mapping made from this slot
 *     VNode              word0 the same; word1 first mapping whose entries are in this table
 *     Mapping            word0 the slot that is mapped, word1 physical address of the first entry, count entries;
 *                        words 2, 3 next and previous mapping of the same slot; words 4, 5 of the same table
 *     EndPoint           word0 offset and word1 length (words) of its buffer in the dispatcher frame
 *     CNode, Dispatcher  words 3, 4 next in the lists of the deletion in progress; word5 next in the reachability walk
 *     others             words 0 and 1 distinguish two objects of the type
 */
import { MdbRoot, ObjType, typeIsMapping, typeRoot } from "../../kpi/object-types";
import { CapRights, OBJSIZE_CTE } from "../../kpi/types";
import { CteFlag, CteLayout, OTHER_ROOTS } from "../layout/cte-layout";

/** Logarithm of the bytes of a KiB. */
export const KIB_BITS: u32 = 10;

/** First physical address that a key cannot express: 4 TiB less 256 KiB. */
export const MEMORY_LIMIT: u64 = u64(OTHER_ROOTS) << KIB_BITS;

/** An address in KiB, rounded down. It must lie below `MEMORY_LIMIT`. */
export function inKiB(address: u64): u32 {
  return u32(address >> KIB_BITS);
}

/** The key of an object of a type; `base` is its address if it is memory. */
export function keyOf(type: i32, base: u64): u32 {
  const root = typeRoot(type);
  return root == MdbRoot.PhysAddr ? inKiB(base) : OTHER_ROOTS + root;
}

@unmanaged
export class Cte {
  /** First key of the order: the address of memory in KiB, else `OTHER_ROOTS` and the root of the type. */
  key: u32;
  /** End of the object in KiB; 0 for objects without a size. */
  endKiB: u32;
  /** Greatest end, in KiB, of the regions in the left subtree, and in the right one. */
  leftEndKiB: u32;
  rightEndKiB: u32;
  private typeByte: u8;
  private rightsByte: u8;
  /** Mapping: number of page-table entries. */
  count: u16;
  word0: u32;
  word1: u32;
  word2: u32;
  word3: u32;
  word4: u32;
  word5: u32;

  /** Regions: size in KiB of the region that the object was made from; 0 if that is not known. */
  private sourceKiB: u32;
  left: Cte | null;
  right: Cte | null;
  parent: Cte | null;
  /** Height of the left subtree. */
  leftHeight: u8;
  /** Height of the right subtree. */
  rightHeight: u8;
  flags: u8;
  /** Regions: type of the region that the object was made from. */
  private sourceType: u8;

  /** Is the object memory, of the root PhysAddr? */
  get isMemory(): bool {
    return this.key < OTHER_ROOTS;
  }
  /** Physical address of the object. A mapping has the address of the object it maps. 0 for types without memory. */
  get base(): u64 {
    return this.isMemory ? u64(this.key) << KIB_BITS : 0;
  }
  /** Physical address of memory below 4 GiB, where all RAM is. */
  get address(): u32 {
    return this.key << KIB_BITS;
  }
  /** Address of the first byte past the object; 0 for objects without a size. */
  get end(): u64 {
    return u64(this.endKiB) << KIB_BITS;
  }
  /** Has the object a size? Such an object is a region of memory. */
  get isRegion(): bool {
    return this.endKiB != 0;
  }
  /** Size of the object in KiB. */
  get kib(): u32 {
    return this.isRegion ? this.regionKiB : 0;
  }
  /** The same, of an object that has a size. */
  get regionKiB(): u32 {
    return this.endKiB - this.key;
  }
  /** Size of the object in bytes. */
  get bytes(): u64 {
    return u64(this.kib) << KIB_BITS;
  }
  get type(): i32 {
    return this.typeByte;
  }
  get rights(): i32 {
    return this.rightsByte;
  }
  set rights(rights: i32) {
    this.rightsByte = u8(rights);
  }

  /** Has the capability this type and all of these rights? (The two bytes are compared at once.) */
  grants(type: i32, rights: u32): bool {
    const wanted = u32(type) | (rights << 8);
    return (load<u16>(changetype<usize>(this), CteLayout.TYPE) & (wanted | 0xff)) == wanted;
  }

  get isEmpty(): bool {
    return this.type == ObjType.Null;
  }

  get inDelete(): bool {
    return (this.flags & CteFlag.IN_DELETE) != 0;
  }
  get isDoubtful(): bool {
    return (this.flags & CteFlag.DOUBTFUL) != 0;
  }
  get isVoid(): bool {
    return (this.flags & CteFlag.VOID) != 0;
  }
  /** Is this certainly the only capability of its object? */
  get isSingle(): bool {
    return (this.flags & CteFlag.SINGLE) != 0;
  }
  setFlag(flag: u32): void {
    this.flags = u8(this.flags | flag);
  }
  clearFlag(flag: u32): void {
    this.flags = u8(this.flags & ~flag);
  }

  /**
   * Remembers the region that the object was made from. It is the innermost around the object. No region can come between
   * the two later, because a retype needs free memory.
   */
  setSource(source: Cte): void {
    this.sourceKiB = source.regionKiB;
    this.sourceType = source.typeByte;
  }

  /**
   * Was the object made from `region`, which contains it? (Two regions that contain it and have one size have the same
   * bytes. Their types still differ if one was made from the other.)
   */
  wasMadeFrom(region: Cte): bool {
    return this.sourceKiB == region.regionKiB && this.sourceType == region.typeByte;
  }

  /** May `region`, which contains the object, be around it, or does the slot say that no such region exists? */
  allowsAround(region: Cte): bool {
    const kib = region.regionKiB;
    return kib > this.sourceKiB || (kib == this.sourceKiB && region.typeByte <= this.sourceType);
  }

  /** Frames and page tables: the first mapping made from this slot. */
  get mappings(): Cte | null {
    return changetype<Cte | null>(usize(this.word0));
  }
  set mappings(mapping: Cte | null) {
    this.word0 = u32(changetype<usize>(mapping));
  }
  /** Page tables: the first live mapping whose entries are in this table. */
  get entries(): Cte | null {
    return changetype<Cte | null>(usize(this.word1));
  }
  set entries(mapping: Cte | null) {
    this.word1 = u32(changetype<usize>(mapping));
  }

  /** Mapping: the slot that is mapped. */
  get frame(): Cte {
    return changetype<Cte>(usize(this.word0));
  }
  /** Mapping: the next older mapping of the same slot. */
  get nextMapping(): Cte | null {
    return changetype<Cte | null>(usize(this.word2));
  }
  /** Mapping: physical address of its first page-table entry. */
  get pte(): u32 {
    return this.word1;
  }

  get epOffset(): u32 {
    return this.word0;
  }
  get epBuflen(): u32 {
    return this.word1;
  }

  /** CNode, Dispatcher: next capability in a list of the deletion in progress. */
  get link(): Cte | null {
    return changetype<Cte | null>(usize(this.word4));
  }
  set link(next: Cte | null) {
    this.word4 = u32(changetype<usize>(next));
  }

  /** CNode, Dispatcher: next doubtful capability. */
  get doubtfulLink(): Cte | null {
    return changetype<Cte | null>(usize(this.word3));
  }
  set doubtfulLink(next: Cte | null) {
    this.word3 = u32(changetype<usize>(next));
  }

  /**
   * Makes an empty slot hold a capability of an object with the given key and a size of `kib` KiB. The caller sets the
   * words.
   */
  fill(type: i32, key: u32, kib: u32): void {
    this.typeByte = u8(type);
    this.rights = CapRights.ALL;
    this.key = key;
    this.endKiB = kib == 0 ? 0 : key + kib;
  }

  /** Makes an empty slot hold a mapping of `count` entries, for an object with the given key. It has no rights. */
  fillMapping(type: i32, key: u32, count: u32): void {
    // Type, rights and count are one word.
    store<u32>(changetype<usize>(this), u32(type) | (count << 16), CteLayout.TYPE);
    this.key = key;
  }

  /** Makes an empty slot hold a capability of the memory behind that of `other`, of the same type, size, flags and source. */
  fillBehind(other: Cte): void {
    // Type, rights and count are one word.
    store<u32>(changetype<usize>(this), load<u32>(changetype<usize>(other), CteLayout.TYPE), CteLayout.TYPE);
    // Flags and type of the source are a half word.
    store<u16>(changetype<usize>(this), load<u16>(changetype<usize>(other), CteLayout.FLAGS), CteLayout.FLAGS);
    this.sourceKiB = other.sourceKiB;
    this.key = other.endKiB;
    this.endKiB = other.endKiB + (other.endKiB - other.key);
  }

  /** Makes an empty slot hold a copy of `source`. Mappings stay with the slot they were made from. */
  fillCopy(source: Cte): void {
    this.key = source.key;
    this.endKiB = source.endKiB;
    this.sourceKiB = source.sourceKiB;
    this.sourceType = source.sourceType;
    this.typeByte = source.typeByte;
    this.rightsByte = source.rightsByte;
    if (source.hasEqWords) {
      this.word0 = source.word0;
      this.word1 = source.word1;
    }
  }

  /** Makes the slot empty. (The stores of this loop take less time than a call that fills memory.) */
  clear(): void {
    for (let at = changetype<usize>(this), end = at + CteLayout.SIZE; at != end; at += 8) store<u64>(at, 0);
  }

  /** Do words 0 and 1 identify the object? Capabilities of such a type are copies only if both words are equal. */
  get hasEqWords(): bool {
    switch (this.type) {
      case ObjType.EndPoint:
      case ObjType.IRQDest:
      case ObjType.IRQSrc:
      case ObjType.IO:
      case ObjType.Notify_RCK:
      case ObjType.Notify_IPI:
      case ObjType.ID:
        return true;
      default:
        return false;
    }
  }

  get isMapping(): bool {
    return typeIsMapping(this.type);
  }
}

if (offsetof<Cte>() != CteLayout.SIZE || CteLayout.SIZE != OBJSIZE_CTE) ERROR("a CTE has 64 bytes");
if (offsetof<Cte>("typeByte") != CteLayout.TYPE) ERROR("Cte: type");
if (offsetof<Cte>("rightsByte") != CteLayout.TYPE + 1) ERROR("Cte: rights");
if (offsetof<Cte>("count") != CteLayout.COUNT) ERROR("Cte: count");
if (offsetof<Cte>("word0") != CteLayout.WORD0) ERROR("Cte: word0");
if (offsetof<Cte>("word4") != CteLayout.WORD4) ERROR("Cte: word4");
if (offsetof<Cte>("key") != CteLayout.KEY) ERROR("Cte: key");
if (offsetof<Cte>("endKiB") != CteLayout.END_KIB) ERROR("Cte: endKiB");
if (offsetof<Cte>("leftEndKiB") != CteLayout.LEFT_END_KIB) ERROR("Cte: leftEndKiB");
if (offsetof<Cte>("rightEndKiB") != CteLayout.RIGHT_END_KIB) ERROR("Cte: rightEndKiB");
if (offsetof<Cte>("leftHeight") != CteLayout.LEFT_HEIGHT) ERROR("Cte: leftHeight");
if (offsetof<Cte>("rightHeight") != CteLayout.RIGHT_HEIGHT) ERROR("Cte: rightHeight");
if (offsetof<Cte>("sourceKiB") != CteLayout.SOURCE_KIB) ERROR("Cte: sourceKiB");
if (offsetof<Cte>("left") != CteLayout.LEFT) ERROR("Cte: left");
if (offsetof<Cte>("flags") != CteLayout.FLAGS) ERROR("Cte: flags");
if (offsetof<Cte>("sourceType") != CteLayout.SOURCE_TYPE) ERROR("Cte: sourceType");

/** Slot `index` of the slots that begin at the pointer `first`. */
export function cteAt(first: usize, index: u32): Cte {
  return changetype<Cte>(first + (usize(index) << 6));
}
