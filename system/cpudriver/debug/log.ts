/**
 * The CPU driver's console output. Each message is a whole line and has a level.
 *
 * A line is collected in a buffer and written at once, so that no other writer's output can split it.
 */
import { format } from "../../kpi/format";
import { consoleWrite } from "../arch/armv7/hw";
import { kernel } from "../kernel-state";

export const LOG_PANIC: u32 = 0;
export const LOG_ERR: u32 = 1;
export const LOG_NOTE: u32 = 3;
export const LOG_DEBUG: u32 = 4;

const LINE_SIZE: u32 = 256;

@unmanaged
class Line {
  used: u32;
}

const line = changetype<Line>(memory.data(offsetof<Line>(), 4));
const lineText: usize = memory.data(256, 1);

function flushLine(): void {
  consoleWrite(lineText, line.used);
  line.used = 0;
}

function put(c: u32): void {
  store<u8>(lineText + line.used++, c);
  if (line.used == LINE_SIZE) flushLine();
}

/** Is a message of this level printed? Messages below the log level are, and panics always. */
function isWanted(level: u32): bool {
  return level < kernel.logLevel || level == LOG_PANIC;
}

/** Prints a line without a prefix. `system/kpi/format.ts` explains the `%` conversions. */
export function printk(level: u32, fmt: string, a0: u64 = 0, a1: u64 = 0, a2: u64 = 0, a3: u64 = 0, a4: u64 = 0): void {
  if (!isWanted(level)) return;
  format(put, fmt, a0, a1, a2, a3, a4);
  flushLine();
}

/** Prints a line with the prefix `kernel ARMv7-A: `. */
export function log(level: u32, fmt: string, a0: u64 = 0, a1: u64 = 0, a2: u64 = 0, a3: u64 = 0, a4: u64 = 0): void {
  if (!isWanted(level)) return;
  format(put, "kernel ARMv7-A: ");
  format(put, fmt, a0, a1, a2, a3, a4);
  put(0x0a);
  flushLine();
}
