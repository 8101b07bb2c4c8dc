/**
 * One run of a scenario: a fresh machine with the submission, and calls whose results are checked at once. The first
 * check that fails throws a `Failure`.
 */
import type { DirectImages, DirectProgram } from "../../machines/hosted/direct/direct-machine";
import type { RunResult } from "../../machines/results";
import { RootSlot, rootSlotAddress } from "../../system/kpi/cspace";
import { INIT_ARGS_VBASE } from "../../system/kpi/init-space";
import { ObjType, typeName } from "../../system/kpi/object-types";
import { TrapKind } from "../../system/kpi/traps";
import { Failure, type LearnerFunction } from "./failure";
import type { Kind } from "./kinds";
import { contains, Pages, type Piece, type Span } from "./pages";
import { type CallLimits, type ErrorNames, PAGE, RunEnded, Subject, type Value } from "./subject";

export { PAGE };
export const MIB = 0x100000;

/** Reference, in the program, to the slot with the largest RAM capability that the CPU driver left. */
const ALL_RAM = (1n << 63n) | (2n << 32n) | BigInt(rootSlotAddress(RootSlot.SUPERCN));

export const hex = (value: number): string => `0x${value.toString(16).padStart(8, "0")}`;
const kib = (bytes: number): string => (bytes % 1024 === 0 ? `${bytes / 1024} KiB` : `${bytes} bytes`);
const range = ({ base, bytes }: Span): string => `${hex(base)} to ${hex(base + bytes - 1)}`;
const roundUp = (bytes: number, unit: number): number => Math.ceil(bytes / unit) * unit;
const answer = (names: ErrorNames): string => (names.length === 0 ? "success" : names.join(" < "));
const ordinal = (n: number): string =>
  `${n}${["th", "st", "nd", "rd"][n % 100 > 10 && n % 100 < 14 ? 0 : n % 10] ?? "th"}`;

export interface Region extends Span {
  cap: bigint;
}

/** Explains a refused request. It asks the manager for more memory, so the trial ends with it. */
export type Refusal = () => Failure;

function orThrow(result: Piece | Refusal): Piece {
  if (typeof result === "function") throw result();
  return result;
}

/** How a call of the submission reads, and what it is for. */
interface Call {
  learnerFunction: LearnerFunction;
  text: string;
  asked: string;
}

export class Trial {
  readonly pages = new Pages();
  private subject: Subject;
  private ramTaken = 0;
  private pieces = 0;
  private slotsAtStart = 0;
  private capabilitiesAtStart = 0;
  private nodesAtStart = 0;
  /** Pieces that were freed: their memory must be available again. */
  private freed = 0;
  /** Whether requests go to init's manager. */
  private usesInit = false;

  constructor(images: DirectImages, program: DirectProgram, limits: CallLimits) {
    const call: Call = {
      learnerFunction: "mmInit",
      text: "the program's start",
      asked: "Start the program and its library.",
    };
    try {
      this.subject = new Subject(images, program, limits);
    } catch (error) {
      throw this.ended(call, error, "");
    }
    const started = this.run(call, "startLibrary", INIT_ARGS_VBASE);
    if (started.length > 0) throw new Error(`the library does not start: ${started.join(" < ")}`);
  }

  get console(): string {
    return this.subject.console;
  }

  get systemCalls(): number {
    return this.subject.systemCalls;
  }

  // ---- the submission's functions ----

  /** Starts a manager beside init's. With `few`, its slab allocator has 64 blocks, as init's has. */
  init(few = false): void {
    const call: Call = { learnerFunction: "mmInit", text: "mmInit(mm, ObjType.RAM, ...)", asked: "Set up a manager." };
    this.mustSucceed(call, this.run(call, "begin", Number(few)), "start-up");
  }

  /** Makes a region of RAM and adds it. `skip` is the distance from the region before; 0 means that they touch. */
  addRegion(pages: number, { alignment = MIB, skip = MIB }: { alignment?: number; skip?: number } = {}): Region {
    return this.add(this.makeRegion(pages, alignment, skip));
  }

  add(region: Region): Region {
    const { cap, base, bytes } = region;
    const call: Call = {
      learnerFunction: "mmAdd",
      text: `mmAdd(mm, cap, ${hex(base)}, ${bytes})`,
      asked: `Add the region ${range(region)} (${kib(bytes)}).`,
    };
    this.mustSucceed(call, this.run(call, "add", cap, BigInt(base), BigInt(bytes)), "start-up");
    this.pages.regions.push(region);
    return region;
  }

