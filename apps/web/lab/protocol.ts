/** What the lab's page asks of its worker. `requests/` has the messages. */
import type { CompileMessage } from "../../../compile/compile-error";
import type { Grade, ScenarioResult } from "../../../lab/grade/grade";
import type { Kind } from "../../../lab/grade/kinds";
import type { InitRun } from "../../../lab/run";

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

/** How a run of init ended. */
export type InitEnd = InitRun;

/** What a run has shown. Nothing if there is no program. */
export interface RunEnd {
  built: Built;
  init: InitEnd | null;
  results: readonly ScenarioResult[];
}

export interface LabRequests {
  build: { ask: { files: FileTexts }; answer: Built };
  /** Compiles, and runs the scenarios. `base` is the URL of the page's folder, with a slash at the end. */
  grade: { ask: { files: FileTexts; base: string }; answer: Graded };
  /** Runs `init`, or the scenarios that a pattern selects. What they print comes with the progress. */
  run: { ask: { files: FileTexts; base: string; what: string }; answer: RunEnd };
  /** Records `init`, or the scenario with an id, which failed with a kind. The answer is the file of the recording. */
  record: { ask: { files: FileTexts; base: string; what: string; kind?: Kind | undefined }; answer: Uint8Array };
}
