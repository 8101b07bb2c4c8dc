/** Compiles submissions with the sources of this project, for Node. */
import type { Program, ProgramRequest } from "../../compile/program";
import * as portable from "../build";
import type { SubmissionFiles } from "../submission";
import { readOwnSource } from "./package-root";

/** Builds one of the programs of a submission: the one that is graded, or init. */
export function buildSubmission(files: SubmissionFiles, which: portable.Which): Promise<Program | portable.NotBuilt> {
  return portable.buildSubmission(files, which, readOwnSource);
}

/** The same with optimization; throws what the compiler throws. */
export function compileSubmission(
  files: SubmissionFiles,
  which: portable.Which,
  optimizeLevel: ProgramRequest["optimizeLevel"] = 1,
): Promise<Program> {
  return portable.compileSubmission(files, which, readOwnSource, optimizeLevel);
}
