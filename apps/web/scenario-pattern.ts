/** Patterns of scenarios, as init reads them: ids, titles or groups with the wildcards `*` and `?`, separated by commas. */
import type { ListedScenario } from "../../observe/scenario-lines";

function matcher(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replace(/\*/g, ".*").replace(/\?/g, ".")}$`);
}

const partsOf = (patterns: string) => patterns.split(",").filter((part) => part !== "");

/** Whether one of the patterns selects the scenario. */
export function isSelected(patterns: string, { id, title, group }: ListedScenario): boolean {
  return partsOf(patterns).some((part) => [id, title, group].some((text) => matcher(part).test(text)));
}

/** The patterns with a scenario added or taken out. A wildcard that selects it is replaced by the ids of the others. */
export function withToggled(patterns: string, scenario: ListedScenario, all: readonly ListedScenario[]): string {
  const parts = partsOf(patterns);
  if (!isSelected(patterns, scenario)) return [...parts, scenario.id].join(",");
  return parts
    .flatMap((part) => {
      if (!isSelected(part, scenario)) return [part];
      return all.filter((other) => other.id !== scenario.id && isSelected(part, other)).map(({ id }) => id);
    })
    .join(",");
}
