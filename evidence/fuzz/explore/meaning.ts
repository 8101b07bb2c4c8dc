/**
 * What a state means, piece by piece: capabilities with the slots that they are in, and valid page-table entries. The
 * machine's memory and the model are read into the same pieces. How the mapping database orders its tree, and what is
 * left in memory that nobody has, is no part of it.
 */

/** Takes the pieces of one state, in whatever order; all numbers are physical addresses or at most 32 bits. */
export interface Meaning {
  /** A capability; `more` are a mapping's source slot, first entry, entries, and 1 if it is void, or an end point's buffer. */
  cap(at: number, type: number, base: number, bytes: number, more: readonly number[]): void;
  /** A valid entry at `at`; see `attributesOf`. */
  entry(at: number, address: number, attributes: number): void;
}

/** Of an entry that leads to an L2 table. */
export const TABLE_ATTRIBUTES = 1;

/** What a page or section permits and is, as one number. */
export function attributesOf(entry: {
  isSection: boolean;
  access: string;
  cached: boolean;
  device: boolean;
  executable: boolean;
}): number {
  const { isSection, access, cached, device, executable } = entry;
  const flags = [isSection, access !== "", access === "rw", cached, device, executable];
  return flags.reduce((sum, flag, i) => sum + (flag ? 4 << i : 0), 2);
}

const NO_MORE: readonly number[] = [];
export const nothingMore = NO_MORE;

/**
 * A state as a number of 53 bits. Pieces are hashed each by itself and summed up, so their order does not count, and
 * equal parts of states need not be hashed again. Of a million states, two different ones have the same number with a
 * probability of one in 18,000.
 */
export class Fingerprint implements Meaning {
  low = 0;
  high = 0;

  cap(at: number, type: number, base: number, bytes: number, more: readonly number[]): void {
    this.begin(at, type);
    this.mix(base);
    this.mix(bytes);
    for (let i = 0; i < more.length; i++) this.mix(more[i]!);
    this.end();
  }

  entry(at: number, address: number, attributes: number): void {
    this.begin(at, attributes + 1000);
    this.mix(address);
    this.end();
  }

  add(other: Fingerprint): void {
    this.low = (this.low + other.low) | 0;
    this.high = (this.high + other.high) | 0;
  }

  get key(): number {
    return (this.high & 0x1fffff) * 2 ** 32 + (this.low >>> 0);
  }

  private a = 0;
  private b = 0;

  private begin(first: number, second: number): void {
    this.a = 0x9e3779b9;
    this.b = 0x7f4a7c15;
    this.mix(first);
    this.mix(second);
  }

  private mix(word: number): void {
    this.a = Math.imul(this.a ^ word, 0x85ebca6b);
    this.a ^= this.a >>> 15;
    this.b = Math.imul((this.b << 13) ^ (this.b >>> 19) ^ word, 0xc2b2ae35);
  }

  private end(): void {
    const finish = (value: number): number => {
      let x = value ^ (value >>> 16);
      x = Math.imul(x, 0x7feb352d);
      x ^= x >>> 15;
      x = Math.imul(x, 0x846ca68b);
      return x ^ (x >>> 16);
    };
    this.low = (this.low + finish(this.a)) | 0;
    this.high = (this.high + finish(this.b ^ this.a)) | 0;
  }
}

const hex = (value: number): string => `0x${value.toString(16)}`;

/** A state in words, for telling what two of them differ in. */
export class Sentences implements Meaning {
  readonly lines = new Map<string, string>();

  constructor(private readonly typeName: (type: number) => string) {}

  cap(at: number, type: number, base: number, bytes: number, more: readonly number[]): void {
    const rest = more.length > 0 ? ` (${more.map(hex).join(", ")})` : "";
    this.lines.set(`slot at ${hex(at)}`, `${this.typeName(type)} at ${hex(base)}, ${bytes} bytes${rest}`);
  }

  entry(at: number, address: number, attributes: number): void {
    this.lines.set(`entry at ${hex(at)}`, `${hex(address)}, attributes ${attributes}`);
  }
}

/** Where two states differ. */
export function differences(model: Sentences, machine: Sentences): string[] {
  const keys = new Set([...model.lines.keys(), ...machine.lines.keys()]);
  return [...keys].flatMap((key) => {
    const [left, right] = [model.lines.get(key), machine.lines.get(key)];
    return left === right ? [] : [`${key}: model ${left ?? "nothing"}, machine ${right ?? "nothing"}`];
  });
}
