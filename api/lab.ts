/**
 * The entry `typefish/lab`: the assignment's hand-out and its grader. For Node.
 *
 * ```ts
 * import { gradeSubmission, gradeText } from "typefish/lab";
 *
 * console.log(gradeText(await gradeSubmission("mine")));
 * ```
 *
 * @module typefish/lab
 */
import { type Grade, scenariosWithPoints } from "../lab/grade/grade";
import { type Points, parsePoints } from "../lab/grade/points";
import defaultPoints from "../lab/grade/points.json";
import { SCENARIOS, STEPS } from "../lab/grade/scenarios";
import { gradeFolder } from "../lab/node/worker";
import { gradeLines } from "../lab/report/text";

export type { Focus, Sight, StepBack } from "../lab/grade/failure";
export type { Explanation, Grade, ScenarioResult } from "../lab/grade/grade";
export { KINDS, type Kind, type KindText } from "../lab/grade/kinds";
export { type Points, PointsError, parsePoints } from "../lab/grade/points";
export type { StepId } from "../lab/grade/scenarios";
export { NewLabError, type NewLabRequest, writeLab } from "../lab/node/new";
export { toCsv, toGradescope, toJson, toJUnit } from "../lab/report/files";
export type { Frame } from "../machines/results";

/** The points, limits and seed that are used if a caller gives none. */
export const DEFAULT_POINTS: Points = parsePoints(JSON.stringify(defaultPoints));

/** A graded scenario: its id, the part of the assignment that it belongs to, and what it shows. */
export interface ScenarioText {
  id: string;
  step: string;
  title: string;
}

/** All graded scenarios, in their order. */
export const scenarios: readonly ScenarioText[] = SCENARIOS.map(({ id, step, title }) => ({
  id,
  step: STEPS[step],
  title,
}));

export interface GradeSubmissionOptions {
  points?: Points;
  /** Ids of the scenarios to run. If absent, all that have points. */
  scenarios?: readonly string[];
}

/**
 * Builds a submission and grades it in this thread. A submission that does not build has a grade with the reasons.
 * `typefish grade` does the same in threads that it can end, which is what to use for submissions of strangers.
 */
export function gradeSubmission(folder: string, options: GradeSubmissionOptions = {}): Promise<Grade> {
  const { points = DEFAULT_POINTS, scenarios: wanted = scenariosWithPoints(points).map(({ id }) => id) } = options;
  return gradeFolder({ name: folder, folder, points, scenarios: wanted });
}

/** A grade as text for people, without colours. */
export function gradeText(grade: Grade): string {
  return gradeLines(grade).join("\n");
}