  /** Makes a RAM capability for a region from memory that nobody uses. */
  makeRegion(pages: number, alignment = MIB, skip = MIB): Region {
    const all = this.identify(ALL_RAM);
    if (!all) throw new Error("the CPU driver left no RAM");
    const base = roundUp(all.base + Math.max(this.ramTaken, 0) + (this.ramTaken === 0 ? 0 : skip), alignment);
    const bytes = pages * PAGE;
    this.ramTaken = base + bytes - all.base;
    const cap = this.slot();
    this.own("capRetype", cap, ALL_RAM, BigInt(base - all.base), ObjType.RAM, BigInt(bytes), 1);
    return { cap, base, bytes };
  }

  /** Allocates and checks the result. */
  alloc(bytes: number, alignment = 0): Piece {
    return orThrow(this.tryAlloc(bytes, alignment));
  }

  /** Allocates. If the manager refuses, returns how to explain that, should the request be one that can be served. */
  tryAlloc(bytes: number, alignment = 0): Piece | Refusal {
    const call = this.allocCall(bytes, alignment);
    const names = alignment === 0 ? this.run(call, "alloc", BigInt(bytes)) : this.runAligned(call, bytes, alignment);
    return this.allocated(call, names, bytes, Math.max(alignment, PAGE), this.pages);
  }

  private runAligned(call: Call, bytes: number, alignment: number): ErrorNames {
    return this.run(call, "allocAligned", BigInt(bytes), BigInt(alignment));
  }

  private allocCall(bytes: number, alignment: number): Call {
    return alignment === 0
      ? { learnerFunction: "mmAlloc", text: `mmAlloc(mm, ${bytes})`, asked: `Allocate ${kib(bytes)}.` }
      : {
          learnerFunction: "mmAllocAligned",
          text: `mmAllocAligned(mm, ${bytes}, ${alignment})`,
          asked: `Allocate ${kib(bytes)} at a multiple of ${alignment}.`,
        };
  }

  /** Allocates RAM from init's manager, through libaos. */
  ramAlloc(bytes: number): Piece {
    const call: Call = {
      learnerFunction: "mmAllocAligned",
      text: `ramAlloc(${bytes})`,
      asked: `Allocate ${kib(bytes)} of RAM.`,
    };
    const result = this.allocated(call, this.run(call, "ramAlloc", BigInt(bytes)), bytes, PAGE, this.pages);
    return orThrow(result);
  }

  /** The same if it may fail because there is no memory left. */
  ramAllocOrNone(bytes: number): Piece | null {
    const call: Call = {
      learnerFunction: "mmAllocAligned",
      text: `ramAlloc(${bytes})`,
      asked: `Allocate ${kib(bytes)} of RAM.`,
    };
    const names = this.run(call, "ramAlloc", BigInt(bytes));
    if (names.includes("MM_ERR_NOT_FOUND")) return null;
    const result = this.allocated(call, names, bytes, PAGE, this.pages);
    return orThrow(result);
  }

  /** Makes a Frame from memory of init's manager, through libaos. */
  frame(bytes: number): Piece {
    const call: Call = {
      learnerFunction: "mmAllocAligned",
      text: `frameAlloc(${bytes})`,
      asked: `Make a Frame of ${kib(bytes)}.`,
    };
    const result = this.allocated(
      call,
      this.run(call, "frameAlloc", BigInt(bytes)),
      bytes,
      PAGE,
      this.pages,
      ObjType.Frame,
    );
    return orThrow(result);
  }

  /** Frees a piece and checks that its capability is gone. */
  free(piece: Piece, size = piece.bytes): void {
    const call = this.freeCall(piece, piece.base, size);
    this.mustSucceed(call, this.run(call, "free", piece.cap, BigInt(piece.base), BigInt(size)), "free-refused");
    this.forget(piece);
    this.mustBeGone(call, piece);
  }

  /** Frees a piece of init's manager, through libaos. */
  ramFree(piece: Piece): void {
    const call: Call = {
      learnerFunction: "mmFree",
      text: `ramFree(${piece.name})`,
      asked: `Free ${piece.name}, ${range(piece)}.`,
    };
    this.mustSucceed(call, this.run(call, "ramFree", piece.cap), "free-refused");
    this.forget(piece);
    this.mustBeGone(call, piece);
  }

