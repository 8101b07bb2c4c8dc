/**
 * The graded scenarios. Each runs on a fresh machine and judges by behaviour alone: what the calls answer, which
 * capabilities exist, what they cover, what is mapped, and what can be allocated afterwards. A manager of any design
 * can pass: sizes that must fit exactly are powers of two.
 */
import { VRegionFlags } from "../../system/kpi/types";
import type { Piece, Span } from "./pages";
import { Random } from "./random";
import { MIB, PAGE } from "./subject";
import type { Trial } from "./trial";

export type StepId = "manager" | "sizes" | "free" | "regions" | "init" | "map" | "refill" | "slots" | "slabs" | "extra";

export interface Scenario {
  id: string;
  step: StepId;
  title: string;
  run(trial: Trial, seed: number): void;
}

/** The parts of the assignment, in its order. */
export const STEPS: Record<StepId, string> = {
  manager: "Step 1: a memory manager that allocates",
  sizes: "Step 1: sizes and alignment",
  free: "Step 1: freeing",
  regions: "Step 1: several regions",
  init: "The milestone: init runs on your manager",
  map: "Step 2: mapping frames",
  refill: "Step 2: slab_refill_pages",
  slots: "Challenge: more than 256 slots",
  slabs: "Challenge: more nodes than the static buffer holds",
  extra: "Extra: beyond what the milestone asks for",
};

/** Some distance above the start-up page tables, where the program's own mappings begin. */
const VA = 0x10000000;
const { READ, READ_WRITE } = { READ: VRegionFlags.READ, READ_WRITE: VRegionFlags.READ_WRITE };

/** A manager with one region of `pages` pages, which starts at a multiple of a MiB. */
function oneRegion(t: Trial, pages: number): Span {
  t.init();
  return t.addRegion(pages);
}

function take(t: Trial, count: number, bytes: number): Piece[] {
  return Array.from({ length: count }, () => t.alloc(bytes));
}

/** Takes every page of a region of 64 pages, frees them in some order, and takes the region as one piece. */
function freeInOrder(order: (pieces: Piece[]) => Piece[]) {
  return (t: Trial) => {
    const region = oneRegion(t, 64);
    for (const piece of order(take(t, 64, PAGE))) t.free(piece);
    t.wholeRegionIsFree(region);
  };
}

const alternating = (pieces: Piece[]) => [
  ...pieces.filter((_, index) => index % 2 === 0),
  ...pieces.filter((_, index) => index % 2 === 1),
];

/** Allocates and frees at random; then everything must be free. Blocks of powers of two must be found if they exist. */
function randomly(steps: number) {
  return (t: Trial, seed: number) => {
    const random = new Random(seed);
    t.init();
    const region = t.addRegion(256);
    for (let step = 0; step < steps; step++) {
      const { live } = t.pages;
      if (live.length > 0 && (live.length >= 60 || random.below(100) < 45)) {
        t.free(live[random.below(live.length)] as Piece);
        continue;
      }
      const bytes = PAGE << random.below(5);
      const hasRoom = t.pages.hasBlock(bytes);
      const result = t.tryAlloc(bytes, random.below(4) === 0 ? bytes : 0);
      if (typeof result === "function" && hasRoom) throw result();
    }
    for (const piece of random.shuffle(t.pages.live)) t.free(piece);
    t.wholeRegionIsFree(region);
  };
}

/** Starts init's manager and makes `count` objects. */
function manyOf(count: number, make: (t: Trial) => Piece) {
  return (t: Trial) => {
    t.startManager();
    const pieces: Piece[] = [];
    for (let i = 0; i < count; i++) pieces.push(make(t));
    for (const piece of pieces) t.ramFree(piece);
    const again = make(t);
    t.ramFree(again);
  };
}

function oneFrame(t: Trial, bytes: number): Piece {
  t.startManager();
  return t.frame(bytes);
}

