/** A failure that a run found: the shortest sequence that shows it, as a trace that can be replayed. */

import { playTrace } from "../../observe/traces/play";
import { ModelSystem } from "../model/model-system";
import { type DifferenceFound, settingOf } from "./side-by-side";

export interface Failure {
  /** Seed of the sequence. */
  readonly seed: number;
  readonly what: readonly string[];
  /** Lines of a trace file: header, operations with the model's answers, the model's dump. */
  readonly script: readonly string[];
}

export function failureOf(seed: number, { operations, what }: DifferenceFound): Failure {
  const setting = settingOf(seed);
  const steps = operations.map((operation) => ({ line: 0, operation, expected: null }));
  const trace = { line: 0, header: { trace: 0, seed, ...setting }, steps, dump: null };
  return { seed, what, script: playTrace(trace, new ModelSystem(setting)).recorded };
}
