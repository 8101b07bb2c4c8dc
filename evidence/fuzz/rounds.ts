/** Plays rounds of sequences, up to a number of operations or the first failure. */
import type { Shard } from "../../observe/text/shard";

/** Operations in a round, if the test does not say. A round consists of sequences, each after a boot. The last is cut off. */
const ROUND_OPERATIONS = 500;

export interface RoundOptions {
  readonly operations: number;
  readonly seed: number;
  /** The part of the rounds to play. All parts together are the same rounds as without parts. */
  readonly shard?: Shard;
  readonly roundOperations?: number;
  /** Called after each sequence. */
  readonly progress?: (done: number) => void;
}

export interface Sequence<Failure> {
  readonly operations: number;
  readonly failure: Failure | null;
}

export interface RoundResult<Failure> {
  readonly operations: number;
  /** Number of boots. */
  readonly sequences: number;
  readonly failure: Failure | null;
}

/** Derives a seed. Neighbouring numbers get unrelated seeds. */
function seedOf(seed: number, number: number): number {
  return (Math.imul(seed, 0x9e3779b1) + Math.imul(number, 0x85ebca6b)) >>> 0;
}

/** `play` plays one sequence of at most `limit` operations. */
export function playRounds<Failure>(
  { operations, seed, shard = { index: 0, count: 1 }, roundOperations = ROUND_OPERATIONS, progress }: RoundOptions,
  play: (seed: number, limit: number) => Sequence<Failure>,
): RoundResult<Failure> {
  let [sequences, done] = [0, 0];
  for (let first = shard.index * roundOperations; first < operations; first += shard.count * roundOperations) {
    let left = Math.min(roundOperations, operations - first);
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
