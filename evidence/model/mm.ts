/**
 * libmm, naively: which memory is managed, and which of it is handed out.
 *
 * The model has no policy. Where an allocation goes is libmm's affair: the model says whether one must succeed, and
 * checks the place that libmm chose. Everything else (free pieces, their merging) follows from what is handed out.
 * (Specification of memory libraries, sections 1.2 to 1.6.)
 */
import { PAGE } from "./object-types";
import { type Answer, answer, demand, refuse } from "./refusal";

export interface Piece {
  readonly base: number;
  readonly size: number;
}

export interface Node extends Piece {
  readonly free: boolean;
}

const ADDRESS_SPACE = 2 ** 64;

const end = (piece: Piece): number => piece.base + piece.size;
const roundUp = (value: number, unit: number): number => Math.ceil(value / unit) * unit;
const roundDown = (value: number, unit: number): number => Math.floor(value / unit) * unit;
const share = (a: Piece, b: Piece): boolean => a.base < end(b) && b.base < end(a);
const contains = (outer: Piece, inner: Piece): boolean => inner.base >= outer.base && end(inner) <= end(outer);
const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** What the base of an allocation is a multiple of: the alignment asked for, and a page. */
export function effectiveAlignment(alignment: number): number {
  return alignment <= PAGE ? PAGE : (alignment / gcd(alignment, PAGE)) * PAGE;
}

export class MemoryManagerModel {
  private regions: Piece[] = [];
  private allocated: Piece[] = [];

  /** Whole pages within the range become a region. It must lie in the capability's, if that is given. */
  add(base: number, size: number, cap: Piece = { base, size }): Answer {
    return answer(() => {
      demand(base + size <= ADDRESS_SPACE, "MM_ERR_OUT_OF_BOUNDS");
      const first = roundUp(base, PAGE);
      const region = { base: first, size: roundDown(base + size, PAGE) - first };
      demand(region.size > 0, "MM_ERR_OUT_OF_BOUNDS");
      demand(!this.regions.some((other) => share(other, region)), "MM_ERR_ALREADY_PRESENT");
      demand(contains(cap, { base, size }), "MM_ERR_OUT_OF_BOUNDS");
      this.regions.push(region);
      this.regions.sort((a, b) => a.base - b.base);
    });
  }

  /** How an allocation must end. On success, tell `take` where. */
  allocation(size: number, alignment: number): Answer {
    return answer(() => {
      demand(size > 0, "LIB_ERR_RAM_ALLOC_WRONG_SIZE");
      const unit = effectiveAlignment(alignment);
      const fits = (free: Piece): boolean => roundUp(free.base, unit) + roundUp(size, PAGE) <= end(free);
      demand(this.freePieces().some(fits), "MM_ERR_NOT_FOUND");
    });
  }

  /** Notes the place that libmm chose for an allocation. Answers with what is wrong with it, if anything. */
  take(piece: Piece, size: number, alignment: number): string[] {
    const where = `0x${piece.base.toString(16)}, ${piece.size} bytes`;
    const wrong: string[] = [];
    if (piece.base % effectiveAlignment(alignment) !== 0) wrong.push(`${where}: not aligned to ${alignment}`);
    if (piece.size !== roundUp(size, PAGE)) wrong.push(`${where}: ${size} bytes were asked for`);
    if (!this.regions.some((region) => contains(region, piece))) wrong.push(`${where}: not inside one region`);
    const taken = this.allocated.find((other) => share(other, piece));
    if (taken) wrong.push(`${where}: overlaps the allocation at 0x${taken.base.toString(16)}`);
    if (wrong.length === 0) this.allocated.push(piece);
    return wrong;
  }

  /** A size counts as that of the allocation if it rounds up to it. */
  free(base: number, size: number): Answer {
    return answer(() => {
      const index = this.allocated.findIndex((piece) => piece.base === base && piece.size === roundUp(size, PAGE));
      if (index < 0) refuse("MM_ERR_MM_FREE", "MM_ERR_NOT_FOUND");
      this.allocated.splice(index, 1);
    });
  }

  /** What the list of nodes must be: pieces in address order that tile the regions, no two free neighbours in one. */
  nodes(): Node[] {
    return this.regions.flatMap((region) => {
      const nodes: Node[] = [];
      let at = region.base;
      const freeUpTo = (limit: number): void => {
        if (limit > at) nodes.push({ base: at, size: limit - at, free: true });
      };
      for (const piece of this.allocationsIn(region)) {
        freeUpTo(piece.base);
        nodes.push({ ...piece, free: false });
        at = end(piece);
      }
      freeUpTo(end(region));
      return nodes;
    });
  }

  private allocationsIn(region: Piece): Piece[] {
    return this.allocated.filter((piece) => contains(region, piece)).sort((a, b) => a.base - b.base);
  }

  freePieces(): Piece[] {
    return this.nodes().filter((node) => node.free);
  }

  allocations(): readonly Piece[] {
    return this.allocated;
  }

  freeBytes(): number {
    return this.freePieces().reduce((sum, piece) => sum + piece.size, 0);
  }
}
