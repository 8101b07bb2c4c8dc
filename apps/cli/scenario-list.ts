/** Finds out which scenarios exist by asking init. */

import { isEndOfList, type ListedScenario, listedOfLine } from "../../observe/scenario-lines";
import type { BoardOptions } from "./board-options";
import { runHosted } from "./hosted-run";
import { endedWell, RunFailed } from "./outcome";
import { ALL_SCENARIOS, checkPattern, NO_SCENARIO } from "./session";
import { UsageError } from "./usage-error";

type ListOptions = Pick<BoardOptions, "board" | "memory" | "limitTime">;

/** What the first letter of a scenario's id says. */
export const SCENARIO_KINDS: Readonly<Record<string, string>> = {
  T: "tests of what the memory system must do: allocation, slots, slabs, mapping, exhaustion",
  H: "hostile system calls, which the CPU driver must refuse or survive",
  P: "a test that takes every page of the RAM as a capability of its own, and frees them all",
};

/** The kinds of these scenarios. */
export function kindsOf(scenarios: readonly ListedScenario[]): Readonly<Record<string, string>> {
  const isListed = (letter: string) => scenarios.some(({ id }) => id.startsWith(letter));
  return Object.fromEntries(Object.entries(SCENARIO_KINDS).filter(([letter]) => isListed(letter)));
}

/** A line for each kind. */
export function describeKinds(kinds: Readonly<Record<string, string>>): string {
  return Object.entries(kinds)
    .map(([letter, meaning]) => `  ${letter}  ${meaning}`)
    .join("\n");
}

/** The scenarios that match a pattern. Throws a RunFailed if init does not get as far as its list. */
export function listScenarios(options: ListOptions, pattern: string): ListedScenario[] {
  const { board, memory, limitTime } = options;
  const run = runHosted({ board, memory, limitTime, scenario: pattern, list: true });
  if (!endedWell(run.result) || !run.console.some(isEndOfList)) throw new RunFailed(run);
  return run.console.map(listedOfLine).filter((scenario) => scenario !== null);
}

/**
 * Throws a UsageError if one of the patterns, separated by commas, matches no scenario, and a RunFailed if init does not
 * get as far as its list.
 */
export function requireScenarios(options: ListOptions, patterns: string): void {
  checkPattern(patterns);
  if (patterns === ALL_SCENARIOS || patterns === NO_SCENARIO) return;
  const idle = patterns.split(",").find((pattern) => listScenarios(options, pattern).length === 0);
  if (idle === undefined) return;
  throw new UsageError(`no scenario matches '${idle}': typefish boot --list shows all scenarios`);
}
