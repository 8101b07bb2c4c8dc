/** Parses the lines of a file into traces. For each error, reports file, line and the expected contents. */

import { JsonLine } from "./json-line";
import {
  EMPTY_ENTRY,
  FIELDS,
  type FieldKind,
  firstFreeEntry,
  NO_ANSWER,
  type Operation,
  type OperationName,
  PAGE_CNODE_ENTRY,
  type SlotPath,
  slotText,
} from "./operation";
import type { CapRow, Dump, Expectation, InitialCap, MemoryRange, RunRow, TableRow, Trace, TraceStep } from "./trace";
import { TraceError } from "./trace-error";
import { typeNames } from "./type-names";

const WORD_MAX = 0xffffffff;
const TYPE_MAX = 0xff;
const LEVEL_MAX = 0xff;
/** An address has 24 bits for the entry of the root and 8 bits for the entry of the CNode. */
const ENTRY_MAX = 0xffffff;
const SLOT_MAX = 0xff;
const SLOTS_PER_CNODE = 256;
/** Slots in the largest number of CNodes that fits into the root and leaves some entries to the program. */
const MAX_SLOTS = 128 * SLOTS_PER_CNODE;

const OPERATION_NAMES = Object.keys(FIELDS) as OperationName[];

/** Entries in the system's part of the driver's root that operations may name. */
const OPEN_ENTRIES: readonly number[] = [PAGE_CNODE_ENTRY, EMPTY_ENTRY];
/** Types that a trace may start with. */
const INITIAL_TYPES = ["RAM", "PhysAddr", "DevFrame", "VNode_ARM_l1"] as const;

export interface ParserOptions {
  /** Accept a script to be recorded: operations without answers, and traces without a dump. */
  script?: boolean;
}

/** A trace whose later lines have not been read yet. */
interface OpenTrace extends Trace {
  readonly steps: TraceStep[];
}

/** Takes the lines of one file in order and returns each trace when it is complete. */
export class TraceParser {
  private current: OpenTrace | null = null;
  private lines = 0;

  constructor(
    private readonly file: string,
    private readonly options: ParserOptions = {},
  ) {}

  /** Parses a line. Returns the trace that it completes, or null. */
  push(text: string): Trace | null {
    this.lines++;
    if (text.trim() === "") return null;
    const line = new JsonLine(this.file, this.lines, text);
    if ("op" in line.fields) this.operation(line);
    else if ("dump" in line.fields) return this.complete(line);
    else if ("trace" in line.fields) return this.begin(line);
    else line.refuse('expected a header ("trace"), an operation ("op") or a dump ("dump")');
    return null;
  }

  /**
   * Returns the last trace if it has no dump: a script, or a trace whose last operation removed the driver's CSpace.
   */
  end(): Trace | null {
    const last = this.current;
    this.current = null;
    if (last === null || this.mayEnd(last)) return last;
    const expectation = `expected the dump of the trace that begins in line ${last.line}, found the end of the file`;
    throw new TraceError(`${this.file}:${this.lines}: ${expectation}`);
  }

  /** Whether a trace may end without a dump. */
  private mayEnd(trace: Trace): boolean {
    return this.options.script === true || isOver(trace);
  }

  private operation(line: JsonLine): void {
    const trace = this.traceFor(line, "an operation");
    trace.steps.push(this.step(line, trace));
  }

  /** The trace that the line continues. */
  private traceFor(line: JsonLine, what: string): OpenTrace {
    const trace = this.current ?? line.refuse(`expected the header of a trace before ${what}`);
    if (isOver(trace)) line.refuse(`expected the header of another trace after "${NO_ANSWER}", found ${what}`);
    return trace;
  }

  private begin(line: JsonLine): Trace | null {
    const previous = this.current;
    if (previous && !this.mayEnd(previous)) {
      line.refuse(`expected the dump of the trace that begins in line ${previous.line}, found another header`);
    }
    this.current = { line: line.number, header: parseHeader(line), steps: [], dump: null };
    return previous;
  }

  private complete(line: JsonLine): Trace {
    const trace = this.traceFor(line, "a dump");
    this.current = null;
    return { ...trace, dump: { line: line.number, content: parseDump(line) } };
  }

  private step(line: JsonLine, trace: Trace): TraceStep {
    const operation = parseOperation(line, firstFreeEntry(trace.header.slots / SLOTS_PER_CNODE));
    const answered = "err" in line.fields || !this.options.script;
    return { line: line.number, operation, expected: answered ? parseExpectation(line, operation) : null };
  }
}

/** Whether no caller is left to perform another operation. */
function isOver({ steps }: Trace): boolean {
  return steps.at(-1)?.expected?.err === NO_ANSWER;
}

function parseHeader(line: JsonLine): Trace["header"] {
  const { fields } = line;
  const slots = line.integer(fields.slots, '"slots"', MAX_SLOTS);
  if (slots === 0 || slots % SLOTS_PER_CNODE !== 0)
    line.refuse(`expected a multiple of 256 as "slots", found ${slots}`);
  const caps = line.list(fields.caps, '"caps"').map((value, index) => parseInitialCap(line, value, slots, index));
  refuseTwice(
    line,
    caps.map(({ slot }) => slot),
    '"caps"',
  );
  return {
    trace: line.integer(fields.trace, '"trace"'),
    ...("title" in fields ? { title: line.text(fields.title, '"title"') } : {}),
    seed: fields.seed === undefined ? 0 : line.integer(fields.seed, '"seed"'),
    dram: parseRange(line, fields.dram, '"dram"'),
    ...("memory" in fields ? { memory: parseRange(line, fields.memory, '"memory"') } : {}),
    slots,
    caps,
  };
}

