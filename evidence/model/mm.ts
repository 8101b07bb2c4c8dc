/**
 * A simple model of libmm. It records which memory is managed and which parts are handed out.
 *
 * The model has no placement policy. It says whether an allocation must succeed, and checks the place that libmm chose.
 * All free pieces follow from what is handed out. (Specification of memory libraries, sections 1.2 to 1.6.)
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

/**
 * The base of an allocation is a multiple of this number: the least common multiple of the requested alignment and a
 * page.
 */
export function effectiveAlignment(alignment: number): number {
  return alignment <= PAGE ? PAGE : (alignment / gcd(alignment, PAGE)) * PAGE;
}

export class MemoryManagerModel {
  private regions: Piece[] = [];
  private allocated: Piece[] = [];

  /** Adds the whole pages of a range as a region. If `cap` is given, the range must lie in it. */
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

  /** The required answer to an allocation. After a success, pass the place to `take`. */
  allocation(size: number, alignment: number): Answer {
    return answer(() => {
      demand(size > 0, "LIB_ERR_RAM_ALLOC_WRONG_SIZE");
      const unit = effectiveAlignment(alignment);
      const fits = (free: Piece): boolean => roundUp(free.base, unit) + roundUp(size, PAGE) <= end(free);
      demand(this.freePieces().some(fits), "MM_ERR_NOT_FOUND");
    });
  }

  /** Records the place that libmm chose for an allocation. Returns a list of everything that is wrong with it. */
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

  /** Frees an allocation. The size must round up to the size of the allocation. */
  free(base: number, size: number): Answer {
    return answer(() => {
      const index = this.allocated.findIndex((piece) => piece.base === base && piece.size === roundUp(size, PAGE));
      if (index < 0) refuse("MM_ERR_MM_FREE", "MM_ERR_NOT_FOUND");
      this.allocated.splice(index, 1);
    });
  }

  /**
   * The required list of nodes: pieces in address order that cover the regions, with no two free neighbours in a
   * region.
   */
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
