/**
 * The log of a recording: for each epoch, the words that changed in it (entries.ts).
 *
 * The log is divided into chunks of epochs that follow each other. Memory moves through the log in two ways:
 *
 *     position    |- - - - chunk - - - -|- - - - chunk - - - -|- - - - chunk - - - -|
 *     step by step                  .<<<|                     |                     |   exchanges the words of entries
 *     at one go                         |<--------------------|<--------------------|   by the net change of a chunk
 *
 * Most words that change in a chunk have their old value again at its end, or change often, so the net change is much
 * smaller. It is found when memory is first stepped through the whole chunk. Afterwards, the words in the chunk's entries
 * may be those of the other side of the chunk. Memory then goes to that side before it is stepped into the chunk.
 */
import { exchangeEntries, LINE_WORDS, someLine } from "./entries";
import { type NetChange, NetChangeFinder, type Side } from "./net-change";
import { NumberList } from "./number-list";

/** Most words of a chunk with several epochs. */
const CHUNK_WORDS = 1 << 19;
/** An epoch with more than this part of a chunk's words is a chunk of its own. It needs no net change. */
const LARGE_PART = 1 / 32;

/** Epochs that follow each other. */
interface Chunk {
  readonly firstEpoch: number;
  /** The first epoch after it. */
  readonly endEpoch: number;
  /** Position in the log of its first word. */
  readonly start: number;
  readonly words: Int32Array;
  readonly isLarge: boolean;
  /** Where memory was when it last was at a side of the chunk and the words were exchanged. */
  side: Side;
  net: NetChange | null;
}

export class Log {
  /** The first epoch that the log still holds. */
  firstEpoch = 0;
  private readonly chunks: Chunk[] = [];
  /** Position after each epoch, in words since the beginning of the log, also for epochs that were dropped. */
  private readonly ends = new NumberList();
  private held = 0;
  /** Index of the chunk that was found last. */
  private chunk = 0;
  private finder: NetChangeFinder | null = null;

  /** Only tests set the size of chunks. */
  constructor(private readonly chunkWords = CHUNK_WORDS) {}

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

  /**
   * Appends epochs. `words` is kept. `side` is where memory is: before all of them if the words are new values, or after
   * them if they are old values.
   */
  append(words: Int32Array, sizes: Uint32Array, side: Side): void {
    const start = this.wordsBefore(this.epochs);
    let end = start;
    const ends = sizes.map((size) => (end += size));
    if (end - start !== words.length) throw new Error("the epochs do not fill the words of the log");
    const large = this.chunkWords * LARGE_PART;
    let first = 0;
    for (let next = 1; next <= sizes.length; next++) {
      const from = first === 0 ? start : (ends[first - 1] as number);
      const isLarge = (sizes[first] as number) > large;
      const isFull = next === sizes.length || (sizes[next] as number) > large;
      if (!isLarge && !isFull && (ends[next] as number) - from <= this.chunkWords) continue;
      this.chunks.push({
        firstEpoch: this.epochs + first,
        endEpoch: this.epochs + next,
        start: from,
        words: words.subarray(from - start, (ends[next - 1] as number) - start),
        isLarge,
        side,
        net: null,
      });
      first = next;
    }
    this.ends.append(ends);
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

  /**
   * The words and the sizes of the epochs from `firstEpoch` on, to be saved, with new values. Memory must be before
   * `firstEpoch`, and is there afterwards.
   */
  contents(memory: Int32Array): { words: Int32Array[]; sizes: Uint32Array } {
    this.move(this.firstEpoch, this.epochs, memory);
    for (const chunk of this.chunks.toReversed()) {
      if (chunk.side === "after") this.step(chunk, chunk.endEpoch, chunk.firstEpoch, memory);
      else this.move(chunk.endEpoch, chunk.firstEpoch, memory);
    }
    const sizes = new Uint32Array(this.epochs - this.firstEpoch);
    for (let i = 0; i < sizes.length; i++) {
      const epoch = this.firstEpoch + i;
      sizes[i] = this.ends.at(epoch) - this.wordsBefore(epoch);
    }
    return { words: this.chunks.map(({ words }) => words), sizes };
  }

  /** Takes memory from where it is, after `from` epochs, to where it was after `to` epochs. */
  move(from: number, to: number, memory: Int32Array): void {
    for (let epoch = from; epoch !== to; ) {
      const isBack = to < epoch;
      const chunk = this.chunkOf(isBack ? epoch - 1 : epoch);
      const { firstEpoch, endEpoch, net, side } = chunk;
      const [near, far] = isBack ? [endEpoch, firstEpoch] : [firstEpoch, endEpoch];
      const stop = isBack ? Math.max(to, far) : Math.min(to, far);
      const isOfOtherSide = side !== (isBack ? "after" : "before");
      if (net && epoch === near && (stop === far || isOfOtherSide)) {
        net.carry(memory, isBack ? "before" : "after");
        epoch = far;
      } else {
        this.step(chunk, epoch, stop, memory);
        epoch = stop;
      }
    }
  }

  /** Calls `visit` for each line that an epoch changed, with a mask of its words, until it returns true. */
  someLine(epoch: number, visit: (line: number, mask: number) => boolean): boolean {
    const { words, start } = this.chunkOf(epoch);
    return someLine(words, this.wordsBefore(epoch) - start, this.ends.at(epoch) - start, visit);
  }

  /** Calls `visit` with the number in memory of each word that an epoch changed. */
  eachWord(epoch: number, visit: (word: number) => void): void {
    this.someLine(epoch, (line, changed) => {
      for (let mask = changed; mask !== 0; mask &= mask - 1) visit(line * LINE_WORDS + (31 - Math.clz32(mask & -mask)));
      return false;
    });
  }

  /** Moves memory within a chunk by exchanging words. The first time from one side to the other finds the net change. */
  private step(chunk: Chunk, from: number, to: number, memory: Int32Array): void {
    const { words, start, firstEpoch, endEpoch } = chunk;
    const [first, last] = [Math.min(from, to), Math.max(from, to)];
    const entries = [this.wordsBefore(first) - start, this.wordsBefore(last) - start] as const;
    const isWanted = !chunk.net && !chunk.isLarge;
    if (isWanted) {
      this.finder ??= new NetChangeFinder(memory);
      if (from === firstEpoch || from === endEpoch) this.finder.begin(from === firstEpoch ? "before" : "after");
      this.finder.keep(words, ...entries);
    }
    if (from < to) exchangeEntries(words, ...entries, memory, false);
    else {
      // Epochs may have changed the same words, so they are undone one by one.
      for (let epoch = from; epoch > to; epoch--) {
        exchangeEntries(words, this.wordsBefore(epoch - 1) - start, this.wordsBefore(epoch) - start, memory, true);
      }
    }
    if (to !== firstEpoch && to !== endEpoch) return;
    chunk.side = to === firstEpoch ? "before" : "after";
    if (isWanted) chunk.net = this.finder?.end(chunk.side) ?? null;
  }

  /** The chunk that holds an epoch. Most searches go from one epoch to the next one. */
  private chunkOf(epoch: number): Chunk {
    const { chunks } = this;
    while (this.chunk > 0 && epoch < (chunks[this.chunk] as Chunk).firstEpoch) this.chunk--;
    while (this.chunk + 1 < chunks.length && epoch >= (chunks[this.chunk + 1] as Chunk).firstEpoch) this.chunk++;
    return chunks[this.chunk] as Chunk;
  }
}
