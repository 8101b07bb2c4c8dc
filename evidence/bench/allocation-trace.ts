/**
 * Traces of allocations, and those that are made up from a seed. (`record.ts` has a real one, `trace-file.ts` those that
 * people bring.)
 *
 * A made-up trace fills memory to `FILL`, exchanges pieces at that level, and then allocates until nothing more can be had.
 */

/** Gives back if `pages` is 0. */
export interface Operation {
  id: number;
  pages: number;
  /** In pages. */
  alignment: number;
  /** Long-lived: taken from the high end of the memory. */
  isHigh?: boolean;
}

export interface AllocationTrace {
  name: string;
  title: string;
  /** Pages of the memory that it is for. */
  pages: number;
  /** Of the generator; null if there was none. */
  seed: number | null;
  operations: Operation[];
  /** Operations between which pieces are exchanged; of a trace that was not made up, all of it. */
  exchanges: Span;
}

export interface Span {
  from: number;
  to: number;
}

/** Random numbers that can be had again: xorshift with 32 bits. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0 || 1;
  }

  below(limit: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return Math.floor(((this.state >>> 0) / 2 ** 32) * limit);
  }
}

type Request = Pick<Operation, "pages" | "alignment">;
type Sizes = (random: Random) => Request;

const page = (pages: number, alignment = 1): Request => ({ pages, alignment });

interface Kind {
  title: string;
  sizes: Sizes;
}

const LARGEST_ORDER = 9;

export const KINDS = {
  mix: {
    title: "70 % one page, 15 % 16 KiB aligned, 14 % 1-64 pages, 1 % 1 MiB aligned",
    sizes: (random) => {
      const percent = random.below(100);
      if (percent < 70) return page(1);
      if (percent < 85) return page(4, 4);
      return percent < 99 ? page(1 + random.below(64)) : page(256, 256);
    },
  },
  pages: { title: "all 4 KiB", sizes: () => page(1) },
  powers: { title: "powers of two, 1-256 pages", sizes: (random) => page(2 ** random.below(LARGEST_ORDER)) },
  ranges: { title: "1-64 pages", sizes: (random) => page(1 + random.below(64)) },
  odd: {
    title: "against buddies: a page more than a power of two",
    sizes: (random) => page(2 ** random.below(LARGEST_ORDER) + 1),
  },
  slivers: {
    title: "against best fit: 15, 16 or 17 pages",
    sizes: (random) => page(15 + random.below(3)),
  },
  holes: {
    title: "against first fit, by list or by tree: nine of ten one page, the tenth 32",
    sizes: (random) => (random.below(10) === 0 ? page(32) : page(1)),
  },
  misfits: {
    title: "against bins: 33-35 pages, at any alignment up to 32",
    sizes: (random) => page(33 + random.below(3), 2 ** random.below(6)),
  },
} satisfies Record<string, Kind>;

export type TraceName = keyof typeof KINDS;
export const TRACE_NAMES = Object.keys(KINDS) as TraceName[];

const FILL = 0.8;

/** A trace for memory of `pages` pages, with `exchanges` pairs of give and take in its middle. */
export function makeTrace(name: TraceName, seed: number, pages: number, exchanges: number): AllocationTrace {
  const { title, sizes }: Kind = KINDS[name];
  const random = new Random(seed);
  const operations: Operation[] = [];
  const live: Operation[] = [];
  let used = 0;
  const take = (): void => {
    const operation = { id: operations.length, ...sizes(random) };
    operations.push(operation);
    live.push(operation);
    used += operation.pages;
  };
  const give = (): void => {
    const index = random.below(live.length);
    const { id, pages: size } = live[index] as Operation;
    live[index] = live.at(-1) as Operation;
    live.pop();
    operations.push({ id, pages: 0, alignment: 1 });
    used -= size;
  };
  while (used < pages * FILL) take();
  const from = operations.length;
  for (let i = 0; i < exchanges; i++) {
    // As many pages as before, whatever their sizes are.
    if (used >= pages * FILL) give();
    if (used < pages * FILL) take();
  }
  const to = operations.length;
  // More than there is: every policy ends somewhere on the way.
  while (used < pages * 1.02) take();
  return { name, title, pages, seed, operations, exchanges: { from, to } };
}
