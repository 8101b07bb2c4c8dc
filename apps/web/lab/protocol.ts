/** Messages between the lab's page and its worker. */
import type { CompileMessage } from "../../../compile/compile-error";
import type { Grade } from "../../../lab/grade/grade";

/** Texts by path below the learner's folder. */
export type FileTexts = readonly (readonly [path: string, text: string])[];

/** What came out of the compiler. */
export interface Built {
  messages: readonly CompileMessage[];
  /** Why there is no program; empty if there is one. */
  problems: readonly string[];
  /** SHA-256 of the program: code, data and positions. Null without a program, or where the browser has no SHA-256. */
  fingerprint: string | null;
}

export interface Graded extends Built {
  grade: Grade;
}

export interface LabRequest {
  id: number;
  /** `build` compiles; `grade` also runs the scenarios. */
  name: "build" | "grade";
  files: FileTexts;
  /** URL of the folder of the page, with a slash at the end. */
  base: string;
}

export type LabReply =
  | { isReady: true }
  | { id: number; done: number; of: number }
  | { id: number; answer: Built | Graded }
  | { id: number; refusal: string };
