/**
 * One run of a scenario: a fresh machine with the submission, and calls whose results are checked at once. The first
 * check that fails throws a `Failure`.
 */
import { RunEnded } from "../../machines/calls/call-machine";
import type { DirectImages, DirectProgram } from "../../machines/hosted/direct/direct-machine";
import type { Script, Word } from "../../machines/hosted/script";
import { CPTR_ROOTCN, RootSlot, rootSlotAddress } from "../../system/kpi/cspace";
import { INIT_ARGS_VBASE } from "../../system/kpi/init-space";
import { ObjType, typeName } from "../../system/kpi/object-types";
import { VRegionFlags } from "../../system/kpi/types";
import { diagnoseEnd, diagnoseRefusal } from "./diagnosis";
import { type FailedCall, Failure, type Focus, type StepBack } from "./failure";
import { addressFocus, History, pageFocus, slotFocus } from "./history";
import type { Kind } from "./kinds";
import { contains, Pages, type Piece, type Region, type Span } from "./pages";
import { type CallLimits, type ErrorNames, LAB_BOARD, MIB, PAGE, Subject } from "./subject";
import { answer, hex, kib, ordinal, range } from "./text";

/** Reference, in the program, to the slot with the largest RAM capability that the CPU driver left. */
const ALL_RAM = (1n << 63n) | (BigInt(CPTR_ROOTCN) << 32n) | BigInt(rootSlotAddress(RootSlot.SUPERCN));
/** How much of the board's memory init must at least get. */
const LEAST_ADDED_MIB = 32;
/** What the grader writes to a page to see whether it can be written. */
const WRITTEN = 0x5afe0000;
const NOT_IMPLEMENTED = "LIB_ERR_NOT_IMPLEMENTED";

const roundUp = (bytes: number, unit: number): number => Math.ceil(bytes / unit) * unit;

/** A region whose capability the scenario made. */
type NewRegion = Region & { cap: bigint };

/** Explains a refused request. It asks the manager for more memory, so the trial ends with it. */
export type Refusal = () => Failure;

function orThrow(result: Piece | Refusal): Piece {
  if (typeof result === "function") throw result();
  return result;
}

/** What a failure is about. */
interface About {
  /** Number of the system call after which to look; 0 or absent for the end of the run. */
  call?: number;
  focus?: Focus | null;
  back?: readonly StepBack[];
}

const START: FailedCall = {
  learnerFunction: "mmInit",
  text: "the program's start",
  asked: "Start the program and its library.",
};

export class Trial {
  readonly pages = new Pages();
  private readonly subject: Subject;
  private readonly history = new History();
  /** The latest call. What goes wrong afterwards is reported with it. */
  private call = START;
  /** Number of system calls before the latest call. */
  private callsBefore = 0;
  private ramTaken = 0;
  private pieces = 0;
  private slotsAtStart = 0;
  private capabilitiesAtStart = 0;
  private nodesAtStart = 0;
  /** Pieces that were freed: their memory must be available again. */
  private freed = 0;
  /** Whether requests go to init's manager. */
  private usesInit = false;

  constructor(images: DirectImages, program: DirectProgram, limits: CallLimits, onConsole?: (chunk: string) => void) {
    try {
      this.subject = new Subject(images, program, limits, onConsole);
    } catch (error) {
      throw this.ended(error);
    }
    this.own("startLibrary", INIT_ARGS_VBASE);
  }

  get systemCalls(): number {
    return this.subject.systemCalls;
  }

  /** The calls into the program so far. */
  get script(): Script {
    return this.subject.script;
  }

  // ---- a manager beside init's ----

  init(): void {
    const call: FailedCall = {
      learnerFunction: "mmInit",
      text: "mmInit(mm, ObjType.RAM, ...)",
      asked: "Set up a manager.",
    };
    this.mustSucceed(this.perform(call, "begin"), "start-up");
  }

  /** Makes a region of RAM and adds it. `skip` is the distance from the region before; 0 means that they touch. */
  addRegion(pages: number, { alignment = MIB, skip = MIB }: { alignment?: number; skip?: number } = {}): Region {
    return this.add(this.makeRegion(pages, alignment, skip));
  }

