/** The policies race: each plays the same trace, in one process, in turns of a few operations. */
import { readFileSync } from "node:fs";
import { builtFile } from "../machine/node/load-images";
import type { AllocationTrace, Operation, Span } from "./allocation-trace";
import { type Summary, summarize } from "./statistics";

/** In the order of `MmPolicy`. */
export const POLICIES = ["typefish", "first-fit", "best-fit", "buddy", "address-tree"] as const;
export type PolicyName = (typeof POLICIES)[number];

export interface RaceResult {
  policy: PolicyName;
  trace: string;
  /** Of one operation: each value is the mean of a turn of `TURN` operations. */
  nanoseconds: Summary;
  /** Share of the memory in use when an allocation failed for the first time; null if none did. */
  utilization: number | null;
  failures: number;
  /** Bytes of nodes and index at the peak, and for each live piece then. */
  metadataBytes: number;
  metadataPerPiece: number;
  /** Slots that capabilities to all live pieces would take, at the peak. */
  slots: number;
  /** Share of the free memory that is not in the largest free piece, as the trace goes on. */
  fragmentation: number[];
}

interface RaceExports extends WebAssembly.Exports {
  bytesBefore(ids: number, operations: number): number;
  begin(policy: number, pages: number, ids: number, operations: number, nodeBytes: number): number;
  run(from: number, to: number): number;
  freeAtFailure(): number;
  freePages(): number;
  largestFree(): number;
  peakBlocks(): number;
  peakLive(): number;
  check(): number;
}

/** Operations between two looks at the clock: short enough to see a slow one, long enough for the clock not to count. */
export const TURN = 16;
/** Turns of one policy before the next one has its turn. */
const TURNS_IN_A_ROW = 64;
/** Rows of turns that each policy plays before, on memory of its own: the compiler's work is not to be timed. */
const WARM_UP = 16;
const SAMPLES = 100;
const NODE_BYTES = 32;
/** In the alignment of an operation of user/bench/race.ts. */
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

class Racer {
  private readonly exports: RaceExports;
  private readonly times: Float64Array;
  private readonly fragmentation: number[] = [];
  private utilization: number | null = null;
  private failures = 0;
  private turn = 0;
  private sampled = 0;

  constructor(
    readonly policy: PolicyName,
    module: WebAssembly.Module,
    private readonly trace: AllocationTrace,
  ) {
    const { operations, pages } = trace;
    const { places, count: ids } = placesOf(operations);
    const takes = operations.filter((operation) => operation.pages > 0).length;
    // A node for each live piece and each hole behind it, and tables of the index.
    const nodeBytes = 3 * NODE_BYTES * Math.min(takes, pages) + (WASM_PAGE << 1);
    const memory = new WebAssembly.Memory({ initial: 2, maximum: WASM_PAGE });
    const instance = new WebAssembly.Instance(module, {
      env: { memory },
      kernel: { syscall: () => 0n },
    });
    this.exports = instance.exports as RaceExports;
    const bytes = this.exports.bytesBefore(ids, operations.length) + nodeBytes + WASM_PAGE;
    memory.grow(Math.ceil(bytes / WASM_PAGE));
    const at = this.exports.begin(POLICIES.indexOf(policy), pages, ids, operations.length, nodeBytes);
    if (at === 0) throw new Error(`${policy}: the trace does not fit`);
    const words = new Uint32Array(memory.buffer, at, operations.length * 3);
    operations.forEach(({ pages: size, alignment, isHigh }, index) => {
      words.set([places[index] as number, size, isHigh ? alignment | HIGH_END : alignment], index * 3);
    });
    this.times = new Float64Array(Math.ceil(operations.length / TURN));
  }

  /** Share of the trace that is done. */
  get progress(): number {
    return Math.min(1, (this.turn * TURN) / this.trace.operations.length);
  }

  /** Carries out a row of turns; false if the trace is at its end. */
  advance(): boolean {
    const { length } = this.trace.operations;
    for (let i = 0; i < TURNS_IN_A_ROW && this.turn * TURN < length; i++) {
      const from = this.turn * TURN;
      const to = Math.min(from + TURN, length);
      const start = process.hrtime.bigint();
      const failures = this.exports.run(from, to);
      this.times[this.turn++] = Number(process.hrtime.bigint() - start) / (to - from);
      if (failures > 0) this.utilization = 1 - this.exports.freeAtFailure() / this.trace.pages;
      this.failures = failures;
      this.sample(to / length);
    }
    return this.turn * TURN < length;
  }

  private sample(share: number): void {
    if (share * SAMPLES < this.sampled || this.failures > 0) return;
    this.sampled++;
    const free = this.exports.freePages();
    this.fragmentation.push(free === 0 ? 0 : 1 - this.exports.largestFree() / free);
  }

  /** The turns from `from` to before `to` count for the times. */
  result(from: number, to: number): RaceResult {
    const broken = this.exports.check();
    if (broken !== 0) throw new Error(`${this.policy}: invariant ${broken} is broken after ${this.trace.name}`);
    const metadataBytes = this.exports.peakBlocks() * NODE_BYTES;
    return {
      policy: this.policy,
      trace: this.trace.name,
      nanoseconds: summarize(this.times.subarray(from, to)),
      utilization: this.utilization,
      failures: this.failures,
      metadataBytes,
      metadataPerPiece: metadataBytes / Math.max(1, this.exports.peakLive()),
      slots: this.exports.peakLive(),
      fragmentation: this.fragmentation,
    };
  }
}

/** One trace, all policies. Only operations of `span` count for the times. `progress` hears of each percent. */
export function race(
  trace: AllocationTrace,
  policies: readonly PolicyName[] = POLICIES,
  progress: (percent: number) => void = () => {},
  { from, to }: Span = { from: 0, to: trace.operations.length },
): RaceResult[] {
  const module = new WebAssembly.Module(readFileSync(builtFile("bench-race.wasm")));
  const newRacer = (policy: PolicyName) => new Racer(policy, module, trace);
  for (const racer of policies.map(newRacer)) for (let i = 0; i < WARM_UP && racer.advance(); i++);
  const racers = policies.map(newRacer);
  let percent = -1;
  for (let running = [...racers]; running.length > 0; ) {
    running = running.filter((racer) => racer.advance());
    // Who was first comes last the next time.
    running.push(...running.splice(0, 1));
    const done = Math.floor(100 * Math.min(...racers.map((racer) => racer.progress)));
    if (done > percent) progress(done);
    percent = done;
  }
  return racers.map((racer) => racer.result(Math.ceil(from / TURN), Math.ceil(to / TURN)));
}
