/**
 * Traces of capability operations as data. `docs/trace-format.md` describes the files that hold them; `trace-parser.ts`
 * reads those.
 */

/** Slots are numbers: 256 * c + i is entry i of the c-th CNode of the trace. */
export type Operation =
  | {
      op: "retype";
      src: number;
      dst: number;
      offset: number;
      type: string;
      objsize: number;
      count: number;
    }
  | { op: "copy"; src: number; dst: number }
  | { op: "mint"; src: number; dst: number; param1: number; param2: number }
  | { op: "delete"; slot: number }
  | { op: "revoke"; slot: number }
  | {
      op: "map";
      vnode: number;
      src: number;
      entry: number;
      flags: number;
      offset: number;
      count: number;
      mapping: number;
    }
  | { op: "unmap"; vnode: number; mapping: number }
  | { op: "modify"; mapping: number; offset: number; pages: number; flags: number }
  | { op: "destroy"; mapping: number }
  | { op: "identify"; slot: number };

export type OperationName = Operation["op"];

export interface Identity {
  type: string;
  base: number;
  bytes: number;
}

/** What an operation answered. */
export interface Outcome {
  /** The outermost error. */
  err: string;
  /** All errors, the outermost first; absent where nobody knows or where there is only one. */
  stack?: string[];
  /** Of an identify that succeeded. */
  identity?: Identity;
}

export interface TraceStep {
  /** In the file. */
  line: number;
  operation: Operation;
  /** Null if the file is a script that has no answers yet. */
  expected: Outcome | null;
}

/** slot, type, base, bytes; then whether it has copies, descendants and ancestors. */
export type CapRow = [number, string, number, number, 0 | 1, 0 | 1, 0 | 1];

/** First entry, entries, kind, address; of pages and sections also user access and whether cached. */
export type RunRow =
  | [number, number, "page" | "section", number, "rw" | "r" | "", 0 | 1]
  | [number, number, "table", number];

/** A page table, under its lowest slot. */
export interface TableRow {
  slot: number;
  /** Valid entries. */
  valid: number;
  runs: RunRow[];
}

export interface Dump {
  dump: CapRow[];
  tables: TableRow[];
}

/** A capability that is there before the first operation. */
export interface InitialCap {
  slot: number;
  type: string;
  base: number;
  bytes: number;
}

export interface TraceHeader {
  trace: number;
  seed: number;
  dram: { base: number; bytes: number };
  /** Slots that exist: a multiple of 256. */
  slots: number;
  caps: InitialCap[];
}

export interface Trace {
  line: number;
  header: TraceHeader;
  steps: TraceStep[];
  /** Null in a script without answers. */
  dump: { line: number; content: Dump } | null;
}

/** Slots that an operation names, in the order of its fields. */
export function slotsOf(operation: Operation): number[] {
  switch (operation.op) {
    case "retype":
    case "copy":
    case "mint":
      return [operation.src, operation.dst];
    case "delete":
    case "revoke":
    case "identify":
      return [operation.slot];
    case "map":
      return [operation.vnode, operation.src, operation.mapping];
    case "unmap":
      return [operation.vnode, operation.mapping];
    case "modify":
    case "destroy":
      return [operation.mapping];
  }
}

/** The operation with its answer, as a line of a file. */
export function stepLine(operation: Operation, { err, stack, identity }: Outcome): string {
  return JSON.stringify({ ...operation, err, ...(stack ? { err_stack: stack } : {}), ...identity });
}