  add(region: NewRegion): Region {
    const { cap, base, bytes } = region;
    const call: FailedCall = {
      learnerFunction: "mmAdd",
      text: `mmAdd(mm, cap, ${hex(base)}, ${bytes})`,
      asked: `Add the region ${range(region)} (${kib(bytes)}).`,
    };
    this.mustSucceed(this.perform(call, "add", cap, BigInt(base), BigInt(bytes)), "start-up");
    this.pages.regions.push(region);
    return region;
  }

  /** Makes a RAM capability for a region from memory that nobody uses. */
  makeRegion(pages: number, alignment = MIB, skip = MIB): NewRegion {
    const all = this.subject.slots.identify(ALL_RAM);
    if (!all) throw new Error("the CPU driver left no RAM");
    const base = roundUp(all.base + this.ramTaken + (this.ramTaken === 0 ? 0 : skip), alignment);
    const bytes = pages * PAGE;
    this.ramTaken = base + bytes - all.base;
    const cap = this.slot();
    this.own("capRetype", cap, ALL_RAM, BigInt(base - all.base), ObjType.RAM, BigInt(bytes), 1);
    return { cap, base, bytes, call: this.systemCalls };
  }

  /** Allocates and checks the result. */
  alloc(bytes: number, alignment = 0): Piece {
    return orThrow(this.tryAlloc(bytes, alignment));
  }

  /** Allocates. If the manager refuses, returns how to explain that, should the request be one that can be served. */
  tryAlloc(bytes: number, alignment = 0): Piece | Refusal {
    if (alignment === 0) {
      const call: FailedCall = {
        learnerFunction: "mmAlloc",
        text: `mmAlloc(mm, ${bytes})`,
        asked: `Allocate ${kib(bytes)}.`,
      };
      return this.allocated(this.perform(call, "alloc", BigInt(bytes)), bytes);
    }
    const names = this.allocAligned(bytes, alignment, `Allocate ${kib(bytes)} at a multiple of ${alignment}.`);
    return this.allocated(names, bytes, Math.max(alignment, PAGE));
  }

  /** Checks that a request is refused with an error. */
  allocRefused(bytes: number | bigint, alignment: number, why: string): void {
    const names = this.allocAligned(bytes, alignment, `Refuse ${why}.`);
    if (names.length > 0) return;
    throw this.failure("accepts-impossible", "The call answers success.", this.aboutRetype());
  }

  private allocAligned(bytes: number | bigint, alignment: number, asked: string): ErrorNames {
    const text = `mmAllocAligned(mm, ${bytes}, ${alignment})`;
    const call: FailedCall = { learnerFunction: "mmAllocAligned", text, asked };
    return this.perform(call, "allocAligned", BigInt(bytes), BigInt(alignment));
  }

  /** Frees a piece and checks that its capability is gone. */
  free(piece: Piece, size = piece.bytes): void {
    const asked = `Free ${piece.name}, ${range(piece)}.`;
    this.mustSucceed(this.performFree(piece, piece.base, size, asked), "free-refused", this.aboutCapability(piece));
    this.forget(piece);
  }

  /** Checks that a free is refused and leaves the capability. */
  freeRefused(kind: Kind, what: string, piece: Piece, base: number, size: number): void {
    const names = this.performFree(piece, base, size, `Refuse ${what}.`);
    const back = this.history.ofPage(base);
    if (names.length === 0) throw this.failure(kind, "The call answers success.", { focus: pageFocus(base), back });
    this.mustBeImplemented(names);
    if (this.pages.live.some(({ cap }) => cap === piece.cap) && !this.subject.slots.identify(piece.cap)) {
      const happened = `The call answers ${answer(names)}, but the capability is gone.`;
      throw this.failure("wrong-free", happened, this.aboutCapability(piece));
    }
  }

  private performFree({ cap, name }: Piece, base: number, size: number, asked: string): ErrorNames {
    const text = `mmFree(mm, cap of ${name}, ${hex(base)}, ${size})`;
    return this.perform({ learnerFunction: "mmFree", text, asked }, "free", cap, BigInt(base), BigInt(size));
  }