  /** Checks that a free is refused and leaves the capability. */
  freeRefused(kind: Kind, what: string, piece: Piece, base: number, size: number): void {
    const call: Call = { ...this.freeCall(piece, base, size), asked: `Refuse ${what}.` };
    const names = this.run(call, "free", piece.cap, BigInt(base), BigInt(size));
    if (names.length === 0) throw this.failure(kind, call, "The call answers success.");
    if (names[0] === "LIB_ERR_NOT_IMPLEMENTED") throw this.failure("not-implemented", call, notImplemented(call));
    if (this.pages.live.some(({ cap }) => cap === piece.cap) && !this.identify(piece.cap))
      throw this.failure("wrong-free", call, `The call answers ${answer(names)}, but the capability is gone.`);
  }

  private freeCall(piece: Piece, base: number, size: number): Call {
    return {
      learnerFunction: "mmFree",
      text: `mmFree(mm, cap of ${piece.name}, ${hex(base)}, ${size})`,
      asked: `Free ${piece.name}, ${range(piece)}.`,
    };
  }

  destroy(): void {
    const call: Call = { learnerFunction: "mmDestroy", text: "mmDestroy(mm)", asked: "End the manager." };
    this.run(call, "destroy");
    for (const region of this.pages.regions as Region[]) {
      if (this.identify(region.cap))
        throw this.failure("regions-left", call, `The capability of the region ${range(region)} still exists.`);
    }
  }

  /** Checks that a request is refused with an error. */
  allocRefused(bytes: number | bigint, alignment: number | bigint, why: string): void {
    const call: Call = {
      learnerFunction: "mmAllocAligned",
      text: `mmAllocAligned(mm, ${bytes}, ${alignment})`,
      asked: `Refuse ${why}.`,
    };
    const names = this.run(call, "allocAligned", BigInt(bytes), BigInt(alignment));
    if (names.length === 0) throw this.failure("accepts-impossible", call, "The call answers success.");
  }

  // ---- init's manager ----

  /** Starts init's manager with all memory of the board. */
  startManager(): void {
    const call: Call = {
      learnerFunction: "mmInit",
      text: "initializeRamAlloc()",
      asked: "Start init's memory manager: mmInit, then mmAdd for each region of the board.",
    };
    const names = this.run(call, "startManager");
    const console = this.console.split("\n");
    const error = console.find((line) => /FAILED|^ERROR/.test(line));
    this.mustSucceed(call, names, "start-up");
    if (error !== undefined) throw this.failure("start-up", call, `The console says: ${error.trim()}`);
    const added = /Added (\d+) MB/.exec(this.console)?.[1];
    if (added === undefined || Number(added) < 32)
      throw this.failure("start-up", call, `init says "Added ${added ?? 0} MB"; the board has 64 MB.`);
    const all = { base: 0x80000000, bytes: 64 * MIB };
    this.pages.regions.push(all);
    this.usesInit = true;
  }

  // ---- mapping ----

  map(va: number, frame: Piece, bytes: number, flags: number): void {
    const call = this.mapCall(va, frame, bytes, flags);
    this.mustSucceed(call, this.run(call, "mapFixed", va, frame.cap, BigInt(bytes), flags), "map-refused");
    this.mustShow(call, va, frame, bytes, flags);
  }

  /** Checks that the pages of a mapping show the frame, and that the program can use them. */
  mustShow(call: Call | null, va: number, frame: Span, bytes: number, flags: number): void {
    const at = call ?? this.mapCall(va, { ...frame, cap: 0n, asked: 0, name: "the frame" }, bytes, flags);
    const pages = Math.ceil(bytes / PAGE);
    const mayWrite = (flags & 2) !== 0;
    for (let page = 0; page < pages; page++) {
      const [address, wanted] = [va + page * PAGE, frame.base + page * PAGE];
      const found = this.subject.translate(address, false);
      const where = `The ${ordinal(page + 1)} page of ${pages}, at ${hex(address)},`;
      if (found === null) throw this.failure("not-mapped", at, `${where} is not mapped.`);
      if (found !== wanted)
        throw this.failure("wrong-page", at, `${where} shows physical memory ${hex(found)} instead of ${hex(wanted)}.`);
      if ((this.subject.translate(address, true) !== null) !== mayWrite)
        throw this.failure("wrong-rights", at, `${where} can ${mayWrite ? "not be" : "be"} written.`);
      if (!mayWrite) continue;
      this.subject.call("storeWord", address + (page % 1000) * 4, 0x5afe0000 + page);
      const read = this.subject.readPhysical(wanted + (page % 1000) * 4);
      if (read !== 0x5afe0000 + page)
        throw this.failure("wrong-page", at, `${where} does not hold what was written to it.`);
    }
  }

