/** A test that loops inside WebAssembly is stopped in time and reported by name, and all other tests continue. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

const CONFIG = "tests/support/fixtures/hangs/vitest.config.ts";

interface Report {
  testResults: { name: string; assertionResults: { title: string; status: string; failureMessages: string[] }[] }[];
}

const folder = mkdtempSync(join(tmpdir(), "typefish-hangs-"));
let output = "";
let status: number | null;
let results: Map<string, [title: string, status: string, message: string][]>;

beforeAll(() => {
  const file = join(folder, "report.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const vitest = join("node_modules", "vitest", "vitest.mjs");
  const run = spawnSync(process.execPath, [vitest, "run", "--config", CONFIG, "--root", ".", ...reporters], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  output = run.stdout + run.stderr;
  status = run.status;
  const report: Report = JSON.parse(readFileSync(file, "utf8"));
  results = new Map(
    report.testResults.map(({ name, assertionResults }) => [
      basename(name),
      assertionResults.map(({ title, status, failureMessages }) => [title, status, failureMessages.join()]),
    ]),
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

const verdicts = (file: string) => results.get(file)?.map(([title, status]) => `${title}: ${status}`);

it("a test or hook that loops fails with a reason, and the rest of the file continues", () => {
  expect(verdicts("loops.hang.ts")).toEqual([
    "passes before: passed",
    "hangs: failed",
    "passes behind: passed",
    "hangs in its hook: failed",
    "passes at the end: passed",
  ]);
  const failures = results.get("loops.hang.ts")!.filter(([, verdict]) => verdict === "failed");
  for (const [, , message] of failures) expect(message).toMatch(/stopped after 1000 ms: it never came back/);
});

it("a test that loops after an await is interrupted, named and failed", () => {
  expect(verdicts("later.hang.ts")).toEqual(["hangs behind an await: failed"]);
  expect(output).toMatch(/HANGS: .*later\.hang\.ts > hangs behind an await: no end for \d+ s, so it is interrupted/);
});

it("other files continue, and the run fails", () => {
  expect(verdicts("sound.hang.ts")).toEqual(["passes: passed"]);
  expect(status).toBe(1);
});