  destroy(): void {
    this.perform({ learnerFunction: "mmDestroy", text: "mmDestroy(mm)", asked: "End the manager." }, "destroy");
    for (const region of this.pages.regions) {
      if (region.cap !== null && this.subject.slots.identify(region.cap))
        throw this.failure(
          "regions-left",
          `The capability of the region ${range(region)} still exists.`,
          this.aboutCapability({ cap: region.cap, call: region.call }),
        );
    }
  }

  // ---- init's manager, through libaos ----

  /** Starts init's manager with all memory of the board. */
  startManager(): void {
    const call: FailedCall = {
      learnerFunction: "mmInit",
      text: "initializeRamAlloc()",
      asked: "Start init's memory manager: mmInit, then mmAdd for each region of the board.",
    };
    this.mustSucceed(this.perform(call, "startManager"), "start-up");
    const { console } = this.subject;
    const error = console.split("\n").find((line) => /FAILED|^ERROR/.test(line));
    if (error !== undefined) throw this.failure("start-up", `The console says: ${error.trim()}`);
    const added = Number(/Added (\d+) MB/.exec(console)?.[1] ?? 0);
    if (added < LEAST_ADDED_MIB) {
      const all = LAB_BOARD.dram.bytes / MIB;
      throw this.failure("start-up", `init says "Added ${added} MB"; the board has ${all} MB.`);
    }
    this.pages.regions.push({ ...LAB_BOARD.dram, cap: null, call: 0 });
    this.usesInit = true;
  }

  ramAlloc(bytes: number): Piece {
    return orThrow(this.allocated(this.performRamAlloc(bytes), bytes));
  }

  /** Allocates RAM; null if there is none left. */
  ramAllocOrNone(bytes: number): Piece | null {
    const names = this.performRamAlloc(bytes);
    return names.includes("MM_ERR_NOT_FOUND") ? null : orThrow(this.allocated(names, bytes));
  }

  private performRamAlloc(bytes: number): ErrorNames {
    const asked = `Allocate ${kib(bytes)} of RAM.`;
    const call: FailedCall = { learnerFunction: "mmAllocAligned", text: `ramAlloc(${bytes})`, asked };
    return this.perform(call, "ramAlloc", BigInt(bytes));
  }

  /** Makes a Frame. */
  frame(bytes: number): Piece {
    const asked = `Make a Frame of ${kib(bytes)}.`;
    const call: FailedCall = { learnerFunction: "mmAllocAligned", text: `frameAlloc(${bytes})`, asked };
    return orThrow(this.allocated(this.perform(call, "frameAlloc", BigInt(bytes)), bytes, PAGE, ObjType.Frame));
  }

  ramFree(piece: Piece): void {
    const asked = `Free ${piece.name}, ${range(piece)}.`;
    const call: FailedCall = { learnerFunction: "mmFree", text: `ramFree(${piece.name})`, asked };
    this.mustSucceed(this.perform(call, "ramFree", piece.cap), "free-refused", this.aboutCapability(piece));
    this.forget(piece);
  }

  // ---- mapping ----

  /** Maps a frame, and checks what the mapping shows. */
  map(va: number, frame: Piece, bytes: number, flags: number): void {
    const access = mayWrite(flags) ? "read-write" : "read-only";
    const names = this.performMap(
      va,
      frame,
      bytes,
      flags,
      `Map ${kib(bytes)} of ${frame.name} at ${hex(va)}, ${access}.`,
    );
    const back = [madeFrame(frame)];
    this.mustSucceed(names, "map-refused", { focus: addressFocus(va), back });
    this.history.addMapping(va, roundUp(bytes, PAGE), this.subject.lastMap);
    this.mustShow(va, frame, bytes, flags);
  }

  /** Checks that the pages of a mapping show the frame, and that the program can use them. */
  mustShow(va: number, frame: Piece, bytes: number, flags: number): void {
    const pages = Math.ceil(bytes / PAGE);
    for (let page = 0; page < pages; page++) {
      const where = `The ${ordinal(page + 1)} page of ${pages}, at ${hex(va + page * PAGE)},`;
      this.pageMustShow(va + page * PAGE, frame, mayWrite(flags), where, page);
    }
  }

