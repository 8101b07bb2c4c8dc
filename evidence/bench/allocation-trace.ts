/**
 * Traces of requests to a memory manager, and the generated ones. (`record.ts` records a real trace, `trace-file.ts` reads
 * traces from files.)
 *
 * A generated trace fills memory to `FILL`, frees and allocates pieces at that level, and then allocates until memory is full.
 */

/** An allocation; or a free, if `pages` is 0. */
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
  /** Size of the memory in pages. */
  pages: number;
  /** Seed of the generator; null if the trace was not generated. */
  seed: number | null;
  operations: Operation[];
  /** The operations that exchange pieces; the whole trace if it was not generated. */
  exchanges: Span;
}

export interface Span {
  from: number;
  to: number;
}

/** Random numbers that depend on the seed only: xorshift with 32 bits. */
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
    title: "70 % one page, 15 % 16 KiB aligned to 16 KiB, 14 % 1-64 pages, 1 % 1 MiB aligned to 1 MiB",
    sizes: (random) => {
      const percent = random.below(100);
      if (percent < 70) return page(1);
      if (percent < 85) return page(4, 4);
      return percent < 99 ? page(1 + random.below(64)) : page(256, 256);
    },
  },
  pages: { title: "one page each", sizes: () => page(1) },
  powers: { title: "powers of two from 1 to 256 pages", sizes: (random) => page(2 ** random.below(LARGEST_ORDER)) },
  ranges: { title: "1-64 pages", sizes: (random) => page(1 + random.below(64)) },
  odd: {
    title: "one page more than a power of two (hard for buddy)",
    sizes: (random) => page(2 ** random.below(LARGEST_ORDER) + 1),
  },
  slivers: {
    title: "15, 16 or 17 pages (hard for best-fit)",
    sizes: (random) => page(15 + random.below(3)),
  },
  holes: {
    title: "90 % one page, 10 % 32 pages (hard for first-fit and address-tree)",
    sizes: (random) => (random.below(10) === 0 ? page(32) : page(1)),
  },
  misfits: {
    title: "33-35 pages, aligned to powers of two up to 32 pages (hard for the bins of typefish)",
    sizes: (random) => page(33 + random.below(3), 2 ** random.below(6)),
  },
} satisfies Record<string, Kind>;

export type TraceName = keyof typeof KINDS;
export const TRACE_NAMES = Object.keys(KINDS) as TraceName[];

const FILL = 0.8;

/** A trace for memory of `pages` pages, with about `exchanges` pairs of free and allocate in its middle. */
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
    // The level stays the same, whatever the sizes of the pieces are.
    if (used >= pages * FILL) give();
    if (used < pages * FILL) take();
  }
  const to = operations.length;
  // More than the memory holds: every policy fails somewhere on the way.
  while (used < pages * 1.02) take();
  return { name, title, pages, seed, operations, exchanges: { from, to } };
}

/**
 * Gives each live piece a place, where its page is stored. Places are reused: a table of all ids would be larger than the
 * caches, and the race would measure look-ups in this table.
 */
export function placesOf(operations: readonly Operation[]): { places: Uint32Array; count: number } {
  const places = new Uint32Array(operations.length);
  const placeOf = new Map<number, number>();
  const unused: number[] = [];
  let count = 0;
  operations.forEach(({ id, pages }, index) => {
    const place = pages > 0 ? (unused.pop() ?? count++) : (placeOf.get(id) as number);
    places[index] = place;
    if (pages > 0) {
      placeOf.set(id, place);
    } else {
      placeOf.delete(id);
      unused.push(place);
    }
  });
  return { places, count };
}
