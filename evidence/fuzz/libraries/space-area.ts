/** Tests frames and the address space: which pages are mapped, with which rights, and what can be read there. */
import { decodePagingState, type PagingState, type Range } from "../../../observe/decode/user/paging-state";
import { INIT_SPACE_LIMIT } from "../../../system/kpi/init-space";
import type { CpuDriver } from "../../harness/libraries/cpu-driver";
import { type Library, MIB, PAGE } from "../../harness/libraries/library";
import { AddressSpaceModel } from "../../model/address-space";
import type { Random } from "../../model/random";
import { answer, demand, OK } from "../../model/refusal";
import { type Area, type CompareAnswers, differs, pickKey } from "./area";
import { LibraryReader } from "./library-reader";
import type { Id, Kind, Operation } from "./operation";

/** The client chooses addresses in these 3 MiB, so that they often overlap. The library chooses higher addresses. */
const WINDOW = 0x30000000;
const WINDOW_PAGES = 768;
/** Addresses at which nothing, or almost nothing, can be mapped. */
const STRANGE = [
  0,
  0x400000,
  INIT_SPACE_LIMIT - PAGE,
  0x7ffff000,
  0x80000000,
  0xfffff000,
  WINDOW + 1,
  WINDOW + 100,
  WINDOW + 2048,
];
/** Marks pages that the libraries mapped for themselves. */
const LIBRARY = 0xffffffff;

const [READ, WRITE, GUARD] = [1, 2, 0x20];
const FLAGS = [3, 3, 3, 3, READ, WRITE, 0, 7, 11, GUARD, 0x40];
const KNOWN_FLAGS = 0x3f;

const MOST_FRAMES = 40;
const MOST_FRAME_PAGES = 300;

interface Frame {
  readonly cap: bigint;
  readonly base: number;
  readonly bytes: number;
  /** First words of the pages that were written, by page. */
  readonly words: Map<number, number>;
  isAlive: boolean;
}

interface Mapped {
  readonly base: number;
  readonly bytes: number;
  readonly flags: number;
  /** Null for pages that are only claimed. */
  readonly frame: Frame | null;
}

const roundUp = (bytes: number): number => Math.ceil(bytes / PAGE) * PAGE;

export class SpaceArea implements Area {
  private readonly st: number;
  private readonly model = new AddressSpaceModel(INIT_SPACE_LIMIT);
  private readonly frames = new Map<Id, Frame>();
  /** Ranges by the number of the operation that mapped or claimed them. */
  private readonly ranges = new Map<Id, Mapped>();
  /** Number of chunks in the client's mappings. */
  private chunks = 0;

  constructor(
    private readonly library: Library<CpuDriver>,
    private readonly answers: CompareAnswers,
  ) {
    this.st = library.get("currentPaging");
  }

  draw(kind: Kind, random: Random, id: Id): Operation | null {
    switch (kind) {
      case "frame": {
        if (this.frames.size >= MOST_FRAMES) return null;
        const pages = random.chance(0.8) ? random.between(1, 20) : random.between(1, MOST_FRAME_PAGES);
        const odd = random.pick([0, 0, 0, 1, PAGE - 1]);
        return { op: kind, id, bytes: random.pick([0, 1 << 30, ...Array(20).fill(pages * PAGE - odd)]) };
      }
      case "free frame": {
        const frame = pickKey(random, this.frames);
        return frame === null ? null : { op: kind, frame };
      }
      case "reserve":
        return {
          op: kind,
          id,
          bytes: random.pick([0, MIB, 1 << 29, 3 << 29, 2 ** 40, ...Array(12).fill(random.below(64 * PAGE))]),
        };
      case "map":
        return this.drawMap(random, id);
      case "unmap": {
        const range = pickKey(random, this.ranges);
        return range === null ? null : { op: kind, range, pages: random.chance(0.85) ? 0 : random.between(-2, 4) };
      }
      case "store": {
        const range = pickKey(random, this.ranges);
        if (range === null) return null;
        const { bytes } = this.ranges.get(range)!;
        return { op: kind, range, page: random.below(bytes / PAGE), value: random.below(2 ** 32) };
      }
      default:
        return null;
    }
  }

  private drawMap(random: Random, id: Id): Operation | null {
    const frame = pickKey(random, this.frames);
    if (frame === null) return null;
    const { bytes } = this.frames.get(frame)!;
    const part = random.chance(0.6) ? bytes : random.between(0, bytes + PAGE);
    const request = { op: "map", id, frame, bytes: part, flags: random.pick(FLAGS) } as const;
    if (random.chance(0.4)) return request;
    if (random.chance(0.05)) return { ...request, address: random.pick(STRANGE) };
    const range = random.chance(0.4) ? pickKey(random, this.ranges) : null;
    if (range === null) return { ...request, address: WINDOW + random.below(WINDOW_PAGES) * PAGE };
    const size = this.ranges.get(range)!.bytes;
    return { ...request, range, address: random.pick([0, PAGE, size, size - PAGE, -PAGE]) };
  }