  private pageMustShow(va: number, frame: Piece, isWritable: boolean, where: string, page: number): void {
    const wanted = frame.base + page * PAGE;
    const found = this.subject.translate(va, false);
    const about = () => ({
      call: this.recent(this.subject.lastMap),
      focus: addressFocus(va),
      back: [madeFrame(frame)],
    });
    if (found === null) throw this.failure("not-mapped", `${where} is not mapped.`, about());
    if (found !== wanted) {
      const happened = `${where} shows physical memory ${hex(found)} instead of ${hex(wanted)}.`;
      throw this.failure("wrong-page", happened, about());
    }
    if ((this.subject.translate(va, true) !== null) !== isWritable)
      throw this.failure("wrong-rights", `${where} can ${isWritable ? "not be" : "be"} written.`, about());
    if (!isWritable) return;
    // Another word of each page, because a page that is mapped twice would show the same one.
    const offset = (page % (PAGE / 4)) * 4;
    this.own("storeWord", va + offset, WRITTEN + page);
    if (this.subject.readPhysical(wanted + offset) !== WRITTEN + page)
      throw this.failure("wrong-page", `${where} does not hold what was written to it.`, about());
  }

  /** Checks that nothing is mapped at an address. */
  mustNotBeMapped(va: number, what: string): void {
    if (this.subject.translate(va, false) === null) return;
    this.call = {
      learnerFunction: "pagingMapFixedAttr",
      text: "pagingMapFixedAttr(...)",
      asked: `Leave ${what} unmapped.`,
    };
    throw this.failure("mapped-too-much", `${hex(va)} is mapped.`, {
      call: this.recent(this.subject.lastMap),
      focus: addressFocus(va),
    });
  }

  /** Checks that a mapping is refused and that the page shows what it showed before. */
  mapRefused(va: number, frame: Piece, bytes: number, flags: number, why: string): void {
    const page = va & ~(PAGE - 1);
    const before = this.subject.translate(page, false);
    const names = this.performMap(va, frame, bytes, flags, `Refuse ${why}.`);
    this.mustBeImplemented(names);
    const about = {
      call: this.recent(this.subject.lastMap),
      focus: addressFocus(page),
      back: this.history.ofAddress(page),
    };
    if (names.length === 0) throw this.failure("map-accepted", "The call answers success.", about);
    if (this.subject.translate(page, false) === before) return;
    const happened = `The call answers ${answer(names)}, but it changed what ${hex(va)} shows.`;
    throw this.failure("map-accepted", happened, about);
  }

  private performMap(va: number, { cap, name }: Piece, bytes: number, flags: number, asked: string): ErrorNames {
    const text = `pagingMapFixedAttr(st, ${hex(va)}, ${name}, ${bytes}, ${flags})`;
    return this.perform(
      { learnerFunction: "pagingMapFixedAttr", text, asked },
      "mapFixed",
      va,
      cap,
      BigInt(bytes),
      flags,
    );
  }

  // ---- slabs ----

  /** Starts an empty slab allocator, refills it, and uses every block. */
  refill(blockSize: number, bytes: number): void {
    this.own("slabsBegin", blockSize);
    const call: FailedCall = {
      learnerFunction: "slabRefillPages",
      text: `slabRefillPages(slabs, ${bytes})`,
      asked: `Give a slab allocator with blocks of ${blockSize} bytes at least ${bytes} bytes.`,
    };
    this.mustSucceed(this.perform(call, "slabsRefill", BigInt(bytes)), "refill-failed");
    const free = Number(this.value("slabsFree"));
    // Every page may lose one block to the header of its slab, and one to the remainder.
    const fitting = Math.floor((bytes - Math.ceil(bytes / PAGE) * (64 + blockSize)) / blockSize);
    const least = Math.max(fitting, 1);
    if (free < least)
      throw this.failure("refill-failed", `The allocator has ${free} free blocks; at least ${least} must fit.`);
    const slabs = Number(this.value("slabsAddress"));
    const seen = new Set<number>();
    for (let i = 0; i < free; i++) {
      const block = Number(this.value("slabAlloc", slabs));
      if (!this.isOwnMemory(block, blockSize) || seen.has(block))
        throw this.failure(
          "refill-failed",
          `The ${ordinal(i + 1)} block, at ${hex(block)}, is not memory of its own.`,
          { call: this.recent(this.subject.lastMap), focus: addressFocus(block) },
        );
      seen.add(block);
      this.own("storeWord", block, i);
    }
  }

