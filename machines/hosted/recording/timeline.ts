/** Leads from calls and faults to epochs of the log, and back. */
import type { Log } from "./log";
import { Column, type FaultEvent, ROW_WORDS, UNKNOWN } from "./run";

/** A part of a run, and its epochs: from `from` up to, and without, `to`. */
export interface SpanEpochs {
  call: number;
  by: "kernel" | "program";
  from: number;
  to: number;
}

export class Timeline {
  /** The first and the last call of whose exit the log has the moment. */
  readonly first: number;
  readonly last: number;
  /** By call: finished epochs at the entry, and at the exit; UNKNOWN if the log does not have the moment. */
  private readonly entries: Uint32Array;
  private readonly exits: Uint32Array;

  /**
   * `rows` are the rows of all calls from 1 on that the log may have, `from` is the call at whose exit it begins.
   * `calls` is the number of calls of the whole run. `hasEnd` says that the log goes up to the end of the run.
   */
  constructor(
    readonly log: Log,
    private readonly faults: readonly FaultEvent[],
    rows: Uint32Array,
    private readonly calls: number,
    private readonly from: number,
    hasEnd: boolean,
  ) {
    this.entries = new Uint32Array(calls + 2).fill(UNKNOWN);
    this.exits = new Uint32Array(calls + 2).fill(UNKNOWN);
    this.exits[from] = 0;
    const last = Math.min(calls, rows.length / ROW_WORDS);
    for (let call = from + 1; call <= last; call++) {
      this.entries[call] = rows[(call - 1) * ROW_WORDS + Column.ENTRY] as number;
      this.exits[call] = rows[(call - 1) * ROW_WORDS + Column.EXIT] as number;
    }
    if (hasEnd) {
      const isInCall = calls > from && this.exits[calls] === UNKNOWN;
      if (isInCall) this.exits[calls] = log.epochs;
      else this.entries[calls + 1] = log.epochs;
    }
    let known = last;
    while (known > from && this.exits[known] === UNKNOWN) known--;
    this.last = known;
    this.first = firstWhere(from, known + 1, (call) => (this.exits[call] as number) >= log.firstEpoch);
  }

  /** Finished epochs at a moment; null if the log does not have it. */
  epochsAtEntry(call: number): number | null {
    return this.held(this.entries[call] ?? UNKNOWN);
  }

  epochsAtExit(call: number): number | null {
    return this.held(this.exits[call] ?? UNKNOWN);
  }

  epochsAtFault(fault: number, at: "entry" | "exit"): number | null {
    const event = this.faults[fault];
    if (!event || event.call <= this.from) return null;
    // A fault that was not repaired ends the run.
    const epochs = at === "entry" ? event.entered : (event.left ?? this.epochsAtEntry(this.calls + 1));
    return epochs === null ? null : this.held(epochs);
  }

  /** The parts of the run that have epochs from `from` up to `to`, in the order of time; the first and last cut there. */
  *spans(from: number, to: number): Generator<SpanEpochs> {
    for (let call = this.callAt(from); call <= this.last + 1; call++) {
      const entry = this.entries[call] as number;
      const exit = this.exits[call] as number;
      const before = call === 0 ? UNKNOWN : (this.exits[call - 1] as number);
      yield* cut({ call, by: "program", from: before, to: entry }, from, to);
      yield* cut({ call, by: "kernel", from: entry, to: exit }, from, to);
      if (entry !== UNKNOWN && entry >= to) return;
    }
  }

  /** The same, against the order of time. */
  *spansBackwards(from: number, to: number): Generator<SpanEpochs> {
    for (let call = this.callAt(to); call > 0; call--) {
      const entry = this.entries[call] as number;
      yield* cut({ call, by: "kernel", from: entry, to: this.exits[call] as number }, from, to);
      yield* cut({ call, by: "program", from: this.exits[call - 1] as number, to: entry }, from, to);
      if (entry !== UNKNOWN && entry <= from) return;
    }
  }

  private held(epochs: number): number | null {
    return epochs === UNKNOWN || epochs < this.log.firstEpoch ? null : epochs;
  }

  /** The first call whose exit is after `epoch` epochs, or the number after the last one. */
  private callAt(epoch: number): number {
    return firstWhere(this.first, this.last + 1, (call) => (this.exits[call] as number) > epoch);
  }
}

/** The first number from `low` on that has a property, which all numbers after it have, too; `high` if none has. */
function firstWhere(low: number, high: number, has: (number: number) => boolean): number {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (has(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}

function* cut({ call, by, from, to }: SpanEpochs, first: number, end: number): Generator<SpanEpochs> {
  if (from === UNKNOWN || to === UNKNOWN) return;
  const [start, stop] = [Math.max(from, first), Math.min(to, end)];
  if (start < stop) yield { call, by, from: start, to: stop };
}
