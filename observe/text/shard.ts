/** One part of a run that is divided among several processes: part `index`, counted from 0, of `count`. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** Reads a part as users write it: "1/4" is the first of four. Returns null for any other text. */
export function readShard(text: string): Shard | null {
  const [, part, count] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const index = Number(part) - 1;
  return index >= 0 && index < Number(count) ? { index, count: Number(count) } : null;
}
