/**
 * Console output of a program. Text is collected and passed to the CPU driver in pieces of up to 256 characters. Each
 * piece takes one system call. The conversions are those of `system/kpi/format.ts`.
 */
import { format } from "../kpi/format";
import { domain } from "./domain";
import { sysPrint } from "./system-calls";

const LINE_SIZE: u32 = 256;

@unmanaged
class Line {
  used: u32;
}

const line = changetype<Line>(memory.data(4, 4));
const lineText: usize = memory.data(256, 8);

function flush(): void {
  if (line.used == 0) return;
  sysPrint(lineText, line.used);
  line.used = 0;
}

/** Appends a character to the text that `flushText` prints. */
function put(c: u32): void {
  store<u8>(lineText + line.used, u8(c));
  if (++line.used == LINE_SIZE) flush();
}

/** Prints formatted text without a prefix. */
export function printf(
  fmt: string,
  a0: u64 = 0,
  a1: u64 = 0,
  a2: u64 = 0,
  a3: u64 = 0,
  a4: u64 = 0,
  a5: u64 = 0,
): void {
  format(put, fmt, a0, a1, a2, a3, a4, a5);
  flush();
}

/** Appends text to a line. A later `printf` prints the whole line. */
export function printPart(fmt: string, a0: u64 = 0, a1: u64 = 0, a2: u64 = 0): void {
  format(put, fmt, a0, a1, a2);
}

/**
 * Prints text after the domain's name, core and thread: `init.0.0: text`. The caller's text must contain the newline.
 */
export function debugPrintf(
  fmt: string,
  a0: u64 = 0,
  a1: u64 = 0,
  a2: u64 = 0,
  a3: u64 = 0,
  a4: u64 = 0,
  a5: u64 = 0,
): void {
  format(put, "%z.%u.0: ", domain.name, domain.coreId);
  format(put, fmt, a0, a1, a2, a3, a4, a5);
  flush();
}
