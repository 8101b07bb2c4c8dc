/**
 * Races memory managers: all serve the same trace of requests, through the interface of the assignment, with the same
 * program around them and on machines of the same kind.
 *
 * First each manager serves the trace once, request by request. Every answer is checked, and the system calls are
 * recorded. These passes give all figures but the times. Then the managers serve the trace many times in turns, in rows of
 * operations that are timed as a whole. A manager does the same work each time, and whatever else the computer does can
 * only add time. So passes that take much longer than the fastest one are left out. The time of a row is its mean over
 * the others, because the clocks of browsers are coarse, and the errors of many readings cancel out.
 *
 * The time of the system calls is measured apart: the same program makes the same calls again without the manager.
 */
import { type AllocationTrace, type Operation, placesOf } from "../../evidence/bench/allocation-trace";
import { RunEnded } from "../../machines/calls/call-machine";
import type { DirectImages } from "../../machines/hosted/direct/direct-machine";
import type { Frame } from "../../machines/results";
import { ObjType, typeName } from "../../system/kpi/object-types";
import { diagnoseEnd } from "../grade/diagnosis";
import { ownFrame } from "../grade/grade";
import { KINDS, type Kind } from "../grade/kinds";
import { type CallLimits, type ErrorNames, PAGE } from "../grade/subject";
import { answer, hex, kib } from "../grade/text";
import { type CallRecord, type Entrant, Runner } from "./runner";

/** The largest memory and the longest trace of a race (lab/program/race.ts). */
export const MOST_PAGES = 4096;
const MOST_OPERATIONS = 131_072;
const MOST_PLACES = 4352;
/** Rows of operations, and so points of a curve. */
const ROWS = 50;
/** Timed passes at most, and how long all of a manager should take at most. There is at least one. */
const MOST_PASSES = 20;
const MILLISECONDS_A_MANAGER = 3000;
/** A pass counts if it takes at most this many times as long as the fastest one. */
const UNDISTURBED = 1.1;
/** Limits of one request, as in the grader. */
const LIMITS: CallLimits = { milliseconds: 5000, systemCalls: 100_000 };
const NANOSECONDS = 1e6;
const WORDS_OF_OPERATION = 4;
const BASE_WORD = 3;
const START = { learnerFunction: "mmInit", call: "mmInit(mm, ObjType.RAM, ...)" } as const;

export interface RaceEntrant extends Entrant {
  /** What the results call it. */
  name: string;
}

export interface RaceRequest {
  images: DirectImages;
  entrants: readonly RaceEntrant[];
  trace: AllocationTrace;
  limits?: CallLimits;
  /** Called with the share that is done, from 0 to 1. */
  onProgress?: (share: number) => void;
}

/** Figures after a row of operations. */
export interface RaceSample {
  /** Number of operations of the trace so far. */
  operation: number;
  /** Of one operation, on average over the row: nanoseconds, those of its system calls, and their number. */
  nanoseconds: number;
  callNanoseconds: number;
  systemCalls: number;
  /** Share of the memory that was requested and handed out. */
  inUse: number;
  livePieces: number;
  /** Share of the free memory outside the largest free range. */
  fragmentation: number;
  /** Bytes of the manager's nodes for one live piece; null if it keeps its records elsewhere or no piece lives. */
  metadata: number | null;
}

/** Why a manager did not serve the trace to its end. */
export interface RaceStop {
  /** Number of operations that it had served. */
  operation: number;
  call: string;
  /** The function of the interface that was called. */
  learnerFunction: "mmInit" | "mmAdd" | "mmAllocAligned" | "mmFree";
  /** The kind of the mistake in a few words, and what happened as a sentence. */
  title: string;
  happened: string;
  /** Where the program was, innermost function first, if a fault or a limit stopped it. */
  frames: readonly Frame[];
}

export interface Refusal {
  operation: number;
  names: ErrorNames;
  /** Share of the memory that was requested and handed out then. */
  inUse: number;
}

