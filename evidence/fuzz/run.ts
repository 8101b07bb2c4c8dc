/** Tests the CPU driver side by side with the model: rounds of random system calls. Counts the answers. */
import { Random } from "../model/random";
import { weightedKinds } from "../model/random-operation";
import { playSequence } from "./commands";
import { ENOUGH_OPERATIONS, pathsOf, WANTED } from "./error-paths";
import { type Failure, failureOf } from "./failure";
import { PathCount, type PathReport } from "./path-count";
import { playRounds, type RoundOptions, type RoundResult } from "./rounds";
import { DifferenceFound, SideBySide, type Subject, settingOf } from "./side-by-side";

const KINDS = weightedKinds(true);

export function run(subject: Subject, options: RoundOptions): RoundResult<Failure> & PathReport {
  const paths = new PathCount(WANTED, ENOUGH_OPERATIONS);
  const result = playRounds(options, (seed, limit) => {
    const pairs: SideBySide[] = [];
    const start = (hasFailed: boolean): SideBySide => {
      const pair = new SideBySide(subject, settingOf(seed), new Random(~seed), hasFailed ? "closely" : "now and then");
      pairs.push(pair);
      return pair;
    };
    const error = playSequence(KINDS, start, seed, limit);
    const played = pairs[0]?.played ?? [];
    if (error instanceof DifferenceFound) return { operations: played.length, failure: failureOf(seed, error) };
    if (error !== null) throw error;
    for (const { operation, outcome } of played) {
      for (const path of pathsOf(operation, outcome)) paths.take(path);
    }
    return { operations: played.length, failure: null };
  });
  return { ...result, ...paths.after(result.operations) };
}
