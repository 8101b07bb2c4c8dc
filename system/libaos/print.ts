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

/**
 * Prints formatted text without a prefix, with the conversions of `debugPrintf`.
 *
 * @example
 * printf("%u + %u = %u\n", 2, 3, 5);
 */
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
 * Prints text after the domain's name, core and thread: `init.0.0: text`. The text must contain the newline.
 *
 * Conversions, up to six: `%d` signed and `%u` unsigned in decimal, `%x` in hexadecimal; with `l` for 64 bits: `%ld`,
 * `%lu`, `%lx`; `%s` for `str("text")`, `%z` for the address of zero-terminated text, `%c` for a character, `%%` for a
 * percent sign. A width pads on the left, with zeros after `0`: `%8u`, `%08x`. Without `l`, only the low 32 bits of a
 * 64-bit value are printed.
 *
 * @example
 * const base: genpaddr_t = 0x80200000;
 * debugPrintf("base 0x%lx, %u pages, %s\n", base, 4, str("free"));
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
