/**
 * printf for the CPU driver and programs. It emits one character at a time and allocates no memory.
 *
 *   %d %i   signed 32 bits, decimal          %ld  signed 64 bits
 *   %u      unsigned 32 bits, decimal        %lu  unsigned 64 bits
 *   %x %08x unsigned 32 bits, hexadecimal    %lx  unsigned 64 bits
 *   %s      a string literal, passed as `str("text")`
 *   %z      a zero-terminated string in memory, passed as its address
 *   %c      one character
 *   %%      a percent sign
 *
 * Numbers and literals may have a width, which pads them on the left: `%15s` with blanks, `%08x` (numbers only) with
 * zeros.
 */

const PERCENT: i32 = 0x25;
const ZERO: i32 = 0x30;
const NINE: i32 = 0x39;

/**
 * Passes a string literal as an argument of `printf`, `debugPrintf` or `debugErr`, for the conversion `%s`.
 *
 * @example
 * debugPrintf("%s: %u pages\n", str("free"), 12);
 */
export function str(text: string): u64 {
  return changetype<usize>(text);
}

/** Digits of the longest number: 64 bits in decimal. */
const MAX_DIGITS: u32 = 20;

function padding(emit: (c: u32) => void, width: u32, used: u32, character: u32): void {
  for (let i = used; i < width; i++) emit(character);
}

function digitsOf(value: u64, base: u64): u32 {
  let digits: u32 = 1;
  while (value >= base) {
    value /= base;
    digits++;
  }
  return digits;
}

function formatNumber(emit: (c: u32) => void, value: u64, base: u64, width: u32, zeros: bool, negative: bool): void {
  const digits = digitsOf(value, base);
  const used = digits + u32(negative);
  if (!zeros) padding(emit, width, used, 0x20);
  if (negative) emit(0x2d);
  if (zeros) padding(emit, width, used, 0x30);
  let divisor: u64 = 1;
  for (let i: u32 = 1; i < digits && i < MAX_DIGITS; i++) divisor *= base;
  for (let i: u32 = 0; i < digits; i++) {
    const digit = u32((value / divisor) % base);
    emit(digit < 10 ? 0x30 + digit : 0x57 + digit);
    divisor /= base;
  }
}

function formatLiteral(emit: (c: u32) => void, address: usize, width: u32): void {
  const text = changetype<string>(address);
  padding(emit, width, text.length, 0x20);
  for (let i = 0; i < text.length; i++) emit(text.charCodeAt(i));
}

function formatMemory(emit: (c: u32) => void, address: usize): void {
  for (let c = load<u8>(address); c != 0; c = load<u8>(++address)) emit(c);
}

/** Formats `fmt`: replaces its conversions by `a0`, `a1`, ... in order, and passes each character to `emit`. */
export function format(
  emit: (c: u32) => void,
  fmt: string,
  a0: u64 = 0,
  a1: u64 = 0,
  a2: u64 = 0,
  a3: u64 = 0,
  a4: u64 = 0,
  a5: u64 = 0,
): void {
  const length = fmt.length;
  for (let i = 0; i < length; i++) {
    let c = fmt.charCodeAt(i);
    if (c != PERCENT) {
      emit(c);
      continue;
    }
    c = fmt.charCodeAt(++i);
    if (c == PERCENT) {
      emit(c);
      continue;
    }
    const zeros = c == ZERO;
    let width: u32 = 0;
    while (c >= ZERO && c <= NINE) {
      width = width * 10 + (c - ZERO);
      c = fmt.charCodeAt(++i);
    }
    const long = c == 0x6c;
    if (long) c = fmt.charCodeAt(++i);

    const value = a0;
    a0 = a1;
    a1 = a2;
    a2 = a3;
    a3 = a4;
    a4 = a5;
    const word = long ? value : value & 0xffffffff;
    switch (c) {
      case 0x64:
      case 0x69: {
        const signed = long ? i64(value) : i64(i32(value));
        formatNumber(emit, signed < 0 ? u64(-signed) : u64(signed), 10, width, zeros, signed < 0);
        break;
      }
      case 0x75:
        formatNumber(emit, word, 10, width, zeros, false);
        break;
      case 0x78:
        formatNumber(emit, word, 16, width, zeros, false);
        break;
      case 0x73:
        formatLiteral(emit, usize(value), width);
        break;
      case 0x7a:
        formatMemory(emit, usize(value));
        break;
      case 0x63:
        emit(u32(value));
        break;
      default:
        emit(c);
    }
  }
}
