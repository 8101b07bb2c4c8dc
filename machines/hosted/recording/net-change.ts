/** The difference between memory before and after a chunk of the log. */
import { LINE_WORDS, someLine } from "./entries";
import { NumberList } from "./number-list";

/** Where memory is, seen from a chunk. */
export type Side = "before" | "after";

/** The words that differ between the two sides. */
export class NetChange {
  constructor(
    /** Their numbers in memory. */
    private readonly words: Uint32Array,
    private readonly before: Uint32Array,
    private readonly after: Uint32Array,
  ) {}

  /** Takes memory from the other side to this side. */
  carry(memory: Int32Array, side: Side): void {
    const { words } = this;
    const values = side === "before" ? this.before : this.after;
    for (let index = 0; index < words.length; index++) memory[words[index] as number] = values[index] as number;
  }
}

/** Finds the net change of a chunk while memory is stepped from one of its sides to the other. */
export class NetChangeFinder {
  /** For each line of memory: whether it is kept. */
  private readonly isKept: Uint8Array;
  private readonly lines = new NumberList();
  /** What the lines held at the side where memory came in. */
  private readonly contents = new NumberList();
  private side: Side | null = null;

  constructor(private readonly memory: Int32Array) {
    this.isKept = new Uint8Array(memory.length / LINE_WORDS);
  }

  /** Memory is at this side of a chunk and will be stepped into it. */
  begin(side: Side): void {
    for (const line of this.lines.view) this.isKept[line] = 0;
    this.lines.length = 0;
    this.contents.length = 0;
    this.side = side;
  }

  /** Keeps the lines that some entries are going to change. */
  keep(words: Int32Array, from: number, to: number): void {
    const { isKept, lines, contents, memory } = this;
    someLine(words, from, to, (line) => {
      if (isKept[line] === 1) return false;
      isKept[line] = 1;
      lines.push(line);
      for (let word = line * LINE_WORDS; word < (line + 1) * LINE_WORDS; word++) contents.push(memory[word] as number);
      return false;
    });
  }

  /** Memory has come to this side of the chunk. Returns the net change, or null if this is where it came in. */
  end(side: Side): NetChange | null {
    if (side === this.side) return null;
    const { lines, contents, memory } = this;
    const [words, there, here] = [new NumberList(), new NumberList(), new NumberList()];
    let index = 0;
    for (const line of lines.view) {
      for (let word = line * LINE_WORDS; word < (line + 1) * LINE_WORDS; word++) {
        const [old, present] = [contents.at(index++), (memory[word] as number) >>> 0];
        if (old === present) continue;
        words.push(word);
        there.push(old);
        here.push(present);
      }
    }
    const [before, after] = side === "after" ? [there, here] : [here, there];
    return new NetChange(words.view.slice(), before.view.slice(), after.view.slice());
  }
}
