/** Round after round of the side-by-side test, up to a number of operations or the first difference. */
import type { DirectMachine } from "../machine/direct/direct-machine";
import { ENOUGH_OPERATIONS, PathCounter } from "./error-paths";
import { type Failure, failureOf } from "./failure";
import { playSequence } from "./sequence";

/** A round is made of sequences, each from a boot on; the last one is cut off. */
const ROUND_OPERATIONS = 500;

export interface Shard {
  /** From 0. */
  readonly index: number;
  readonly count: number;
}

export interface RunOptions {
  readonly operations: number;
  readonly seed: number;
  /** Which part of the rounds; all together they are the same rounds as without. */
  readonly shard?: Shard;
  /** Told after each sequence. */
  readonly progress?: (done: number) => void;
}

export interface RunResult {
  readonly operations: number;
  /** Boots. */
  readonly sequences: number;
  /** How often each path that a long run must take was taken. */
  readonly paths: readonly { path: string; count: number }[];
  /** Those not taken, if the run was long enough to take all. */
  readonly missing: readonly string[];
  readonly failure: Failure | null;
}

/** Seeds of neighbours have nothing in common. */
function seedOf(seed: number, number: number): number {
  return (Math.imul(seed, 0x9e3779b1) + Math.imul(number, 0x85ebca6b)) | 0;
}

export function run(machine: DirectMachine, options: RunOptions): RunResult {
  const { operations, seed, shard = { index: 0, count: 1 }, progress } = options;
  const paths = new PathCounter();
  let [sequences, done] = [0, 0];
  const result = (failure: Failure | null): RunResult => ({
    operations: done,
    sequences,
    paths: paths.wanted(),
    missing: done >= ENOUGH_OPERATIONS ? paths.missing() : [],
    failure,
  });
  for (let first = shard.index * ROUND_OPERATIONS; first < operations; first += shard.count * ROUND_OPERATIONS) {
    const end = Math.min(first + ROUND_OPERATIONS, operations);
    for (let [at, attempt] = [first, 0]; at < end; attempt++) {
      const sequenceSeed = seedOf(seedOf(seed, first), attempt);
      const { played, difference } = playSequence(machine, sequenceSeed, end - at);
      sequences++;
      if (difference) return result(failureOf(sequenceSeed, difference));
      for (const { operation, outcome } of played) paths.count(operation, outcome);
      at += played.length;
      done += played.length;
      progress?.(done);
    }
  }
  return result(null);
}
