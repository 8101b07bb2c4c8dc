/** Traces of capability operations as data. `docs/trace-format.md` describes the files. */
import type { Identity, Operation, Outcome, SlotName } from "./operation";

/** The expected answer. Without `stack`, only the outermost error is known. */
export interface Expectation {
  readonly err: string;
  readonly stack?: readonly string[];
  readonly identity?: Identity;
}

export interface TraceStep {
  /** Line in the file. */
  readonly line: number;
  readonly operation: Operation;
  /** Null if the file is a script that has no answers yet. */
  readonly expected: Expectation | null;
}

export type Flag = 0 | 1;

/** Slot, type, base, bytes, then flags for copies, descendants and ancestors. */
export type CapRow = [slot: number, type: string, base: number, bytes: number, Flag, Flag, Flag];

/** First entry, entries, kind, address. For pages and sections also user access and whether they are cached. */
export type RunRow =
  | [first: number, entries: number, "page" | "section", address: number, "rw" | "r" | "", Flag]
  | [first: number, entries: number, "table", address: number];

/** A page table, listed under its lowest slot. */
export interface TableRow {
  readonly slot: number;
  /** Number of valid entries. */
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

/** A capability that exists before the first operation. */
export interface InitialCap extends MemoryRange {
  readonly slot: number;
  readonly type: string;
}

/** The state before the first operation. */
export interface Setting {
  readonly dram: MemoryRange;
  /** Number of slots, a multiple of 256. */
  readonly slots: number;
  readonly caps: readonly InitialCap[];
  /** Addresses that have memory. If absent, all of them. */
  readonly memory?: MemoryRange;
}

export interface TraceHeader extends Setting {
  readonly trace: number;
  readonly seed: number;
  /** Subject of the trace. Traces written by hand have a title. */
  readonly title?: string;
}

export interface Trace {
  readonly line: number;
  readonly header: TraceHeader;
  readonly steps: readonly TraceStep[];
  /** Null for a script without answers. */
  readonly dump: { readonly line: number; readonly content: Dump } | null;
}

/** A system on which traces can be played. */
export interface TraceSystem {
  perform(operation: Operation): Outcome;
  dump(): Dump;
  /** Messages about conditions that must always hold and do not. */
  broken?(): readonly string[];
  /** Describes the contents of a slot for a message. */
  describe?(slot: SlotName): string;
}
