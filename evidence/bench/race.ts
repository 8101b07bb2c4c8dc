/** A race of the policies: all serve the same trace, in one process, in turns. */
import { POLICIES, type PolicyName } from "../../system/libmm/layout/mm-policies";
import { type AllocationTrace, makeTrace, type Operation, placesOf, type Span } from "./allocation-trace";
import { HostedCode, type NativeCode, type RaceCode } from "./race-code";
import { RaceTimes } from "./race-times";
import type { Summary } from "./statistics";

/** The policy of which a race can have a row as native code. */
export const DEFAULT_POLICY: PolicyName = "typefish";

/** A policy, as WebAssembly or as machine code of this computer. */
export interface Entrant {
  policy: PolicyName;
  isNative: boolean;
}

export function entrantName({ policy, isNative }: Entrant): string {
  return isNative ? `${policy}, as native code` : policy;
}

export interface RaceResult extends Entrant {
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
export class Racer {
  private readonly encoded: EncodedTrace;
  private readonly nodeBytes: number;
  private readonly times: RaceTimes;
  private readonly fragmentation = [0];
  /** Address of the trace, which follows the page of each place. */
  private traceAt = 0;

  constructor(
    private readonly entrant: Entrant,
    private readonly code: RaceCode,
    private readonly trace: AllocationTrace,
  ) {
    const { operations, pages } = trace;
    this.encoded = encode(operations);
    const takes = operations.filter((operation) => operation.pages > 0).length;
    // A node for each live piece and for the hole after it, and tables of the index.
    this.nodeBytes = 3 * NODE_BYTES * Math.min(takes, pages) + (WASM_PAGE << 1);
    code.reserve(code.functions.bytesBefore(this.encoded.places, operations.length) + this.nodeBytes + WASM_PAGE);
    this.times = new RaceTimes(operations.length);
  }

  /**
   * Goes back to the start of the trace and clears the memory. Clearing makes the host provide all of it before a timed
   * operation uses it.
   */
  rewind(): void {
    const { operations, pages } = this.trace;
    const { places, words } = this.encoded;
    const { code, entrant } = this;
    code.clear();
    const policy = POLICIES.indexOf(entrant.policy);
    this.traceAt = code.functions.begin(policy, pages, places, operations.length, this.nodeBytes);
    if (this.traceAt === 0) throw new Error(`${entrantName(entrant)}: the trace does not fit`);
    code.write(this.traceAt, words);
    code.functions.rehearse();
  }

  runEach(row: Span): void {
    this.times.runEach(this.code.functions.run, row);
  }

  runRow(row: Span): void {
    this.times.runRow(this.code.functions.run, row);
  }

  /** Where the live pieces are: the first page of each, and 0xffffffff for a piece that is not live. */
  pages(): Uint32Array {
    const { places } = this.encoded;
    return this.code.read(this.traceAt - 4 * places, places);
  }

  /** Samples fragmentation, until a request fails: afterwards the policies no longer have the same pieces. */
  sample(): void {
    const { functions } = this.code;
    if (functions.failures() > 0) return;
    const free = functions.freePages();
    this.fragmentation.push(free === 0 ? 0 : 1 - functions.largestFree() / free);
  }

  /** The times include only operations of `span`. */
  result(span: Span): RaceResult {
    const { entrant } = this;
    const { functions } = this.code;
    const broken = functions.check();
    if (broken !== 0)
      throw new Error(`${entrantName(entrant)}: invariant ${broken} is broken after ${this.trace.name}`);
    const metadataBytes = functions.peakBlocks() * NODE_BYTES;
    const failures = functions.failures();
    return {
      ...entrant,
      trace: this.trace.name,
      mean: this.times.mean(span),
      nanoseconds: this.times.each(span),
      utilization: failures > 0 ? 1 - functions.freeAtFailure() / this.trace.pages : null,
      failures,
      metadataBytes,
      // A node for each piece, and for a live piece its share of the index.
      metadataPerLive: NODE_BYTES * (1 + functions.tablesAtPeak() / Math.max(1, functions.liveAtPeak())),
      metadataPerFree: NODE_BYTES,
      slots: functions.peakLive(),
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
function warmUp(entrants: readonly Entrant[], codeOf: (entrant: Entrant) => RaceCode): void {
  const trace = makeTrace("mix", 1, WARM_UP_PAGES, WARM_UP_EXCHANGES);
  for (const entrant of entrants) {
    const racer = new Racer(entrant, codeOf(entrant), trace);
    racer.rewind();
    racer.runEach({ from: 0, to: trace.operations.length });
  }
}

/** What `raceEntrants` may leave out. */
export interface RaceOptions {
  /** Receives the finished percentage after each turn. */
  progress?: (percent: number) => void;
  /** The times include only operations of this span, which must be at least two hundredths of the trace. */
  span?: Span;
  /** The native code, if an entrant needs it. One entrant may. */
  native?: NativeCode | null;
}

/** The policies as hosted entrants. If there is native code, the default policy also is a native entrant. */
export function entrantsOf(policies: readonly PolicyName[], native: NativeCode | null = null): Entrant[] {
  return policies.flatMap((policy): Entrant[] => {
    const hosted = { policy, isNative: false };
    return native && policy === DEFAULT_POLICY ? [hosted, { policy, isNative: true }] : [hosted];
  });
}

/** Runs the entrants on one trace. */
export function raceEntrants(
  trace: AllocationTrace,
  entrants: readonly Entrant[],
  { progress = () => {}, span = { from: 0, to: trace.operations.length }, native = null }: RaceOptions = {},
): RaceResult[] {
  const module = HostedCode.load();
  const codeOf = ({ isNative }: Entrant): RaceCode => (isNative && native ? native : new HostedCode(module));
  warmUp(entrants, codeOf);
  const { length } = trace.operations;
  const row = Math.ceil(length / (TURNS * ROWS));
  const racers = entrants.map((entrant) => new Racer(entrant, codeOf(entrant), trace));
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

/** Runs the policies on one trace, as WebAssembly. `progress` receives the finished percentage after each turn. */
export function race(
  trace: AllocationTrace,
  policies: readonly PolicyName[] = POLICIES,
  progress?: (percent: number) => void,
): RaceResult[] {
  return raceEntrants(trace, entrantsOf(policies), { progress });
}
