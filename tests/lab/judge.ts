/** Builds a submission and runs the scenarios on it. */
import { readFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import type { Program } from "../../compile/program";
import { Failure } from "../../lab/grade/failure";
import { parsePoints } from "../../lab/grade/points";
import { SCENARIOS } from "../../lab/grade/scenarios";
import { Trial } from "../../lab/grade/trial";
import { buildSubmission } from "../../lab/node/build";
import type { SubmissionFiles } from "../../lab/submission";
import type { DirectProgram } from "../../machines/hosted/direct/direct-machine";
import { compileSystemImages } from "../../machines/hosted/node/load-images";

const POINTS = parsePoints(readFileSync("lab/grade/points.json", "utf8"));

/** The modules of the system, compiled once for all submissions. */
const images = compileSystemImages();

/** Compiles a submission into the program that the grader drives. Throws an error if it does not compile. */
export async function compileSubmission(files: SubmissionFiles): Promise<Program> {
  // The compiler never waits for anything. The test runner must get a turn between two tests, to exchange messages.
  await setImmediate();
  const built = await buildSubmission(files, "driver");
  if ("problems" in built) throw new Error(built.problems.join("\n"));
  return built;
}

export interface FailedScenario {
  id: string;
  failure: Failure;
}

/** Runs the scenarios in their order. Returns those that failed; at most `limit` of them. */
export function judge(program: DirectProgram, limit = Number.POSITIVE_INFINITY): FailedScenario[] {
  const failed: FailedScenario[] = [];
  for (const { id, run } of SCENARIOS) {
    if (failed.length >= limit) break;
    try {
      run(new Trial(images, program, POINTS), POINTS.seed);
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      failed.push({ id, failure });
    }
  }
  return failed;
}
