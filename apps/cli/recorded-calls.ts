/** Shows the system calls of a recording, in either direction, and what changed a piece of memory. */
import type { Moment, PhysicalRange, Recording, Span } from "../../machines/hosted/recording/recording";
import { type CallFilter, matches } from "../../observe/calls/filter";
import { callJson } from "../../observe/calls/json";
import { callText } from "../../observe/calls/text";
import { memorySought, type Sought } from "../../observe/calls/touching";
import { CallTracer, type SystemCall } from "../../observe/calls/tracer";
import { PhysicalReader } from "../../observe/decode/memory-reader";
import { type ScenarioSection, scenarioSections } from "../../observe/scenario-sections";
import { counted, formatAddress, formatCount } from "../../observe/text/quantities";
import { colorsFor } from "./colors";
import { output } from "./output";
import { goTo } from "./recordings";
import { UsageError } from "./usage-error";

export interface RecordedCallsOptions {
  filter: CallFilter;
  touching?: Sought;
  backwards: boolean;
  from?: number;
  to?: number;
  limit?: number;
  /** Also calls outside of the scenarios. */
  all?: boolean;
  json?: boolean;
  color: boolean;
}

/** A word of the memory that is sought, and its contents before and after. */
interface TouchedWord {
  address: number;
  before: number;
  after: number;
}

/** Thrown where a call of the recording does not return. */
class DidNotReturn extends Error {}

/** Most words of the memory that is sought that a text shows for a call. */
const SHOWN_WORDS = 8;
const NUMBER_WIDTH = 8;

export function callsOfRecording(recording: Recording, options: RecordedCallsOptions): void {
  const { calls } = recording;
  const { from = 1, to = calls, limit = Number.POSITIVE_INFINITY, touching } = options;
  if (from > calls + 1) throw new UsageError(`--from ${from}: the run has ${counted(calls, "system call")}`);
  const range = { from, to: Math.min(to, calls) };
  const viewer = new CallViewer(recording, options);
  let seen = 0;
  if (touching) {
    for (const span of touchedBy(recording, sought(recording, touching, options), options)) {
      if (viewer.shown >= limit) break;
      viewer.showTouch(span);
      seen++;
    }
  } else {
    for (const number of inOrder(range.from, range.to, options.backwards)) {
      if (viewer.shown >= limit) break;
      viewer.showCall(number);
      seen++;
    }
  }
  if (options.json) return;
  const total = touching ? counted(seen, "change") : counted(seen, "call");
  output.line(`${viewer.shown === 0 ? "" : "\n"}${formatCount(viewer.shown)} of ${total} shown`);
}

function* inOrder(first: number, last: number, backwards: boolean): Generator<number> {
  for (let index = 0; index <= last - first; index++) yield backwards ? last - index : first + index;
}

function readerOf({ dram, board }: Recording): PhysicalReader {
  return new PhysicalReader(dram, board.dram.base);
}

/** The physical memory that `--touching` names. */
function sought(recording: Recording, touching: Sought, { from, to }: RecordedCallsOptions): PhysicalRange {
  const after = Math.min(from === undefined ? (to ?? recording.calls) : from - 1, recording.calls);
  const moment: Moment = after === recording.calls ? recording.end : { call: after, at: "exit" };
  goTo(recording, moment);
  const found = memorySought(touching, readerOf(recording), recording.kernelState);
  if (typeof found === "string") throw new UsageError(`--touching: ${found} after call ${after}`);
  return found;
}

/** The parts of the run that changed the memory, from call `from` to call `to`, with the words that they changed. */
function* touchedBy(
  recording: Recording,
  range: PhysicalRange,
  { from = 1, to = Number.POSITIVE_INFINITY, backwards }: RecordedCallsOptions,
): Generator<Span & { words: TouchedWord[] }> {
  const direction = backwards ? "backwards" : "forwards";
  for (const span of recording.touching([range], { direction })) {
    if (backwards ? span.call < from : span.call > to) return;
    if (span.call < from || span.call > to) continue;
    const { address, before, after } = recording.changes(span.call, span.by);
    const words = Array.from(address, (at, index): TouchedWord => {
      return { address: at, before: before[index] as number, after: after[index] as number };
    });
    yield { ...span, words: words.filter(({ address: at }) => at >= range.start && at < range.end) };
  }
}

