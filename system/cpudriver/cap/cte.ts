/**
 * The capability slot ("capability table entry", CTE) holds a capability and its node in the mapping database.
 *
 * Slots do not move, because the database and the lists below refer to them by address. A slot of zero bytes is empty.
 * The fields that decide the order (root, base, bytes, type, the eq words) may only be written while the slot is not in
 * the database. Only `mdb/tree.ts` changes the tree links.
 *
 *      0                8      12       16    17      18     20      24      28      32      36      40
 *     +----------------+------+--------+-----+-------+------+-------+-------+-------+-------+-------+-------+
 *     | base           | kib  | left   | type| rights| count| word0 | word1 | word2 | word3 | word4 | word5 |
 *     |                |      | endKiB |     |       |      |       |       |       |       |       |       |
 *     +----------------+------+--------+-----+-------+------+-------+-------+-------+-------+-------+-------+
 *     44       48      52      56       60       61     62    63
 *     +--------+-------+-------+--------+--------+------+-----+--------+
 *     | right  | left  | right | parent | left   | flags| root| right  |
 *     | endKiB |       |       |        | height |      |     | height |
 *     +--------+-------+-------+--------+--------+------+-----+--------+
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
import { ObjType, typeIsMapping, typeRoot } from "../../kpi/object-types";
import { CapRights, OBJSIZE_CTE } from "../../kpi/types";
import { CteFlag, CteLayout } from "../layout/cte-layout";

@unmanaged
export class Cte {
  /** Physical address of the object. A mapping has the address of the object it maps. 0 for types without memory. */
  base: u64;
  /** Size of the object in KiB. Every object starts and ends at a multiple of 1 KiB. 0 for types without memory. */
  kib: u32;
  /** Greatest end, in KiB, of the regions in the left subtree. */
  leftEndKiB: u32;
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

  /** Greatest end, in KiB, of the regions in the right subtree. */
  rightEndKiB: u32;
  left: Cte | null;
  right: Cte | null;
  parent: Cte | null;
  /** Height of the left subtree. */
  leftHeight: u8;
  flags: u8;
  /** Root of the type in the retype forest. It is the first key of the order. */
  root: u8;
  rightHeight: u8;

  /** Size of the object in bytes. */
  get bytes(): u64 {
    return u64(this.kib) << 10;
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

  get isEmpty(): bool {
    return this.type == ObjType.Null;
  }

  /** Address of the first byte past the object. */
  get end(): u64 {
    return this.base + this.bytes;
  }
  /** Address of the object in KiB. It fits because all memory lies below 4 TiB. */
  get baseKiB(): u32 {
    return u32(this.base >> 10);
  }
  /** End of the object's memory in KiB; 0 for an object without memory. */
  get endKiB(): u32 {
    return this.kib == 0 ? 0 : this.baseKiB + this.kib;
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
  setFlag(flag: u32): void {
    this.flags = u8(this.flags | flag);
  }
  clearFlag(flag: u32): void {
    this.flags = u8(this.flags & ~flag);
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

  /** Makes an empty slot hold a capability of an object. The caller sets the words. */
  fill(type: i32, base: u64, bytes: u64): void {
    this.typeByte = u8(type);
    this.rights = CapRights.ALL;
    this.root = u8(typeRoot(type));
    this.base = base;
    this.kib = u32(bytes >> 10);
  }

  /** Makes an empty slot hold a capability of another object of the same type and size as that of `other`. */
  fillLike(other: Cte, base: u64): void {
    this.typeByte = other.typeByte;
    this.rightsByte = other.rightsByte;
    this.root = other.root;
    this.base = base;
    this.kib = other.kib;
  }

  /** Makes an empty slot hold a copy of `source`. Mappings stay with the slot they were made from. */
  fillCopy(source: Cte): void {
    this.base = source.base;
    this.kib = source.kib;
    this.typeByte = source.typeByte;
    this.rightsByte = source.rightsByte;
    this.root = source.root;
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
if (offsetof<Cte>("count") != CteLayout.COUNT) ERROR("Cte: count");
if (offsetof<Cte>("word0") != CteLayout.WORD0) ERROR("Cte: word0");
if (offsetof<Cte>("word4") != CteLayout.WORD4) ERROR("Cte: word4");
if (offsetof<Cte>("kib") != CteLayout.KIB) ERROR("Cte: kib");
if (offsetof<Cte>("leftEndKiB") != CteLayout.LEFT_END_KIB) ERROR("Cte: leftEndKiB");
if (offsetof<Cte>("rightEndKiB") != CteLayout.RIGHT_END_KIB) ERROR("Cte: rightEndKiB");
if (offsetof<Cte>("leftHeight") != CteLayout.LEFT_HEIGHT) ERROR("Cte: leftHeight");
if (offsetof<Cte>("rightHeight") != CteLayout.RIGHT_HEIGHT) ERROR("Cte: rightHeight");
if (offsetof<Cte>("left") != CteLayout.LEFT) ERROR("Cte: left");
if (offsetof<Cte>("flags") != CteLayout.FLAGS) ERROR("Cte: flags");
if (offsetof<Cte>("root") != CteLayout.ROOT) ERROR("Cte: root");

/** Slot `index` of the slots that begin at the pointer `first`. */
export function cteAt(first: usize, index: u32): Cte {
  return changetype<Cte>(first + (usize(index) << 6));
}
