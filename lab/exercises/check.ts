/** Checks a writing exercise: compiles the learner's file with the given ones, and runs the cases as the grader does. */
import type { Program } from "../../compile/program";
import type { DirectImages } from "../../machines/hosted/direct/direct-machine";
import { buildSubmission, type NotBuilt, type ReadOwnSource } from "../build";
import { type Attempt, attempt, type Explanation, placeOf } from "../grade/grade";
import type { CallLimits } from "../grade/subject";
import type { SubmissionFiles } from "../submission";
import type { WritingExercise } from "./exercise";
import { submissionOf } from "./files";

export interface CaseResult extends Attempt {
  title: string;
}

export interface Checked {
  ok: boolean;
  /** Why nothing ran: the file does not compile. */
  problems: readonly string[];
  messages: NotBuilt["messages"];
  cases: readonly CaseResult[];
}

export interface CheckRequest {
  text: string;
  seed: number;
  images: DirectImages;
  limits: CallLimits;
  readOwn: ReadOwnSource;
}

/** Compiles the learner's text. */
export function buildExercise(
  exercise: WritingExercise,
  text: string,
  readOwn: ReadOwnSource,
): Promise<Program | NotBuilt> {
  return buildSubmission(submissionOf(exercise, text, readOwn), "driver", readOwn);
}

export async function checkWriting(exercise: WritingExercise, request: CheckRequest): Promise<Checked> {
  const built = await buildExercise(exercise, request.text, request.readOwn);
  if ("problems" in built) return { ok: false, ...built, cases: [] };
  return runCases(exercise, built, request);
}

/** Runs the cases of a learner's numbers. */
export function runCases(
  exercise: WritingExercise,
  program: Program,
  { text, seed, images, limits }: Omit<CheckRequest, "readOwn">,
): Checked {
  const files = new Map([[exercise.file, text]]);
  const limited = { ...limits, systemCalls: Math.min(limits.systemCalls, exercise.systemCalls ?? limits.systemCalls) };
  const compiled = { ...program, wasm: new WebAssembly.Module(program.wasm) };
  const cases = exercise.variant(seed).cases.map(({ title, run }): CaseResult => {
    const result = attempt(exercise.id, run, { images, program: compiled, files, limits: limited });
    const explanation = result.explanation && explainFor(exercise, result.explanation, files);
    return { title, ...result, explanation };
  });
  return { ok: cases.every(({ ok }) => ok), problems: [], messages: [], cases };
}

/** Says what the mistake means in this exercise, and names the learner's function. */
function explainFor(exercise: WritingExercise, explanation: Explanation, files: SubmissionFiles): Explanation {
  const { hints, functionName } = exercise;
  return { ...explanation, ...placeOf(functionName, files), means: hints[explanation.kind] ?? explanation.means };
}
