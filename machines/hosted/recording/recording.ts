/**
 * A recorded run of a board: memory at every system call, forwards and backwards, in Node or in a browser's worker.
 *
 *     const recording = Recording.record({ board, images, modules });     // boots, runs to the end, records
 *     recording.goTo({ call: 500, at: "exit" });                          // memory as it was when call 500 returned
 *     recording.dram; recording.kernelState;                              // the decoders of observe/ read it there
 *     recording.changes(500).address;                                     // the words that call 500 changed
 *     for (const touch of recording.touching(ranges, { direction: "backwards" })) break;   // who changed this last
 *
 * The recording knows memory, registers and the words of system calls, but nothing about capabilities.
 *
 * Time. The calls of a run have the numbers 1 to n, as in observe/calls. The boot counts as call 0. A run alternates
 * between the program and the kernel:
 *
 *       boot        program before 1     call 1       program before 2      call 2           program before n+1
 *     |--------------|--------------|--------------|--------------------|---------  ...   |--------------------|
 *                    ^              ^              ^                    ^                                      ^
 *          exit of call 0   entry of call 1   exit of call 1     entry of call 2                              end
 *
 * If call n does not return, the run ends in it, and the end is the exit of call n. Otherwise the run ends in the
 * program, and the end is the entry of call n+1, which was never made. A data abort or another fault of the program is
 * an event within the program's part; it has an entry and an exit, too.
 */
import type { Board } from "../../boards/board";
import type { BootModule } from "../../boot-loader";
import type { Fault, Frame, RunResult } from "../../results";
import { type Limits, Machine } from "../machine";
import { MACHINE_PAGE, MACHINE_PAGE_BYTES, Register } from "../mmu/layout";
import type { PhysicalMemory } from "../physical-memory";
import type { Script } from "../script";
import { PageAges } from "./ages";
import { ConsoleLog } from "./console-log";
import { Fact, factsOfCalls, type RunFacts } from "./facts";
import { prepareImages, type RecordedImages } from "./images";
import { RecorderProbe } from "./probe";
import { LineMatcher, type PhysicalRange } from "./ranges";
import { Column, type FaultEvent, ROW_WORDS, recordRun } from "./run";
import { openState, saveState } from "./saved";
import { edgesOf, Timeline } from "./timeline";

export { RecordingError } from "./file";
export type { RecordedImages } from "./images";
export type { PhysicalRange } from "./ranges";

export interface RecordOptions {
  board: Board;
  images: RecordedImages;
  /** Boot modules; the first is init. */
  modules: readonly BootModule[];
  /** Command line of the CPU driver. If absent, the board's command line. */
  commandLine?: string;
  /** Limits of the run. A limit that is absent does not apply. */
  limits?: Limits;
  /**
   * Calls of the program's functions, as in `MachineOptions`: they are recorded instead of a program that runs by itself.
   */
  script?: Script;
  /** Size of the log at which it drops its oldest part, in bytes. If absent, 256 MiB. */
  logBytes?: number;
  /** Begin the log at the exit of this call. If absent, at the exit of call 0. The run starts with the boot anyway. */
  from?: number;
  /**
   * Called with each piece of console output while the board runs. `restartClock` starts the time limit anew, as
   * `Machine.restartClock` does.
   */
  onConsole?: (chunk: string, restartClock: () => void) => void;
  /** Called now and then with the number of calls made so far. What it throws ends the run and leaves `record`. */
  onProgress?: (calls: number) => void;
  /** Lines of the recorder's stage, in bytes; only tests set it. */
  stageBytes?: number;
}

/** The beginning or the end of a call or of a fault. */
export type Edge = "entry" | "exit";

/** The entry or the exit of a call. */
export interface CallMoment {
  /** 0 to n. Call 0 has no entry. n+1 has an entry only, the end of a run that ended in the program. */
  readonly call: number;
  readonly at: Edge;
}

/** The beginning of a fault, or its end, if the CPU driver repaired it. */
export interface FaultMoment {
  /** Index in `Recording.faults`. */
  readonly fault: number;
  readonly at: Edge;
}

/** A point of time at which memory can be looked at. */
export type Moment = CallMoment | FaultMoment;

/** A part of the run: the kernel's work in a call, or the program's work between the previous call and this one. */
export interface Span {
  readonly call: number;
  readonly by: "kernel" | "program";
}

/** A system call as the machine sees it. */
export interface RecordedCall {
  readonly number: number;
  /** The twelve register words. */
  readonly words: Uint32Array;
  /** The result, as the CPU driver returns it (`Answer` reads it); null if the call did not return. */
  readonly result: bigint | null;
}

