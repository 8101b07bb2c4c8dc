/**
 * Builds a part only if one of its inputs has changed.
 *
 * A record for each part lists the path and content hash of every file that was read. The build's own sources and the
 * lock file count as inputs of every part.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface Part {
  name: string;
  /** Files that `make` writes. */
  outputs: string[];
  /** What it makes is for the present checkout only. A part that is not quick makes it again. */
  isQuick?: boolean;
  /** Writes the outputs (with `writeOutput`) and returns the paths of the files that it read. */
  make(): Promise<string[]>;
}

interface BuildRecord {
  tools: string;
  isQuick: boolean;
  inputs: Record<string, string>;
  outputs: Record<string, string>;
}

const RECORDS = "build/records";
const ABSENT = "absent";
const CHANGED = "changed during the build";

function hashFile(path: string): string {
  return existsSync(path) ? createHash("sha256").update(readFileSync(path)).digest("hex").slice(0, 32) : ABSENT;
}

function hashFiles(paths: string[]): Record<string, string> {
  return Object.fromEntries(paths.map((path) => [path, hashFile(path)]));
}

function hashTools(root = "."): string {
  const hash = createHash("sha256").update(hashFile(join(root, "package-lock.json")));
  for (const folder of ["tools/build", "compile", "compile/node", "compile/wasm"]) {
    const files = readdirSync(join(root, folder), { withFileTypes: true }).filter((entry) => entry.isFile());
    for (const { name } of files.sort((a, b) => a.name.localeCompare(b.name)))
      hash.update(hashFile(join(root, folder, name)));
  }
  return hash.digest("hex").slice(0, 32);
}

function readRecord(path: string): BuildRecord | null {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as BuildRecord;
  } catch {
    return null; // The record is missing or damaged: build.
  }
}

function isUpToDate(part: Part, record: BuildRecord | null, tools: string): boolean {
  if (record === null || record.tools !== tools || (record.isQuick && !part.isQuick)) return false;
  if (part.outputs.some((path) => record.outputs[path] === undefined)) return false;
  return Object.entries({ ...record.inputs, ...record.outputs }).every(([path, hash]) => hashFile(path) === hash);
}

/**
 * The files that have changed since a part was built in the checkout `root`: inputs and outputs, or `tools/build` for the
 * build itself. A part that was never built there has no record, so its record is the missing file. `known` keeps hashes
 * for further parts.
 */
export function changesSince(part: string, root: string, known = new Map<string, string>()): string[] {
  const recordPath = join(RECORDS, `${part}.json`);
  const record = readRecord(join(root, recordPath));
  if (record === null) return [recordPath];
  const hashOf = (path: string): string => {
    const hash = known.get(path) ?? hashFile(join(root, path));
    known.set(path, hash);
    return hash;
  };
  const files = Object.entries({ ...record.inputs, ...record.outputs });
  const changed = files.filter(([path, hash]) => hashOf(path) !== hash).map(([path]) => path);
  return record.tools === hashTools(root) ? changed : [...changed, "tools/build"];
}

const DATA_MODE = 0o666;
/** Mode of a file that can be run as a command. */
export const COMMAND_MODE = 0o777;

/** Writes a file in one step, so that no reader sees an incomplete file. */
export function writeOutput(path: string, contents: Uint8Array | string, mode = DATA_MODE): void {
  const temporary = `${path}.${process.pid}`;
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(temporary, contents, { mode });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** An input that was written during the build may or may not be in the outputs, so it counts as changed. */
function hashInputs(paths: string[], since: number): Record<string, string> {
  const hashes = hashFiles(paths);
  for (const path of paths) if (existsSync(path) && statSync(path).mtimeMs >= since) hashes[path] = CHANGED;
  return hashes;
}

function recordPath(part: Part): string {
  return join(RECORDS, `${part.name}.json`);
}

export function isOutOfDate(part: Part): boolean {
  return !isUpToDate(part, readRecord(recordPath(part)), hashTools());
}

/** Builds the part if necessary. Returns whether it was out of date. */
export async function buildPart(part: Part): Promise<boolean> {
  if (!isOutOfDate(part)) return false;
  const [tools, start] = [hashTools(), Date.now()];
  const { isQuick = false } = part;
  const inputs = await part.make();
  const record: BuildRecord = { tools, isQuick, inputs: hashInputs(inputs, start), outputs: hashFiles(part.outputs) };
  writeOutput(recordPath(part), JSON.stringify(record, null, 1));
  return true;
}
