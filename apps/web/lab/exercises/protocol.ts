/** What the panel of exercises asks of the lab's worker. */
import type { Checked } from "../../../../lab/exercises/check";
import type { Exercise, Passage, Verdict } from "../../../../lab/exercises/exercise";

/** An exercise with the numbers of a learner. */
export interface AskedExercise {
  id: string;
  /** The name or the number that the learner has typed. */
  name: string;
  /** URL of the page's folder, with a slash at the end. */
  base: string;
}

/** A row of the list. */
export interface OfferedExercise {
  id: string;
  kind: Exercise["kind"];
  title: string;
  /** The step of the assignment that it belongs to, in words. */
  step: string;
  learn: string;
  points: number;
}

export type OpenedExercise =
  /** `files`: the learner's file at the start, then the given ones. */
  | { kind: "write"; text: readonly Passage[]; files: readonly (readonly [path: string, text: string])[] }
  /** `from` to `to` are the calls of the question; `answer` says what an answer looks like. */
  | { kind: "read"; text: readonly Passage[]; from: number; to: number; answer: string };

export interface ExerciseRequests {
  exercises: { ask: { base: string }; answer: OfferedExercise[] };
  exercise: { ask: AskedExercise; answer: OpenedExercise };
  checkExercise: { ask: AskedExercise & { text: string }; answer: Checked };
  answerExercise: { ask: AskedExercise & { answer: string }; answer: Verdict };
  /** The recording as a file. */
  recordExercise: { ask: AskedExercise; answer: Uint8Array };
}
