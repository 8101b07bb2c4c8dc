/** Round after round of the side-by-side test, up to a number of operations or the first difference. */
import type { DirectMachine } from "../machine/direct/direct-machine";
import { ENOUGH_OPERATIONS, PathCounter } from "./error-paths";
import { explain, type Failure } from "./failure";
import { playRound, ROUND_OPERATIONS } from "./side-by-side";

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
  /** Told after each round. */
  readonly progress?: (done: number) => void;
}

export interface RunResult {
  readonly operations: number;
  readonly rounds: number;
  /** How often each path that a long run must take was taken. */
  readonly paths: readonly { path: string; count: number }[];
  /** Those not taken, if the run was long enough to take all. */
  readonly missing: readonly string[];
  readonly failure: Failure | null;
}

/** Seeds of neighbouring rounds have nothing in common. */
function seedOfRound(seed: number, round: number): number {
  return (Math.imul(seed, 0x9e3779b1) + Math.imul(round, 0x85ebca6b)) >>> 0;
}

export function run(machine: DirectMachine, options: RunOptions): RunResult {
  const { operations, seed, shard = { index: 0, count: 1 }, progress } = options;
  const paths = new PathCounter();
  const rounds = Math.ceil(operations / ROUND_OPERATIONS);
  let [played, done] = [0, 0];
  const result = (failure: Failure | null): RunResult => ({
    operations: done,
    rounds: played,
    paths: paths.wanted(),
    missing: done >= ENOUGH_OPERATIONS ? paths.missing() : [],
    failure,
  });
  for (let round = shard.index; round < rounds; round += shard.count) {
    const left = operations - round * ROUND_OPERATIONS;
    const outcome = playRound(machine, seedOfRound(seed, round), Math.min(ROUND_OPERATIONS, left), paths.count);
    played++;
    done += outcome.played;
    if (outcome.difference) return result(explain(machine, outcome));
    progress?.(done);
  }
  return result(null);
}
