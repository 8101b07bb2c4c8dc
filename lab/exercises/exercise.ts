/** What an exercise is. `exercises.ts` lists all of them. */
import type { Kind } from "../grade/kinds";
import type { StepId } from "../grade/scenarios";
import type { Trial } from "../grade/trial";
import type { RecordedRun } from "./reading/recorded-run";

/** A picture of characters, and the same in a sentence for those who do not see it. */
export interface Drawing {
  drawing: string;
  says: string;
}

/** A paragraph, or a drawing. */
export type Passage = string | Drawing;

interface ExerciseHead {
  id: string;
  title: string;
  /** The step of the assignment that it belongs to. */
  step: StepId;
  /** What it teaches, as a sentence. */
  learn: string;
}

/** A run on a fresh machine, as a scenario of the grader. */
export interface Case {
  title: string;
  run(trial: Trial): void;
}

/** The numbers of one learner. */
export interface WritingVariant {
  text: readonly Passage[];
  cases: readonly Case[];
}

/** The learner writes one function of a manager whose other files are given. */
export interface WritingExercise extends ExerciseHead {
  kind: "write";
  /** The learner's file, below the folder of a submission. */
  file: string;
  /** The function in it that is missing or wrong. */
  functionName: string;
  /** Given files that the learner's file builds on. */
  given: readonly string[];
  /** Most system calls of one call of the manager, if the usual limit is too high for this exercise. */
  systemCalls?: number;
  /** What a kind of mistake means in this exercise. For other kinds, the grader's own text counts. */
  hints: Partial<Record<Kind, string>>;
  variant(seed: number): WritingVariant;
}

/** What a reading exercise says about an answer. */
export interface Verdict {
  ok: boolean;
  /** A sentence or two: why it is right, or what to look at. */
  says: string;
}

/** A question about one recording. */
export interface Question {
  text: readonly Passage[];
  /** The calls that it is about. */
  from: number;
  to: number;
  /** Judges an answer as it was typed. */
  judge(answer: string): Verdict;
}

/** The learner reads the recording of a run and finds something in it. */
export interface ReadingExercise extends ExerciseHead {
  kind: "read";
  /** What an answer looks like, for the field in which it is typed. */
  answer: string;
  question(run: RecordedRun): Question;
}

export type Exercise = WritingExercise | ReadingExercise;
