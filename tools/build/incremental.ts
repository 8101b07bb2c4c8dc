/**
 * Builds a part only if something that went into it has changed.
 *
 * Beside each part's outputs stands a record of what they were made from: path and content hash of every file read.
 * The sources of the build and the lock file count as inputs of everything.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface Part {
  name: string;
  /** Files that `make` writes. */
  outputs: string[];
  /** Writes the outputs and returns the paths of what it read. */
  make(): Promise<string[]>;
}

interface BuildRecord {
  tools: string;
  inputs: Record<string, string>;
  outputs: Record<string, string>;
}

const RECORDS = "build/records";
const ABSENT = "absent";

function hashFile(path: string): string {
  return existsSync(path) ? createHash("sha256").update(readFileSync(path)).digest("hex").slice(0, 32) : ABSENT;
}

function hashFiles(paths: string[]): Record<string, string> {
  return Object.fromEntries(paths.map((path) => [path, hashFile(path)]));
}

function hashTools(): string {
  const hash = createHash("sha256").update(hashFile("package-lock.json"));
  for (const file of readdirSync("tools/build").sort()) hash.update(hashFile(join("tools/build", file)));
  return hash.digest("hex").slice(0, 32);
}

function readRecord(path: string): BuildRecord | null {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as BuildRecord;
  } catch {
    return null; // No record, or half of one: build.
  }
}

function isUpToDate(part: Part, record: BuildRecord | null, tools: string): boolean {
  if (record === null || record.tools !== tools) return false;
  if (part.outputs.some((path) => record.outputs[path] === undefined)) return false;
  return Object.entries({ ...record.inputs, ...record.outputs }).every(([path, hash]) => hashFile(path) === hash);
}

/** Returns whether there was anything to do. */
export async function buildPart(part: Part): Promise<boolean> {
  const recordPath = join(RECORDS, `${part.name}.json`);
  const tools = hashTools();
  if (isUpToDate(part, readRecord(recordPath), tools)) return false;
  for (const path of part.outputs) mkdirSync(dirname(path), { recursive: true });
  const inputs = await part.make();
  mkdirSync(dirname(recordPath), { recursive: true });
  const record: BuildRecord = { tools, inputs: hashFiles(inputs), outputs: hashFiles(part.outputs) };
  writeFileSync(recordPath, JSON.stringify(record, null, 1));
  return true;
}
