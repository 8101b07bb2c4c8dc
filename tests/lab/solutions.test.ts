/**
 * The lab's grader accepts correct solutions of different design, and names the mistake of each wrong one. The page of the
 * lab builds the same programs and gives the same grades as the command line.
 */
import { beforeAll, describe, expect, it } from "vitest";
import type { Graded } from "../../apps/web/lab/protocol";
import type { SubmissionFiles } from "../../lab/submission";
import { compileSubmission, type FailedScenario, judge } from "./judge";
import { MANAGERS } from "./managers";
import { expectSameInPage, startPageWorker } from "./page-worker";
import { readSolution, readWrongSolution } from "./read-solution";
import { WRONG_SOLUTIONS } from "./wrong-solutions";

const describeFailure = ({ id, failure }: FailedScenario) => `${id}: ${failure.kind}: ${failure.message}`;

let gradeInPage: (files: SubmissionFiles) => Promise<Graded>;
beforeAll(async () => {
  gradeInPage = await startPageWorker();
});

/** Compiles a submission, compares it with the page, and runs the scenarios. */
async function judgeBoth(files: SubmissionFiles, limit?: number): Promise<FailedScenario[]> {
  const program = await compileSubmission(files);
  await expectSameInPage(gradeInPage, files, program);
  return judge({ ...program, wasm: new WebAssembly.Module(program.wasm) }, limit);
}

describe("the grader accepts, in the page as on the command line,", () => {
  it.each(MANAGERS)("the correct solution '%s'", async (name) => {
    const failed = await judgeBoth(readSolution(name));
    expect(failed.map(describeFailure)).toEqual([]);
  });

  it("a solution that refills slabs at an address chosen by hand", async () => {
    const failed = await judgeBoth(readSolution("list", "chosen-address"));
    expect(failed.map(describeFailure)).toEqual([]);
  });
});

describe("the grader explains, in the page as on the command line,", () => {
  it.each(WRONG_SOLUTIONS.map((wrong) => [wrong.name, wrong] as const))("%s", async (_name, wrong) => {
    const [first] = await judgeBoth(readWrongSolution(wrong), 1);
    expect(first, "no scenario fails").toBeDefined();
    expect((first as FailedScenario).failure.kind, describeFailure(first as FailedScenario)).toBe(wrong.kind);
  });
});
