/** The tables in the pages for learners that say what the grader of the lab checks and reports. */
import { KINDS } from "../../lab/grade/kinds";
import { SCENARIOS, STEPS, type StepId } from "../../lab/grade/scenarios";

export const STEP_IDS = Object.keys(STEPS) as StepId[];

/** The scenarios of a step: ids and titles. */
export function scenarioTable(step: StepId): string {
  const rows = SCENARIOS.filter((scenario) => scenario.step === step).map(({ id, title }) => `| ${id} | ${title} |`);
  return ["| Scenario | What it proves |", "|---|---|", ...rows].join("\n");
}

/** The steps of the assignment, each with the first and the last of its scenarios. */
export function stepTable(): string {
  const rows = STEP_IDS.map((step) => {
    const ids = SCENARIOS.filter((scenario) => scenario.step === step).map(({ id }) => id);
    return `| ${STEPS[step]} | ${ids[0]} to ${ids.at(-1)} |`;
  });
  return ["| Part | Scenarios |", "|---|---|", ...rows].join("\n");
}

/** The kinds of mistakes that a report names. */
export function mistakeTable(): string {
  const cell = (text: string) => text.replaceAll("|", "\\|");
  const rows = Object.values(KINDS).map(({ title, means }) => `| ${cell(title)} | ${cell(means)} |`);
  return ["| The report says | What it usually means |", "|---|---|", ...rows].join("\n");
}
