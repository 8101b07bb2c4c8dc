/** Traces of capability operations as data. `docs/trace-format.md` describes the files that hold them. */
import type { Identity, Operation, Outcome, SlotName } from "./operation";

/** As far as it is known: without `stack`, only the outermost error is. */
export interface Expectation {
  readonly err: string;
  readonly stack?: readonly string[];
  readonly identity?: Identity;
}

export interface TraceStep {
  /** In the file. */
  readonly line: number;
  readonly operation: Operation;
  /** Null if the file is a script that has no answers yet. */
  readonly expected: Expectation | null;
}

export type Flag = 0 | 1;

/** Slot, type, base, bytes; then whether it has copies, descendants and ancestors. */
export type CapRow = [slot: number, type: string, base: number, bytes: number, Flag, Flag, Flag];

/** First entry, entries, kind, address; of pages and sections also user access and whether cached. */
export type RunRow =
  | [first: number, entries: number, "page" | "section", address: number, "rw" | "r" | "", Flag]
  | [first: number, entries: number, "table", address: number];

/** A page table, under its lowest slot. */
export interface TableRow {
  readonly slot: number;
  /** Valid entries. */
  readonly valid: number;
  readonly runs: readonly RunRow[];
}

export interface Dump {
  readonly dump: readonly CapRow[];
  readonly tables: readonly TableRow[];
}

export interface MemoryRange {
  readonly base: number;
  readonly bytes: number;
}

/** A capability that is there before the first operation. */
export interface InitialCap extends MemoryRange {
  readonly slot: number;
  readonly type: string;
}

/** What there is before the first operation. */
export interface Setting {
  readonly dram: MemoryRange;
  /** Slots that exist: a multiple of 256. */
  readonly slots: number;
  readonly caps: readonly InitialCap[];
  /** Addresses with memory behind them; all, if absent. */
  readonly memory?: MemoryRange;
}

export interface TraceHeader extends Setting {
  readonly trace: number;
  readonly seed: number;
  /** What the trace is about; traces written by hand have one. */
  readonly title?: string;
}

export interface Trace {
  readonly line: number;
  readonly header: TraceHeader;
  readonly steps: readonly TraceStep[];
  /** Null in a script without answers. */
  readonly dump: { readonly line: number; readonly content: Dump } | null;
}

/** Something that traces can be played on. */
export interface TraceSystem {
  perform(operation: Operation): Outcome;
  dump(): Dump;
  /** Sentences about what must hold whatever was asked for, and does not. */
  broken?(): readonly string[];
  /** What is in a slot, for a person. */
  describe?(slot: SlotName): string;
}
