/** All exercises, in the order in which they are offered. */
import type { Exercise } from "./exercise";
import { faultExercise } from "./reading/fault";
import { leakExercise } from "./reading/leak";
import { retypeExercise } from "./reading/retype";
import { slotExercise } from "./reading/slot";
import { writableExercise } from "./reading/writable";
import { alignExercise } from "./writing/align";
import { doubleFreeExercise } from "./writing/double-free";
import { joinExercise } from "./writing/join";
import { slabsExercise } from "./writing/slabs";
import { slotsExercise } from "./writing/slots";
import { splitExercise } from "./writing/split";
import { twoTablesExercise } from "./writing/two-tables";

export const EXERCISES: readonly Exercise[] = [
  splitExercise,
  alignExercise,
  joinExercise,
  doubleFreeExercise,
  slotsExercise,
  slabsExercise,
  twoTablesExercise,
  leakExercise,
  retypeExercise,
  slotExercise,
  writableExercise,
  faultExercise,
];

export const EXERCISE_IDS: readonly string[] = EXERCISES.map(({ id }) => id);

export function exerciseOf(id: string): Exercise | undefined {
  return EXERCISES.find((exercise) => exercise.id === id);
}
