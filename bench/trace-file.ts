/** Traces of allocations in files: JSON Lines, which docs/benchmarks.md describes. */
import { TraceError } from "../traces/trace-error";
import type { AllocationTrace, Operation } from "./allocation-trace";

const PAGE_BYTES = 4096;
const MOST_PAGES = 1 << 24;
const MOST_BYTES = MOST_PAGES * PAGE_BYTES;
const MOST_ALIGNMENT = 1 << 30;

const ENDS = ["low", "high"];

/** The kinds of lines: an example of each, and the fields that it may have. */
const HEAD = { example: '{"pages": 65536}', fields: ["pages"] };
const ALLOC = { example: '{"alloc": 1, "bytes": 4096}', fields: ["alloc", "bytes", "alignment", "end"] };
const FREE = { example: '{"free": 1}', fields: ["free"] };

type Line = Record<string, unknown>;

function expected(what: string): never {
  throw new TraceError(`expected ${what}`);
}

/** The value of a field, for messages. */
function found(value: unknown): string {
  return value === undefined ? "but there is none" : `not ${JSON.stringify(value)}`;
}

function numberField(line: Line, field: string, what: string, least: number, most: number): number {
  const value = line[field];
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
  return expected(`"${field}" to be ${what}, a whole number from ${least} to ${most}, ${found(value)}`);
}

function idField(line: Line, field: "alloc" | "free"): number {
  return numberField(line, field, "an id", 0, Number.MAX_SAFE_INTEGER);
}

function parseLine(text: string): Line {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Line;
  } catch {
    // Falls through to the same complaint.
  }
  return expected(`a JSON object such as ${ALLOC.example} or ${FREE.example}`);
}

function refuseOtherFields(line: Line, { fields }: typeof HEAD): void {
  const other = Object.keys(line).find((field) => !fields.includes(field));
  if (other === undefined) return;
  expected(`no other fields than ${fields.map((field) => `"${field}"`).join(", ")}, not "${other}"`);
}

/** Pages at a multiple of which a page is that begins at a multiple of `bytes`: those of the least common multiple. */
function alignmentInPages(bytes: number): number {
  let shared = 1;
  while (shared < PAGE_BYTES && bytes % (2 * shared) === 0) shared *= 2;
  return bytes / shared;
}

class Parser {
  pages = 0;
  readonly operations: Operation[] = [];
  /** Number of the operation's piece, by the id of the file. */
  private readonly live = new Map<number, number>();
  private taken = 0;

  line(text: string): void {
    const line = parseLine(text);
    if (this.pages === 0) this.head(line);
    else if (line.alloc !== undefined) this.alloc(line);
    else if (line.free !== undefined) this.free(line);
    else expected(`${ALLOC.example} or ${FREE.example}`);
  }

  private head(line: Line): void {
    if (line.pages === undefined) expected(`the first line to be such as ${HEAD.example}, the size of the memory`);
    refuseOtherFields(line, HEAD);
    this.pages = numberField(line, "pages", "the size of the memory", 1, MOST_PAGES);
  }

  private alloc(line: Line): void {
    refuseOtherFields(line, ALLOC);
    const id = idField(line, "alloc");
    if (this.live.has(id)) expected(`an id that is not in use, not ${id}`);
    const bytes = numberField(line, "bytes", "a size", 1, MOST_BYTES);
    const alignment = numberField({ alignment: 1, ...line }, "alignment", "bytes", 1, MOST_ALIGNMENT);
    const { end = "low" } = line;
    if (!ENDS.includes(end as string)) expected(`"end" to be "low" or "high", ${found(end)}`);
    this.live.set(id, this.taken);
    this.operations.push({
      id: this.taken++,
      pages: Math.ceil(bytes / PAGE_BYTES),
      alignment: alignmentInPages(alignment),
      ...(end === "high" ? { isHigh: true } : {}),
    });
  }

  private free(line: Line): void {
    refuseOtherFields(line, FREE);
    const id = idField(line, "free");
    const number = this.live.get(id);
    if (number === undefined) return expected(`an id that is in use, not ${id}`);
    this.live.delete(id);
    this.operations.push({ id: number, pages: 0, alignment: 1 });
  }
}

/** Reads the lines of a trace file. Ids may be used again once they are free. */
export function parseTrace(name: string, text: string): AllocationTrace {
  const parser = new Parser();
  const lines = text.split("\n");
  const inLine = (index: number, read: () => void): void => {
    try {
      read();
    } catch (error) {
      if (error instanceof TraceError) throw new TraceError(`${name}:${index + 1}: ${error.message}`);
      throw error;
    }
  };
  lines.forEach((line, index) => {
    if (line.trim() !== "") inLine(index, () => parser.line(line));
  });
  const { pages, operations } = parser;
  inLine(pages === 0 ? 0 : lines.length - 1, () => {
    if (pages === 0) expected(`the first line to be such as ${HEAD.example}, but the file is empty`);
    if (operations.length === 0) expected(`a line such as ${ALLOC.example}, but the file ends`);
  });
  return { name, title: "from a file", pages, seed: null, operations, exchanges: { from: 0, to: operations.length } };
}

function* linesOf({ pages, operations }: AllocationTrace): Generator<object> {
  yield { pages };
  for (const { id, pages: size, alignment, isHigh } of operations) {
    if (size === 0) yield { free: id };
    else {
      const aligned = alignment > 1 ? { alignment: alignment * PAGE_BYTES } : {};
      yield { alloc: id, bytes: size * PAGE_BYTES, ...aligned, ...(isHigh ? { end: "high" } : {}) };
    }
  }
}

/** The lines of a file that `parseTrace` reads. */
export function traceLines(trace: AllocationTrace): string[] {
  return Array.from(linesOf(trace), (line) => JSON.stringify(line));
}
