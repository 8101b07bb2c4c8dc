import { describe, expect, it } from "vitest";
import { describeScenarios } from "../../apps/cli/outcome";
import { isEndOfList, ScenarioCollector } from "../../observe/scenario-lines";

const BEGIN = (id: string, number: number) => `init.0.0: ${id}  begins, ${number} of 5`;
const END = (id: string, verdict: string) => `init.0.0: ${id}  a title                 ${verdict.padEnd(8)}a note`;

describe("the lines of a run", () => {
  it("say which scenario runs, and how many are left", () => {
    const scenarios = new ScenarioCollector();
    const seen = [BEGIN("T01", 1), END("T01", "ok"), "init.0.0: -- mapping", BEGIN("T02", 2)];
    expect(seen.map((line) => scenarios.line(line))).toEqual(["begin", "result", "other", "begin"]);
    expect(scenarios).toMatchObject({ running: "T02", asked: 5, passed: 1, failed: 1, notRun: 3 });
    scenarios.line(END("T02", "FAILED"));
    expect(scenarios).toMatchObject({ running: null, passed: 1, failed: 1, notRun: 3 });
    expect(describeScenarios(scenarios)).toEqual(["1 ok", "1 failed", "3 not run"]);
  });

  it("are counted in one clause if all is well", () => {
    const scenarios = new ScenarioCollector();
    expect(describeScenarios(scenarios)).toEqual([]);
    for (let number = 1; number <= 5; number++) {
      scenarios.line(BEGIN(`T0${number}`, number));
      scenarios.line(END(`T0${number}`, "ok"));
    }
    expect(describeScenarios(scenarios)).toEqual(["5 scenarios ok"]);
  });

  it("end a list with their number", () => {
    expect(["init.0.0: 1 scenario", "init.0.0: 78 scenarios"].map(isEndOfList)).toEqual([true, true]);
    expect(["init.0.0: 2 scenarios: 2 ok, 0 failed", "78 scenarios"].map(isEndOfList)).toEqual([false, false]);
  });
});