  private isOwnMemory(block: number, bytes: number): boolean {
    const ends = [block, block + bytes - 1];
    return block !== 0 && ends.every((address) => this.subject.translate(address, true) !== null);
  }

  // ---- accounts ----

  /** Remembers how many slots, capabilities and nodes are in use, for `nothingLost`. */
  remember(): void {
    this.slotsAtStart = this.slotsInUse();
    this.capabilitiesAtStart = this.subject.slots.count();
    this.nodesAtStart = this.nodesInUse();
  }

  /** Checks that no more of them are in use than at `remember`. */
  nothingLost(): void {
    const [slots, capabilities] = [this.slotsInUse(), this.subject.slots.count()];
    const nodes = this.nodesInUse();
    this.call = afterFrees("Use no more slots, capabilities and nodes after all memory is free again.");
    const moreCapabilities = capabilities - this.capabilitiesAtStart;
    if (moreCapabilities > 0) throw this.failure("capability-left", `${moreCapabilities} more capabilities exist.`);
    const moreSlots = slots - this.slotsAtStart;
    if (moreSlots > 0) throw this.failure("slot-leak", `${moreSlots} more slots are in use.`);
    const moreNodes = nodes - this.nodesAtStart;
    if (moreNodes > 0) throw this.failure("node-leak", `${moreNodes} more nodes are in use.`);
  }

  private slotsInUse(): number {
    return Number(this.value("usedDefaultSlots"));
  }

  /** Number of blocks in use of the slab allocator of the manager beside init's. */
  private nodesInUse(): number {
    return Number(this.value("nodesInUse"));
  }

  /** Checks that a second count is not much smaller than the first: allocators may keep some memory. */
  isAbout(second: number, first: number, what: string): void {
    if (second >= first * 0.95) return;
    this.call = afterFrees(`Get as many ${what} as before.`);
    throw this.failure("memory-lost", `There are ${second}; the first time there were ${first}.`);
  }

  /** Reports what is wrong if a whole region cannot be allocated again although all of it is free. */
  wholeRegionIsFree(region: Span): void {
    this.free(this.alloc(region.bytes));
  }

  // ---- what a holder of memory may do ----

  /** Copies the capability of a piece without telling the manager. */
  copy(piece: Piece): void {
    this.own("capCopy", this.slot(), piece.cap);
  }

  /** Turns the RAM of a piece into a Frame. The RAM capability is then gone. */
  makeFrame(piece: Piece): Piece {
    const frame = this.slot();
    this.own("capRetype", frame, piece.cap, 0n, ObjType.Frame, BigInt(piece.bytes), 1);
    this.own("capDestroy", piece.cap);
    const made = { ...piece, cap: frame, call: this.systemCalls };
    this.pages.live[this.pages.live.indexOf(piece)] = made;
    return made;
  }

  private slot(): bigint {
    this.own("slotAlloc");
    return BigInt.asUintN(64, this.value("outCap"));
  }

  // ---- inside ----

  /** Makes a call of the submission. */
  private perform(call: FailedCall, name: string, ...words: Word[]): ErrorNames {
    this.call = call;
    this.callsBefore = this.systemCalls;
    return this.guarded(() => this.subject.call(name, ...words));
  }

  private value(name: string, ...words: Word[]): bigint {
    return this.guarded(() => this.subject.value(name, ...words));
  }