class CallViewer {
  shown = 0;
  private readonly sections: ScenarioSection[];
  private readonly isWindowed: boolean;
  private readonly colors;
  private readonly tracer: CallTracer;
  private lastTraced = 0;

  constructor(
    private readonly recording: Recording,
    private readonly options: RecordedCallsOptions,
  ) {
    this.sections = scenarioSections(recording.console, recording.calls);
    const { all, from, to, json, color } = options;
    this.isWindowed = this.sections.length > 0 && !all && from === undefined && to === undefined;
    this.colors = colorsFor(process.stdout, color && !json);
    this.tracer = new CallTracer(readerOf(recording), recording.kernelState);
  }

  /** Shows a call if the filter selects it. */
  showCall(number: number): void {
    const scenario = this.scenarioOf(number);
    if (this.isWindowed && scenario === null) return;
    const call = this.traced(number);
    if (matches(call, this.options.filter)) this.print(call, scenario, null);
  }

  /** Shows a part of the run that changed the memory that is sought. */
  showTouch({ call: number, by, words }: Span & { words: TouchedWord[] }): void {
    if (by === "kernel") {
      const call = this.traced(number);
      if (matches(call, this.options.filter)) this.print(call, this.scenarioOf(number), words);
      return;
    }
    if (Object.values(this.options.filter).some((condition) => condition !== undefined)) return;
    if (this.options.json) output.write(`${JSON.stringify({ number, by, touched: words })}\n`);
    else output.line(`${"".padStart(NUMBER_WIDTH)}  the program, before call ${number}${wordsText(words)}`);
    this.shown++;
  }

  private print(call: SystemCall, scenario: string | null, words: TouchedWord[] | null): void {
    const { json } = this.options;
    if (json) {
      const touched = words === null ? {} : { by: "kernel", touched: words };
      output.write(`${JSON.stringify({ ...callJson(call, scenario), ...touched })}\n`);
    } else {
      const text = callText(call);
      output.line(
        `${call.answer?.ok === false ? this.colors.red(text) : text}${words === null ? "" : wordsText(words)}`,
      );
    }
    this.shown++;
  }

  /** The call in words. Moves memory to its entry and to its exit. */
  private traced(number: number): SystemCall {
    const { recording, tracer } = this;
    const { words, result } = recording.call(number);
    // What changed between two calls is known only if they follow each other.
    if (number !== this.lastTraced + 1) tracer.forget();
    this.lastTraced = number;
    goTo(recording, { call: number, at: "entry" });
    const handle = (): bigint => {
      if (result === null) throw new DidNotReturn();
      recording.goTo({ call: number, at: "exit" });
      return result;
    };
    let traced: SystemCall | null = null;
    try {
      tracer.trace(number, Array.from(words), handle, (call) => {
        traced = call;
      });
    } catch (error) {
      if (!(error instanceof DidNotReturn)) throw error;
    }
    return traced as unknown as SystemCall;
  }

  private scenarioOf(number: number): string | null {
    return this.sections.find(({ first, last }) => first < number && number <= last)?.id ?? null;
  }
}

function wordsText(words: readonly TouchedWord[]): string {
  const hex = (value: number) => `0x${value.toString(16).padStart(NUMBER_WIDTH, "0")}`;
  const indent = `\n${"".padStart(NUMBER_WIDTH + 2)}`;
  const lines = words.slice(0, SHOWN_WORDS).map(({ address, before, after }) => {
    return `${indent}~ ${formatAddress(address)}: ${hex(before)} -> ${hex(after)}`;
  });
  const more = words.length - lines.length;
  return `${lines.join("")}${more > 0 ? `${indent}~ ${counted(more, "more word")}` : ""}`;
}
