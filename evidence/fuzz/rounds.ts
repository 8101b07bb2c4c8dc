/** Round after round of sequences, up to a number of operations or the first failure. */
import type { Shard } from "../../observe/text/shard";

/** A round is made of sequences, each from a boot on; the last one is cut off. */
const ROUND_OPERATIONS = 500;

export interface RoundOptions {
  readonly operations: number;
  readonly seed: number;
  /** Which part of the rounds; all together they are the same rounds as without. */
  readonly shard?: Shard;
  /** Told after each sequence. */
  readonly progress?: (done: number) => void;
}

export interface Sequence<Failure> {
  readonly operations: number;
  readonly failure: Failure | null;
}

export interface RoundResult<Failure> {
  readonly operations: number;
  /** Boots. */
  readonly sequences: number;
  readonly failure: Failure | null;
}

/** Seeds of neighbours have nothing in common. */
function seedOf(seed: number, number: number): number {
  return (Math.imul(seed, 0x9e3779b1) + Math.imul(number, 0x85ebca6b)) >>> 0;
}

/** `play` plays one sequence of `limit` operations at most. */
export function playRounds<Failure>(
  { operations, seed, shard = { index: 0, count: 1 }, progress }: RoundOptions,
  play: (seed: number, limit: number) => Sequence<Failure>,
): RoundResult<Failure> {
  let [sequences, done] = [0, 0];
  for (let first = shard.index * ROUND_OPERATIONS; first < operations; first += shard.count * ROUND_OPERATIONS) {
    let left = Math.min(ROUND_OPERATIONS, operations - first);
    for (let attempt = 0; left > 0; attempt++) {
      const sequence = play(seedOf(seedOf(seed, first), attempt), left);
      sequences++;
      left -= sequence.operations;
      done += sequence.operations;
      if (sequence.failure !== null) return { operations: done, sequences, failure: sequence.failure };
      progress?.(done);
    }
  }
  return { operations: done, sequences, failure: null };
}