  /** Calls a function of libaos that cannot fail here, unless the submission has damaged the library. */
  private own(name: string, ...words: Word[]): void {
    const names = this.guarded(() => this.subject.call(name, ...words));
    if (names.length > 0) throw this.failure("library-damaged", `Later, ${name} of libaos answers ${answer(names)}.`);
  }

  /** Everything that runs the program: a run that ends becomes a failure of the latest call. */
  private guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.ended(error);
    }
  }

  /** The failure that an error stands for. The program may not have started. */
  private ended(error: unknown): unknown {
    const subject = this.subject as Subject | undefined;
    const script = [...(subject?.script ?? [])];
    if (error instanceof WebAssembly.LinkError) {
      const happened = `The program cannot be linked: ${error.message}.`;
      return new Failure("foreign-import", this.call, happened, { script, where: null, back: [], frames: [] });
    }
    if (!(error instanceof RunEnded)) return error;
    const { result } = error;
    const { kind, happened } = diagnoseEnd(result, subject?.console ?? "");
    const frames = "frames" in result ? result.frames : [];
    const fault = result.kind === "fault" ? result.fault : null;
    const focus = fault?.kind === "data abort" ? addressFocus(fault.address) : null;
    return new Failure(kind, this.call, happened, { script, where: { call: null, focus }, back: [], frames });
  }

  private mustBeImplemented(names: ErrorNames): void {
    if (names.includes(NOT_IMPLEMENTED))
      throw this.failure("not-implemented", `${this.call.learnerFunction} returns ${NOT_IMPLEMENTED}.`);
  }

  /** `kind` is the kind of mistake if the error does not tell it. `about` is what the failure is about if it has it. */
  private mustSucceed(names: ErrorNames, kind: Kind, about: About = {}): void {
    this.mustBeImplemented(names);
    if (names.length > 0) throw this.refusal(names, kind, about);
  }

  /** Checks what an allocation returned, and enters it. */
  private allocated(names: ErrorNames, bytes: number, alignment = PAGE, type: ObjType = ObjType.RAM): Piece | Refusal {
    this.mustBeImplemented(names);
    if (names.length > 0) return () => this.refusal(names, null);
    const cap = BigInt.asUintN(64, this.value("outCap"));
    const identity = cap === 0n ? null : this.subject.slots.identify(cap);
    if (!identity) {
      const happened = cap === 0n ? "Out.cap is null." : "The slot in Out.cap is empty.";
      throw this.failure("capability-missing", happened, this.aboutRetype());
    }
    const { base, bytes: size } = identity;
    const span = { base, bytes: size };
    const about = { call: this.recent(this.subject.lastRetype?.call), focus: slotFocus(identity.at) };
    if (identity.type !== type) {
      const [is, wanted] = [identity.type, type].map(typeName);
      throw this.failure("wrong-type", `The capability is ${is} instead of ${wanted}.`, about);
    }
    const wanted = roundUp(bytes, PAGE);
    if (size < wanted || size >= 2 * roundUp(wanted, alignment))
      throw this.failure("wrong-size", `The capability covers ${kib(size)} instead of ${kib(wanted)}.`, about);
    const holder = this.pages.holder(span);
    if (holder) {
      const page = Math.max(base, holder.base);
      throw this.failure("handed-out-twice", `The memory ${range(span)} overlaps ${holder.name}, ${range(holder)}.`, {
        ...about,
        focus: pageFocus(page),
        back: this.history.ofPage(page),
      });
    }
    if (!this.pages.regions.some((region) => contains(region, span)))
      throw this.failure("outside-region", `The memory ${range(span)} lies in no region.`, about);
    if (base % alignment !== 0)
      throw this.failure("misaligned", `The base is ${hex(base)}, no multiple of ${alignment}.`, about);
    const name = `the ${ordinal(++this.pieces)} piece`;
    const piece: Piece = { ...span, cap, asked: bytes, name, call: about.call || this.systemCalls };
    this.pages.live.push(piece);
    this.history.addPiece(piece);
    return piece;
  }

  /** Enters that a piece is free. Its capability must be gone. */
  private forget(piece: Piece): void {
    const at = this.pages.live.findIndex(({ cap }) => cap === piece.cap);
    if (at >= 0) this.pages.live.splice(at, 1);
    this.freed++;
    this.history.addFree(piece, this.systemCalls);
    if (this.subject.slots.identify(piece.cap)?.base !== piece.base) return;
    const happened = "The call answers success, but the capability is still in its slot.";
    throw this.failure("capability-left", happened, this.aboutCapability(piece));
  }

  private refusal(names: ErrorNames, fallback: Kind | null, about: About = {}): Failure {
    // The diagnosis may ask for more memory, which is no part of the trial.
    const trace = this.trace({ ...this.aboutRefusal(), ...about });
    const refused = {
      names,
      isAllocation: this.call.learnerFunction.startsWith("mmAlloc"),
      pages: this.pages,
      retype: this.subject.lastRetype,
      hasAllocated: this.pieces > 0,
      hasFreed: this.freed > 0,
      ask: (bytes: number) => this.ask(bytes),
    };
    const { kind, happened } = diagnoseRefusal(refused, fallback);
    return new Failure(kind, this.call, happened, trace);
  }

  /** Asks the manager in question for memory, for a diagnosis. */
  private ask(bytes: number) {
    try {
      const isServed = this.subject.call(this.usesInit ? "ramAlloc" : "alloc", BigInt(bytes)).length === 0;
      return { isServed, retype: this.subject.lastRetype };
    } catch {
      return null;
    }
  }

  private failure(kind: Kind, happened: string, about: About = {}): Failure {
    return new Failure(kind, this.call, happened, this.trace(about));
  }

  private trace({ call = this.recent(this.subject.lastRefused), focus = null, back = [] }: About) {
    return { script: [...this.script], where: { call: call || null, focus }, back, frames: [] };
  }

  /** The number of a system call if the latest call made it; otherwise 0. */
  private recent(call: number | undefined): number {
    return call !== undefined && call > this.callsBefore ? call : 0;
  }

  /** The system call that was refused, and the memory or the slot that is in the way. */
  private aboutRefusal(): About {
    const refused = this.recent(this.subject.lastRefused);
    if (refused !== 0 && refused === this.subject.lastRetype?.call)
      return { ...this.aboutRetype(), ...this.aboutDestination(), call: refused };
    const free = this.history.lastFreed ?? this.pages.regions.at(-1);
    if (refused !== 0 || !this.call.learnerFunction.startsWith("mmAlloc") || !free) return {};
    return { focus: pageFocus(free.base), back: this.history.ofLastFree() };
  }

  /** The latest retype, if the latest call made one. */
  private aboutRetype(): About {
    const { lastRetype: retype, slots } = this.subject;
    const call = this.recent(retype?.call);
    if (!retype || call === 0) return {};
    const at = slots.slotAt(retype.source);
    const source = at === null ? null : slots.contents(at);
    if (!source) return { call };
    const page = source.base + retype.offset;
    return { call, focus: pageFocus(page), back: this.history.ofPage(page) };
  }

  /** The slot for the result of the latest retype, if something is in it. */
  private aboutDestination(): About {
    const { lastRetype, slots } = this.subject;
    const at = lastRetype && slots.slotAt(lastRetype.destination);
    if (at === null || slots.contents(at) === null) return {};
    const holder = this.pages.live.find(({ cap }) => slots.slotOf(cap) === at);
    return holder ? this.aboutCapability(holder) : { focus: slotFocus(at) };
  }

  /** A capability that still exists, or does not exist any more. */
  private aboutCapability({ cap, call }: Pick<Piece, "cap" | "call">): About {
    const focus = slotFocus(this.subject.slots.slotOf(cap));
    return { focus, back: [{ question: "Which call made this capability?", call, focus }] };
  }
}

function madeFrame({ call, base }: Piece): StepBack {
  return { question: "Which call made the frame?", call, focus: pageFocus(base) };
}

const mayWrite = (flags: number): boolean => (flags & VRegionFlags.WRITE) !== 0;

/** What is reported as the call if freed memory or slots do not come back. */
function afterFrees(asked: string): FailedCall {
  return { learnerFunction: "mmFree", text: "mmFree(...)", asked };
}
