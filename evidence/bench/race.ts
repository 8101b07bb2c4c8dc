/** The policies race: each plays the same trace, in one process, in turns. */
import { readFileSync } from "node:fs";
import { builtFile } from "../../machines/hosted/node/load-images";
import { POLICIES, type PolicyName } from "../../system/libmm/layout/mm-policies";
import { type AllocationTrace, makeTrace, type Operation, type Span } from "./allocation-trace";
import { RaceTimes } from "./race-times";
import type { Summary } from "./statistics";

export interface RaceResult {
  policy: PolicyName;
  trace: string;
  /** Nanoseconds of an operation in a row of them, on average. */
  mean: number;
  /** Of each operation by itself. */
  nanoseconds: Summary;
  /** Share of the memory in use when an allocation failed for the first time; null if none did. */
  utilization: number | null;
  failures: number;
  /** Bytes of nodes and index at the peak, and how many of them a live and a free piece account for. */
  metadataBytes: number;
  metadataPerLive: number;
  metadataPerFree: number;
  /** Slots that capabilities to all live pieces would take, at the peak. */
  slots: number;
  /** Share of the free memory that is not in the largest free piece, as the trace goes on. */
  fragmentation: number[];
}

interface RaceExports extends WebAssembly.Exports {
  bytesBefore(ids: number, operations: number): number;
  begin(policy: number, pages: number, ids: number, operations: number, nodeBytes: number): number;
  rehearse(): void;
  run(from: number, to: number): void;
  failures(): number;
  freeAtFailure(): number;
  freePages(): number;
  largestFree(): number;
  peakBlocks(): number;
  tablesAtPeak(): number;
  liveAtPeak(): number;
  peakLive(): number;
  check(): number;
}

const WARM_UP_PAGES = 4096;
const WARM_UP_EXCHANGES = 10_000;
const NODE_BYTES = 32;
/** In the alignment of an operation of evidence/bench/programs/race.ts. */
const HIGH_END = 1 << 31;
const WASM_PAGE = 65536;

/**
 * A place for each live piece, where its page is noted; places are used again. A table of all ids there ever were would
 * be larger than the caches, and what is timed would be the look-up in it.
 */