  perform(operation: Operation): readonly string[] | null {
    switch (operation.op) {
      case "frame":
        return this.makeFrame(operation);
      case "free frame": {
        const frame = this.frames.get(operation.frame);
        if (!frame) return null;
        this.frames.delete(operation.frame);
        frame.isAlive = false;
        return this.answers("frame_free", OK, this.library.try("frameFree", frame.cap));
      }
      case "reserve":
        return this.reserve(operation);
      case "map":
        return this.map(operation);
      case "unmap":
        return this.unmap(operation);
      case "store":
        return this.store(operation);
      default:
        return null;
    }
  }

  private makeFrame({ id, bytes }: Operation & { op: "frame" }): readonly string[] {
    const { library } = this;
    const expected = answer(() => {
      demand(bytes > 0, "LIB_ERR_RAM_ALLOC_WRONG_SIZE");
      demand(bytes <= MOST_FRAME_PAGES * PAGE, "LIB_ERR_RAM_ALLOC_MS_CONSTRAINTS", "MM_ERR_NOT_FOUND");
    }).stack.join(" < ");
    const got = library.try("frameAlloc", BigInt(bytes));
    const wrong = this.answers("frame_alloc", expected, got);
    if (wrong.length > 0 || got !== OK) return wrong;
    const cap = library.big("outCap");
    const range = library.range(cap);
    this.frames.set(id, { cap, base: range.base, bytes: roundUp(bytes), words: new Map(), isAlive: true });
    return differs("size of the frame", String(roundUp(bytes)), String(range.bytes));
  }

  private reserve({ id, bytes }: Operation & { op: "reserve" }): readonly string[] {
    const { library, model } = this;
    const expected = answer(() => {
      demand(bytes > 0 && bytes <= 0x80000000, "LIB_ERR_PMAP_FRAME_SIZE");
      demand(model.hasRoom(roundUp(bytes)), "LIB_ERR_OUT_OF_VIRTUAL_ADDR");
    }).err;
    const got = library.try("pagingAlloc", this.st, BigInt(bytes));
    const wrong = this.answers("paging_alloc", expected, got);
    if (wrong.length > 0 || got !== OK) return wrong;
    const base = library.get("outBuffer");
    const wasFree = model.isFree(base, roundUp(bytes));
    model.claim(base, roundUp(bytes), id);
    this.ranges.set(id, { base, bytes: roundUp(bytes), flags: 0, frame: null });
    return wasFree ? [] : [`paging_alloc: 0x${base.toString(16)} is not free`];
  }

  private map(operation: Operation & { op: "map" }): readonly string[] | null {
    const { id, bytes, flags } = operation;
    const frame = this.frames.get(operation.frame);
    const from = operation.range === undefined ? 0 : this.ranges.get(operation.range)?.base;
    if (!frame || from === undefined) return null;
    const address = operation.address === undefined ? undefined : from + operation.address;
    const { library, model, st } = this;
    const size = roundUp(bytes);
    const isGuard = (flags & GUARD) !== 0;
    const mapping = isGuard ? 0 : id;
    const expected = answer(() => {
      demand(address === undefined || address % PAGE === 0, "LIB_ERR_VREGION_BAD_ALIGNMENT");
      demand((flags & ~KNOWN_FLAGS) === 0, "SYS_ERR_INVARGS_SYSCALL");
      demand(size > 0 && (isGuard || size <= frame.bytes), "LIB_ERR_PMAP_FRAME_SIZE");
      if (address === undefined) {
        demand(model.hasRoom(size), "LIB_ERR_OUT_OF_VIRTUAL_ADDR");
        return;
      }
      const { stack } = model.mapAt(address, size, mapping);
      demand(stack[0] === OK, ...stack);
    }).stack.join(" < ");
    const got =
      address === undefined
        ? library.try("pagingMapFrameAttr", st, BigInt(bytes), frame.cap, flags)
        : library.try("pagingMapFixedAttr", st, address, frame.cap, BigInt(bytes), flags);
    const wrong = this.answers("paging_map", expected, got);
    if (wrong.length > 0 || got !== OK) return wrong;
    const base = library.get("outBuffer");
    const isThere = address === undefined ? model.isFree(base, size) : base === address;
    model.map(base, size, mapping);
    if (isGuard) model.claim(base, size, id);
    else this.chunks += tablesOf(base, size);
    this.ranges.set(id, { base, bytes: size, flags, frame: isGuard ? null : frame });
    if (!isThere) return [`paging_map: 0x${base.toString(16)} is not the place`];
    // The libraries may have mapped a page for themselves directly after it.
    const broken = this.check();
    return broken.length > 0 ? broken : this.look(id);
  }

  private unmap({ range: id, pages }: Operation & { op: "unmap" }): readonly string[] | null {
    const range = this.ranges.get(id);
    if (!range) return null;
    const va = range.base + pages * PAGE;
    const hit = this.model.pagesAt(va);
    const expected = hit.mapping === LIBRARY ? null : this.model.unmap(va).err;
    // The client must not unmap what the libraries mapped for themselves.
    if (expected === null) return [];
    const got = this.library.try("pagingUnmap", this.st, va);
    if (got === OK) {
      const key = hit.mapping === 0 ? id : hit.mapping;
      const gone = this.ranges.get(key);
      if (hit.mapping !== 0 && gone) this.chunks -= tablesOf(gone.base, gone.bytes);
      if (va === gone?.base) this.ranges.delete(key);
    }
    return [...this.answers("paging_unmap", expected, got), ...this.accessAt(va, this.mappedAt(va))];
  }

