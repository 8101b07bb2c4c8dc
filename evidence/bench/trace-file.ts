/** Trace files in JSON Lines; docs/benchmarks-policies.md describes the format. */
import { JsonLine, shown } from "../../observe/traces/json-line";
import { TraceError } from "../../observe/traces/trace-error";
import type { AllocationTrace, Operation } from "./allocation-trace";

const PAGE_BYTES = 4096;
const MOST_PAGES = 1 << 24;
const MOST_BYTES = MOST_PAGES * PAGE_BYTES;
const MOST_ALIGNMENT = 1 << 30;

const ENDS = ["low", "high"] as const;

/** The forms of a line: an example of each, and the fields that it may have. */
const HEAD = { example: '{"pages": 65536}', fields: ["pages"] };
const ALLOC = { example: '{"alloc": 1, "bytes": 4096}', fields: ["alloc", "bytes", "alignment", "end"] };
const FREE = { example: '{"free": 1}', fields: ["free"] };

/** What messages expect in the first line, and in each other line. */
const FIRST = `the size of the memory first, such as ${HEAD.example}`;
const OTHER = `${ALLOC.example} or ${FREE.example}`;

function refuseOtherFields(line: JsonLine, { fields }: typeof HEAD): void {
  const other = Object.keys(line.fields).find((field) => !fields.includes(field));
  if (other === undefined) return;
  line.refuse(`expected no fields except ${fields.map((field) => `"${field}"`).join(", ")}, found "${other}"`);
}

/** An alignment of `bytes` in pages: the least common multiple of `bytes` and the size of a page. */
function alignmentInPages(bytes: number): number {
  let shared = 1;
  while (shared < PAGE_BYTES && bytes % (2 * shared) === 0) shared *= 2;
  return bytes / shared;
}

class Parser {
  pages = 0;
  readonly operations: Operation[] = [];
  /** The number of the piece, by its id in the file. */
  private readonly live = new Map<number, number>();
  private taken = 0;

  /** What messages expect in the next line. */
  get expected(): string {
    return this.pages === 0 ? FIRST : OTHER;
  }

  line(line: JsonLine): void {
    const { pages, alloc, free } = line.fields;
    if (this.pages === 0 && pages !== undefined) this.head(line);
    else if (this.pages !== 0 && alloc !== undefined) this.alloc(line);
    else if (this.pages !== 0 && free !== undefined) this.free(line);
    else line.refuse(`expected ${this.expected}, found ${shown(line.fields)}`);
  }

  private head(line: JsonLine): void {
    refuseOtherFields(line, HEAD);
    this.pages = line.integer(line.fields.pages, '"pages"', MOST_PAGES, 1);
  }

  private alloc(line: JsonLine): void {
    refuseOtherFields(line, ALLOC);
    const { alloc, bytes, alignment = 1, end = "low" } = line.fields;
    const id = line.integer(alloc, '"alloc"');
    if (this.live.has(id)) line.refuse(`expected an id that is not in use as "alloc", found ${id}`);
    const size = line.integer(bytes, '"bytes"', MOST_BYTES, 1);
    const aligned = line.integer(alignment, '"alignment"', MOST_ALIGNMENT, 1);
    const isHigh = line.oneOf(end, ENDS, '"end"') === "high";
    this.live.set(id, this.taken);
    this.operations.push({
      id: this.taken++,
      pages: Math.ceil(size / PAGE_BYTES),
      alignment: alignmentInPages(aligned),
      ...(isHigh ? { isHigh } : {}),
    });
  }

  private free(line: JsonLine): void {
    refuseOtherFields(line, FREE);
    const id = line.integer(line.fields.free, '"free"');
    const number = this.live.get(id) ?? line.refuse(`expected an id that is in use as "free", found ${id}`);
    this.live.delete(id);
    this.operations.push({ id: number, pages: 0, alignment: 1 });
  }
}

/** Reads the lines of a trace file. Ids may be used again once they are free. */
export function parseTrace(name: string, text: string): AllocationTrace {
  const parser = new Parser();
  const lines = text.split("\n");
  lines.forEach((line, index) => {
    if (line.trim() !== "") parser.line(new JsonLine(name, index + 1, line, parser.expected));
  });
  const { pages, operations, expected } = parser;
  if (operations.length === 0) {
    throw new TraceError(`${name}:${lines.length}: expected ${expected}, found the end of the file`);
  }
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
