/** The lab's grader accepts correct solutions of different design, and names the mistake of each wrong one. */
import { describe, expect, it } from "vitest";
import { compileSubmission, type FailedScenario, judge } from "./judge";
import { MANAGERS } from "./managers";
import { readSolution, readWrongSolution } from "./read-solution";
import { WRONG_SOLUTIONS } from "./wrong-solutions";

const describeFailure = ({ id, failure }: FailedScenario) => `${id}: ${failure.kind}: ${failure.message}`;

describe("the grader accepts", () => {
  it.each(MANAGERS)("the correct solution '%s'", async (name) => {
    const failed = judge(await compileSubmission(readSolution(name)));
    expect(failed.map(describeFailure)).toEqual([]);
  });

  it("a solution that refills slabs at an address chosen by hand", async () => {
    const failed = judge(await compileSubmission(readSolution("list", "chosen-address")));
    expect(failed.map(describeFailure)).toEqual([]);
  });
});

describe("the grader explains", () => {
  it.each(WRONG_SOLUTIONS.map((wrong) => [wrong.name, wrong] as const))("%s", async (_name, wrong) => {
    const [first] = judge(await compileSubmission(readWrongSolution(wrong)), 1);
    expect(first, "no scenario fails").toBeDefined();
    expect((first as FailedScenario).failure.kind, describeFailure(first as FailedScenario)).toBe(wrong.kind);
  });
});