/** A data abort or trap of the program. */
export interface RecordedFault {
  readonly fault: Fault;
  /** Where it happened: in the program's part before this call. */
  readonly call: number;
  /** Whether the CPU driver removed the cause, so that the program went on. */
  readonly isRepaired: boolean;
}

/** A piece of console output, and the part of the run that wrote it. */
export interface ConsolePiece extends Span {
  readonly text: string;
}

/** Changed words, as columns of equal length, in the order of the addresses. */
export interface Changes {
  readonly length: number;
  /** Physical addresses. */
  readonly address: Uint32Array;
  readonly before: Uint32Array;
  readonly after: Uint32Array;
}

export interface TouchOptions {
  /** Where the search begins. If absent, the first moment of the window, or the last one if it goes backwards. */
  from?: Moment;
  direction?: "forwards" | "backwards";
}

/** The calls whose moments memory can be moved to: the exit of `first` is the earliest, `last` is the latest call. */
export interface Window {
  readonly first: number;
  readonly last: number;
}

const DEFAULT_LOG_BYTES = 256 << 20;

export class Recording {
  /**
   * Boots a board, runs it to the end, and records. Memory is at the end of the run afterwards. Throws a RangeError if
   * the modules do not fit into the DRAM, or if WebAssembly memory cannot be had, or if the run has no call `from`.
   */
  static record(options: RecordOptions): Recording {
    const { board, images, modules, commandLine = board.commandLine, limits = {}, stageBytes, from = 0 } = options;
    const { logBytes = DEFAULT_LOG_BYTES, onConsole, onProgress, script } = options;
    const setup = { board, modules, commandLine, limits, script };
    const memory = RecorderProbe.memoryFor(board.dram);
    const settings = { from, logBytes, whenFull: "drop", stageBytes, onConsole, onProgress } as const;
    const run = recordRun(setup, prepareImages(images), memory, settings);
    const { calls, result, console, faults, machine } = run;
    if (run.thrown !== undefined || result === null) throw run.thrown;
    if (from > calls) throw new RangeError(`the run has ${calls} system calls, and so no call ${from} to record from`);
    const rows = factsOfCalls(run);
    const facts: RunFacts = {
      setup,
      images,
      logBytes,
      stageBytes,
      calls,
      result,
      rows,
      faults,
      console,
      endsInCall: calls > 0 && rows[calls * ROW_WORDS + Fact.RETURNED] === 0,
      kernelState: machine.kernelState,
      domainState: machine.domainState,
    };
    const edges = edgesOf(run.rows, calls, from, true, run.log.epochs);
    return new Recording(facts, memory, new Timeline(run.log, faults, edges, from), run.log.epochs);
  }

  /**
   * Opens what `save` wrote. The file holds memory, log and images, so everything works as after `record`; `recorder` is
   * this build's dist/recorder.wasm. Memory is at the first moment of the window. Rejects with a RecordingError for
   * anything else than a whole recording of this version.
   */
  static async open(file: Uint8Array, recorder: RecordedImages["recorder"]): Promise<Recording> {
    const { facts, memory, timeline } = await openState(file, recorder);
    const recording = new Recording(facts, memory, timeline, timeline.log.firstEpoch);
    const { first } = timeline;
    recording.goTo(first <= timeline.last ? { call: first, at: "exit" } : recording.end);
    return recording;
  }

  /** The recording as a file (docs/recordings.md), with the window that it has now. Leaves memory where it is. */
  save(): Promise<Uint8Array> {
    const { position, timeline, facts, memory } = this;
    // What is saved is copied before the first pause.
    this.move(timeline.log.firstEpoch);
    const saved = saveState({ facts, memory, timeline });
    this.move(position);
    return saved;
  }

  readonly board: Board;
  readonly commandLine: string;
  /** The strings of the boot modules, such as "SCENARIO=T03 init". */
  readonly moduleStrings: readonly string[];
  /** The calls of the program's functions that were recorded; null if the program ran by itself. */
  readonly script: Script | null;

  // ---- the run ----

  /** Number of system calls of the whole run, n. */
  readonly calls: number;
  readonly result: RunResult;
  readonly faults: readonly RecordedFault[];
  /** All console output in its order. observe/scenario-sections.ts finds the scenarios in it. */
  readonly console: readonly ConsolePiece[];
  /**
   * The words of all calls: word w of call c is at index 16 * c + w, for w from 0 to 11. The result's error is at index
   * 16 * c + 12 and its value at 16 * c + 13; they are zero if the call did not return. At 16 * c + 14 is the size of
   * the log at its exit, in words of four bytes; at 16 * c + 15 is 1 if the call returned. All words of call 0 are zero.
   */
  readonly callWords: Uint32Array;

