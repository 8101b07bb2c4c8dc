/**
 * Traces of capability operations as files: JSON Lines, plain or gzipped, many traces in one file.
 *
 *     {"trace":0,"seed":1,"dram":{"base":..,"bytes":..},"slots":1024,"caps":[{"slot":0,"type":"RAM","base":..,"bytes":..}]}
 *     {"op":"copy","src":0,"dst":7,"err":"SYS_ERR_OK"}
 *     {"op":"copy","src":0,"dst":{"root":7,"cnode":3,"slot":5},"err":"SYS_ERR_CNODE_TYPE"}
 *     ...
 *     {"dump":[[slot,type,base,bytes,copies,descendants,ancestors], ...],"tables":[{"slot":..,"valid":..,"runs":[..]}]}
 *
 * A file comes from outside: every line is checked, and the first that is wrong is named together with what should
 * stand there.
 */
import { readFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import type { SlotPath } from "../model/cspace";
import type { CapRow, Dump, Run, TableRow } from "../model/dump";
import type { InitialCap, Operation, OperationName, Outcome } from "./operation";

export interface TraceStep {
  /** In the file. */
  readonly line: number;
  readonly operation: Operation;
  /** The outermost error; `stack` where the trace gives it. */
  readonly err: string;
  readonly stack?: readonly string[];
  /** What a successful identify tells. */
  readonly identity?: { readonly type: string; readonly base: number; readonly bytes: number };
}

export interface Trace {
  readonly line: number;
  readonly number: number;
  /** What the trace is about; traces written by hand have one. */
  readonly title?: string;
  readonly seed: number;
  readonly dram: { readonly base: number; readonly bytes: number };
  readonly slots: number;
  readonly caps: readonly InitialCap[];
  readonly steps: readonly TraceStep[];
  readonly dumpLine: number;
  readonly dump: Dump;
}

export class TraceError extends Error {
  constructor(file: string, line: number, problem: string) {
    super(`${file}, line ${line}: ${problem}`);
  }
}

type Json = Record<string, unknown>;

type Kind = "slot" | "word" | "type" | "slot or null" | "address or null" | "flag";

/** Fields of each operation, and what they hold. */
const OPERATION_FIELDS: Record<OperationName, Record<string, Kind>> = {
  retype: { src: "slot", dst: "slot", offset: "word", type: "type", objsize: "word", count: "word" },
  copy: { src: "slot", dst: "slot" },
  mint: { src: "slot", dst: "slot", param1: "word", param2: "word" },
  delete: { slot: "slot" },
  revoke: { slot: "slot" },
  map: {
    vnode: "slot",
    src: "slot",
    entry: "word",
    flags: "word",
    offset: "word",
    count: "word",
    mapping: "slot",
  },
  unmap: { vnode: "slot", mapping: "slot" },
  modify: { mapping: "slot", offset: "word", pages: "word", flags: "word" },
  destroy: { mapping: "slot" },
  identify: { slot: "slot" },
  create: { type: "type", dst: "slot" },
  setup: {
    dispatcher: "word",
    cspace: "slot or null",
    vspace: "address or null",
    frame: "address or null",
    run: "flag",
    other: "slot or null",
  },
};

const WORD_MAX = 0xffffffff;
const GZIP_MAGIC = 0x1f8b;

/** Reads one line of a file; its methods take fields and refuse what is not there. */
class Line {
  readonly json: Json;

  constructor(
    private readonly file: string,
    readonly number: number,
    text: string,
  ) {
    this.json = this.object(this.parse(text), "the line");
  }

  private parse(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (error) {
      return this.fail(`not JSON (${(error as Error).message})`);
    }
  }

  fail(problem: string): never {
    throw new TraceError(this.file, this.number, problem);
  }

  object(value: unknown, what: string): Json {
    if (typeof value !== "object" || value === null || Array.isArray(value)) this.fail(`${what} must be an object`);
    return value as Json;
  }

  list(value: unknown, what: string): unknown[] {
    return Array.isArray(value) ? value : this.fail(`${what} must be a list`);
  }

  integer(value: unknown, what: string, max = Number.MAX_SAFE_INTEGER): number {
    if (Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= max) return value as number;
    return this.fail(`${what} must be an integer from 0 to ${max}, not ${JSON.stringify(value)}`);
  }

  text(value: unknown, what: string): string {
    return typeof value === "string" ? value : this.fail(`${what} must be a string, not ${JSON.stringify(value)}`);
  }

  flag(value: unknown, what: string): 0 | 1 {
    return this.integer(value, what, 1) as 0 | 1;
  }
}

/** All traces of a text; `file` is for messages. */
export function parseTraces(text: string, file: string): Trace[] {
  const traces: Trace[] = [];
  let header: Line | undefined;
  let steps: TraceStep[] = [];
  let last = 0;
  for (const [index, content] of text.split("\n").entries()) {
    if (content.trim() === "") continue;
    last = index + 1;
    const line: Line = new Line(file, last, content);
    if ("op" in line.json) {
      if (!header) line.fail("an operation before the header of a trace");
      steps.push(parseStep(line));
    } else if ("dump" in line.json) {
      if (!header) line.fail("a dump before the header of a trace");
      traces.push({ ...parseHeader(header), steps, dumpLine: line.number, dump: parseDump(line) });
      header = undefined;
      steps = [];
    } else if ("caps" in line.json) {
      if (header) line.fail(`a header, but the trace of line ${header.number} has no dump yet`);
      header = line;
      parseHeader(header);
    } else {
      line.fail('expected a header ("caps"), an operation ("op") or a dump ("dump")');
    }
  }
  if (header) throw new TraceError(file, last, `the file ends before the dump of the trace of line ${header.number}`);
  return traces;
}

function parseHeader(line: Line): Omit<Trace, "steps" | "dump" | "dumpLine"> {
  const dram = line.object(line.json.dram, '"dram"');
  return {
    line: line.number,
    number: line.integer(line.json.trace, '"trace"'),
    ...("title" in line.json ? { title: line.text(line.json.title, '"title"') } : {}),
    seed: line.integer(line.json.seed, '"seed"'),
    dram: { base: line.integer(dram.base, '"base" of dram'), bytes: line.integer(dram.bytes, '"bytes" of dram') },
    slots: line.integer(line.json.slots, '"slots"', WORD_MAX),
    caps: line.list(line.json.caps, '"caps"').map((value, i) => parseInitialCap(line, value, `caps[${i}]`)),
  };
}

function parseInitialCap(line: Line, value: unknown, what: string): InitialCap {
  const cap = line.object(value, what);
  return {
    slot: line.integer(cap.slot, `"slot" of ${what}`, WORD_MAX),
    type: line.text(cap.type, `"type" of ${what}`),
    base: line.integer(cap.base, `"base" of ${what}`),
    bytes: line.integer(cap.bytes, `"bytes" of ${what}`),
  };
}

function isOperationName(name: string): name is OperationName {
  return Object.hasOwn(OPERATION_FIELDS, name);
}

function parseStep(line: Line): TraceStep {
  const { json } = line;
  const op = line.text(json.op, '"op"');
  if (!isOperationName(op)) line.fail(`"op" must be one of ${Object.keys(OPERATION_FIELDS).join(", ")}, not "${op}"`);
  const fields = Object.entries(OPERATION_FIELDS[op]).map(([field, kind]) => [
    field,
    parseField(line, kind, json[field], `"${field}" of ${op}`),
  ]);
  const err = line.text(json.err, `"err" of ${op}`);
  return {
    line: line.number,
    operation: { op, ...Object.fromEntries(fields) } as Operation,
    err,
    ...("err_stack" in json ? { stack: parseStack(line) } : {}),
    ...(op === "identify" && err === "SYS_ERR_OK" ? { identity: parseIdentity(line) } : {}),
  };
}

function parseField(line: Line, kind: Kind, value: unknown, what: string): unknown {
  switch (kind) {
    case "word":
      return line.integer(value, what, WORD_MAX);
    case "type":
      return line.text(value, what);
    case "flag":
      if (typeof value !== "boolean") line.fail(`${what} must be true or false`);
      return value;
    case "slot":
      return typeof value === "object" ? parsePath(line, value, what) : line.integer(value, what, WORD_MAX);
    case "slot or null":
      return value === null ? null : line.integer(value, what, WORD_MAX);
    case "address or null":
      return value === null ? null : line.list(value, what).map((index) => line.integer(index, what, WORD_MAX));
  }
}

const PATH_FIELDS: readonly (keyof SlotPath)[] = ["root", "cnode", "slot", "level"];

function parsePath(line: Line, value: unknown, what: string): unknown {
  const path = line.object(value, what);
  line.integer(path.cnode, `"cnode" of ${what}`, WORD_MAX);
  const given = PATH_FIELDS.filter((field) => field in path);
  return Object.fromEntries(
    given.map((field) => [field, line.integer(path[field], `"${field}" of ${what}`, WORD_MAX)]),
  );
}

function parseStack(line: Line): string[] {
  return line.list(line.json.err_stack, '"err_stack"').map((name, i) => line.text(name, `err_stack[${i}]`));
}

function parseIdentity(line: Line): NonNullable<TraceStep["identity"]> {
  return {
    type: line.text(line.json.type, '"type" of identify'),
    base: line.integer(line.json.base, '"base" of identify'),
    bytes: line.integer(line.json.bytes, '"bytes" of identify'),
  };
}

function parseDump(line: Line): Dump {
  return {
    dump: line.list(line.json.dump, '"dump"').map((row, i) => parseCapRow(line, row, `dump[${i}]`)),
    tables: line.list(line.json.tables, '"tables"').map((row, i) => parseTable(line, row, `tables[${i}]`)),
  };
}

function parseCapRow(line: Line, value: unknown, what: string): CapRow {
  const row = line.list(value, what);
  if (row.length !== 7) line.fail(`${what} must have 7 fields, not ${row.length}`);
  return [
    line.integer(row[0], `slot of ${what}`, WORD_MAX),
    line.text(row[1], `type of ${what}`),
    line.integer(row[2], `base of ${what}`),
    line.integer(row[3], `bytes of ${what}`),
    line.flag(row[4], `copies of ${what}`),
    line.flag(row[5], `descendants of ${what}`),
    line.flag(row[6], `ancestors of ${what}`),
  ];
}

function parseTable(line: Line, value: unknown, what: string): TableRow {
  const table = line.object(value, what);
  return {
    slot: line.integer(table.slot, `"slot" of ${what}`, WORD_MAX),
    valid: line.integer(table.valid, `"valid" of ${what}`),
    runs: line.list(table.runs, `"runs" of ${what}`).map((run, i) => parseRun(line, run, `run ${i} of ${what}`)),
  };
}

function parseRun(line: Line, value: unknown, what: string): Run {
  const run = line.list(value, what);
  const first = line.integer(run[0], `first entry of ${what}`);
  const count = line.integer(run[1], `entries of ${what}`);
  const address = line.integer(run[3], `address of ${what}`);
  const kind = run[2];
  if (kind === "table") return [first, count, kind, address];
  if (kind !== "page" && kind !== "section") line.fail(`kind of ${what} must be page, section or table`);
  const access = run[4];
  if (access !== "rw" && access !== "r" && access !== "") line.fail(`access of ${what} must be "rw", "r" or ""`);
  return [first, count, kind, address, access, line.flag(run[5], `cached of ${what}`)];
}

/** All traces of a file, whose name does not matter: a gzipped one is recognised. */
export function readTraces(path: string): Trace[] {
  const bytes = readFileSync(path);
  const zipped = bytes.length > 2 && bytes.readUInt16BE(0) === GZIP_MAGIC;
  return parseTraces((zipped ? gunzipSync(bytes) : bytes).toString("utf8"), path);
}

/** The answer as a trace line holds it. */
export function formatStep(operation: Operation, outcome: Outcome): string {
  const { err, stack, type, base, bytes } = outcome;
  const errStack = stack.length > 1 ? { err_stack: stack } : {};
  const identity = type === undefined ? {} : { type, base, bytes };
  return JSON.stringify({ ...operation, err, ...errStack, ...identity });
}

export function formatHeader({
  number,
  seed,
  dram,
  slots,
  caps,
}: Pick<Trace, "number" | "seed" | "dram" | "slots" | "caps">): string {
  return JSON.stringify({ trace: number, seed, dram, slots, caps });
}

export function zipTraces(lines: readonly string[]): Buffer {
  return gzipSync(`${lines.join("\n")}\n`, { level: 9 });
}
