/**
 * Describes the meaning of a state as pieces: capabilities with their slots, and valid page-table entries. The
 * machine's memory and the model are read into the same pieces. The shape of the mapping database's tree and the
 * contents of free memory are not part of the meaning.
 */

/** Receives the pieces of one state in any order. All numbers are physical addresses or have at most 32 bits. */
export interface Meaning {
  /**
   * A capability. `more` holds, for a mapping, its source slot, first entry, number of entries, and 1 if it is void;
   * for an end point, its buffer.
   */
  cap(at: number, type: number, base: number, bytes: number, more: readonly number[]): void;
  /** A valid entry at address `at`. For `attributes`, see `attributesOf`. */
  entry(at: number, address: number, attributes: number): void;
}

/** Attributes of an entry that leads to an L2 table. */
export const TABLE_ATTRIBUTES = 1;

/** Access rights and memory type of a page or section as one number. */
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
 * Computes a number of 53 bits for a state. Each piece is hashed separately and the hashes are added, so the order does
 * not matter and equal parts of states need not be hashed again. In a million states, the probability that two
 * different states have the same number is one in 18,000.
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

/** Describes a state in words, to report how two states differ. */
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

/** Differences between two states, one message for each. */
export function differences(model: Sentences, machine: Sentences): string[] {
  const keys = new Set([...model.lines.keys(), ...machine.lines.keys()]);
  return [...keys].flatMap((key) => {
    const [left, right] = [model.lines.get(key), machine.lines.get(key)];
    return left === right ? [] : [`${key}: model ${left ?? "nothing"}, machine ${right ?? "nothing"}`];
  });
}
