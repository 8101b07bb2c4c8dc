/** Which scenarios there are: init knows, so init is asked. */

import { LineSplitter } from "../text/lines";
import type { BoardOptions } from "./board-options";
import { type ListedScenario, listedOfLine } from "./scenario-lines";
import { ALL_SCENARIOS, NO_SCENARIO, openSession } from "./session";
import { UsageError } from "./usage-error";

/** Enough for every board to boot and list. */
const LIMIT_MS = 30_000;

/** The scenarios that a pattern asks for. */
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

/** Refuses a pattern that asks for nothing. */
export function requireScenarios(options: BoardOptions, pattern: string): void {
  if (pattern === ALL_SCENARIOS || pattern === NO_SCENARIO) return;
  if (listScenarios(options, pattern).length > 0) return;
  throw new UsageError(`no scenario matches '${pattern}': typefish boot --list shows what there is`);
}