function parseRange(line: JsonLine, value: unknown, what: string): MemoryRange {
  const { base, bytes } = line.object(value, what);
  return { base: line.integer(base, `"base" of ${what}`), bytes: line.integer(bytes, `"bytes" of ${what}`) };
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

function parseOperation(line: JsonLine, freeEntry: number): Operation {
  const op = line.oneOf(line.fields.op, OPERATION_NAMES, '"op"');
  const fields = Object.entries(FIELDS[op]).map(([field, kind]) => [
    field,
    parseField(line, kind, line.fields[field], `"${field}" of ${op}`, freeEntry),
  ]);
  return { op, ...Object.fromEntries(fields) } as Operation;
}

/** `freeEntry` is the first entry of the driver's root to which a path may lead. */
function parseField(line: JsonLine, kind: FieldKind, value: unknown, what: string, freeEntry: number): unknown {
  switch (kind) {
    case "number":
    case "flat slot":
      return line.integer(value, what, WORD_MAX);
    case "flat slot or null":
      return value === null ? null : line.integer(value, what, WORD_MAX);
    case "slot":
    case "place":
    case "own slot":
    case "own place":
      if (typeof value !== "object") return line.integer(value, what, WORD_MAX);
      return parsePath(line, kind, value, what, freeEntry);
    case "type":
      return typeof value === "number" ? line.integer(value, what, TYPE_MAX) : line.oneOf(value, typeNames, what);
    case "space address or null":
      return value === null ? null : parseAddress(line, value, what);
    case "flag":
      return typeof value === "boolean" ? value : line.refuse(`expected true or false as ${what}`);
  }
}

/** The required and the optional fields of a path. */
const PATHS = {
  slot: { needed: ["cnode"], possible: ["root", "slot", "level"] },
  place: { needed: ["cnode"], possible: ["root", "slot", "level"] },
  "own slot": { needed: ["cnode"], possible: ["slot", "level"] },
  "own place": { needed: ["cnode", "slot"], possible: [] },
} as const;
type PathKind = keyof typeof PATHS;

function parsePath(line: JsonLine, kind: PathKind, value: unknown, what: string, freeEntry: number): SlotPath {
  const path = line.object(value, what);
  const { needed, possible } = PATHS[kind];
  const known: readonly string[] = [...needed, ...possible];
  for (const field of Object.keys(path)) {
    if (!known.includes(field)) line.refuse(`expected ${known.join(", ")} in ${what}, found "${field}"`);
  }
  const isPlace = kind === "place" || kind === "own place";
  const limits: Record<string, number> = {
    root: WORD_MAX,
    cnode: ENTRY_MAX,
    slot: isPlace ? WORD_MAX : SLOT_MAX,
    level: LEVEL_MAX,
  };
  const given = known.filter((field) => field in path || (needed as readonly string[]).includes(field));
  const numbers = given.map((field) => [field, line.integer(path[field], `"${field}" of ${what}`, limits[field])]);
  const parsed = Object.fromEntries(numbers) as SlotPath;
  const isOpen = parsed.cnode >= freeEntry || OPEN_ENTRIES.includes(parsed.cnode);
  if (parsed.root === undefined && !isOpen) {
    line.refuse(
      `expected an entry from ${freeEntry} on, or ${OPEN_ENTRIES.join(" or ")}, as "cnode" of ${what}, found ${parsed.cnode}`,
    );
  }
  return parsed;
}

function parseAddress(line: JsonLine, value: unknown, what: string): number[] {
  const address = line.list(value, what);
  if (address.length !== 2) line.refuse(`expected two entries, of the root and of the CNode, as ${what}`);
  const [cnode, slot] = address;
  return [
    line.integer(cnode, `entry of the root of ${what}`, ENTRY_MAX),
    line.integer(slot, `entry of the CNode of ${what}`, SLOT_MAX),
  ];
}

function parseExpectation(line: JsonLine, { op }: Operation): Expectation {
  const { fields } = line;
  const err = line.text(fields.err, `"err" of ${op}`);
  const stack = "err_stack" in fields ? parseStack(line, fields.err_stack) : undefined;
  if (op !== "identify" || err !== "SYS_ERR_OK") return { err, stack };
  const identity = {
    type: line.oneOf(fields.type, typeNames, '"type" of identify'),
    base: line.integer(fields.base, '"base" of identify'),
    bytes: line.integer(fields.bytes, '"bytes" of identify'),
  };
  return { err, stack, identity };
}

function parseStack(line: JsonLine, value: unknown): string[] {
  return line.list(value, '"err_stack"').map((name) => line.text(name, 'a name in "err_stack"'));
}

function parseDump(line: JsonLine): Dump {
  const content = {
    dump: line.list(line.fields.dump, '"dump"').map((row, index) => parseCapRow(line, row, `row ${index} of "dump"`)),
    tables: line
      .list(line.fields.tables, '"tables"')
      .map((table, index) => parseTable(line, table, `table ${index} of "tables"`)),
  };
  refuseTwice(
    line,
    content.dump.map(([slot]) => slot),
    '"dump"',
  );
  refuseTwice(
    line,
    content.tables.map(({ slot }) => slot),
    '"tables"',
  );
  return content;
}

function refuseTwice(line: JsonLine, slots: readonly number[], what: string): void {
  const twice = slots.find((slot, index) => slots.indexOf(slot) < index);
  if (twice !== undefined) line.refuse(`expected each slot once in ${what}, found slot ${slotText(twice)} twice`);
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