  private readonly consoleLog: ConsoleLog;
  private readonly words: Int32Array;
  private ages: PageAges;

  private constructor(
    private readonly facts: RunFacts,
    private readonly memory: PhysicalMemory,
    private timeline: Timeline,
    /** Number of epochs after which memory is. */
    private position: number,
  ) {
    const { setup, calls, result, rows, faults, console, endsInCall } = facts;
    this.board = setup.board;
    this.commandLine = setup.commandLine;
    this.moduleStrings = setup.modules.map(({ string }) => string);
    this.script = setup.script ?? null;
    this.calls = calls;
    this.result = result;
    this.callWords = rows;
    this.faults = faults.map(({ fault, call, left }) => ({ fault, call, isRepaired: left !== null }));
    this.console = console;
    this.consoleLog = new ConsoleLog(console);
    this.end = endsInCall ? { call: calls, at: "exit" } : { call: calls + 1, at: "entry" };
    this.at = this.end;
    this.words = new Int32Array(memory.wasm.buffer);
    this.dram = memory.dram;
    this.machinePage = new DataView(memory.wasm.buffer, MACHINE_PAGE, MACHINE_PAGE_BYTES);
    this.ages = this.agesOf(timeline);
  }

  /**
   * A call, 1 to n. Throws a RangeError for another number. All calls are known, also those outside of the window.
   */
  call(number: number): RecordedCall {
    if (!Number.isInteger(number) || number < 1 || number > this.calls) {
      throw new RangeError(`there is no call ${number}: the run has ${this.calls} system calls`);
    }
    const row = this.callWords.subarray(number * ROW_WORDS, (number + 1) * ROW_WORDS);
    const [error, value] = [row[Column.ERROR] as number, row[Column.VALUE] as number];
    const result = row[Fact.RETURNED] === 1 ? (BigInt(value) << 32n) | BigInt(error) : null;
    return { number, words: row.subarray(0, Column.ERROR), result };
  }

  /** What the console showed at a moment. */
  consoleAt(moment: Moment): string {
    if (!("fault" in moment)) return this.consoleLog.upTo(moment.call, moment.at === "exit");
    const { call } = this.faultAt(moment.fault);
    return moment.at === "exit" ? this.consoleLog.upTo(call, false) : this.consoleLog.upTo(call - 1, true);
  }

  // ---- moving through time ----

  /** The exit of call 0: the CPU driver has booted, and the program is about to run its first instruction. */
  readonly start: CallMoment = { call: 0, at: "exit" };
  readonly end: CallMoment;
  private at: Moment;

  /** Where memory is. */
  get moment(): Moment {
    return this.at;
  }

  get window(): Window {
    const { first, last } = this.timeline;
    return first <= last ? { first, last } : { first: this.end.call, last: this.end.call };
  }

  /** Whether memory can be moved to a moment without recording again. */
  holds(moment: Moment): boolean {
    return this.epochsAt(moment) !== null;
  }

  /**
   * Moves memory to a moment. All readers of memory see it there. Outside of the window, it records again first
   * (`recordFrom`), which takes as long as the run up to there; `onProgress` is as in `RecordOptions`. Throws a
   * RangeError if the run has no such moment.
   */
  goTo(moment: Moment, onProgress?: (calls: number) => void): void {
    this.check(moment);
    const epochs = this.epochsAt(moment) ?? this.recordFor(moment, onProgress);
    this.move(epochs);
    this.at = moment;
  }

  /**
   * Records again, from the exit of a call until the log is full, so that the window begins there. Memory is at the exit
   * of that call afterwards; it stays the same ArrayBuffer. `onProgress` is as in `RecordOptions`.
   */
  recordFrom(call: number, onProgress?: (calls: number) => void): void {
    this.check({ call, at: "exit" });
    const { setup, images, logBytes, stageBytes, calls, result } = this.facts;
    const byClock = result.kind === "limit" && result.which === "milliseconds";
    // A run that was ended by the clock would end at another instruction.
    const until = byClock ? calls : Number.POSITIVE_INFINITY;
    const settings = { from: call, until, logBytes, whenFull: "end", stageBytes, onProgress } as const;
    this.memory.clearAll();
    const run = recordRun(setup, prepareImages(images), this.memory, settings);
    this.timeline = new Timeline(
      run.log,
      run.faults,
      edgesOf(run.rows, calls, call, run.result !== null, run.log.epochs),
      call,
    );
    this.ages = this.agesOf(this.timeline);
    this.position = run.log.epochs;
    if (run.calls < call) throw new Error("the run was different this time: it ended before the call to record from");
    this.move(0);
    this.at = { call, at: "exit" };
    if (run.thrown !== undefined) throw run.thrown;
  }

