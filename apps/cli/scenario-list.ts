/** Finds out which scenarios exist by asking init. */

import { LineSplitter } from "../../observe/text/lines";
import type { BoardOptions } from "./board-options";
import { type ListedScenario, listedOfLine } from "./scenario-lines";
import { ALL_SCENARIOS, NO_SCENARIO, openSession } from "./session";
import { UsageError } from "./usage-error";

/** Time limit that lets every board boot and print the list. */
const LIMIT_MS = 30_000;

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

/** The scenarios that match a pattern. */
export function listScenarios(options: BoardOptions, pattern: string): ListedScenario[] {
  const listed: ListedScenario[] = [];
  const lines = new LineSplitter((line) => {
    const scenario = listedOfLine(line);
    if (scenario) listed.push(scenario);
  });
  const { board, memory } = options;
  const request = { board, memory, scenario: pattern, list: true, limitTime: LIMIT_MS };
  const { machine } = openSession(request, (chunk) => lines.push(chunk));
  machine.run();
  lines.end();
  return listed;
}

/** Throws a UsageError if one of the patterns, separated by commas, matches no scenario. */
export function requireScenarios(options: BoardOptions, patterns: string): void {
  if (patterns === ALL_SCENARIOS || patterns === NO_SCENARIO) return;
  const idle = patterns.split(",").find((pattern) => listScenarios(options, pattern).length === 0);
  if (idle === undefined) return;
  throw new UsageError(`no scenario matches '${idle}': typefish boot --list shows all scenarios`);
}