function placesOf(operations: readonly Operation[]): { places: Uint32Array; count: number } {
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

interface EncodedTrace {
  places: number;
  /** The operations as evidence/bench/programs/race.ts wants them. */
  words: Uint32Array;
}

function encode(operations: readonly Operation[]): EncodedTrace {
  const { places, count } = placesOf(operations);
  const words = new Uint32Array(operations.length * 3);
  operations.forEach(({ pages, alignment, isHigh }, index) => {
    words.set([places[index] as number, pages, isHigh ? alignment | HIGH_END : alignment], index * 3);
  });
  return { places: count, words };
}

/** A policy that plays a trace. Its memory stays the same for all passes, and so do its places in the caches. */
class Racer {
  private readonly memory = new WebAssembly.Memory({ initial: 2, maximum: WASM_PAGE });
  private readonly encoded: EncodedTrace;
  private readonly nodeBytes: number;
  private exports: RaceExports;
  private readonly times: RaceTimes;
  private readonly fragmentation = [0];

  constructor(
    readonly policy: PolicyName,
    private readonly module: WebAssembly.Module,
    private readonly trace: AllocationTrace,
  ) {
    const { operations, pages } = trace;
    this.encoded = encode(operations);
    const takes = operations.filter((operation) => operation.pages > 0).length;
    // A node for each live piece and each hole behind it, and tables of the index.
    this.nodeBytes = 3 * NODE_BYTES * Math.min(takes, pages) + (WASM_PAGE << 1);
    this.exports = this.instantiate();
    const bytes = this.exports.bytesBefore(this.encoded.places, operations.length) + this.nodeBytes + WASM_PAGE;
    this.memory.grow(Math.ceil(bytes / WASM_PAGE));
    this.times = new RaceTimes(operations.length);
  }

  private instantiate(): RaceExports {
    const imports = { env: { memory: this.memory }, kernel: { syscall: () => 0n } };
    return new WebAssembly.Instance(this.module, imports).exports as RaceExports;
  }

  /**
   * Goes back to the start of the trace, and sets up memory anew. The host provides all of it when it is cleared, and not
   * when an operation that is timed first touches it.
   */
  rewind(): void {
    const { operations, pages } = this.trace;
    const { places, words } = this.encoded;
    new Uint8Array(this.memory.buffer).fill(0);
    this.exports = this.instantiate();
    const at = this.exports.begin(POLICIES.indexOf(this.policy), pages, places, operations.length, this.nodeBytes);
    if (at === 0) throw new Error(`${this.policy}: the trace does not fit`);
    new Uint32Array(this.memory.buffer, at, words.length).set(words);
    this.exports.rehearse();
  }

  runEach(row: Span): void {
    this.times.runEach(this.exports.run, row);
  }

  runRow(row: Span): void {
    this.times.runRow(this.exports.run, row);
  }

  /** Looks at the free memory, unless a request has failed: what comes then is not the policy's work. */
  sample(): void {
    if (this.exports.failures() > 0) return;
    const free = this.exports.freePages();
    this.fragmentation.push(free === 0 ? 0 : 1 - this.exports.largestFree() / free);
  }

  /** Only operations of `span` count for the times. */
  result(span: Span): RaceResult {
    const broken = this.exports.check();
    if (broken !== 0) throw new Error(`${this.policy}: invariant ${broken} is broken after ${this.trace.name}`);
    const metadataBytes = this.exports.peakBlocks() * NODE_BYTES;
    const failures = this.exports.failures();
    return {
      policy: this.policy,
      trace: this.trace.name,
      mean: this.times.mean(span),
      nanoseconds: this.times.each(span),
      utilization: failures > 0 ? 1 - this.exports.freeAtFailure() / this.trace.pages : null,
      failures,
      metadataBytes,
      // A node for each, and for a live one its part of the index.
      metadataPerLive: NODE_BYTES * (1 + this.exports.tablesAtPeak() / Math.max(1, this.exports.liveAtPeak())),
      metadataPerFree: NODE_BYTES,
      slots: this.exports.peakLive(),
      fragmentation: this.fragmentation,
    };
  }
}

/**
 * A pass through the trace is made of turns, after each of which it is the next policy's. They are long: a policy that
 * comes back finds the caches full of others' pieces.
 */
const TURNS = 10;
/** Rows of operations that a turn is made of. */
const ROWS = 10;

interface Pass {
  /** Share of a turn that the first one is long. */
  firstTurn: number;
  play(racer: Racer, row: Span): void;
}

/** What is early in a turn the first time that each operation is timed by itself, is not so the second time. */
const PASSES: readonly Pass[] = [
  {
    firstTurn: 1,
    play: (racer, row) => {
      racer.runEach(row);
      racer.sample();
    },
  },
  { firstTurn: 1 / 2, play: (racer, row) => racer.runEach(row) },
  { firstTurn: 1, play: (racer, row) => racer.runRow(row) },
];

/** Parts of a span, in order, of `length` operations each, but for the first and maybe the last. */
function* partsOf(span: Span, length: number, first = length): Generator<Span> {
  let to = span.from + first;
  for (let { from } = span; from < span.to; from = to, to += length) yield { from, to: Math.min(to, span.to) };
}

/** What the compilers do while something runs, they do while this runs, not while something is timed. */
function warmUp(module: WebAssembly.Module, policies: readonly PolicyName[]): void {
  const trace = makeTrace("mix", 1, WARM_UP_PAGES, WARM_UP_EXCHANGES);
  for (const policy of policies) {
    const racer = new Racer(policy, module, trace);
    racer.rewind();
    racer.runEach({ from: 0, to: trace.operations.length });
  }
}

/**
 * One trace, all policies. Only operations of `span`, of two hundredths of the trace at least, count for the times.
 * `progress` hears after each turn how many percent are done.
 */
export function race(
  trace: AllocationTrace,
  policies: readonly PolicyName[] = POLICIES,
  progress: (percent: number) => void = () => {},
  span: Span = { from: 0, to: trace.operations.length },
): RaceResult[] {
  const module = new WebAssembly.Module(readFileSync(builtFile("bench-race.wasm")));
  warmUp(module, policies);
  const { length } = trace.operations;
  const row = Math.ceil(length / (TURNS * ROWS));
  const racers = policies.map((policy) => new Racer(policy, module, trace));
  const order = [...racers];
  PASSES.forEach(({ play, firstTurn }, pass) => {
    for (const turn of partsOf({ from: 0, to: length }, row * ROWS, Math.ceil(row * ROWS * firstTurn))) {
      for (const racer of order) {
        if (turn.from === 0) racer.rewind();
        for (const part of partsOf(turn, row)) play(racer, part);
      }
      // Who was first comes last the next time.
      order.push(...order.splice(0, 1));
      progress(Math.floor((100 * (pass + turn.to / length)) / PASSES.length));
    }
  });
  return racers.map((racer) => racer.result(span));
}
