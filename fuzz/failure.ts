/** From a round that went wrong to the shortest script that shows it, as a trace that can be replayed. */
import type { DirectMachine } from "../machine/direct/direct-machine";
import { ModelSystem } from "../tests/model/model-system";
import type { Operation } from "../traces/operation";
import { playTrace } from "../traces/play";
import type { Setting } from "../traces/trace";
import { minimise } from "./minimise";
import { playScript, type RoundResult } from "./side-by-side";

export interface Failure {
  readonly seed: number;
  /** What the random round said. */
  readonly found: readonly string[];
  /** What the shortest script says. */
  readonly what: readonly string[];
  /** Lines of a trace file: header, operations with the model's answers, the model's dump. */
  readonly script: readonly string[];
}

export function explain(machine: DirectMachine, { seed, setting, operations, difference }: RoundResult): Failure {
  const fails = (list: readonly Operation[]): boolean => playScript(machine, setting, list, "end").difference !== null;
  // Where it began may be some operations before somebody looked.
  const begin = playScript(machine, setting, operations, "each").difference?.at ?? operations.length;
  const shortest = minimise(operations.slice(0, begin), fails);
  const { difference: last } = playScript(machine, setting, shortest, "each");
  return { seed, found: difference?.what ?? [], what: last?.what ?? [], script: scriptOf(seed, setting, shortest) };
}

/** The operations with the model's answers. */
function scriptOf(seed: number, setting: Setting, operations: readonly Operation[]): readonly string[] {
  const steps = operations.map((operation) => ({ line: 0, operation, expected: null }));
  const script = { line: 0, header: { trace: 0, seed, ...setting }, steps, dump: null };
  return playTrace(script, new ModelSystem(setting)).recorded;
}
