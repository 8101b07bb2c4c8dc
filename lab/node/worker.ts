/** The lab's work that runs in a thread of its own: building and grading one submission. */
import type { Program } from "../../compile/program";
import type { DirectImages } from "../../machines/hosted/direct/direct-machine";
import { compileSystemImages } from "../../machines/hosted/node/load-images";
import { type Grade, gradeOfNothing, gradeProgram } from "../grade/grade";
import type { Points } from "../grade/points";
import { buildSubmission } from "./build";

export { checkFolder } from "./exercise-check";

import { collectSubmission } from "./collect";

export interface GradeTask {
  name: string;
  folder: string;
  points: Points;
  /** Ids of the scenarios to run. */
  scenarios: readonly string[];
}

/** Compiled once for all submissions of this thread. */
let images: DirectImages | undefined;

/** Builds init with the files of a folder. */
export async function buildInit(folder: string): Promise<Program | { problems: string[] }> {
  const { files, problems } = collectSubmission(folder);
  return problems.length > 0 ? { problems } : buildSubmission(files, "init");
}

export async function gradeFolder({ name, folder, points, scenarios }: GradeTask): Promise<Grade> {
  images ??= compileSystemImages();
  const { files, problems } = collectSubmission(folder);
  if (problems.length > 0) return gradeOfNothing(name, problems, points);
  const built = await buildSubmission(files, "driver");
  if ("problems" in built) return gradeOfNothing(name, built.problems, points);
  const program = { ...built, wasm: new WebAssembly.Module(built.wasm) };
  return gradeProgram({ name, images, program, files, points, wanted: ({ id }) => scenarios.includes(id) });
}
