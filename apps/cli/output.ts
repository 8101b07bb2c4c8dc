/**
 * Standard output and standard error, written at once: the machine runs without ever giving the event loop a turn, and
 * what it prints must be seen while it runs.
 */
import { writeSync } from "node:fs";

const STDOUT = 1;
const STDERR = 2;

/** How long to wait before offering more to a pipe that is full. */
const FULL_PIPE_PAUSE_MS = 2;

/** Nobody reads what we write any more (EPIPE). Ends the command without a word. */
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
      if (code !== "EAGAIN") throw error;
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

  /** One line on standard error. */
  complaint(text: string): void {
    writeAll(STDERR, `typefish: ${text.replace(/\s*\n\s*/g, " ")}\n`);
  },

  /** Several lines on standard error: for those who asked for more. */
  details(text: string): void {
    writeAll(STDERR, `${text}\n`);
  },
};
