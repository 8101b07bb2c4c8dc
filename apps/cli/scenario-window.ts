/**
 * Follows init's console, and says which scenario runs:
 *
 *     init.0.0: -- allocation and reclamation          a group begins, and with it its first scenario
 *     init.0.0: T01  62 pieces ...          ok         the scenario ends, and the next one of the group begins
 */
import { type ListedScenario, resultOfLine } from "./scenario-lines";

const HEADING = /^[\w-]+\.\d+\.(?:\d+|-): -- /;

export class ScenarioWindow {
  private index = 0;
  private hasBegun = false;

  /** `scenarios` are those that init will run, in order. */
  constructor(private readonly scenarios: readonly ListedScenario[]) {}

  /** Id of the scenario that runs; null between groups, and before and after all scenarios. */
  get current(): string | null {
    return this.hasBegun ? (this.scenarios[this.index]?.id ?? null) : null;
  }

  /** Whether all scenarios have ended. */
  get isOver(): boolean {
    return this.index >= this.scenarios.length;
  }

  line(line: string): void {
    if (HEADING.test(line)) {
      this.hasBegun = true;
      return;
    }
    const { id, group } = this.scenarios[this.index] ?? {};
    if (resultOfLine(line)?.id !== id || id === undefined) return;
    this.index++;
    if (this.scenarios[this.index]?.group !== group) this.hasBegun = false;
  }
}
