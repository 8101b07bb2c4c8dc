/** Reads and writes trace files: plain or gzipped JSON Lines, or standard input as `-`. */
import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { systemReason } from "../text/system-errors";
import { type ParserOptions, TraceParser } from "./parser";
import type { Trace } from "./trace";
import { TraceError } from "./trace-error";

export const STANDARD_INPUT = "-";
const GZIP_MAGIC = [0x1f, 0x8b];
const NEWLINE = 0x0a;

/** The file's name in messages. */
export function displayName(path: string): string {
  return path === STANDARD_INPUT ? "standard input" : path;
}

async function readInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function readPath(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new TraceError(`${path}: cannot be read: ${systemReason(error)}`);
  }
}

/** Unpacks gzip, which is recognised by its first bytes and not by the file's name. */
function unzip(bytes: Buffer, name: string): Buffer {
  if (!GZIP_MAGIC.every((byte, index) => bytes[index] === byte)) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw new TraceError(`${name}: not a whole gzip file (${(error as Error).message})`);
  }
}

function* linesOf(bytes: Buffer): Generator<string> {
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    yield bytes.toString("utf8", start, end);
    start = end + 1;
  }
}

function readPlain(path: string): Promise<Buffer> | Buffer {
  return path === STANDARD_INPUT ? readInput() : readPath(path);
}

/** Reads all of a file, or all of standard input. */
export async function readText(path: string): Promise<string> {
  return unzip(await readPlain(path), displayName(path)).toString("utf8");
}

/** Yields the traces in a file's bytes one at a time. Throws a TraceError with file and line for a malformed trace. */
export function* parseTraces(name: string, bytes: Buffer, options: ParserOptions = {}): Generator<Trace> {
  const parser = new TraceParser(name, options);
  let found = false;
  for (const line of linesOf(unzip(bytes, name))) {
    const trace = parser.push(line);
    if (trace) yield trace;
    found ||= trace !== null;
  }
  const last = parser.end();
  if (last) yield last;
  if (!found && !last) throw new TraceError(`${name}:1: expected the header of a trace, found the end of the file`);
}

/** The same for the file at a path. */
export function readTraces(path: string, options: ParserOptions = {}): Generator<Trace> {
  return parseTraces(path, readPath(path), options);
}

/** The same for the file at a path, or for standard input. */
export async function openTraces(path: string, options: ParserOptions = {}): Promise<Generator<Trace>> {
  return parseTraces(displayName(path), await readPlain(path), options);
}

/** Writes lines to a file; gzipped if its name ends in .gz. */
export function writeLines(path: string, lines: readonly string[]): void {
  const text = lines.map((line) => `${line}\n`).join("");
  try {
    writeFileSync(path, path.endsWith(".gz") ? gzipSync(text, { level: 9 }) : text);
  } catch (error) {
    throw new TraceError(`${path}: cannot be written: ${systemReason(error)}`);
  }
}
