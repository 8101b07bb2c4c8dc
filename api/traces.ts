/**
 * The entry `typefish/traces`: recorded capability operations. It runs in Node and in browsers.
 *
 * ```ts
 * import { MachineSystem, playTrace } from "typefish/traces";
 *
 * for (const trace of readTraces("traces.jsonl")) {
 *   const { differences } = playTrace(trace, new MachineSystem(machine, trace.header));
 * }
 * ```
 *
 * @module typefish/traces
 */
import { type ParserOptions, TraceParser } from "../observe/traces/parser";
import type { Trace } from "../observe/traces/trace";

export { type Difference, describeRow } from "../observe/traces/compare";
export { CannotProvide } from "../observe/traces/machine/space";
export { MachineSystem } from "../observe/traces/machine/system";
export type {
  Identity,
  MapRequest,
  Operation,
  Outcome,
  ResizeRequest,
  RetypeRequest,
  SetupRequest,
  Slot,
  SlotName,
  SlotPath,
  SpaceAddress,
  TypeWord,
} from "../observe/traces/operation";
export { type ParserOptions, TraceParser } from "../observe/traces/parser";
export { playTrace, SystemEnded, type TraceResult } from "../observe/traces/play";
export type {
  CapRow,
  Dump,
  Expectation,
  Flag,
  InitialCap,
  MemoryRange,
  RunRow,
  Setting,
  TableRow,
  Trace,
  TraceHeader,
  TraceStep,
  TraceSystem,
} from "../observe/traces/trace";
export { TraceError } from "../observe/traces/trace-error";

/**
 * Yields the traces in a text of JSON Lines. Throws a TraceError with `name` and the line for a malformed trace.
 * `docs/trace-format.md` describes the format.
 */
export function* parseTraces(name: string, text: string, options: ParserOptions = {}): Generator<Trace> {
  const parser = new TraceParser(name, options);
  for (const line of text.split("\n")) {
    const trace = parser.push(line);
    if (trace) yield trace;
  }
  const last = parser.end();
  if (last) yield last;
}