export interface RaceResult {
  name: string;
  samples: readonly RaceSample[];
  /** Operations that were served or refused. */
  operations: number;
  /** Of one operation, on average over all of them; null if none was timed. */
  nanoseconds: number | null;
  callNanoseconds: number | null;
  systemCalls: number;
  refusals: number;
  firstRefusal: Refusal | null;
  /** Bytes of nodes at the peak; null if the manager keeps its records elsewhere. */
  metadataBytes: number | null;
  /** The same for one of the pieces that were live at the peak. */
  metadataAPiece: number | null;
  /** Bytes of the manager's record itself. */
  recordBytes: number;
  /** Number of times that the trace was timed. */
  passes: number;
  stop: RaceStop | null;
}

/** A row of operations, and of the system calls that they make. */
interface Row {
  from: number;
  to: number;
  firstCall: number;
  lastCall: number;
}

/** A call after which a manager does not go on. */
class Foul extends Error {
  constructor(
    readonly title: string,
    happened: string,
    readonly frames: readonly Frame[] = [],
  ) {
    super(happened);
  }
}

interface Piece {
  /** Pages from the base of the region, and the pages of the capability. */
  at: number;
  pages: number;
  asked: number;
}

/** Which pages of the region are handed out. */
class Handed {
  private readonly used: Uint8Array;
  private readonly pieces = new Map<number, Piece>();
  private usedPages = 0;
  /** Requested pages: a manager may hand out more. */
  askedPages = 0;

  constructor(private readonly pages: number) {
    this.used = new Uint8Array(pages);
  }

  get count(): number {
    return this.pieces.size;
  }

  isFree({ at, pages }: Piece): boolean {
    return !this.used.subarray(at, at + pages).includes(1);
  }

  find(id: number): Piece | undefined {
    return this.pieces.get(id);
  }

  add(id: number, piece: Piece): void {
    this.pieces.set(id, piece);
    this.mark(piece, 1);
  }

  remove(id: number, piece: Piece): void {
    this.pieces.delete(id);
    this.mark(piece, 0);
  }

  private mark({ at, pages, asked }: Piece, isUsed: 0 | 1): void {
    this.used.fill(isUsed, at, at + pages);
    this.usedPages += isUsed ? pages : -pages;
    this.askedPages += isUsed ? asked : -asked;
  }

  /** Share of the free pages outside the largest free range. */
  get fragmentation(): number {
    const free = this.pages - this.usedPages;
    let largest = 0;
    let run = 0;
    for (const used of this.used) {
      run = used === 1 ? 0 : run + 1;
      if (run > largest) largest = run;
    }
    return free === 0 ? 0 : 1 - largest / free;
  }
}

/** Times of the rows in several passes, in milliseconds. */
class PassTimes {
  private readonly passes: { total: number; rows: number[] }[] = [];

  add(rows: number[]): void {
    this.passes.push({ rows, total: rows.reduce((sum, time) => sum + time, 0) });
  }

  /** The mean time of each row, over the passes that were not disturbed; empty without a pass. */
  rows(): number[] {
    const fastest = Math.min(...this.passes.map(({ total }) => total));
    const counted = this.passes.filter(({ total }) => total <= UNDISTURBED * fastest);
    const sums = (counted[0]?.rows ?? []).map((_, row) => counted.reduce((sum, { rows }) => sum + (rows[row] ?? 0), 0));
    return sums.map((sum) => sum / counted.length);
  }
}

/** A manager in the race. */
class Racer {
  private readonly runner: Runner;
  private readonly words: Uint32Array;
  private readonly handed: Handed;
  private readonly rows: Row[] = [];
  private readonly samples: RaceSample[] = [];
  private record: CallRecord | null = null;
  /** The latest call. */
  private call: Pick<RaceStop, "call" | "learnerFunction"> = START;
  private served = 0;
  private refusals = 0;
  private firstRefusal: Refusal | null = null;
  private metadataBytes: number | null = null;
  private metadataAPiece: number | null = null;
  private recordBytes = 0;
  private stop: RaceStop | null = null;
  private passes = 0;
  private spent = 0;
  private readonly times = new PassTimes();
  private readonly callTimes = new PassTimes();

  constructor(
    private readonly entrant: RaceEntrant,
    private readonly trace: AllocationTrace,
    images: DirectImages,
    limits: CallLimits,
  ) {
    this.runner = new Runner(images, entrant, limits);
    this.handed = new Handed(trace.pages);
    this.words = encode(trace);
  }