  /**
   * Compares two moments by time: negative if `a` is earlier, 0 if they are the same point of time, positive if `a` is
   * later.
   */
  compare(a: Moment, b: Moment): number {
    const [x, y] = [this.orderOf(a), this.orderOf(b)];
    return x[0] - y[0] || x[1] - y[1];
  }

  // ---- memory at the moment ----

  /** All DRAM; offset 0 is the board's DRAM base. */
  readonly dram: DataView;
  /** The machine page (mmu/layout.ts: TLB, registers, counters); offset 0 is `MACHINE_PAGE`. */
  readonly machinePage: DataView;

  /**
   * The mutable globals of the CPU driver's module, by the names that snapshots use. They hold results of its functions
   * from one call to the next, and are not a part of the system's state.
   */
  globals(): Map<string, number | bigint> {
    const { all } = this.memory;
    const globals = prepareImages(this.facts.images).globals.map(({ index, at, bytes }) => {
      const value = bytes === 8 ? all.getBigInt64(at, true) : all.getInt32(at, true);
      return [index, value] as const;
    });
    return new Map(globals.sort(([a], [b]) => a - b).map(([index, value]) => [`mutable:${index}`, value]));
  }

  /** Physical address of the CPU driver's state. Decoders start there. */
  get kernelState(): number {
    return this.facts.kernelState;
  }

  /** Physical address of the L1 table that the MMU walks for the program, at the moment. */
  get ttbr0(): number {
    return this.memory.all.getUint32(Register.TTBR0, true);
  }

  /** Virtual address of the program's domain state; null if there is none. */
  get domainState(): number | null {
    return this.facts.domainState;
  }

  /** Copies physical memory. Throws a RangeError unless the whole range is DRAM. */
  readPhysical(pa: number, bytes: number): Uint8Array {
    return this.memory.read(pa, bytes);
  }

  // ---- what changed ----

  /**
   * The words of DRAM that a part of the run changed; if `by` is absent, the kernel's part of the call. A word that has
   * its old value at the end of the part is not among them. Leaves memory where it is. Records again if the part is
   * outside of the window.
   */
  changes(call: number, by: Span["by"] = "kernel"): Changes {
    const entry: Moment = { call, at: "entry" };
    if (by === "program") return this.changesBetween({ call: call - 1, at: "exit" }, entry);
    return this.changesBetween(entry, { call, at: "exit" });
  }

  /** The words of DRAM that differ between two moments, in the order of time. Both must be in the window or become so. */
  changesBetween(from: Moment, to: Moment): Changes {
    this.check(from);
    this.check(to);
    const before = this.moment;
    if (!this.holds(from)) this.goTo(from);
    const first = this.required(from);
    const last = this.required(to);
    if (first > last) throw new RangeError("the first moment must not be after the second one");
    const touched = this.touchedWords(first, last);
    this.move(first);
    const old = Uint32Array.from(touched, (word) => this.words[word] as number);
    this.move(last);
    const isDifferent = (word: number, index: number) => this.words[word] !== ((old[index] as number) | 0);
    const indices = new Uint32Array(touched.keys()).filter((index) => isDifferent(touched[index] as number, index));
    const { base } = this.board.dram;
    const changes: Changes = {
      length: indices.length,
      address: indices.map((index) => base + 4 * (touched[index] as number)),
      before: indices.map((index) => old[index] as number),
      after: indices.map((index) => this.words[touched[index] as number] as number),
    };
    this.goTo(before);
    return changes;
  }

  /**
   * The parts of the run that changed a byte of any of the ranges, in the order of the search: backwards, the first
   * result is the last change. Yields each part once. The log keeps words, so ranges are widened to whole words. It
   * searches the window, and leaves memory where it is. Do not move memory while you iterate. Throws a RangeError if
   * `from` is outside of the window.
   */
  *touching(ranges: readonly PhysicalRange[], options: TouchOptions = {}): Generator<Span> {
    const { direction = "forwards", from } = options;
    const { log } = this.timeline;
    const matcher = new LineMatcher(ranges, this.board.dram);
    const start = from === undefined ? null : this.required(from);
    const spans =
      direction === "forwards"
        ? this.timeline.spans(start ?? log.firstEpoch, log.epochs)
        : this.timeline.spansBackwards(log.firstEpoch, start ?? log.epochs);
    for (const { call, by, from: first, to } of spans) {
      for (let epoch = first; epoch < to; epoch++) {
        if (!log.someLine(epoch, matcher.matches)) continue;
        yield { call, by };
        break;
      }
    }
  }

