/** The lab's work that runs in a thread of its own: building and grading one submission. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Program } from "../../compile/program";
import type { DirectImages } from "../../machines/hosted/direct/direct-machine";
import { compileSystemImages, loadRecordableImages } from "../../machines/hosted/node/load-images";
import { type Grade, gradeOfNothing, gradeProgram } from "../grade/grade";
import type { Points } from "../grade/points";
import { type RecordableProgram, recordableProgram, recordScenario } from "../grade/record";
import { SCENARIOS } from "../grade/scenarios";
import { recordingFile } from "../report/text";
import type { SubmissionFiles } from "../submission";
import { buildSubmission } from "./build";
import { collectSubmission } from "./collect";

export interface GradeTask {
  name: string;
  folder: string;
  points: Points;
  /** Ids of the scenarios to run. */
  scenarios: readonly string[];
  /** Records the scenarios that fail. */
  record?: RecordTask | undefined;
}

export interface RecordTask {
  /** The folder for the recordings; it exists. */
  folder: string;
  /** The recordings are for the learner, so hidden scenarios have none. */
  forLearner: boolean;
}

/** Compiled once for all submissions of this thread. */
let images: DirectImages | undefined;

/** Builds init with the files of a folder. */
export async function buildInit(folder: string): Promise<Program | { problems: string[] }> {
  const { files, problems } = collectSubmission(folder);
  return problems.length > 0 ? { problems } : buildSubmission(files, "init");
}

export async function gradeFolder({ name, folder, points, scenarios, record }: GradeTask): Promise<Grade> {
  images ??= compileSystemImages();
  const { files, problems } = collectSubmission(folder);
  if (problems.length > 0) return gradeOfNothing(name, problems, points);
  const built = await buildSubmission(files, "driver");
  if ("problems" in built) return gradeOfNothing(name, built.problems, points);
  const program = { ...built, wasm: new WebAssembly.Module(built.wasm) };
  const grade = gradeProgram({ name, images, program, files, points, wanted: ({ id }) => scenarios.includes(id) });
  if (record) await recordFailures(grade, recordable(built, files), points, record);
  return grade;
}

function recordable(program: Program, files: SubmissionFiles): RecordableProgram {
  return recordableProgram(loadRecordableImages().images, program, files);
}

async function recordFailures(
  grade: Grade,
  program: RecordableProgram,
  points: Points,
  { folder, forLearner }: RecordTask,
): Promise<void> {
  for (const { id, isHidden, explanation } of grade.scenarios) {
    const scenario = SCENARIOS.find((each) => each.id === id);
    if (!scenario || !explanation?.where || (isHidden && forLearner)) continue;
    const recording = recordScenario({ scenario, program, points, kind: explanation.kind });
    writeFileSync(join(folder, recordingFile(id)), await recording.save());
  }
}