  /** Checks that nothing is mapped at an address. */
  mustNotBeMapped(va: number, what: string): void {
    if (this.subject.translate(va, false) === null) return;
    const call: Call = {
      learnerFunction: "pagingMapFixedAttr",
      text: "pagingMapFixedAttr(...)",
      asked: `Leave ${what} unmapped.`,
    };
    throw this.failure("mapped-too-much", call, `${hex(va)} is mapped.`);
  }

  mapRefused(va: number, frame: Piece, bytes: number, flags: number, why: string): void {
    const call: Call = { ...this.mapCall(va, frame, bytes, flags), asked: `Refuse ${why}.` };
    const before = this.subject.translate(va & ~(PAGE - 1), false);
    const names = this.run(call, "mapFixed", va, frame.cap, BigInt(bytes), flags);
    if (names[0] === "LIB_ERR_NOT_IMPLEMENTED") throw this.failure("not-implemented", call, notImplemented(call));
    if (names.length === 0) throw this.failure("map-accepted", call, "The call answers success.");
    if (this.subject.translate(va & ~(PAGE - 1), false) !== before)
      throw this.failure(
        "map-accepted",
        call,
        `The call answers ${answer(names)}, but it changed what ${hex(va)} shows.`,
      );
  }

  private mapCall(va: number, frame: Piece, bytes: number, flags: number): Call {
    return {
      learnerFunction: "pagingMapFixedAttr",
      text: `pagingMapFixedAttr(st, ${hex(va)}, ${frame.name}, ${bytes}, ${flags})`,
      asked: `Map ${kib(bytes)} of ${frame.name} at ${hex(va)}, ${(flags & 2) !== 0 ? "read-write" : "read-only"}.`,
    };
  }

  // ---- slabs ----

  /** Starts an empty slab allocator, refills it, and uses every block. */
  refill(blockSize: number, bytes: number): void {
    this.own("slabsBegin", blockSize);
    const call: Call = {
      learnerFunction: "slabRefillPages",
      text: `slabRefillPages(slabs, ${bytes})`,
      asked: `Give a slab allocator with blocks of ${blockSize} bytes at least ${bytes} bytes.`,
    };
    this.mustSucceed(call, this.run(call, "slabsRefill", BigInt(bytes)), "refill-failed");
    const free = Number(this.subject.value("slabsFree"));
    // Every page may lose one block to the header of its slab, and one to the remainder.
    const least = Math.floor((bytes - Math.ceil(bytes / PAGE) * (64 + blockSize)) / blockSize);
    if (free < Math.max(least, 1))
      throw this.failure(
        "refill-failed",
        call,
        `The allocator has ${free} free blocks; at least ${Math.max(least, 1)} must fit.`,
      );
    const slabs = Number(this.subject.value("slabsAddress"));
    const seen = new Set<number>();
    for (let i = 0; i < free; i++) {
      const block = Number(this.runValue(call, "slabAlloc", slabs));
      const fits =
        block !== 0 &&
        this.subject.translate(block, true) !== null &&
        this.subject.translate(block + blockSize - 1, true) !== null;
      if (!fits || seen.has(block))
        throw this.failure(
          "refill-failed",
          call,
          `The ${ordinal(i + 1)} block, at ${hex(block)}, is not memory of its own.`,
        );
      seen.add(block);
      this.subject.call("storeWord", block, i);
    }
  }

  // ---- accounts ----

  private slotsInUse(): number {
    return Number(this.subject.value("usedDefaultSlots"));
  }

  /** Number of blocks in use of the slab allocator of the manager beside init's. */
  private nodesInUse(): number {
    return Number(this.subject.value("nodesInUse"));
  }

  /** Remembers how many slots, capabilities and nodes are in use, for `nothingLost`. */
  remember(): void {
    this.slotsAtStart = this.slotsInUse();
    this.capabilitiesAtStart = this.subject.countCapabilities();
    this.nodesAtStart = this.nodesInUse();
  }

