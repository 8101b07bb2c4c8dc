/** The lab's work that runs in a thread of its own: building and grading one submission. */
import type { Program } from "../../compile/program";
import { loadSystemImages } from "../../machines/hosted/node/load-images";
import { type Grade, gradeOfNothing, gradeProgram } from "../grade/grade";
import type { Points } from "../grade/points";
import { buildSubmission } from "./build";
import { collectSubmission } from "./collect";

export interface GradeTask {
  name: string;
  folder: string;
  points: Points;
  /** Ids of the scenarios to run. */
  scenarios: readonly string[];
}

function compiledImages() {
  const { mmu, mmuAccess, cpudriver } = loadSystemImages();
  const compile = (image: BufferSource | WebAssembly.Module) =>
    image instanceof WebAssembly.Module ? image : new WebAssembly.Module(image);
  return { mmu: compile(mmu), mmuAccess: compile(mmuAccess), cpudriver: compile(cpudriver) };
}

let images: ReturnType<typeof compiledImages> | undefined;

/** Builds init with the files of a folder. */
export async function buildInit(folder: string): Promise<Program | { problems: string[] }> {
  const { files, problems } = collectSubmission(folder);
  return problems.length > 0 ? { problems } : buildSubmission(files, "init");
}

export async function gradeFolder({ name, folder, points, scenarios }: GradeTask): Promise<Grade> {
  images ??= compiledImages();
  const { files, problems } = collectSubmission(folder);
  if (problems.length > 0) return gradeOfNothing(name, problems, points);
  const built = await buildSubmission(files, "driver");
  if ("problems" in built) return gradeOfNothing(name, built.problems, points);
  const program = { ...built, wasm: new WebAssembly.Module(built.wasm) };
  return gradeProgram({ name, images, program, files, points, wanted: ({ id }) => scenarios.includes(id) });
}
