/** All exercises, in the order in which they are offered. */
import type { WritingExercise } from "./exercise";
import { alignExercise } from "./writing/align";
import { doubleFreeExercise } from "./writing/double-free";
import { joinExercise } from "./writing/join";
import { slabsExercise } from "./writing/slabs";
import { slotsExercise } from "./writing/slots";
import { splitExercise } from "./writing/split";
import { twoTablesExercise } from "./writing/two-tables";

export type Exercise = WritingExercise;

export const EXERCISES: readonly Exercise[] = [
  splitExercise,
  alignExercise,
  joinExercise,
  doubleFreeExercise,
  slotsExercise,
  slabsExercise,
  twoTablesExercise,
];

export function exerciseOf(id: string): Exercise | undefined {
  return EXERCISES.find((exercise) => exercise.id === id);
}
