/** Reads and writes the elements of a WebAssembly binary: bytes, LEB128 numbers and names. */

export class Reader {
  private at: number;

  constructor(
    private readonly bytes: Uint8Array,
    start = 0,
  ) {
    this.at = start;
  }

  /** Offset of the next byte to read. */
  get position(): number {
    return this.at;
  }

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  byte(): number {
    if (this.done) throw new Error("wasm: unexpected end of a section");
    return this.bytes[this.at++] as number;
  }

  unsigned(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  /** Reads a signed LEB128 number of at most 64 bits and returns its lower 32 bits as a signed number. */
  signed32(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte >= 0x80) continue;
      const isNegative = (byte & 0x40) !== 0 && shift + 7 < 32;
      return isNegative ? value | (-1 << (shift + 7)) : value;
    }
  }

  text(): string {
    return new TextDecoder().decode(this.take(this.unsigned()));
  }

  /** Reads a vector: its length, then each element with `read`. */
  list<T>(read: () => T): T[] {
    return Array.from({ length: this.unsigned() }, read);
  }

  rest(): Uint8Array {
    return this.bytes.subarray(this.at);
  }

  take(length: number): Uint8Array {
    this.at += length;
    if (this.at > this.bytes.length) throw new Error("wasm: unexpected end of a section");
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** The bytes from `start` to the present position. */
  since(start: number): Uint8Array {
    return this.bytes.subarray(start, this.at);
  }
}

export class Writer {
  private buffer = new Uint8Array(256);
  private used = 0;

  /** Number of bytes written so far. */
  get length(): number {
    return this.used;
  }

  byte(value: number): this {
    this.reserve(1);
    this.buffer[this.used++] = value;
    return this;
  }

  unsigned(value: number): this {
    let left = value;
    for (; left >= 128; left = Math.floor(left / 128)) this.byte((left % 128) + 128);
    return this.byte(left);
  }

  /** Writes a signed LEB128 number of 32 bits. */
  signed32(value: number): this {
    let left = value | 0;
    for (; left < -64 || left > 63; left >>= 7) this.byte((left & 0x7f) | 0x80);
    return this.byte(left & 0x7f);
  }

  append(bytes: ArrayLike<number>): this {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.used);
    this.used += bytes.length;
    return this;
  }

  /** Writes the length of `bytes`, then `bytes`. */
  sized(bytes: Uint8Array): this {
    return this.unsigned(bytes.length).append(bytes);
  }

  text(text: string): this {
    return this.sized(new TextEncoder().encode(text));
  }

  list<T>(items: readonly T[], write: (item: T) => void): this {
    this.unsigned(items.length);
    for (const item of items) write(item);
    return this;
  }

  /** The bytes written so far. The writer must not be used afterwards. */
  done(): Uint8Array<ArrayBuffer> {
    return this.buffer.subarray(0, this.used);
  }

  private reserve(bytes: number): void {
    if (this.used + bytes <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(2 * this.buffer.length, this.used + bytes));
    larger.set(this.buffer.subarray(0, this.used));
    this.buffer = larger;
  }
}