  /** Serves the trace request by request, and checks every answer. */
  check(onRow: (share: number) => void): void {
    const { operations, pages } = this.trace;
    try {
      this.start(pages);
      const length = Math.ceil(operations.length / ROWS);
      let firstCall = this.runner.record.count;
      for (const [index, operation] of operations.entries()) {
        if (operation.pages > 0) this.take(index, operation);
        else this.give(index, operation);
        this.served++;
        if (this.served % length !== 0 && this.served !== operations.length) continue;
        firstCall = this.endRow(firstCall);
        onRow(this.served / operations.length);
      }
    } catch (error) {
      const { title, message: happened, frames } = foulOf(error);
      this.stop = { operation: this.served, ...this.call, title, happened, frames };
    }
  }

  private start(pages: number): void {
    const failed = this.runner.start(pages, true);
    this.record = this.runner.record;
    this.recordBytes = this.runner.recordBytes;
    if (failed) {
      if (failed.step === "mmAdd")
        this.call = { learnerFunction: "mmAdd", call: `mmAdd(mm, cap, ..., ${pages * PAGE})` };
      throw new Foul(KINDS["start-up"].title, answers(failed.names));
    }
    this.runner.load(this.words);
  }

  private take(index: number, { id, pages, alignment }: Operation): void {
    const call = `mmAllocAligned(mm, ${pages * PAGE}, ${alignment * PAGE})`;
    this.call = { learnerFunction: "mmAllocAligned", call };
    const { names, identity } = this.runner.take(index);
    if (names.length > 0) {
      this.refusals++;
      this.firstRefusal ??= { operation: index, names, inUse: this.handed.askedPages / this.trace.pages };
      return;
    }
    if (identity === null) throw new Foul(KINDS["capability-missing"].title, "The slot in Out.cap is empty.");
    const { type, base, bytes } = identity;
    if (type !== ObjType.RAM) throw new Foul(KINDS["wrong-type"].title, `The capability is ${typeName(type)}.`);
    const page = base / PAGE;
    const piece = { at: page - this.runner.regionPage, pages: bytes / PAGE, asked: pages };
    const mustHold = (holds: boolean, kind: Kind) => {
      if (!holds) throw new Foul(KINDS[kind].title, `The capability covers ${kib(bytes)} at ${hex(base)}.`);
    };
    mustHold(piece.pages >= pages, "wrong-size");
    mustHold(page % alignment === 0, "misaligned");
    mustHold(piece.at >= 0 && piece.at + piece.pages <= this.trace.pages, "outside-region");
    mustHold(this.handed.isFree(piece), "handed-out-twice");
    this.handed.add(id, piece);
    this.runner.enter(index, page);
    this.words[index * WORDS_OF_OPERATION + BASE_WORD] = page;
  }

  private give(index: number, { id }: Operation): void {
    const piece = this.handed.find(id);
    // What could not be had need not be given back.
    if (!piece) return;
    const base = (this.runner.regionPage + piece.at) * PAGE;
    this.call = { learnerFunction: "mmFree", call: `mmFree(mm, cap, ${hex(base)}, ${piece.asked * PAGE})` };
    const names = this.runner.give(index);
    if (names.length > 0) throw new Foul(KINDS["free-refused"].title, answers(names));
    this.handed.remove(id, piece);
  }

  /** Takes the figures after a row. Returns the number of system calls so far. */
  private endRow(firstCall: number): number {
    const from = this.rows.at(-1)?.to ?? 0;
    const lastCall = this.runner.record.count;
    this.rows.push({ from, to: this.served, firstCall, lastCall });
    const { nodes } = this.runner;
    const { count: livePieces } = this.handed;
    const bytes = nodes && nodes.count * nodes.bytes;
    const metadata = bytes === null || livePieces === 0 ? null : bytes / livePieces;
    if (bytes !== null && bytes >= (this.metadataBytes ?? 0)) {
      this.metadataBytes = bytes;
      this.metadataAPiece = metadata;
    }
    this.samples.push({
      operation: this.served,
      nanoseconds: 0,
      callNanoseconds: 0,
      systemCalls: (lastCall - firstCall) / (this.served - from),
      inUse: this.handed.askedPages / this.trace.pages,
      livePieces,
      fragmentation: this.handed.fragmentation,
      metadata,
    });
    return lastCall;
  }

