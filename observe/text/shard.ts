/** One part of a run that is divided among several: part `index`, from 0 on, of `count`. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** Reads a part as people write it: "1/4" is the first of four. Null for what is no part. */
export function readShard(text: string): Shard | null {
  const [, part, count] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const index = Number(part) - 1;
  return index >= 0 && index < Number(count) ? { index, count: Number(count) } : null;
}
