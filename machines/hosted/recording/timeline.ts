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

/** By call: finished epochs at the entry and at the exit, UNKNOWN if the log does not have the moment. */
export interface Edges {
  entries: Uint32Array;
  exits: Uint32Array;
}

/**
 * The edges of a recorded run. `rows` are the rows of its calls from 1 on, and the log begins at the exit of call
 * `from`. `calls` is the number of calls of the whole run. `hasEnd` says that the log of `epochs` goes up to its end.
 */
export function edgesOf(rows: Uint32Array, calls: number, from: number, hasEnd: boolean, epochs: number): Edges {
  const entries = new Uint32Array(calls + 2).fill(UNKNOWN);
  const exits = new Uint32Array(calls + 2).fill(UNKNOWN);
  exits[from] = 0;
  const last = Math.min(calls, rows.length / ROW_WORDS);
  for (let call = from + 1; call <= last; call++) {
    entries[call] = rows[(call - 1) * ROW_WORDS + Column.ENTRY] as number;
    exits[call] = rows[(call - 1) * ROW_WORDS + Column.EXIT] as number;
  }
  if (!hasEnd) return { entries, exits };
  if (calls > from && exits[calls] === UNKNOWN) exits[calls] = epochs;
  else entries[calls + 1] = epochs;
  return { entries, exits };
}

export class Timeline {
  /** The first and the last call of whose exit the log has the moment; the last is before the first if there is none. */
  readonly first: number;
  readonly last: number;

  /** The log begins at the exit of call `from`, or drops what is older than its first epoch. */
  constructor(
    readonly log: Log,
    readonly faults: readonly FaultEvent[],
    readonly edges: Edges,
    readonly from: number,
  ) {
    const { exits } = edges;
    let last = exits.length - 1;
    while (last > from && exits[last] === UNKNOWN) last--;
    this.last = last;
    this.first = firstWhere(from, last + 1, (call) => {
      const exit = exits[call] as number;
      return exit !== UNKNOWN && exit >= log.firstEpoch;
    });
  }

  /** Finished epochs at a moment; null if the log does not have it. */
  epochsAtEntry(call: number): number | null {
    return this.held(this.edges.entries[call] ?? UNKNOWN);
  }

  epochsAtExit(call: number): number | null {
    return this.held(this.edges.exits[call] ?? UNKNOWN);
  }

  epochsAtFault(fault: number, at: "entry" | "exit"): number | null {
    const event = this.faults[fault];
    if (!event || event.call <= this.from) return null;
    // A fault that was not repaired ends the run.
    const epochs = at === "entry" ? event.entered : (event.left ?? this.epochsAtEntry(this.edges.entries.length - 1));
    return epochs === null ? null : this.held(epochs);
  }

  /** The parts of the run that have epochs from `from` up to `to`, in the order of time; the first and last cut there. */
  *spans(from: number, to: number): Generator<SpanEpochs> {
    for (let call = this.callAt(from); call <= this.last + 1; call++) {
      const entry = this.edges.entries[call] as number;
      const exit = this.edges.exits[call] as number;
      const before = call === 0 ? UNKNOWN : (this.edges.exits[call - 1] as number);
      yield* cut({ call, by: "program", from: before, to: entry }, from, to);
      yield* cut({ call, by: "kernel", from: entry, to: exit }, from, to);
      if (entry !== UNKNOWN && entry >= to) return;
    }
  }

  /** The same, against the order of time. */
  *spansBackwards(from: number, to: number): Generator<SpanEpochs> {
    for (let call = this.callAt(to); call > 0; call--) {
      const entry = this.edges.entries[call] as number;
      yield* cut({ call, by: "kernel", from: entry, to: this.edges.exits[call] as number }, from, to);
      yield* cut({ call, by: "program", from: this.edges.exits[call - 1] as number, to: entry }, from, to);
      if (entry !== UNKNOWN && entry <= from) return;
    }
  }

  private held(epochs: number): number | null {
    return epochs === UNKNOWN || epochs < this.log.firstEpoch ? null : epochs;
  }

  /** The first call whose exit is after `epoch` epochs, or the number after the last one. */
  private callAt(epoch: number): number {
    return firstWhere(this.first, this.last + 1, (call) => (this.edges.exits[call] as number) > epoch);
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
