/** Checks the folder of an exercise, with the numbers of its learner. */
import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compileSystemImages } from "../../machines/hosted/node/load-images";
import { type CaseResult, checkWriting } from "../exercises/check";
import { RecordedRun, recordReading } from "../exercises/reading/recorded-run";
import { learnerOf, seedOf } from "../exercises/seed";
import type { Points } from "../grade/points";
import { MAX_FILE_BYTES } from "../submission";
import { ANSWER, ExerciseFolderError, readNote } from "./exercise-folder";
import { readOwnSource } from "./package-root";
import { readReadingFiles } from "./reading-files";

export interface CheckTask {
  folder: string;
  points: Points;
  /** The answer to a reading exercise. If absent, it is in `answer.txt`. */
  answer?: string | undefined;
  /** Whose numbers count. If absent, those of the name in `exercise.json`. */
  name?: string | undefined;
}

/** What came out of an exercise of a folder. */
export interface CheckedFolder {
  folder: string;
  /** Id and title of the exercise, and the name from which the numbers follow; null if the folder does not say it. */
  exercise: string | null;
  title: string | null;
  for: string | null;
  ok: boolean;
  points: number;
  of: number;
  /** Why nothing could be checked. */
  problems: readonly string[];
  /** A writing exercise: its cases. */
  cases: readonly CaseResult[];
  /** A reading exercise: what is said about the answer. */
  says: string | null;
}

/** Reads a file of the learner's, which must not be a link. */
function readOwn(folder: string, path: string): string {
  const status = lstatSync(join(folder, path), { throwIfNoEntry: false });
  if (!status?.isFile()) throw new ExerciseFolderError(`${folder} has no file ${path}`);
  if (status.size > MAX_FILE_BYTES)
    throw new ExerciseFolderError(`${path} has ${status.size} bytes; the limit is ${MAX_FILE_BYTES}`);
  return readFileSync(join(folder, path), "utf8");
}

/** Throws an ExerciseFolderError if the folder is not one of an exercise that is offered. */
export async function checkFolder(task: CheckTask): Promise<CheckedFolder | { refusal: string }> {
  try {
    return await check(task);
  } catch (error) {
    // Classes of errors do not survive the way to another thread.
    if (error instanceof ExerciseFolderError) return { refusal: error.message };
    throw error;
  }
}

async function check({ folder, points, answer, name: given }: CheckTask): Promise<CheckedFolder> {
  const { exercise, name: noted } = readNote(folder);
  const of = points.exercises[exercise.id];
  if (of === undefined)
    throw new ExerciseFolderError(`the exercise ${exercise.id} is not offered: the teacher's file does not name it`);
  const name = given ?? noted;
  const seed = seedOf(exercise.id, learnerOf(name, points));
  const head = { folder, exercise: exercise.id, title: exercise.title, for: name, of };
  if (exercise.kind === "read") {
    const question = exercise.question(new RecordedRun(recordReading(readReadingFiles(), exercise.id, seed)));
    const { ok, says } = question.judge(answer ?? readOwn(folder, ANSWER));
    return { ...head, ok, points: ok ? of : 0, problems: [], cases: [], says };
  }
  const text = readOwn(folder, exercise.file);
  const request = { text, seed, images: compileSystemImages(), limits: points, readOwn: readOwnSource };
  const { ok, problems, cases } = await checkWriting(exercise, request);
  return { ...head, ok, points: ok ? of : 0, problems, cases, says: null };
}
