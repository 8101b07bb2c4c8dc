/** What the lab's page asks of its worker. `requests/` has the messages. */
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

export interface LabRequests {
  build: { ask: { files: FileTexts }; answer: Built };
  /** Compiles, and runs the scenarios. `base` is the URL of the page's folder, with a slash at the end. */
  grade: { ask: { files: FileTexts; base: string }; answer: Graded };
}
