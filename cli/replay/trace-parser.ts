/** From the lines of a file to traces. Whatever is wrong is named with file, line and what should stand there. */

import { UsageError } from "../usage-error";
import { typeNames } from "./capability-types";
import { JsonLine } from "./json-line";
import type {
  CapRow,
  Dump,
  InitialCap,
  Operation,
  OperationName,
  Outcome,
  RunRow,
  TableRow,
  Trace,
  TraceHeader,
  TraceStep,
} from "./trace";

const WORD_MAX = 0xffffffff;
const SLOTS_PER_CNODE = 256;
/** As many CNodes as the root has room for, with some left for the program. */
const MAX_SLOTS = 128 * SLOTS_PER_CNODE;

/** The fields of each operation that are 32-bit numbers. */
const NUMBERS: Record<OperationName, readonly string[]> = {
  retype: ["src", "dst", "offset", "objsize", "count"],
  copy: ["src", "dst"],
  mint: ["src", "dst", "param1", "param2"],
  delete: ["slot"],
  revoke: ["slot"],
  map: ["vnode", "src", "entry", "flags", "offset", "count", "mapping"],
  unmap: ["vnode", "mapping"],
  modify: ["mapping", "offset", "pages", "flags"],
  destroy: ["mapping"],
  identify: ["slot"],
};
const OPERATION_NAMES = Object.keys(NUMBERS) as OperationName[];

/** Types that a trace can start with. */
const INITIAL_TYPES = ["RAM", "PhysAddr", "DevFrame", "VNode_ARM_l1"] as const;

export interface ParserOptions {
  /** Operations may lack their answers, and traces their dump: a script, to be recorded. */
  script?: boolean;
}

/** Takes the lines of one file, one after the other, and yields each trace when it is complete. */
export class TraceParser {
  private current: Trace | null = null;
  private lines = 0;

  constructor(
    private readonly file: string,
    private readonly options: ParserOptions = {},
  ) {}

  /** The trace that the line completes, if any. */
  push(text: string): Trace | null {
    this.lines++;
    if (text.trim() === "") return null;
    const line = new JsonLine(this.file, this.lines, text);
    if ("op" in line.fields) this.traceFor(line, "an operation").steps.push(this.step(line));
    else if ("dump" in line.fields) return this.complete(line);
    else if ("trace" in line.fields) return this.begin(line);
    else line.refuse('expected a header ("trace"), an operation ("op") or a dump ("dump")');
    return null;
  }

  /** The last trace, if it is one without a dump. */
  end(): Trace | null {
    const last = this.current;
    this.current = null;
    if (last === null || this.options.script) return last;
    const expectation = `expected the dump of the trace that begins in line ${last.line}, found the end of the file`;
    throw new UsageError(`${this.file}:${this.lines}: ${expectation}`);
  }

  private traceFor(line: JsonLine, what: string): Trace {
    return this.current ?? line.refuse(`expected the header of a trace before ${what}`);
  }

  private begin(line: JsonLine): Trace | null {
    const previous = this.current;
    if (previous && !this.options.script) {
      line.refuse(`expected the dump of the trace that begins in line ${previous.line}, found another header`);
    }
    this.current = { line: line.number, header: parseHeader(line), steps: [], dump: null };
    return previous;
  }

  private complete(line: JsonLine): Trace {
    const trace = this.traceFor(line, "a dump");
    trace.dump = { line: line.number, content: parseDump(line) };
    this.current = null;
    return trace;
  }

  private step(line: JsonLine): TraceStep {
    const operation = parseOperation(line);
    const answered = "err" in line.fields || !this.options.script;
    return { line: line.number, operation, expected: answered ? parseOutcome(line, operation) : null };
  }
}

function parseHeader(line: JsonLine): TraceHeader {
  const { fields } = line;
  const dram = line.object(fields.dram, '"dram"');
  const slots = line.integer(fields.slots, '"slots"', MAX_SLOTS);
  if (slots === 0 || slots % SLOTS_PER_CNODE !== 0)
    line.refuse(`expected a multiple of 256 as "slots", found ${slots}`);
  return {
    trace: line.integer(fields.trace, '"trace"'),
    seed: fields.seed === undefined ? 0 : line.integer(fields.seed, '"seed"'),
    dram: { base: line.integer(dram.base, '"base" of "dram"'), bytes: line.integer(dram.bytes, '"bytes" of "dram"') },
    slots,
    caps: line.list(fields.caps, '"caps"').map((value, index) => parseInitialCap(line, value, slots, index)),
  };
}

