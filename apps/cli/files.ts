/** Writes the files that options name, and checks them before the work. */
import { mkdirSync, writeFileSync } from "node:fs";
import { systemReason } from "../../observe/text/system-errors";
import { whyNotWritable } from "../../observe/text/writable";
import { UsageError } from "./usage-error";

/** Throws a UsageError if a file cannot be written. */
export function requireWritable(option: string, path: string): void {
  const reason = whyNotWritable(path);
  if (reason !== null) throw new UsageError(`${option}: ${path} cannot be written: ${reason}`);
}

/** Makes a folder, unless it exists. Throws a UsageError if that is not possible. */
export function requireFolder(option: string, path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new UsageError(`${option}: the folder ${path} cannot be made: ${systemReason(error)}`);
  }
}

export function writeBytes(path: string, bytes: Uint8Array): void {
  try {
    writeFileSync(path, bytes);
  } catch (error) {
    throw new UsageError(`${path} cannot be written: ${systemReason(error)}`);
  }
}
