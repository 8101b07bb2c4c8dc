/**
 * The entry `typefish/node`: the system with the images of the package, and everything else that reads files.
 *
 * ```ts
 * import { openMachine } from "typefish/node";
 *
 * const machine = openMachine({ scenario: "T03" });
 * console.log(machine.run(), machine.consoleText);
 * ```
 *
 * @module typefish/node
 */
import { readFileSync } from "node:fs";
import { pandaboardEs } from "../machines/boards/pandaboard-es";
import { DirectMachine } from "../machines/hosted/direct/direct-machine";
import type { Machine } from "../machines/hosted/machine";
import { loadImages, loadRecordableImages, loadSystemImages, readRecorder } from "../machines/hosted/node/load-images";
import { Recording } from "../machines/hosted/recording/recording";
import { readTraces as readTraceFile } from "../observe/traces/file";
import type { ParserOptions } from "../observe/traces/parser";
import type { Trace } from "../observe/traces/trace";
import { createMachine, createRecording, type RecordingOptions, type SystemOptions } from "./create-machine";

export type {
  AllocationTrace,
  Operation as AllocationOperation,
  Span,
  TraceName,
} from "../evidence/bench/allocation-trace";
export { makeTrace, TRACE_NAMES } from "../evidence/bench/allocation-trace";
export { type RaceResult, race } from "../evidence/bench/race";
export type { Summary } from "../evidence/bench/statistics";
export { parseTrace as parseAllocationTrace } from "../evidence/bench/trace-file";
export {
  type BuiltFiles,
  loadImages,
  loadRecordableImages,
  loadSystemImages,
  type RecordableFiles,
  readRecorder,
} from "../machines/hosted/node/load-images";
export type { ParserOptions } from "../observe/traces/parser";
export type { Trace } from "../observe/traces/trace";
export { POLICIES, type PolicyName } from "../system/libmm/layout/mm-policies";

/** Powers on a board with the package's own CPU driver and init. Call `boot` or `run` to start it. */
export function openMachine(options: SystemOptions = {}): Machine {
  return createMachine(loadImages(), options);
}

/** Runs the package's own CPU driver and init to the end, and records each change of memory. */
export function recordMachine(options: RecordingOptions = {}): Recording {
  return createRecording(loadRecordableImages(), options);
}

/** Opens a recording that `Recording.save` or `typefish record` wrote. Rejects with a RecordingError for another file. */
export function openRecording(path: string): Promise<Recording> {
  return Recording.open(readFileSync(path), readRecorder());
}

/**
 * Boots a board without a program: the host makes init's system calls itself. `SystemCalls` of `typefish` makes them by
 * name, and `MachineSystem` of `typefish/traces` replays traces on it.
 */
export function openDirectMachine(board = pandaboardEs): DirectMachine {
  const machine = DirectMachine.create({ board, images: loadSystemImages() });
  machine.boot();
  return machine;
}

/**
 * Yields the traces in a file, plain or gzipped. Throws a TraceError with file and line for a malformed trace.
 * `docs/trace-format.md` describes the format.
 */
export function readTraces(path: string, options: ParserOptions = {}): Generator<Trace> {
  return readTraceFile(path, options);
}
