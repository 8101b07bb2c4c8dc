/** The files of a writing exercise: those that are given, those that the learner sees, and the one that is the learner's. */
import type { ReadOwnSource } from "../build";
import type { SubmissionFiles } from "../submission";
import type { WritingExercise } from "./exercise";

const GIVEN = "lab/exercises/given";
const START = "lab/exercises/start";

/** A working manager and a working mapping. An exercise replaces one of these files. */
const GIVEN_FILES = [
  "init/tests.ts",
  "libaos/mapping/chunk.ts",
  "libaos/mapping/map-fixed.ts",
  "libaos/mapping/tables.ts",
  "libaos/slab-refill.ts",
  "libmm/find.ts",
  "libmm/join.ts",
  "libmm/mm.ts",
  "libmm/node.ts",
  "libmm/place.ts",
  "libmm/refill.ts",
  "libmm/slots.ts",
  "libmm/split.ts",
];

function required(readOwn: ReadOwnSource, path: string): string {
  const text = readOwn(path);
  if (text === null) throw new Error(`the package is incomplete: it has no ${path}`);
  return text;
}

/** The learner's file at the start. */
export function startOf({ file }: WritingExercise, readOwn: ReadOwnSource): string {
  return required(readOwn, `${START}/${file}`);
}

/** The files that a learner sees beside it, by path. */
export function givenOf({ given }: WritingExercise, readOwn: ReadOwnSource): Map<string, string> {
  return new Map(given.map((path) => [path, required(readOwn, `${GIVEN}/${path}`)]));
}

/** Everything that is compiled: the given files, and the learner's text in its place. */
export function submissionOf({ file }: WritingExercise, text: string, readOwn: ReadOwnSource): SubmissionFiles {
  const given = GIVEN_FILES.map((path): [string, string] => [path, required(readOwn, `${GIVEN}/${path}`)]);
  return new Map([...given, [file, text]]);
}