export const SCENARIOS: readonly Scenario[] = [
  {
    id: "G01",
    step: "manager",
    title: "a region is added, and a page is allocated",
    run(t) {
      oneRegion(t, 64);
      t.alloc(PAGE);
    },
  },
  {
    id: "G02",
    step: "manager",
    title: "62 pieces of 16 KiB do not overlap",
    run(t) {
      oneRegion(t, 256);
      take(t, 62, 16 * 1024);
    },
  },
  {
    id: "G03",
    step: "manager",
    title: "pieces of different sizes do not overlap",
    run(t) {
      oneRegion(t, 256);
      for (let i = 0; i < 20; i++) t.alloc(30 + 1000 * i);
    },
  },
  {
    id: "G04",
    step: "manager",
    title: "every page of a region can be allocated",
    run(t) {
      oneRegion(t, 64);
      take(t, 64, PAGE);
      t.allocRefused(PAGE, PAGE, "a page when all are handed out");
    },
  },
  {
    id: "G05",
    step: "manager",
    title: "a whole region is one piece",
    run(t) {
      const region = oneRegion(t, 64);
      t.alloc(region.bytes);
      t.allocRefused(PAGE, PAGE, "a page when all memory is handed out");
    },
  },
  {
    id: "G06",
    step: "sizes",
    title: "sizes are rounded up to pages",
    run(t) {
      oneRegion(t, 64);
      for (const bytes of [1, 20, PAGE - 1, PAGE, PAGE + 1, 3 * PAGE]) t.alloc(bytes);
    },
  },
  {
    id: "G07",
    step: "sizes",
    title: "the base has the alignment that was requested",
    run(t) {
      oneRegion(t, 256);
      t.alloc(PAGE);
      t.alloc(5120, PAGE);
      t.alloc(13312, 16384);
      t.alloc(13312, 16384);
      t.alloc(PAGE, 65536);
    },
  },
  {
    id: "G08",
    step: "sizes",
    title: "the pages that an alignment skips are not lost",
    run(t) {
      oneRegion(t, 16);
      t.alloc(PAGE);
      t.alloc(4 * PAGE, 4 * PAGE);
      take(t, 11, PAGE);
      t.allocRefused(PAGE, PAGE, "a page when all are handed out");
    },
  },
  {
    id: "G09",
    step: "sizes",
    title: "an exact fit behind skipped pages loses nothing",
    run(t) {
      const region = oneRegion(t, 8);
      t.alloc(PAGE);
      t.alloc(4 * PAGE, 4 * PAGE);
      take(t, 3, PAGE);
      for (const piece of [...t.pages.live]) t.free(piece);
      t.wholeRegionIsFree(region);
    },
  },
  {
    id: "G10",
    step: "sizes",
    title: "an alignment below a page means a page",
    run(t) {
      oneRegion(t, 64);
      for (const alignment of [1, 8, 512]) t.alloc(PAGE, alignment);
    },
  },
  {
    id: "G11",
    step: "sizes",
    title: "requests that cannot be served are refused",
    run(t) {
      const region = oneRegion(t, 64);
      t.allocRefused(0, PAGE, "a request for nothing");
      t.allocRefused(region.bytes + PAGE, PAGE, "more than all memory");
      t.allocRefused(1n << 40n, PAGE, "2^40 bytes");
      t.allocRefused((1n << 32n) + 4096n, PAGE, "2^32 + 4096 bytes");
      t.allocRefused(0xffffffffffffffffn, PAGE, "2^64 - 1 bytes");
      t.alloc(region.bytes);
    },
  },
  {
    id: "G12",
    step: "free",
    title: "a freed page can be allocated again",
    run(t) {
      oneRegion(t, 1);
      for (let round = 0; round < 3; round++) t.free(t.alloc(PAGE));
    },
  },
  {
    id: "G13",
    step: "free",
    title: "62 pieces of 16 KiB, freed and allocated again",
    run(t) {
      oneRegion(t, 248);
      for (const piece of take(t, 62, 16 * 1024)) t.free(piece);
      take(t, 62, 16 * 1024);
    },
  },
  { id: "G14", step: "free", title: "frees in ascending order", run: freeInOrder((pieces) => pieces) },
  { id: "G15", step: "free", title: "frees in descending order", run: freeInOrder((pieces) => pieces.reverse()) },
  { id: "G16", step: "free", title: "frees of every second piece, then of the others", run: freeInOrder(alternating) },
  {
    id: "G17",
    step: "free",
    title: "frees in random order",
    run: (t, seed) => freeInOrder((pieces) => new Random(seed).shuffle(pieces))(t),
  },
  {
    id: "G18",
    step: "free",
    title: "pieces are freed with the size that was requested",
    run(t) {
      const region = oneRegion(t, 64);
      const sizes = Array.from({ length: 10 }, (_, i) => 30 + 500 * i);
      for (const piece of sizes.map((bytes) => t.alloc(bytes))) t.free(piece, piece.asked);
      t.wholeRegionIsFree(region);
    },
  },
  {
    id: "G19",
    step: "free",
    title: "a piece can be freed by the Frame that was made of it",
    run(t) {
      const region = oneRegion(t, 4);
      t.free(t.makeFrame(t.alloc(PAGE)));
      t.wholeRegionIsFree(region);
    },
  },
  {
    id: "G20",
    step: "free",
    title: "a second free is refused",
    run(t) {
      const region = oneRegion(t, 64);
      const [first, second] = take(t, 2, 4 * PAGE) as [Piece, Piece];
      t.free(first);
      t.freeRefused("double-free", "a second free of a piece", first, first.base, first.bytes);
      const other = t.alloc(16 * PAGE);
      const reused = { ...first, cap: other.cap };
      t.freeRefused(
        "double-free",
        "a second free, in whose slot is another capability",
        reused,
        first.base,
        first.bytes,
      );
      t.free(other);
      t.free(second);
      t.freeRefused("double-free", "a second free of a piece that is merged", second, second.base, second.bytes);
      t.wholeRegionIsFree(region);
    },
  },
  {
    id: "G21",
    step: "free",
    title: "frees of what was never handed out are refused",
    run(t) {
      const region = oneRegion(t, 64);
      const [piece] = take(t, 2, 4 * PAGE) as [Piece];
      t.freeRefused("wrong-free", "memory in no region", piece, 100 * 16384, 16384);
      t.freeRefused("wrong-free", "memory that is free", piece, region.base + 32 * PAGE, 4 * PAGE);
      t.freeRefused("wrong-free", "a free from the middle of a piece", piece, piece.base + PAGE, PAGE);
      t.freeRefused("wrong-free", "a part of a piece", piece, piece.base, PAGE);
      t.freeRefused("wrong-free", "two pieces at once", piece, piece.base, 8 * PAGE);
      for (const held of [...t.pages.live]) t.free(held);
      t.wholeRegionIsFree(region);
    },
  },
  {
    id: "G22",
    step: "free",
    title: "300 rounds of allocate and free use nothing up",
    run(t) {
      const region = oneRegion(t, 64);
      t.free(t.alloc(PAGE));
      t.remember();
      for (let round = 0; round < 300; round++) t.free(t.alloc(PAGE << (round % 3)));
      for (let round = 0; round < 20; round++) t.allocRefused(2 * region.bytes, PAGE, "more than all memory");
      t.nothingLost();
      t.wholeRegionIsFree(region);
    },
  },
  { id: "G23", step: "free", title: "1000 random steps, compared with a record of pages", run: randomly(1000) },
  {
    id: "G24",
    step: "regions",
    title: "regions that do not touch",
    run(t) {
      t.init();
      const regions = [t.addRegion(64), t.addRegion(64)];
      for (const piece of take(t, 128, PAGE)) t.free(piece);
      for (const region of regions) t.alloc(region.bytes);
    },
  },
  {
    id: "G25",
    step: "regions",
    title: "regions that touch stay two capabilities",
    run(t) {
      t.init();
      t.addRegion(256, { alignment: 2 * MIB });
      t.addRegion(256, { skip: 0 });
      t.allocRefused(512 * PAGE, PAGE, "a piece across two regions");
      for (const piece of take(t, 128, 4 * PAGE)) t.free(piece);
      t.allocRefused(512 * PAGE, PAGE, "a piece across two regions, after frees at their boundary");
      take(t, 2, 256 * PAGE);
    },
  },
  {
    id: "G26",
    step: "regions",
    title: "regions are added from high to low addresses",
    run(t) {
      t.init();
      const regions = [t.makeRegion(64), t.makeRegion(64, MIB, 0), t.makeRegion(64)];
      for (const region of [...regions].reverse()) t.add(region);
      for (const piece of new Random(5).shuffle(take(t, 192, PAGE))) t.free(piece);
      take(t, 3, 64 * PAGE);
    },
  },
  {
    id: "G27",
    step: "regions",
    title: "a region of 32 MiB",
    run(t) {
      t.init();
      // A buddy allocator can hand out the whole region only if its base is a multiple of its size.
      t.addRegion(8192, { alignment: 32 * MIB });
      t.free(t.alloc(16 * MIB));
      t.alloc(32 * MIB);
    },
  },
  {
    id: "G28",
    step: "init",
    title: "init starts, and allocates RAM",
    run(t) {
      t.startManager();
      t.ramAlloc(PAGE);
      t.ramAlloc(16 * 1024);
      t.ramAlloc(MIB);
    },
  },
  {
    id: "G29",
    step: "init",
    title: "most of the board's memory can be allocated at once",
    run(t) {
      t.startManager();
      t.ramFree(t.ramAlloc(16 * MIB));
      t.ramAlloc(32 * MIB);
    },
  },
  {
    id: "G30",
    step: "init",
    title: "RAM is allocated and freed in init, for various sizes",
    run(t) {
      t.startManager();
      for (let round = 0; round < 2; round++) {
        const pieces = Array.from({ length: 20 }, (_, i) => t.ramAlloc(30 + 500 * i));
        for (const piece of pieces) t.ramFree(piece);
      }
      t.ramAlloc(32 * MIB);
    },
  },
  {
    id: "G31",
    step: "map",
    title: "a frame of one page is mapped, written and read",
    run(t) {
      t.map(VA, oneFrame(t, PAGE), PAGE, READ_WRITE);
      t.mustNotBeMapped(VA - PAGE, "the page before");
      t.mustNotBeMapped(VA + PAGE, "the page after");
    },
  },
  {
    id: "G32",
    step: "map",
    title: "every page of larger frames is mapped",
    run(t) {
      t.startManager();
      for (let i = 0; i < 10; i++) {
        const frame = t.frame(30 + 4000 * i);
        t.map(VA + i * 0x40000, frame, frame.bytes, READ_WRITE);
      }
    },
  },
  {
    id: "G33",
    step: "map",
    title: "a number of bytes that is no multiple of a page",
    run(t) {
      const frame = oneFrame(t, 3 * PAGE);
      t.map(VA, frame, 2 * PAGE + 30, READ_WRITE);
      t.map(VA + MIB, frame, PAGE, READ_WRITE);
      t.mustNotBeMapped(VA + MIB + PAGE, "the pages that were not asked for");
    },
  },
  {
    id: "G34",
    step: "map",
    title: "frames in the same L2 table and in others",
    run(t) {
      t.startManager();
      const addresses = [VA, VA + PAGE, VA + 0x50000, VA + MIB, VA + 7 * MIB, 0x7fe00000];
      const frames = addresses.map(() => t.frame(PAGE));
      for (const [i, va] of addresses.entries()) t.map(va, frames[i] as Piece, PAGE, READ_WRITE);
      for (const [i, va] of addresses.entries()) t.mustShow(va, frames[i] as Piece, PAGE, READ_WRITE);
    },
  },
  {
    id: "G35",
    step: "map",
    title: "one frame is mapped at two addresses",
    run(t) {
      const frame = oneFrame(t, 2 * PAGE);
      t.map(VA, frame, 2 * PAGE, READ_WRITE);
      t.map(VA + MIB, frame, 2 * PAGE, READ_WRITE);
      t.mustShow(VA, frame, 2 * PAGE, READ_WRITE);
    },
  },
  {
    id: "G36",
    step: "map",
    title: "a read-only mapping cannot be written",
    run(t) {
      t.map(VA, oneFrame(t, PAGE), PAGE, READ);
    },
  },
  {
    id: "G37",
    step: "map",
    title: "wrong mappings are refused",
    run(t) {
      const frame = oneFrame(t, 2 * PAGE);
      t.map(VA, frame, 2 * PAGE, READ_WRITE);
      t.mapRefused(VA, t.frame(PAGE), PAGE, READ_WRITE, "an address that is mapped already");
      t.mapRefused(VA + MIB, frame, 3 * PAGE, READ_WRITE, "more bytes than the frame has");
      t.mapRefused(VA + MIB + 0x800, frame, PAGE, READ_WRITE, "an address that is not aligned");
      t.mustShow(VA, frame, 2 * PAGE, READ_WRITE);
    },
  },
  {
    id: "G38",
    step: "refill",
    title: "a slab allocator gets a page",
    run(t) {
      t.startManager();
      t.refill(64, PAGE);
    },
  },
  {
    id: "G39",
    step: "refill",
    title: "blocks of several sizes, in several pages",
    run(t) {
      t.startManager();
      for (const [blockSize, bytes] of [
        [24, PAGE],
        [200, 2 * PAGE],
        [1000, 3 * PAGE],
      ] as const)
        t.refill(blockSize, bytes);
    },
  },
  {
    id: "G40",
    step: "slots",
    title: "300 pages at once",
    run: manyOf(300, (t) => t.ramAlloc(PAGE)),
  },
  {
    id: "G41",
    step: "slots",
    title: "600 pages at once",
    run: manyOf(600, (t) => t.ramAlloc(PAGE)),
  },
  {
    id: "G42",
    step: "slots",
    title: "300 frames at once",
    run: manyOf(300, (t) => t.frame(PAGE)),
  },
  {
    id: "G43",
    step: "slots",
    title: "1000 rounds of allocate and free in init",
    run(t) {
      t.startManager();
      for (let round = 0; round < 1000; round++) t.ramFree(t.ramAlloc(PAGE));
    },
  },
  {
    id: "G44",
    step: "slabs",
    title: "many pieces with gaps between them",
    run(t) {
      t.startManager();
      const pieces = Array.from({ length: 400 }, () => t.ramAlloc(PAGE));
      const [kept, freed] = [pieces.filter((_, i) => i % 2 === 0), pieces.filter((_, i) => i % 2 === 1)];
      for (const piece of freed) t.ramFree(piece);
      for (let i = 0; i < 300; i++) kept.push(t.ramAlloc(2 * PAGE));
      for (const piece of kept) t.ramFree(piece);
      t.ramFree(t.ramAlloc(16 * MIB));
    },
  },
  {
    id: "G45",
    step: "slabs",
    title: "2000 random steps in init",
    run(t, seed) {
      const random = new Random(seed);
      t.startManager();
      const live: Piece[] = [];
      for (let step = 0; step < 2000; step++) {
        const grow = live.length < 500 && random.below(100) < 60;
        if (grow || live.length === 0) live.push(t.ramAlloc(PAGE << random.below(4)));
        else t.ramFree(live.splice(random.below(live.length), 1)[0] as Piece);
      }
      for (const piece of live) t.ramFree(piece);
      t.ramAlloc(16 * MIB);
    },
  },
  {
    id: "G46",
    step: "extra",
    title: "a mapping across two L2 tables",
    run(t) {
      const bytes = 68 * PAGE;
      t.map(0x055c2000, oneFrame(t, bytes), bytes, READ_WRITE);
    },
  },
  {
    id: "G47",
    step: "extra",
    title: "a mapping that ends at the end of an L2 table, and one of 3 MiB",
    run(t) {
      t.startManager();
      const small = t.frame(16 * PAGE);
      t.map(VA + MIB - small.bytes, small, small.bytes, READ_WRITE);
      t.mustNotBeMapped(VA + MIB, "the page after");
      const large = t.frame(3 * MIB);
      t.map(VA + 4 * MIB + 0x80000, large, large.bytes, READ_WRITE);
    },
  },
  {
    id: "G48",
    step: "extra",
    title: "all memory is allocated, freed and allocated again",
    run(t) {
      t.startManager();
      const all = (): Piece[] => {
        const pieces: Piece[] = [];
        for (let piece = t.ramAllocOrNone(64 * 1024); piece; piece = t.ramAllocOrNone(64 * 1024)) pieces.push(piece);
        return pieces;
      };
      const first = all();
      for (const piece of first) t.ramFree(piece);
      const second = all();
      t.isAbout(second.length, first.length, "pieces of 64 KiB in the second round");
    },
  },
  {
    id: "G49",
    step: "extra",
    title: "mmDestroy ends a manager",
    run(t) {
      t.init();
      t.addRegion(64);
      t.addRegion(64);
      for (const piece of take(t, 10, PAGE).filter((_, i) => i % 2 === 0)) t.free(piece);
      t.destroy();
    },
  },
  {
    id: "G50",
    step: "extra",
    title: "memory that someone still holds is not handed out without a capability",
    run(t) {
      oneRegion(t, 2);
      const piece = t.alloc(PAGE);
      t.copy(piece);
      t.free(piece);
      // The manager may revoke the copy, or refuse to hand this page out. What it returns must be real.
      for (let i = 0; i < 2; i++) t.tryAlloc(PAGE);
    },
  },
];
