/** The places that a jump has left, so that the learner can go back to them. */
import { signal } from "@preact/signals";

/** A place in a file. The offset counts characters. */
export interface Place {
  file: string;
  offset: number;
}

const MOST = 100;

/** Where the cursor is. The editor keeps it up to date. */
export const cursor = signal<Place | null>(null);
export const past = signal<readonly Place[]>([]);
export const future = signal<readonly Place[]>([]);

/** Call this before a jump. */
export function remember(): void {
  const here = cursor.peek();
  if (!here) return;
  past.value = [...past.peek(), here].slice(-MOST);
  future.value = [];
}

/** Returns the place that the last jump has left, and remembers the present one for `forward`. */
export function back(): Place | undefined {
  return move(past, future);
}

export function forward(): Place | undefined {
  return move(future, past);
}

function move(from: typeof past, to: typeof past): Place | undefined {
  const [place, here] = [from.peek().at(-1), cursor.peek()];
  if (!place) return undefined;
  from.value = from.peek().slice(0, -1);
  if (here) to.value = [...to.peek(), here];
  return place;
}