  /** Times the rows that were served completely, unless that was done often enough. */
  time(): void {
    if (this.rows.length === 0 || this.passes === MOST_PASSES) return;
    if (this.passes > 0 && this.spent * (1 + 1 / this.passes) > MILLISECONDS_A_MANAGER) return;
    const start = performance.now();
    this.times.add(this.pass((runner, { from, to }) => runner.run(from, to)));
    const record = this.record as CallRecord;
    this.callTimes.add(this.pass((runner, { firstCall, lastCall }) => runner.replay(record, firstCall, lastCall)));
    this.passes++;
    this.spent += performance.now() - start;
  }

  private pass(time: (runner: Runner, row: Row) => number): number[] {
    this.runner.start(this.trace.pages, false);
    this.runner.load(this.words);
    return this.rows.map((row) => time(this.runner, row));
  }

  result(): RaceResult {
    const timed = this.rows.at(-1)?.to ?? 0;
    const calls = this.rows.reduce((sum, { firstCall, lastCall }) => sum + lastCall - firstCall, 0);
    const [times, callTimes] = [this.times.rows(), this.callTimes.rows()];
    const each = (rows: readonly number[]) =>
      rows.length === 0 ? null : (rows.reduce((sum, time) => sum + time, 0) / timed) * NANOSECONDS;
    const samples = this.samples.map((sample, index) => {
      const { from, to } = this.rows[index] as Row;
      const of = (rows: readonly number[]) => ((rows[index] ?? 0) / (to - from)) * NANOSECONDS;
      return { ...sample, nanoseconds: of(times), callNanoseconds: of(callTimes) };
    });
    return {
      name: this.entrant.name,
      samples,
      operations: this.served,
      nanoseconds: each(times),
      callNanoseconds: each(callTimes),
      systemCalls: timed === 0 ? 0 : calls / timed,
      refusals: this.refusals,
      firstRefusal: this.firstRefusal,
      metadataBytes: this.metadataBytes,
      metadataAPiece: this.metadataAPiece,
      recordBytes: this.recordBytes,
      passes: this.passes,
      stop: this.stop,
    };
  }
}

function foulOf(error: unknown): Foul {
  if (error instanceof Foul) return error;
  if (!(error instanceof RunEnded)) throw error;
  const { kind, happened } = diagnoseEnd(error.result, "");
  return new Foul(KINDS[kind].title, happened, "frames" in error.result ? error.result.frames.map(ownFrame) : []);
}

const answers = (names: ErrorNames) => `The call answers ${answer(names)}.`;

/** The operations as lab/program/race.ts reads them. The bases come from the checks. */
function encode({ operations, pages }: AllocationTrace): Uint32Array {
  const { places, count } = placesOf(operations);
  if (pages > MOST_PAGES || operations.length > MOST_OPERATIONS || count > MOST_PLACES)
    throw new RangeError(`a race has at most ${MOST_PAGES} pages and ${MOST_OPERATIONS} operations`);
  const words = new Uint32Array(operations.length * WORDS_OF_OPERATION);
  operations.forEach((operation, index) => {
    words.set([places[index] as number, operation.pages, operation.alignment, 0], index * WORDS_OF_OPERATION);
  });
  return words;
}

/** Races managers. The trace must fit: see `MOST_PAGES`. */
export function raceManagers({ images, entrants, trace, limits = LIMITS, onProgress }: RaceRequest): RaceResult[] {
  const steps = entrants.length * (1 + MOST_PASSES);
  let done = 0;
  const racers = entrants.map((entrant) => new Racer(entrant, trace, images, limits));
  for (const racer of racers) {
    racer.check((share) => onProgress?.((done + share) / steps));
    done++;
  }
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    for (const racer of racers) {
      racer.time();
      onProgress?.(++done / steps);
    }
  }
  return racers.map((racer) => racer.result());
}
