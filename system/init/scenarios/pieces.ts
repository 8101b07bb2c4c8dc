/**
 * The pieces that a scenario holds: capabilities with base and size, in static memory. Taking a piece also checks it.
 *
 *      0       8       16       24
 *     +-------+-------+--------+
 *     | cap   | base  | bytes  |
 *     +-------+-------+--------+
 */
import { BASE_PAGE_MASK, BASE_PAGE_SIZE, genpaddr_t, gensize_t } from "../../kpi/types";
import { capref } from "../../libaos/capref";
import { frameAlloc, frameIdentify } from "../../libaos/frame";
import { Out } from "../../libaos/out";
import { ramAllocAligned, ramFree } from "../../libaos/ram-alloc";
import { mmAllocAligned } from "../../libmm/alloc";
import { mmFree } from "../../libmm/free";
import { initMm } from "./accounts";
import { equal, holds, ok } from "./check";
import { randomBelow } from "./random";

@unmanaged
export class Piece {
  /** 0 after the piece was given back. */
  cap: capref;
  base: genpaddr_t;
  bytes: gensize_t;

  get isHeld(): bool {
    return this.cap != 0;
  }
}

const PIECE_SIZE = 24;
export const PIECES_MAX: u32 = 1024;
if (offsetof<Piece>() != PIECE_SIZE) ERROR("Piece: size");

@unmanaged
class PieceList {
  count: u32;
}

const list = changetype<PieceList>(memory.data(4, 4));
const records: usize = memory.data(24576, 8);
if (PIECE_SIZE * PIECES_MAX != 24576) ERROR("pieces: room for all");

/** Forgets all pieces. Call it at the start of a scenario. */
export function piecesBegin(): void {
  list.count = 0;
}

export function pieceCount(): u32 {
  return list.count;
}

export function pieceAt(index: u32): Piece {
  return changetype<Piece>(records + index * PIECE_SIZE);
}

/** The piece that was taken last. */
export function lastPiece(): Piece {
  return pieceAt(list.count - 1);
}

/** Adds a capability to the list, after identifying it. */
export function pieceEnter(cap: capref): bool {
  if (!holds(list.count < PIECES_MAX, "the list of pieces has room")) return false;
  const piece = pieceAt(list.count++);
  piece.cap = cap;
  const identified = ok(frameIdentify(cap), "identify", list.count);
  piece.base = Out.base;
  piece.bytes = Out.bytes;
  return identified;
}

/** Does the last piece have the requested size and alignment? */
function isAsAsked(bytes: u64, alignment: u64): bool {
  const piece = lastPiece();
  const rounded = (bytes + BASE_PAGE_MASK) & ~u64(BASE_PAGE_MASK);
  return (
    equal(piece.bytes, rounded, "size of the piece", list.count) &&
    equal(piece.base % max<u64>(alignment, BASE_PAGE_SIZE), 0, "remainder of the base by the alignment", list.count)
  );
}

/** Takes RAM by `mm_alloc_aligned`. */
export function takeFromMm(bytes: u64, alignment: u64 = BASE_PAGE_SIZE): bool {
  if (!ok(mmAllocAligned(initMm(), bytes, alignment), "mm_alloc", list.count + 1)) return false;
  return pieceEnter(Out.cap) && isAsAsked(bytes, alignment);
}

/** Takes RAM by `ram_alloc_aligned`. */
export function takeRam(bytes: u64, alignment: u64 = BASE_PAGE_SIZE): bool {
  if (!ok(ramAllocAligned(bytes, alignment), "ram_alloc", list.count + 1)) return false;
  return pieceEnter(Out.cap) && isAsAsked(bytes, alignment);
}

/** Takes a frame by `frame_alloc`. */
export function takeFrame(bytes: u64): bool {
  if (!ok(frameAlloc(bytes), "frame_alloc", list.count + 1)) return false;
  return pieceEnter(Out.cap) && isAsAsked(bytes, BASE_PAGE_SIZE);
}

/** Removes a piece from the list. The last piece gets its number. */
export function pieceDrop(index: u32): void {
  const last = lastPiece();
  const piece = pieceAt(index);
  piece.cap = last.cap;
  piece.base = last.base;
  piece.bytes = last.bytes;
  list.count--;
}

/** Frees a piece as RAM, whatever its type is. */
export function giveBack(index: u32): bool {
  const piece = pieceAt(index);
  if (!piece.isHeld) return true;
  const cap = piece.cap;
  piece.cap = 0;
  return ok(ramFree(cap), "ram_free", index + 1);
}

/** Frees a piece by `mm_free` with a size that the caller chooses. */
export function giveBackSized(index: u32, bytes: u64): bool {
  const piece = pieceAt(index);
  const cap = piece.cap;
  piece.cap = 0;
  return ok(mmFree(initMm(), cap, piece.base, bytes), "mm_free", index + 1);
}

/** Frees all pieces that are still held. Call it at the end of a scenario, even after a failure. */
export function giveBackAll(): void {
  for (let i: u32 = 0; i < list.count; i++) giveBack(i);
}

/** Puts the pieces in random order. */
export function shufflePieces(): void {
  for (let i = list.count; i > 1; i--) {
    const a = pieceAt(i - 1);
    const b = pieceAt(randomBelow(i));
    const cap = a.cap;
    const base = a.base;
    const bytes = a.bytes;
    a.cap = b.cap;
    a.base = b.base;
    a.bytes = b.bytes;
    b.cap = cap;
    b.base = base;
    b.bytes = bytes;
  }
}

/** Do no two pieces share a byte? */
export function piecesAreDisjoint(): bool {
  for (let i: u32 = 0; i < list.count; i++) {
    const a = pieceAt(i);
    if (!a.isHeld) continue;
    for (let j = i + 1; j < list.count; j++) {
      const b = pieceAt(j);
      if (b.isHeld && a.base < b.base + b.bytes && b.base < a.base + a.bytes) {
        return holds(false, "pieces do not overlap", i + 1);
      }
    }
  }
  return true;
}

/** Lowest base and highest end of all pieces that were taken, including those given back. */
export function lowestBase(): u64 {
  let lowest = U64.MAX_VALUE;
  for (let i: u32 = 0; i < list.count; i++) lowest = min(lowest, pieceAt(i).base);
  return lowest;
}

export function highestEnd(): u64 {
  let highest: u64 = 0;
  for (let i: u32 = 0; i < list.count; i++) highest = max(highest, pieceAt(i).base + pieceAt(i).bytes);
  return highest;
}
