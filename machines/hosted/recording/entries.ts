/**
 * The entries of a log (recorder/layout.ts draws them).
 *
 * The log holds one value of each changed word. While memory is after the entry, that is the old value; stepping back
 * swaps it with memory, and then the log holds the new value. So one value a word leads in both directions. Of lines that
 * were zero on one side of the epoch, the log always holds the values of the other side.
 */
import { CLEARED, FILLED, LINE_BITS, RUN, WHOLE_LINE } from "./recorder/layout";

export const LINE_WORDS = (1 << LINE_BITS) / 4;

/**
 * Exchanges the words of some entries, from `from` up to `to`, with memory: those of one epoch, or of epochs that follow
 * each other and are carried out again. Of lines that are zero on one side, the log keeps the words of the other side.
 */
export function exchangeEntries(
  words: Int32Array,
  from: number,
  to: number,
  memory: Int32Array,
  isUndo: boolean,
): void {
  for (let at = from; at < to; ) {
    const first = (words[at] as number) * LINE_WORDS;
    let mask = words[at + 1] as number;
    at += 2;
    if (mask >= RUN) {
      const end = at + wordsOf(mask);
      if ((mask & (CLEARED | FILLED)) === 0) {
        exchange(words.subarray(at, end), memory.subarray(first, first + end - at));
      } else if (((mask & CLEARED) !== 0) === isUndo) {
        memory.set(words.subarray(at, end), first);
      } else {
        memory.fill(0, first, first + end - at);
      }
      at = end;
      continue;
    }
    for (; mask !== 0; mask &= mask - 1) {
      const word = first + (31 - Math.clz32(mask & -mask));
      const other = memory[word] as number;
      memory[word] = words[at] as number;
      words[at++] = other;
    }
  }
}

/** Calls `visit` for each line of some entries, with a mask of its changed words, until it returns true. */
export function someLine(
  words: Int32Array,
  from: number,
  to: number,
  visit: (line: number, mask: number) => boolean,
): boolean {
  for (let at = from; at < to; ) {
    const line = words[at] as number;
    const mask = words[at + 1] as number;
    const end = line + linesOf(mask);
    for (let each = line; each < end; each++) if (visit(each, mask >= RUN ? WHOLE_LINE : mask)) return true;
    at += 2 + wordsOf(mask);
  }
  return false;
}

/** Number of words that follow a mask in the log. */
export function wordsOf(mask: number): number {
  return mask >= RUN ? LINE_WORDS * linesOf(mask) : bitsOf(mask);
}

/** Number of lines that the entry with a mask stands for. */
export function linesOf(mask: number): number {
  return mask >= RUN ? mask & (RUN - 1) : 1;
}

function bitsOf(mask: number): number {
  let bits = mask - ((mask >>> 1) & 0x5555);
  bits = (bits & 0x3333) + ((bits >>> 2) & 0x3333);
  bits = (bits + (bits >>> 4)) & 0x0f0f;
  return (bits + (bits >>> 8)) & 0x1f;
}

const scratch = new Int32Array(1 << 14);

/** Exchanges the contents of two arrays of one length, in large parts. */
function exchange(a: Int32Array, b: Int32Array): void {
  for (let at = 0; at < a.length; at += scratch.length) {
    const partOfA = a.subarray(at, at + scratch.length);
    const partOfB = b.subarray(at, at + scratch.length);
    scratch.set(partOfA);
    partOfA.set(partOfB);
    partOfB.set(scratch.subarray(0, partOfA.length));
  }
}