function parseInitialCap(line: JsonLine, value: unknown, slots: number, index: number): InitialCap {
  const what = `capability ${index} of "caps"`;
  const cap = line.object(value, what);
  return {
    slot: line.integer(cap.slot, `slot of ${what}`, slots - 1),
    type: line.oneOf(cap.type, INITIAL_TYPES, `type of ${what}`),
    base: line.integer(cap.base, `base of ${what}`),
    bytes: line.integer(cap.bytes, `bytes of ${what}`),
  };
}

function parseOperation(line: JsonLine): Operation {
  const op = line.oneOf(line.fields.op, OPERATION_NAMES, '"op"');
  const operation: Record<string, unknown> = { op };
  for (const name of NUMBERS[op]) operation[name] = line.integer(line.fields[name], `"${name}" of ${op}`, WORD_MAX);
  if (op !== "retype") return operation as Operation;
  const { src, dst, offset, objsize, count } = operation;
  const type = line.oneOf(line.fields.type, typeNames, '"type" of retype');
  return { op, src, dst, offset, type, objsize, count } as Operation;
}

function parseOutcome(line: JsonLine, { op }: Operation): Outcome {
  const { fields } = line;
  const outcome: Outcome = { err: line.text(fields.err, `"err" of ${op}`) };
  if ("err_stack" in fields) {
    outcome.stack = line.list(fields.err_stack, '"err_stack"').map((name) => line.text(name, 'a name in "err_stack"'));
  }
  if (op === "identify" && outcome.err === "SYS_ERR_OK") {
    outcome.identity = {
      type: line.oneOf(fields.type, typeNames, '"type" of identify'),
      base: line.integer(fields.base, '"base" of identify'),
      bytes: line.integer(fields.bytes, '"bytes" of identify'),
    };
  }
  return outcome;
}

function parseDump(line: JsonLine): Dump {
  return {
    dump: line.list(line.fields.dump, '"dump"').map((row, index) => parseCapRow(line, row, `row ${index} of "dump"`)),
    tables: line
      .list(line.fields.tables, '"tables"')
      .map((table, index) => parseTable(line, table, `table ${index} of "tables"`)),
  };
}

function parseCapRow(line: JsonLine, value: unknown, what: string): CapRow {
  const row = line.list(value, what);
  if (row.length !== 7) line.refuse(`expected 7 fields in ${what}, found ${row.length}`);
  return [
    line.integer(row[0], `slot of ${what}`, WORD_MAX),
    line.oneOf(row[1], typeNames, `type of ${what}`),
    line.integer(row[2], `base of ${what}`),
    line.integer(row[3], `bytes of ${what}`),
    line.flag(row[4], `"copies" of ${what}`),
    line.flag(row[5], `"descendants" of ${what}`),
    line.flag(row[6], `"ancestors" of ${what}`),
  ];
}

function parseTable(line: JsonLine, value: unknown, what: string): TableRow {
  const table = line.object(value, what);
  return {
    slot: line.integer(table.slot, `slot of ${what}`, WORD_MAX),
    valid: line.integer(table.valid, `"valid" of ${what}`),
    runs: line.list(table.runs, `runs of ${what}`).map((run, index) => parseRun(line, run, `run ${index} of ${what}`)),
  };
}

function parseRun(line: JsonLine, value: unknown, what: string): RunRow {
  const run = line.list(value, what);
  const first = line.integer(run[0], `first entry of ${what}`, WORD_MAX);
  const entries = line.integer(run[1], `entries of ${what}`, WORD_MAX);
  const kind = line.oneOf(run[2], ["page", "section", "table"], `kind of ${what}`);
  const address = line.integer(run[3], `address of ${what}`);
  if (kind === "table") return [first, entries, kind, address];
  const access = line.oneOf(run[4], ["rw", "r", ""], `access of ${what}`);
  return [first, entries, kind, address, access, line.flag(run[5], `"cached" of ${what}`)];
}