  private store({ range: id, page, value }: Operation & { op: "store" }): readonly string[] | null {
    const range = this.ranges.get(id);
    if (!range || page * PAGE >= range.bytes) return null;
    const va = range.base + page * PAGE;
    if (range.frame?.isAlive && (range.flags & WRITE) !== 0 && this.model.pagesAt(va).mapping === id) {
      this.library.kernel.store(va, value);
      range.frame.words.set(page, value);
    }
    return this.accessAt(va, this.mappedAt(va));
  }

  private mappedAt(va: number): Mapped | undefined {
    const { mapping } = this.model.pagesAt(va);
    return mapping === 0 ? undefined : this.ranges.get(mapping);
  }

  /** Checks access to the first page, the last page, and the page after it. */
  private look(id: Id): readonly string[] {
    const { base, bytes } = this.ranges.get(id)!;
    return [base, base + bytes - PAGE, base + bytes].flatMap((va) =>
      va < 0x80000000 ? this.accessAt(va, this.mappedAt(va)) : [],
    );
  }

  /**
   * Checks that the program can read and write exactly where it should, and that it reads the word written last through
   * any mapping.
   */
  private accessAt(va: number, mapped: Mapped | undefined): readonly string[] {
    if (this.model.pagesAt(va).mapping === LIBRARY) return [];
    const { user } = this.library.kernel.system;
    const frame = mapped?.frame?.isAlive ? mapped.frame : null;
    const flags = frame && mapped ? mapped.flags : 0;
    const where = `0x${va.toString(16)}`;
    const wrong = [
      ...differs(`reading ${where}`, String((flags & (READ | WRITE)) !== 0), String(user.canRead(va))),
      ...differs(`writing ${where}`, String((flags & WRITE) !== 0), String(user.canWrite(va))),
    ];
    if (wrong.length > 0 || !frame || !mapped || flags === 0 || !user.canRead(va)) return wrong;
    const offset = va - mapped.base;
    return [
      ...differs(`physical address of ${where}`, String(frame.base + offset), String(user.physical(va))),
      ...differs(`the word at ${where}`, String(frame.words.get(offset / PAGE) ?? 0), String(user.load(va))),
    ];
  }

  check(): readonly string[] {
    const state = decodePagingState(new LibraryReader(this.library), this.st);
    const taken = state.ranges.filter(({ state: kind }) => kind !== "free");
    const wrong = taken.flatMap((range) => this.checkRange(range));
    const bytes = taken.reduce((sum, range) => sum + range.bytes, 0);
    const blocks = state.ranges.reduce((sum, { chunks }) => sum + 1 + chunks.length, 0);
    return [
      ...wrong,
      ...differs("bytes claimed or mapped", String(this.model.takenBytes), String(bytes)),
      ...differs("blocks of the address space", String(blocks), String(usedBlocks(state))),
    ];
  }

  private checkRange({ va, bytes, state }: Range): readonly string[] {
    const { model } = this;
    // The client did not map this range, so the libraries mapped it for themselves.
    if (state === "mapped" && model.isFree(va, bytes)) model.map(va, bytes, LIBRARY);
    const first = model.pagesAt(va);
    const found = first.mapping !== 0 ? "mapped" : first.claim !== 0 ? "claimed" : "free";
    const where = `pages from 0x${va.toString(16)} on`;
    if (found !== state) return differs(where, found, state);
    return model.isUniform(va, bytes, first) ? [] : [`${where}: one range, and not alike`];
  }

  slots(): number {
    // For each page table, a copy of the frame and the mapping.
    return this.frames.size + 2 * this.chunks;
  }

  /** Number of ranges that the libraries mapped for themselves. */
  ownRanges(): number {
    const state = decodePagingState(new LibraryReader(this.library), this.st);
    return state.ranges.filter(({ va, state: kind }) => kind === "mapped" && this.model.pagesAt(va).mapping === LIBRARY)
      .length;
  }

  leaving(): readonly Operation[] {
    // Mappings come first, because a claim may surround them.
    const ranges = [...this.ranges].sort(([, a], [, b]) => Number(a.frame === null) - Number(b.frame === null));
    return [
      ...ranges.map(([range]) => ({ op: "unmap", range, pages: 0 }) as const),
      ...[...this.frames.keys()].map((frame) => ({ op: "free frame", frame }) as const),
    ];
  }
}

/** Number of L2 tables that a range touches. */
function tablesOf(base: number, bytes: number): number {
  return Math.floor((base + bytes - 1) / MIB) - Math.floor(base / MIB) + 1;
}

function usedBlocks({ slabs }: PagingState): number {
  return slabs.total - slabs.free;
}
