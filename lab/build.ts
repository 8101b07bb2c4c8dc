/** Compiles submissions. The command line and the page of the lab build the same program, byte for byte, by this file. */
import { CompileError, type CompileMessage } from "../compile/compile-error";
import { compileProgram, type Program, type ProgramRequest } from "../compile/program";
import { problemOf } from "./grade/grade";
import { DRIVER_ENTRY, HANDOUT_FILES, INIT_ENTRY, readWithSubmission, type SubmissionFiles } from "./submission";

/** How many messages of the compiler are reported. */
const MOST_PROBLEMS = 20;

/** Reads one of our own sources by its path below the project; null if there is none. */
export type ReadOwnSource = (path: string) => string | null;

/** The program that is graded, or init. */
export type Which = "driver" | "init";

const PROGRAMS: Record<Which, Pick<ProgramRequest, "entry" | "exports">> = {
  /** The grader calls its functions one by one. */
  driver: { entry: DRIVER_ENTRY, exports: "all" },
  /** No decoder knows the records of a learner's manager, so init does not say where its domain state is. */
  init: { entry: INIT_ENTRY, exports: ["_start"] },
};

/** Why a submission does not compile: as sentences, and as the compiler's messages. */
export interface NotBuilt {
  problems: string[];
  messages: readonly CompileMessage[];
}

/** Builds one of the programs of a submission. */
export async function buildSubmission(
  files: SubmissionFiles,
  which: Which,
  readOwn: ReadOwnSource,
): Promise<Program | NotBuilt> {
  try {
    return await compileSubmission(files, which, readOwn);
  } catch (error) {
    return { problems: problemsOf(error), messages: error instanceof CompileError ? error.messages : [] };
  }
}

/** The same with optimization; throws what the compiler throws. */
export function compileSubmission(
  files: SubmissionFiles,
  which: Which,
  readOwn: ReadOwnSource,
  optimizeLevel: ProgramRequest["optimizeLevel"] = 1,
): Promise<Program> {
  return compileProgram({
    ...PROGRAMS[which],
    checked: HANDOUT_FILES.map((path) => `system/${path}`),
    optimizeLevel,
    readFile: readWithSubmission(files, readOwn),
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