  /** Checks that no more of them are in use than at `remember`. */
  nothingLost(): void {
    const call: Call = {
      learnerFunction: "mmFree",
      text: "mmFree(...)",
      asked: "Use no more slots, capabilities and nodes after all memory is free again.",
    };
    const capabilities = this.subject.countCapabilities() - this.capabilitiesAtStart;
    if (capabilities > 0) throw this.failure("capability-left", call, `${capabilities} more capabilities exist.`);
    const slots = this.slotsInUse() - this.slotsAtStart;
    if (slots > 0) throw this.failure("slot-leak", call, `${slots} more slots are in use.`);
    const nodes = this.nodesInUse() - this.nodesAtStart;
    if (nodes > 0) throw this.failure("node-leak", call, `${nodes} more nodes are in use.`);
  }

  /** Checks that a second count is not much smaller than the first: allocators may keep some memory. */
  isAbout(second: number, first: number, what: string): void {
    const call: Call = { learnerFunction: "mmFree", text: "mmFree(...)", asked: `Get as many ${what} as before.` };
    if (second < first * 0.95)
      throw this.failure("memory-lost", call, `There are ${second}; the first time there were ${first}.`);
  }

  /** Reports what is wrong if a whole region cannot be allocated again although all of it is free. */
  wholeRegionIsFree(region: Span): void {
    this.free(this.alloc(region.bytes));
  }

  // ---- the library's own functions, which cannot fail ----

  own(name: string, ...args: Value[]): void {
    const names = this.subject.call(name, ...args);
    if (names.length > 0) throw new Error(`${name}: ${names.join(" < ")}`);
  }

  slot(): bigint {
    this.own("slotAlloc");
    return this.subject.outCap();
  }

  identify(cap: bigint): { type: number; base: number; bytes: number } | null {
    return this.subject.identify(cap);
  }

  /** Copies the capability of a piece, as a holder may do who does not tell the manager. */
  copy(piece: Piece): void {
    this.own("capCopy", this.slot(), piece.cap);
  }

  /** Turns the RAM of a piece into a Frame, as its holder may do. The RAM capability is then gone. */
  makeFrame(piece: Piece): Piece {
    const frame = this.slot();
    this.own("capRetype", frame, piece.cap, 0n, ObjType.Frame, BigInt(piece.bytes), 1);
    this.own("capDestroy", piece.cap);
    const made = { ...piece, cap: frame };
    this.pages.live[this.pages.live.indexOf(piece)] = made;
    return made;
  }

  // ---- inside ----

  private run(call: Call, name: string, ...args: Value[]): ErrorNames {
    try {
      return this.subject.call(name, ...args);
    } catch (error) {
      throw this.ended(call, error, this.console);
    }
  }

  private runValue(call: Call, name: string, ...args: Value[]): bigint {
    try {
      return this.subject.value(name, ...args);
    } catch (error) {
      throw this.ended(call, error, this.console);
    }
  }

  private ended(call: Call, error: unknown, console: string): unknown {
    if (error instanceof WebAssembly.LinkError)
      return this.failure("foreign-import", call, `The program cannot be linked: ${error.message}.`);
    if (!(error instanceof RunEnded)) return error;
    const { kind, happened } = describeEnd(error.result, console);
    const { learnerFunction, text, asked } = call;
    const frames = "frames" in error.result ? error.result.frames : [];
    return new Failure(kind, text, learnerFunction, asked, happened, frames);
  }

  private mustSucceed(call: Call, names: ErrorNames, kind: Kind): void {
    if (names.length === 0) return;
    if (names.includes("LIB_ERR_NOT_IMPLEMENTED")) throw this.failure("not-implemented", call, notImplemented(call));
    throw this.refusal(call, names, kind);
  }

