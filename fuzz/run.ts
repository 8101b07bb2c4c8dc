/** The side-by-side test of the CPU driver: rounds of random system calls, with an account of the answers. */
import type { DirectMachine } from "../machine/direct/direct-machine";
import { Random } from "../tests/model/random";
import { weightedKinds } from "../tests/model/random-operation";
import { playSequence } from "./commands";
import { ENOUGH_OPERATIONS, PathCounter } from "./error-paths";
import { type Failure, failureOf } from "./failure";
import { playRounds, type RoundOptions, type RoundResult } from "./rounds";
import { DifferenceFound, SideBySide, settingOf } from "./side-by-side";

export interface RunResult extends RoundResult<Failure> {
  /** How often each path that a long run must take was taken. */
  readonly paths: readonly { path: string; count: number }[];
  /** Those not taken, if the run was long enough to take all. */
  readonly missing: readonly string[];
}

const KINDS = weightedKinds(true);

export function run(machine: DirectMachine, options: RoundOptions): RunResult {
  const paths = new PathCounter();
  const result = playRounds(options, (seed, limit) => {
    const pairs: SideBySide[] = [];
    const start = (hasFailed: boolean): SideBySide => {
      const pair = new SideBySide(machine, settingOf(seed), new Random(~seed), hasFailed ? "closely" : "now and then");
      pairs.push(pair);
      return pair;
    };
    const error = playSequence(KINDS, start, seed, limit);
    const played = pairs[0]?.played ?? [];
    if (error instanceof DifferenceFound) return { operations: played.length, failure: failureOf(seed, error) };
    if (error !== null) throw error;
    for (const { operation, outcome } of played) paths.count(operation, outcome);
    return { operations: played.length, failure: null };
  });
  return {
    ...result,
    paths: paths.wanted(),
    missing: result.operations >= ENOUGH_OPERATIONS ? paths.missing() : [],
  };
}
