/** An array of numbers that grows. */
export class NumberList {
  private numbers = new Uint32Array(1024);
  length = 0;

  push(number: number): void {
    if (this.length === this.numbers.length) this.reserve(this.length + 1);
    this.numbers[this.length++] = number;
  }

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
