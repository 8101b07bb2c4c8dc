/** The console's output as a whole, and how much of it there was at a point of time. */
import type { ConsoleEvent } from "./run";

export class ConsoleLog {
  private readonly text: string;
  /** For each piece, a number that orders it in time, and the length of the text up to its end. */
  private readonly orders: number[] = [];
  private readonly ends: number[] = [];

  constructor(pieces: readonly ConsoleEvent[]) {
    this.text = pieces.map(({ text }) => text).join("");
    let end = 0;
    for (const { call, by, text } of pieces) {
      end += text.length;
      this.orders.push(orderOf(call, by === "kernel"));
      this.ends.push(end);
    }
  }

  /** The output up to the entry of a call, or up to its exit. */
  upTo(call: number, isExit: boolean): string {
    const order = orderOf(call, isExit);
    let [low, high] = [0, this.orders.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.orders[middle] as number) <= order) low = middle + 1;
      else high = middle;
    }
    return this.text.slice(0, this.ends[low - 1] ?? 0);
  }
}

/** The program's part before a call comes before the kernel's part. */
function orderOf(call: number, isKernel: boolean): number {
  return 2 * call + Number(isKernel);
}
