/**
 * What a teacher decides, as data (`points.json` is the default):
 *
 *     {
 *       "seed": 20161007,          of everything random
 *       "milliseconds": 5000,      limits of one call into the submission
 *       "systemCalls": 100000,
 *       "points": { "G01": 3 },    a scenario without points does not run
 *       "extra": ["G46"],          points beyond the total; failing one is no failure
 *       "hidden": [],              graded; a report for learners shows neither title nor reason
 *       "steps": { "manager": 2 }, factors of the points; a step that is not named is not offered. If absent, all steps
 *       "exercises": { "split": 1 },    points of the exercises that are offered. If absent, all with one point
 *       "exerciseSeed": 1,         another number gives everybody other exercises
 *       "students": { "ann": 17 }  seeds of their own; the numbers of others follow from their names
 *     }
 */
import { EXERCISE_IDS } from "../exercises/exercises";
import { SCENARIOS, STEPS } from "./scenarios";

export interface Points {
  seed: number;
  milliseconds: number;
  systemCalls: number;
  points: Readonly<Record<string, number>>;
  extra: readonly string[];
  hidden: readonly string[];
  /** Points of the exercises that are offered. */
  exercises: Readonly<Record<string, number>>;
  exerciseSeed: number;
  /** Seeds by name of the learner. */
  students: Readonly<Record<string, number>>;
}

/** A file of points that cannot be used. The message says why. */
export class PointsError extends Error {}

const IDS = SCENARIOS.map(({ id }) => id);

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wholeNumber(value: unknown, name: string, least: number): number {
  if (Number.isSafeInteger(value) && (value as number) >= least) return value as number;
  throw new PointsError(`${name} must be a whole number of at least ${least}, not ${JSON.stringify(value)}`);
}

function knownIds(value: unknown, name: string): string[] {
  if (!Array.isArray(value)) throw new PointsError(`${name} must be a list of scenarios, not ${JSON.stringify(value)}`);
  for (const id of value) requireKnown(id, name);
  return value as string[];
}

function requireKnown(id: unknown, name: string): void {
  if (typeof id === "string" && IDS.includes(id)) return;
  throw new PointsError(`${name} names ${JSON.stringify(id)}: the scenarios are ${IDS[0]} to ${IDS.at(-1)}`);
}

/** An object with a number for each name, such as `{ "split": 2 }`. Throws a PointsError. */
function numbersByName(
  value: unknown,
  field: string,
  example: string,
  requireName: (name: string) => void,
): Record<string, number> {
  if (!isRecord(value))
    throw new PointsError(`${field} must be an object such as ${example}, not ${JSON.stringify(value)}`);
  for (const [name, number] of Object.entries(value)) {
    requireName(name);
    if (typeof number !== "number" || !Number.isFinite(number) || number < 0)
      throw new PointsError(`${field}.${name} must be a number of at least 0, not ${JSON.stringify(number)}`);
  }
  return value as Record<string, number>;
}

const oneOf = (names: readonly string[], field: string, what: string) => (name: string) => {
  if (!names.includes(name))
    throw new PointsError(`${field} names ${JSON.stringify(name)}: the ${what} are ${names.join(", ")}`);
};

function studentsOf(value: unknown): Record<string, number> {
  if (!isRecord(value))
    throw new PointsError(`students must be an object such as { "ann": 17 }, not ${JSON.stringify(value)}`);
  for (const [name, seed] of Object.entries(value)) wholeNumber(seed, `students.${name}`, 0);
  return value as Record<string, number>;
}

/** The points of scenarios in the steps that are offered, each times the factor of its step. */
function weighted(points: Record<string, number>, steps: Record<string, number> | null): Record<string, number> {
  if (steps === null) return points;
  const rows = SCENARIOS.flatMap(({ id, step }) => {
    const [own, factor] = [points[id], steps[step]];
    return own === undefined || factor === undefined ? [] : [[id, own * factor] as const];
  });
  return Object.fromEntries(rows);
}

const EACH_ONE = Object.fromEntries(EXERCISE_IDS.map((id) => [id, 1]));

const KEYS = [
  "seed",
  "milliseconds",
  "systemCalls",
  "points",
  "extra",
  "hidden",
  "steps",
  "exercises",
  "exerciseSeed",
  "students",
];

/** Reads points from the text of a file. Throws a PointsError. */
export function parsePoints(text: string): Points {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new PointsError(`it is not JSON: ${(error as Error).message}`);
  }
  if (!isRecord(value)) throw new PointsError("it is not a JSON object");
  const unknown = Object.keys(value).find((key) => !KEYS.includes(key));
  if (unknown !== undefined)
    throw new PointsError(`it has the unknown field ${unknown}: the fields are ${KEYS.join(", ")}`);
  const given = numbersByName(value.points, "points", '{ "G01": 3 }', (id) => requireKnown(id, "points"));
  if (Object.keys(given).length === 0) throw new PointsError("points must name at least one scenario");
  const steps =
    value.steps === undefined
      ? null
      : numbersByName(value.steps, "steps", '{ "manager": 1 }', oneOf(Object.keys(STEPS), "steps", "steps"));
  const points = weighted(given, steps);
  if (Object.keys(points).length === 0)
    throw new PointsError("steps must name a step that has a scenario with points, or no scenario is left");
  return {
    seed: wholeNumber(value.seed ?? 20161007, "seed", 0),
    milliseconds: wholeNumber(value.milliseconds ?? 5000, "milliseconds", 1),
    systemCalls: wholeNumber(value.systemCalls ?? 100_000, "systemCalls", 1),
    points,
    extra: knownIds(value.extra ?? [], "extra"),
    hidden: knownIds(value.hidden ?? [], "hidden"),
    exercises: numbersByName(
      value.exercises ?? EACH_ONE,
      "exercises",
      '{ "split": 1 }',
      oneOf(EXERCISE_IDS, "exercises", "exercises"),
    ),
    exerciseSeed: wholeNumber(value.exerciseSeed ?? 1, "exerciseSeed", 0),
    students: studentsOf(value.students ?? {}),
  };
}
