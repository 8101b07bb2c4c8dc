/** A race of the policies: all serve the same trace, in one process, in turns. */
import { readFileSync } from "node:fs";
import { builtFile } from "../../machines/hosted/node/load-images";
import { POLICIES, type PolicyName } from "../../system/libmm/layout/mm-policies";
import { type AllocationTrace, makeTrace, type Operation, placesOf, type Span } from "./allocation-trace";
import { RaceTimes } from "./race-times";
import type { Summary } from "./statistics";

export interface RaceResult {
  policy: PolicyName;
  trace: string;
  /** Average nanoseconds of an operation in a row of operations. */
  mean: number;
  /** Of each operation by itself. */
  nanoseconds: Summary;
  /** Share of the memory in use when an allocation failed for the first time; null if none did. */
  utilization: number | null;
  failures: number;
  /** Bytes of nodes and index at the peak, and the bytes for one live piece and one free piece. */
  metadataBytes: number;
  metadataPerLive: number;
  metadataPerFree: number;
  /** Slots for capabilities to all live pieces, at the peak. */
  slots: number;
  /** Share of the free memory outside the largest free piece, sampled during the trace until a request fails. */
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

interface EncodedTrace {
  places: number;
  /** The operations as evidence/bench/programs/race.ts reads them. */
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

/** A policy that serves a trace. It uses the same memory in all passes, and so the same places in the caches. */
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
    // A node for each live piece and for the hole after it, and tables of the index.
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
   * Goes back to the start of the trace and clears the memory. Clearing makes the host provide all of it before a timed
   * operation uses it.
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

  /** Samples fragmentation, until a request fails: afterwards the policies no longer have the same pieces. */
  sample(): void {
    if (this.exports.failures() > 0) return;
    const free = this.exports.freePages();
    this.fragmentation.push(free === 0 ? 0 : 1 - this.exports.largestFree() / free);
  }

  /** The times include only operations of `span`. */
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
      // A node for each piece, and for a live piece its share of the index.
      metadataPerLive: NODE_BYTES * (1 + this.exports.tablesAtPeak() / Math.max(1, this.exports.liveAtPeak())),
      metadataPerFree: NODE_BYTES,
      slots: this.exports.peakLive(),
      fragmentation: this.fragmentation,
    };
  }
}

/**
 * A pass through the trace consists of turns, and the policies alternate after each turn. Turns are long, because a policy
 * finds the caches full of the pieces of the others when its turn begins.
 */
const TURNS = 10;
/** Rows of operations in a turn. */
const ROWS = 10;

interface Pass {
  /** Length of the first turn, as a share of a turn. */
  firstTurn: number;
  play(racer: Racer, row: Span): void;
}

/** The second pass begins with half a turn, so an operation is not early in a turn in both passes that time it by itself. */
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

/** The parts of a span in order. Each has `length` operations, except the first and possibly the last. */
function* partsOf(span: Span, length: number, first = length): Generator<Span> {
  let to = span.from + first;
  for (let { from } = span; from < span.to; from = to, to += length) yield { from, to: Math.min(to, span.to) };
}

/** Lets the host's compilers optimise the code before anything is timed. */
function warmUp(module: WebAssembly.Module, policies: readonly PolicyName[]): void {
  const trace = makeTrace("mix", 1, WARM_UP_PAGES, WARM_UP_EXCHANGES);
  for (const policy of policies) {
    const racer = new Racer(policy, module, trace);
    racer.rewind();
    racer.runEach({ from: 0, to: trace.operations.length });
  }
}

/**
 * Runs the policies on one trace. The times include only operations of `span`, which must be at least two hundredths of the
 * trace. `progress` receives the finished percentage after each turn.
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
      // The first policy of this turn is the last of the next.
      order.push(...order.splice(0, 1));
      progress(Math.floor((100 * (pass + turn.to / length)) / PASSES.length));
    }
  });
  return racers.map((racer) => racer.result(span));
}
