/**
 * Writes standard output and standard error synchronously: the machine runs without returning to the event loop, and
 * its output must be visible while it runs.
 */
import { writeSync } from "node:fs";
import { systemReason } from "../../observe/text/system-errors";

const STDOUT = 1;
const STDERR = 2;

/** Pause before the next attempt to write to a full pipe. */
const FULL_PIPE_PAUSE_MS = 2;

/** Thrown if standard output or standard error cannot be written, for example because the disk is full. */
export class OutputFailed extends Error {}

/** Thrown if the reader has closed the pipe (EPIPE). Ends the command without a message. */
export class ReaderGone extends Error {}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(file, bytes, at);
    } catch (error) {
      const code = codeOf(error);
      if (code === "EPIPE") throw new ReaderGone();
      if (code !== "EAGAIN") {
        const stream = file === STDOUT ? "standard output" : "standard error";
        throw new OutputFailed(`${stream} cannot be written: ${systemReason(error)}`);
      }
      pause(FULL_PIPE_PAUSE_MS);
    }
  }
}

export const output = {
  write(text: string): void {
    writeAll(STDOUT, text);
  },

  line(text = ""): void {
    writeAll(STDOUT, `${text}\n`);
  },

  json(document: unknown): void {
    writeAll(STDOUT, `${JSON.stringify(document, null, 2)}\n`);
  },

  /** Writes one line to standard error. */
  complaint(text: string): void {
    writeAll(STDERR, `typefish: ${text.replace(/\s*\n\s*/g, " ")}\n`);
  },

  /** Writes several lines to standard error, for users who asked for details. */
  details(text: string): void {
    writeAll(STDERR, `${text}\n`);
  },
};
