/** The lab's work that runs in a thread of its own: building, grading and racing one submission. */
import type { Program } from "../../compile/program";
import type { DirectImages } from "../../machines/hosted/direct/direct-machine";
import { compileSystemImages } from "../../machines/hosted/node/load-images";
import { compileOwnRace } from "../build";
import { type Grade, gradeOfNothing, gradeProgram } from "../grade/grade";
import type { Points } from "../grade/points";
import { type RaceChoice, traceOf } from "../race/choice";
import { type RaceResult, raceManagers } from "../race/race";
import { buildSubmission } from "./build";
import { collectSubmission } from "./collect";
import { readOwnSource } from "./package-root";

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

export interface RaceTask {
  folder: string;
  /** What the results call the submission. */
  name: string;
  choice: RaceChoice;
  /** Receives the share that is done. */
  progress: MessagePort;
}

/** Races a submission with policies of our own manager. */
export async function raceFolder(task: RaceTask): Promise<RaceResult[] | { problems: string[] }> {
  const { folder, name, choice, progress } = task;
  const { files, problems } = collectSubmission(folder);
  if (problems.length > 0) return { problems };
  const mine = await buildSubmission(files, "race");
  if ("problems" in mine) return mine;
  const ours = await compileOwnRace(readOwnSource);
  const entrants = [
    { name, program: mine, policy: null },
    ...choice.policies.map((policy) => ({ name: policy, program: ours, policy })),
  ];
  images ??= compileSystemImages();
  const onProgress = (share: number) => progress.postMessage(share);
  return raceManagers({ images, entrants, trace: traceOf(choice), onProgress });
}
