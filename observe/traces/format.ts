/** Formats the lines of a trace file. */
import { NO_ANSWER, type Operation, type Outcome } from "./operation";
import type { TraceHeader } from "./trace";

export function headerLine({ trace, title, seed, dram, memory, slots, caps }: TraceHeader): string {
  return JSON.stringify({ trace, title, seed, dram, memory, slots, caps });
}

/**
 * Formats an operation with its answer. Writes the list of errors even if there is only one: a missing list is not
 * compared.
 */
export function stepLine(operation: Operation, { err, stack, identity }: Outcome): string {
  const isError = err !== "SYS_ERR_OK" && err !== NO_ANSWER;
  return JSON.stringify({ ...operation, err, ...(isError ? { err_stack: stack } : {}), ...identity });
}
