/** Lines of a trace file, from what they say. */
import type { Operation, Outcome } from "./operation";
import type { TraceHeader } from "./trace";

export function headerLine({ trace, title, seed, dram, memory, slots, caps }: TraceHeader): string {
  return JSON.stringify({ trace, title, seed, dram, memory, slots, caps });
}

/** An operation with its answer. */
export function stepLine(operation: Operation, { err, stack, identity }: Outcome): string {
  return JSON.stringify({ ...operation, err, ...(stack.length > 1 ? { err_stack: stack } : {}), ...identity });
}
