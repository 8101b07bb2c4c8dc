/**
 * The log of a recording: for each epoch, the words that changed in it (recorder/layout.ts draws an epoch).
 *
 * The log holds one value of each changed word. While memory is after the epoch, that is the old value; stepping back
 * swaps it with memory, and then the log holds the new value. So one value a word leads in both directions. Of lines that
 * were zero on one side of the epoch, the log always holds the values of the other side.
 */
import { CLEARED, FILLED, LINE_BITS, RUN, WHOLE_LINE } from "./recorder/layout";

const LINE_WORDS = (1 << LINE_BITS) / 4;

/** Epochs that were handed over together. */
interface Chunk {
  firstEpoch: number;
  /** Position in the log of its first word. */
  start: number;
  words: Int32Array;
}

/** An array of numbers that grows. */
export class NumberList {
  private numbers = new Uint32Array(1024);
  length = 0;

  append(added: Uint32Array): void {
    this.reserve(this.length + added.length);
    this.numbers.set(added, this.length);
    this.length += added.length;
  }

  at(index: number): number {
    return this.numbers[index] as number;
  }

  /** The numbers, without a copy. */
  get view(): Uint32Array {
    return this.numbers.subarray(0, this.length);
  }

  private reserve(length: number): void {
    if (length <= this.numbers.length) return;
    const larger = new Uint32Array(Math.max(length, 2 * this.numbers.length));
    larger.set(this.view);
    this.numbers = larger;
  }
}

export class Log {
  /** The first epoch that the log still holds. */
  firstEpoch = 0;
  private readonly chunks: Chunk[] = [];
  /** Position after each epoch, in words since the beginning of the log, also for epochs that were dropped. */
  private readonly ends = new NumberList();
  private held = 0;
  // The epoch that was found last.
  private chunk = 0;
  private words: Int32Array = new Int32Array();
  private from = 0;
  private to = 0;

  /** Number of epochs, those that were dropped included. */
  get epochs(): number {
    return this.ends.length;
  }

  /** Bytes that the log holds. */
  get bytes(): number {
    return 4 * this.held;
  }

  /** Words of the log before an epoch, those that were dropped included. */
  wordsBefore(epoch: number): number {
    return epoch === 0 ? 0 : this.ends.at(epoch - 1);
  }

  /** Appends epochs. `words` is kept. */
  append(words: Int32Array, sizes: Uint32Array): void {
    const firstEpoch = this.epochs;
    const start = this.wordsBefore(firstEpoch);
    let end = start;
    this.ends.append(sizes.map((size) => (end += size)));
    if (end - start !== words.length) throw new Error("the epochs do not fill the words of the log");
    if (sizes.length === 0) return;
    this.chunks.push({ firstEpoch, start, words });
    this.held += words.length;
  }

  /** Drops the oldest epochs until the log has at most `bytes` bytes, or only the last chunk is left. */
  shrinkTo(bytes: number): void {
    while (this.bytes > bytes && this.chunks.length > 1) {
      const dropped = this.chunks.shift() as Chunk;
      this.held -= dropped.words.length;
      this.firstEpoch = (this.chunks[0] as Chunk).firstEpoch;
    }
    this.chunk = 0;
  }

  /** The words and the sizes of the epochs from `firstEpoch` on, to be saved. */
  contents(): { words: Int32Array[]; sizes: Uint32Array } {
    const sizes = new Uint32Array(this.epochs - this.firstEpoch);
    for (let i = 0; i < sizes.length; i++) {
      const epoch = this.firstEpoch + i;
      sizes[i] = this.ends.at(epoch) - this.wordsBefore(epoch);
    }
    return { words: this.chunks.map(({ words }) => words), sizes };
  }

  /** Takes memory from where it is, after `from` epochs, to where it was after `to` epochs. */
  move(from: number, to: number, memory: Int32Array): void {
    const isBack = to < from;
    for (let epoch = from; epoch !== to; ) {
      const { words, start, firstEpoch } = this.chunkOf(isBack ? epoch - 1 : epoch);
      if (isBack) {
        const stop = Math.max(to, firstEpoch);
        // Epochs may have changed the same words, so they are undone one by one.
        for (; epoch > stop; epoch--) {
          exchangeEntries(words, this.wordsBefore(epoch - 1) - start, this.ends.at(epoch - 1) - start, memory, true);
        }
      } else {
        const stop = Math.min(to, this.endOfChunk());
        exchangeEntries(words, this.wordsBefore(epoch) - start, this.wordsBefore(stop) - start, memory, false);
        epoch = stop;
      }
    }
  }

  /** Calls `visit` for each line that an epoch changed, with a mask of its words, until it returns true. */
  someLine(epoch: number, visit: (line: number, mask: number) => boolean): boolean {
    this.find(epoch);
    const { words, to } = this;
    for (let at = this.from; at < to; ) {
      const line = words[at] as number;
      const mask = words[at + 1] as number;
      const end = line + linesOf(mask);
      for (let each = line; each < end; each++) if (visit(each, mask >= RUN ? WHOLE_LINE : mask)) return true;
      at += 2 + wordsOf(mask);
    }
    return false;
  }

  /** Calls `visit` with the number in memory of each word that an epoch changed. */
  eachWord(epoch: number, visit: (word: number) => void): void {
    this.someLine(epoch, (line, changed) => {
      for (let mask = changed; mask !== 0; mask &= mask - 1) visit(line * LINE_WORDS + (31 - Math.clz32(mask & -mask)));
      return false;
    });
  }

  /** Sets `words`, `from` and `to` to the place of an epoch. */
  private find(epoch: number): void {
    const { words, start } = this.chunkOf(epoch);
    this.words = words;
    this.from = this.wordsBefore(epoch) - start;
    this.to = this.ends.at(epoch) - start;
  }

  /** The chunk that holds an epoch. Most searches go from one epoch to the next one. */
  private chunkOf(epoch: number): Chunk {
    const { chunks } = this;
    while (this.chunk > 0 && epoch < (chunks[this.chunk] as Chunk).firstEpoch) this.chunk--;
    while (this.chunk + 1 < chunks.length && epoch >= (chunks[this.chunk + 1] as Chunk).firstEpoch) this.chunk++;
    return chunks[this.chunk] as Chunk;
  }

  /** The first epoch after the chunk that was found last. */
  private endOfChunk(): number {
    return this.chunks[this.chunk + 1]?.firstEpoch ?? this.epochs;
  }
}

/**
 * Exchanges the words of some entries, from `from` up to `to`, with memory: those of one epoch, or of epochs that follow
 * each other and are carried out again. Of lines that are zero on one side, the log keeps the words of the other side.
 */
function exchangeEntries(words: Int32Array, from: number, to: number, memory: Int32Array, isUndo: boolean): void {
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
