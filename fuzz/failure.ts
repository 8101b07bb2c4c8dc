/** From a round that went wrong to the shortest script that shows it, as a trace that can be replayed. */
import type { DirectMachine } from "../machine/direct/direct-machine";
import { ModelSystem } from "../tests/conformance/model-system";
import type { Operation } from "../tests/conformance/operation";
import { formatHeader, formatStep } from "../tests/conformance/trace";
import { type Setting, SLOTS } from "./machine-system";
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

function scriptOf(seed: number, { dram, caps }: Setting, operations: readonly Operation[]): string[] {
  const model = new ModelSystem(caps);
  return [
    formatHeader({ number: 0, seed, dram, slots: SLOTS, caps }),
    ...operations.map((operation) => formatStep(operation, model.perform(operation))),
    JSON.stringify(model.dump()),
  ];
}
