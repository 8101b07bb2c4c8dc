/** Compiles submissions with the sources of this project. */
import { CompileError } from "../../compile/compile-error";
import { compileProgram, type Program, type ProgramRequest } from "../../compile/program";
import { problemOf } from "../grade/grade";
import { DRIVER_ENTRY, HANDOUT_FILES, INIT_ENTRY, readWithSubmission, type SubmissionFiles } from "../submission";
import { readOwnSource } from "./package-root";

/** How many messages of the compiler are reported. */
const MOST_PROBLEMS = 20;

/** Builds one of the programs of a submission: the one that is graded, or init. */
export async function buildSubmission(
  files: SubmissionFiles,
  which: "driver" | "init",
): Promise<Program | { problems: string[] }> {
  try {
    return await compileSubmission(files, which);
  } catch (error) {
    return { problems: problemsOf(error) };
  }
}

/** The same with optimization; throws what the compiler throws. */
export function compileSubmission(
  files: SubmissionFiles,
  which: "driver" | "init",
  optimizeLevel: ProgramRequest["optimizeLevel"] = 1,
): Promise<Program> {
  const isDriver = which === "driver";
  return compileProgram({
    entry: isDriver ? DRIVER_ENTRY : INIT_ENTRY,
    checked: HANDOUT_FILES.map((path) => `system/${path}`),
    exportAll: isDriver,
    optimizeLevel,
    readFile: readWithSubmission(files, readOwnSource),
  });
}

function problemsOf(error: unknown): string[] {
  if (!(error instanceof CompileError))
    return [`It does not compile: ${error instanceof Error ? error.message : error}`];
  if (error.messages.length === 0) return [`It does not compile: ${error.message.split("\n").slice(0, 4).join(" ")}`];
  const shown = error.messages.slice(0, MOST_PROBLEMS).map(problemOf);
  const left = error.messages.length - shown.length;
  return left > 0 ? [...shown, `... and ${left} more messages.`] : shown;
}