  /** Checks what an allocation returned, and enters it. */
  private allocated(
    call: Call,
    names: ErrorNames,
    bytes: number,
    alignment: number,
    pages: Pages,
    type: ObjType = ObjType.RAM,
  ): Piece | Refusal {
    if (names.includes("LIB_ERR_NOT_IMPLEMENTED")) throw this.failure("not-implemented", call, notImplemented(call));
    if (names.length > 0) return () => this.refusal(call, names, null);
    const cap = this.subject.outCap();
    const identity = cap === 0n ? null : this.identify(cap);
    if (!identity)
      throw this.failure("capability-missing", call, cap === 0n ? "Out.cap is null." : "The slot in Out.cap is empty.");
    const span = { base: identity.base, bytes: identity.bytes };
    if (identity.type !== type)
      throw this.failure(
        "wrong-type",
        call,
        `The capability is ${typeName(identity.type)} instead of ${typeName(type)}.`,
      );
    const wanted = roundUp(bytes, PAGE);
    if (span.bytes < wanted || span.bytes >= 2 * roundUp(wanted, alignment))
      throw this.failure("wrong-size", call, `The capability covers ${kib(span.bytes)} instead of ${kib(wanted)}.`);
    const holder = pages.holder(span);
    if (holder)
      throw this.failure(
        "handed-out-twice",
        call,
        `The memory ${range(span)} overlaps ${holder.name}, ${range(holder)}.`,
      );
    if (!pages.regions.some((region) => contains(region, span)))
      throw this.failure("outside-region", call, `The memory ${range(span)} lies in no region.`);
    if (span.base % alignment !== 0)
      throw this.failure("misaligned", call, `The base is ${hex(span.base)}, no multiple of ${alignment}.`);
    const piece: Piece = { ...span, cap, asked: bytes, name: `the ${ordinal(++this.pieces)} piece` };
    pages.live.push(piece);
    return piece;
  }

  private forget(piece: Piece): void {
    const at = this.pages.live.findIndex(({ cap }) => cap === piece.cap);
    if (at >= 0) this.pages.live.splice(at, 1);
    this.freed++;
  }

  private mustBeGone(call: Call, piece: Piece): void {
    const left = this.identify(piece.cap);
    if (left && left.base === piece.base)
      throw this.failure("capability-left", call, "The call answers success, but the capability is still in its slot.");
  }

  /** Explains why the submission refused a request that it can serve. `fallback` names the kind if nothing else fits. */
  private refusal(call: Call, names: ErrorNames, fallback: Kind | null): Failure {
    const said = `The call answers ${answer(names)}.`;
    const retype = this.subject.lastRetype;
    if (names.includes("SYS_ERR_REVOKE_FIRST") && retype) return this.revokeFirst(call, said, retype);
    const has = (...wanted: string[]) => wanted.some((name) => names.includes(name));
    if (has("SYS_ERR_RETYPE_INVALID_OFFSET", "SYS_ERR_INVALID_SIZE", "SYS_ERR_RETYPE_INVALID_COUNT"))
      return this.failure(this.whichOfRange(retype), call, said + this.offsetOf(retype));
    if (has("SYS_ERR_ILLEGAL_DEST_TYPE", "SYS_ERR_INVALID_RETYPE") && retype)
      return this.failure("wrong-type", call, `${said} capRetype was called with type ${retype.type}.`);
    if (has("SYS_ERR_SLOT_IN_USE", "SYS_ERR_SLOTS_IN_USE")) return this.failure("slot-in-use", call, said);
    if (
      has(
        "SYS_ERR_SLOTS_INVALID",
        "SYS_ERR_DEST_CNODE_LOOKUP",
        "SYS_ERR_DEST_CNODE_INVALID",
        "SYS_ERR_DEST_ROOTCN_LOOKUP",
      )
    )
      return this.failure("no-destination", call, `${said} The destination of capRetype is not a slot.`);
    if (has("SYS_ERR_SOURCE_CAP_LOOKUP", "SYS_ERR_CAP_NOT_FOUND") && call.learnerFunction.startsWith("mmAlloc"))
      return this.failure("wrong-offset", call, `${said} The source of capRetype is an empty slot.`);
    if (has("MM_ERR_NEW_NODE", "LIB_ERR_SLAB_ALLOC_FAIL")) return this.failure("no-nodes", call, said);
    if (has("MM_ERR_SLOT_NOSLOTS", "MM_ERR_CHUNK_SLOT_ALLOC", "LIB_ERR_SLOT_ALLOC_NO_SPACE"))
      return this.failure("no-slots", call, said);
    if (fallback) return this.failure(fallback, call, said);
    return this.failure(this.missingMemory(), call, said);
  }

  /** What is wrong with a retype whose range the CPU driver refused? */
  private whichOfRange(retype: Subject["lastRetype"]): Kind {
    if (!retype) return "wrong-offset";
    const { offset, bytes } = retype;
    if (bytes === 0 || bytes % PAGE !== 0) return "wrong-size";
    const source = this.sourceRegion(retype);
    const startsInside = source !== undefined && offset <= source.bytes;
    return startsInside && offset + bytes > source.bytes ? "outside-region" : "wrong-offset";
  }