  /**
   * For each page of 4 KiB of the DRAM, the number of the call that last changed it at the moment, or before which the
   * program changed it. 0 stands for the boot, and for all changes before the window. The array is valid until the next
   * call of this function; do not change it.
   */
  lastChange(): Uint32Array {
    return this.ages.at(this.position);
  }

  // ---- source lines ----

  /**
   * The program's functions that were active when it made a call, innermost first. It runs the board again up to the
   * call, which takes as long as the run up to there. Empty without a table of positions.
   */
  stackAt(call: number): Frame[] {
    this.call(call);
    const { board, modules, commandLine, script } = this.facts.setup;
    const { mmu, mmuAccess, cpudriver, init, positions } = this.facts.images;
    const images = { mmu, mmuAccess, cpudriver, init, positions };
    const machine = Machine.create({ board, images, modules, commandLine, script, limits: { systemCalls: call - 1 } });
    const result = machine.run();
    return result.kind === "limit" ? result.frames : [];
  }

  // ---- inside ----

  private agesOf(timeline: Timeline): PageAges {
    return new PageAges(timeline, this.board.dram.bytes / PAGE);
  }

  private faultAt(index: number): FaultEvent {
    const event = this.facts.faults[index];
    if (!event) throw new RangeError(`there is no fault ${index}: the run has ${this.facts.faults.length}`);
    return event;
  }

  /** Throws a RangeError if the run has no such moment. */
  private check(moment: Moment): void {
    if ("fault" in moment) {
      this.faultAt(moment.fault);
      return;
    }
    const { call, at } = moment;
    const isEnd = this.end.call === call && this.end.at === at;
    const isStart = call === 0 && at === "exit";
    if (isEnd || isStart || (Number.isInteger(call) && call >= 1 && call <= this.calls)) return;
    throw new RangeError(`the run has no ${at} of call ${call}: it has ${this.calls} system calls`);
  }

  /** Finished epochs at a moment; null if the log does not have it. */
  private epochsAt(moment: Moment): number | null {
    if ("fault" in moment) return this.timeline.epochsAtFault(moment.fault, moment.at);
    const { call, at } = moment;
    return at === "entry" ? this.timeline.epochsAtEntry(call) : this.timeline.epochsAtExit(call);
  }

  private required(moment: Moment): number {
    const epochs = this.epochsAt(moment);
    if (epochs === null) throw new RangeError(`the moment ${momentText(moment)} is outside of the window`);
    return epochs;
  }

  private move(epochs: number): void {
    this.timeline.log.move(this.position, epochs, this.words);
    this.position = epochs;
  }

  /** Records again so that the log has a moment, with half of the log before it. Returns its epochs. */
  private recordFor(moment: Moment, onProgress?: (calls: number) => void): number {
    const [call] = this.orderOf(moment);
    const logAt = (number: number) => this.callWords[number * ROW_WORDS + Fact.LOG] as number;
    const earliest = logAt(Math.min(call, this.calls)) - this.facts.logBytes / 4 / 2;
    let from = Math.max(0, Math.min(call, this.calls) - 1);
    while (from > 0 && logAt(from - 1) >= earliest) from--;
    this.recordFrom(from, onProgress);
    if (!this.holds(moment)) this.recordFrom(Math.max(0, Math.min(call, this.calls) - 1), onProgress);
    return this.required(moment);
  }

  /** The call, and a number that orders the moments around it. */
  private orderOf(moment: Moment): [call: number, order: number] {
    if (!("fault" in moment)) return [moment.call, moment.at === "entry" ? 0 : 1];
    const { call } = this.faultAt(moment.fault);
    return [call, -2 * (this.facts.faults.length - moment.fault) + (moment.at === "entry" ? 0 : 1)];
  }

  /** Numbers of the words of DRAM that epochs changed, in ascending order. */
  private touchedWords(first: number, last: number): Uint32Array {
    const { log } = this.timeline;
    const found = new Uint32Array(log.wordsBefore(last) - log.wordsBefore(first));
    const end = this.board.dram.bytes / 4;
    let count = 0;
    for (let epoch = first; epoch < last; epoch++) {
      log.eachWord(epoch, (word) => {
        if (word < end) found[count++] = word;
      });
    }
    const sorted = found.subarray(0, count).sort();
    return sorted.filter((word, index) => index === 0 || word !== sorted[index - 1]);
  }
}

const PAGE = 4096;

function momentText(moment: Moment): string {
  return "fault" in moment ? `${moment.at} of fault ${moment.fault}` : `${moment.at} of call ${moment.call}`;
}
