/**
 * What a scenario counts, as data that a teacher can change (`points.json` is the default):
 *
 *     {
 *       "seed": 20161007,          of everything random
 *       "milliseconds": 5000,      limits of one call into the submission
 *       "systemCalls": 100000,
 *       "points": { "G01": 3 },    a scenario without points does not run
 *       "extra": ["G46"],          points beyond the total; failing one is no failure
 *       "hidden": []               graded; a report for learners shows neither title nor reason
 *     }
 */
import { SCENARIOS } from "./scenarios";

export interface Points {
  seed: number;
  milliseconds: number;
  systemCalls: number;
  points: Readonly<Record<string, number>>;
  extra: readonly string[];
  hidden: readonly string[];
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

const KEYS = ["seed", "milliseconds", "systemCalls", "points", "extra", "hidden"];

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
  if (!isRecord(value.points)) throw new PointsError('points must be an object such as { "G01": 3 }');
  for (const [id, points] of Object.entries(value.points)) {
    requireKnown(id, "points");
    if (typeof points !== "number" || !Number.isFinite(points) || points < 0)
      throw new PointsError(`points.${id} must be a number of at least 0, not ${JSON.stringify(points)}`);
  }
  if (Object.keys(value.points).length === 0) throw new PointsError("points must name at least one scenario");
  return {
    seed: wholeNumber(value.seed ?? 20161007, "seed", 0),
    milliseconds: wholeNumber(value.milliseconds ?? 5000, "milliseconds", 1),
    systemCalls: wholeNumber(value.systemCalls ?? 100_000, "systemCalls", 1),
    points: value.points as Record<string, number>,
    extra: knownIds(value.extra ?? [], "extra"),
    hidden: knownIds(value.hidden ?? [], "hidden"),
  };
}