  /** The region whose capability is the source of a retype. */
  private sourceRegion(retype: NonNullable<Subject["lastRetype"]>): Region | undefined {
    const regions = this.pages.regions as Region[];
    return regions.find(({ cap }) => cap !== undefined && Number(cap & 0xffffffffn) === retype.source);
  }

  private offsetOf(retype: Subject["lastRetype"]): string {
    return retype ? ` capRetype was called with offset ${hex(retype.offset)} and ${kib(retype.bytes)}.` : "";
  }

  /** capRetype was refused because a capability of that memory exists. */
  private revokeFirst(call: Call, said: string, retype: NonNullable<Subject["lastRetype"]>): Failure {
    const source = this.sourceRegion(retype);
    const what = this.offsetOf(retype);
    if (!source) return this.failure("wrong-offset", call, `${said}${what}`);
    const span = { base: source.base + retype.offset, bytes: retype.bytes };
    const holder = this.pages.holder(span);
    if (!holder)
      return this.failure(
        "capability-left",
        call,
        `${said}${what} That memory is free, but a capability of it still exists.`,
      );
    const kind = retype.offset === 0 && this.isOffsetAlwaysZero(retype.bytes) ? "wrong-offset" : "handed-out-twice";
    return this.failure(kind, call, `${said}${what} That memory belongs to ${holder.name}, ${range(holder)}.`);
  }

  /** Is the offset 0 again if more is requested? A piece that was handed out, but is still in the list, is too small. */
  private isOffsetAlwaysZero(bytes: number): boolean {
    try {
      this.subject.call(this.usesInit ? "ramAlloc" : "alloc", BigInt(2 * bytes));
    } catch {
      return false;
    }
    return this.subject.lastRetype?.offset === 0;
  }

  /** Which kind of mistake hides memory that must be free? Finds out by asking for single pages. */
  private missingMemory(): Kind {
    if (this.pieces === 0) return "nothing-found";
    const free = this.pages.freeBytes() / PAGE;
    for (let got = 0; got < Math.min(free, 2000); got++) {
      try {
        const request = this.usesInit ? "ramAlloc" : "alloc";
        if (this.subject.call(request, BigInt(PAGE)).length > 0) return "memory-lost";
      } catch {
        return "memory-lost";
      }
    }
    return this.freed > 0 ? "not-merged" : "memory-lost";
  }

  private failure(kind: Kind, { learnerFunction, text, asked }: Call, happened: string): Failure {
    return new Failure(kind, text, learnerFunction, asked, happened);
  }
}

function notImplemented(call: Call): string {
  return `${call.learnerFunction} returns LIB_ERR_NOT_IMPLEMENTED.`;
}

/** The null page and what lies close to it: fields of a null reference. */
const NULL_LIMIT = 0x10000;

function describeEnd(result: RunResult, console: string): { kind: Kind; happened: string } {
  const happened =
    "message" in result ? `${result.message[0]?.toUpperCase()}${result.message.slice(1)}.` : "The run ended.";
  if (result.kind === "limit")
    return { kind: result.which === "milliseconds" ? "endless-loop" : "too-many-calls", happened };
  if (result.kind === "fault") {
    const { fault } = result;
    const isInSlabs = result.frames.slice(0, 3).some(({ function: name }) => name === "slabGrow" || name === "addSlab");
    if (fault.kind === "data abort" && isInSlabs) return { kind: "bad-buffer", happened };
    if (fault.kind === "data abort")
      return { kind: fault.address >>> 0 < NULL_LIMIT ? "null-pointer" : "bad-pointer", happened };
    return { kind: fault.trap === TrapKind.STACK_OVERFLOW ? "endless-recursion" : "trap", happened };
  }
  const last = console.split("\n").filter((line) => /^(ERROR|Failure|Aborted)/.test(line));
  const notImplementedYet = last.some((line) => line.includes("LIB_ERR_NOT_IMPLEMENTED"));
  const said = last.slice(0, 3).join(" ");
  return {
    kind: notImplementedYet ? "not-implemented" : "ends-run",
    happened: said === "" ? happened : `The program ended the run. Its console says: ${said}`,
  };
}
