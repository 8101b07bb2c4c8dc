/** The writing exercises: the starting file fails, the solution passes, and typical mistakes are named. */
import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Program } from "../../../compile/program";
import { buildExercise, type Checked, runCases } from "../../../lab/exercises/check";
import type { WritingExercise } from "../../../lab/exercises/exercise";
import { exerciseOf } from "../../../lab/exercises/exercises";
import { startOf } from "../../../lab/exercises/files";
import { readOwnSource } from "../../../lab/node/package-root";
import { compileSystemImages } from "../../../machines/hosted/node/load-images";
import { MISTAKES, solutionOf } from "./solutions";

const images = compileSystemImages();
const limits = { milliseconds: 5000, systemCalls: 100_000 };
const SEEDS = [1, 20161007, 0xffffffff];

async function build(exercise: WritingExercise, text: string): Promise<Program> {
  // The compiler never waits for anything. The test runner must get a turn between two tests, to exchange messages.
  await setImmediate();
  const built = await buildExercise(exercise, text, readOwnSource);
  if ("problems" in built) throw new Error(built.problems.join("\n"));
  return built;
}

const describeCases = ({ cases }: Checked) =>
  cases.map(
    ({ title, explanation }) => `${title}: ${explanation ? `${explanation.kind}, ${explanation.happened}` : "ok"}`,
  );

const ids = [...new Set(MISTAKES.map(({ exercise }) => exercise))];

describe.each(ids)("the exercise %s", (id) => {
  const exercise = exerciseOf(id) as WritingExercise;
  const { file } = exercise;

  it("has a starting file that compiles and fails", async () => {
    const text = startOf(exercise, readOwnSource);
    const program = await build(exercise, text);
    for (const seed of SEEDS) {
      const checked = runCases(exercise, program, { text, seed, images, limits });
      expect(checked.ok, describeCases(checked).join("\n")).toBe(false);
      const explanation = checked.cases.find(({ ok }) => !ok)?.explanation;
      expect(explanation?.file).toBe(file);
      expect(explanation?.means, `no hint for ${explanation?.kind}`).toBe(exercise.hints[explanation?.kind ?? "trap"]);
    }
  });

  it("is solved by its solution, with the numbers of every learner", async () => {
    const text = solutionOf(exercise);
    const program = await build(exercise, text);
    for (const seed of SEEDS) {
      const checked = runCases(exercise, program, { text, seed, images, limits });
      expect(checked.ok, `seed ${seed}\n${describeCases(checked).join("\n")}`).toBe(true);
    }
  });

  it("has other numbers for another learner", () => {
    const texts = SEEDS.map((seed) => JSON.stringify(exercise.variant(seed).text));
    expect(new Set(texts).size).toBe(SEEDS.length);
    expect(JSON.stringify(exercise.variant(1).text)).toBe(texts[0]);
  });

  const mistakes = MISTAKES.filter((mistake) => mistake.exercise === id);
  it.each(mistakes.map((mistake) => [mistake.name, mistake] as const))("explains that %s", async (_, mistake) => {
    const text = mistake.text(solutionOf(exercise));
    const program = await build(exercise, text);
    for (const seed of SEEDS) {
      const checked = runCases(exercise, program, { text, seed, images, limits });
      const first = checked.cases.find(({ ok }) => !ok)?.explanation;
      expect(first?.kind, `seed ${seed}\n${describeCases(checked).join("\n")}`).toBe(mistake.kind);
      expect(first?.means).toBe(exercise.hints[mistake.kind]);
    }
  });
});
