/** Exercises in the worker: their texts, checks and recordings, as `typefish lab exercise` makes them. */
import type { Program } from "../../../../compile/program";
import type { NotBuilt } from "../../../../lab/build";
import { buildExercise, runCases } from "../../../../lab/exercises/check";
import type { Exercise, ReadingExercise, WritingExercise } from "../../../../lab/exercises/exercise";
import { EXERCISES, exerciseOf } from "../../../../lab/exercises/exercises";
import { givenOf, startOf } from "../../../../lab/exercises/files";
import { type ReadingFiles, RecordedRun, recordReading } from "../../../../lab/exercises/reading/recorded-run";
import { learnerOf, normalName, seedOf } from "../../../../lab/exercises/seed";
import type { Points } from "../../../../lab/grade/points";
import { STEPS } from "../../../../lab/grade/scenarios";
import type { DirectImages } from "../../../../machines/hosted/direct/direct-machine";
import { Refusal } from "../../requests/serve";
import { english } from "../english";
import type { AskedExercise, ExerciseRequests } from "../exercises/protocol";
import { readOwnSource } from "./sources";

/** What the exercises need of the worker. */
interface Surroundings {
  fetchPoints(base: string): Promise<Points>;
  fetchImages(base: string): Promise<DirectImages>;
  /** A file of the page's folder. */
  fetchFile(base: string, name: string): Promise<Response>;
}

function required(id: string): Exercise {
  const exercise = exerciseOf(id);
  if (!exercise) throw new Refusal(english.exercises.unknown(id));
  return exercise;
}

function writing(id: string): WritingExercise {
  const exercise = required(id);
  if (exercise.kind !== "write") throw new Refusal(english.exercises.unknown(id));
  return exercise;
}

function reading(id: string): ReadingExercise {
  const exercise = required(id);
  if (exercise.kind !== "read") throw new Refusal(english.exercises.unknown(id));
  return exercise;
}

/** The latest build of a file. It is often checked after it was compiled. */
let built: { key: string; result: Program | NotBuilt } | null = null;

async function build(exercise: WritingExercise, text: string): Promise<Program | NotBuilt> {
  const key = `${exercise.id}\n${text}`;
  if (built?.key !== key) built = { key, result: await buildExercise(exercise, text, readOwnSource) };
  return built.result;
}

/** Compiles the learner's file of a writing exercise with the given ones. */
export function buildFile(id: string, files: ReadonlyMap<string, string>): Promise<Program | NotBuilt> {
  const exercise = writing(id);
  return build(exercise, files.get(exercise.file) ?? "");
}

export function exerciseHandlers({ fetchPoints, fetchImages, fetchFile }: Surroundings) {
  let files: Promise<ReadingFiles> | undefined;

  async function fetchReadingFiles(base: string): Promise<ReadingFiles> {
    const file = async (name: string) => new Uint8Array(await (await fetchFile(base, `system/${name}`)).arrayBuffer());
    const [mmu, mmuAccess, cpudriver, recorder, init, elf] = await Promise.all([
      file("mmu.wasm"),
      file("mmu-access.wasm"),
      file("cpudriver.wasm"),
      file("recorder.wasm"),
      file("reading.wasm"),
      file("reading.elf"),
    ]);
    const positions = await (await fetchFile(base, "system/reading.wasm.map")).text();
    return { images: { mmu, mmuAccess, cpudriver, recorder, init, positions }, elf };
  }

  async function readingFiles(base: string): Promise<ReadingFiles> {
    files ??= fetchReadingFiles(base).catch((error: unknown) => {
      files = undefined; // The next request tries again.
      throw error;
    });
    return files;
  }

  async function seed({ id, name, base }: AskedExercise): Promise<number> {
    if (normalName(name) === "") throw new Refusal(english.exercises.noName);
    return seedOf(id, learnerOf(name, await fetchPoints(base)));
  }

  /** The latest recording: a question is often followed by answers. */
  let recorded: { key: string; run: RecordedRun } | null = null;

  async function runOf(asked: AskedExercise): Promise<RecordedRun> {
    const number = await seed(asked);
    const key = `${asked.id} ${number}`;
    if (recorded?.key !== key) {
      recorded = { key, run: new RecordedRun(recordReading(await readingFiles(asked.base), asked.id, number)) };
    }
    return recorded.run;
  }

  return {
    exercises: async ({ base }: { base: string }) => {
      const { exercises } = await fetchPoints(base);
      return EXERCISES.flatMap(({ id, kind, title, step, learn }) => {
        const points = exercises[id];
        return points === undefined ? [] : [{ id, kind, title, step: STEPS[step], learn, points }];
      });
    },
    exercise: async (asked: AskedExercise) => {
      const exercise = required(asked.id);
      if (exercise.kind === "read") {
        const { text, from, to } = exercise.question(await runOf(asked));
        return { kind: "read" as const, text, from, to, answer: exercise.answer };
      }
      const { text } = exercise.variant(await seed(asked));
      const start: [string, string] = [exercise.file, startOf(exercise, readOwnSource)];
      return { kind: "write" as const, text, files: [start, ...givenOf(exercise, readOwnSource)] };
    },
    checkExercise: async ({ text, ...asked }: AskedExercise & { text: string }) => {
      const exercise = writing(asked.id);
      const [points, program, number] = [await fetchPoints(asked.base), await build(exercise, text), await seed(asked)];
      if ("problems" in program) return { ok: false, ...program, cases: [] };
      const images = await fetchImages(asked.base);
      return runCases(exercise, program, { text, seed: number, images, limits: points });
    },
    answerExercise: async ({ answer, ...asked }: AskedExercise & { answer: string }) =>
      reading(asked.id)
        .question(await runOf(asked))
        .judge(answer),
    recordExercise: async (asked: AskedExercise) => (await runOf(asked)).recording.save(),
  } satisfies { [K in keyof ExerciseRequests]: unknown };
}
