/** Tries mutants, one after the other, in a copy of the checkout. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildTheRest, MODULES, modulesWith } from "./modules";
import { applyMutant, type Mutant } from "./places";
import { hashText, type Result, ResultFile, type Verdict } from "./results";
import { testFiles, testGroups } from "./test-order";
import { runTests } from "./test-run";
import type { Workspace } from "./workspace";

/** Thrown if tests fail without any mutant. */
export class BrokenTree extends Error {}

type Outcome = Pick<Result, "verdict" | "by">;

/** Seconds that each test file takes without a mutant. */
type Baseline = Record<string, number>;

/** Tests may take this many times as long as without a mutant, because the machine may be busy. */
const LIMIT_FACTOR = 5;
const LIMIT_SLACK_SECONDS = 45;
const BASELINE_LIMIT_SECONDS = 1800;

export class MutantRunner {
  private readonly results: ResultFile;
  private baseline: Baseline = {};

  /**
   * `folder`: where results are kept. `longest`: time limit in seconds; test files that take longer are left out. The
   * current directory must be that of the workspace.
   */
  constructor(
    private readonly workspace: Workspace,
    private readonly folder: string,
    private readonly longest?: number,
  ) {
    this.results = new ResultFile(join(folder, "results.jsonl"));
  }

  /** Builds everything. Runs all tests, which must pass, unless they have already been run with this tree. */
  async prepare(): Promise<void> {
    await buildTheRest();
    for (const module of MODULES) await module.build();
    this.workspace.keepOutputs();
    const path = join(this.folder, `baseline-${this.workspace.hash}.json`);
    if (existsSync(path)) {
      this.baseline = JSON.parse(readFileSync(path, "utf8")) as Baseline;
      return;
    }
    const tests = testFiles(MODULES.flatMap(({ readers }) => readers));
    const outcome = await runTests(this.workspace.folder, tests, BASELINE_LIMIT_SECONDS);
    if (outcome.kind !== "passed") {
      throw new BrokenTree(`without a mutant: ${outcome.kind === "failed" ? outcome.by : "the tests do not end"}`);
    }
    this.baseline = outcome.seconds;
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(path, JSON.stringify(this.baseline, null, 1));
  }

  known(mutant: Mutant): Result | null {
    return this.results.find(mutant.id, hashText(this.workspace.read(mutant.path)), this.workspace.hash, this.longest);
  }

  async try(mutant: Mutant): Promise<Result> {
    const start = performance.now();
    const text = this.workspace.read(mutant.path);
    let outcome: Outcome;
    try {
      this.workspace.write(mutant.path, applyMutant(text, mutant));
      outcome = await this.judge(mutant.path);
    } finally {
      this.workspace.write(mutant.path, text);
      this.workspace.restoreOutputs();
    }
    const { id, original, replacement } = mutant;
    const seconds = Number(((performance.now() - start) / 1000).toFixed(1));
    const result: Result = {
      ...{ id, ...outcome, original, replacement, seconds },
      ...{ file: hashText(text), tree: this.workspace.hash },
      ...(this.longest === undefined ? {} : { longest: this.longest }),
    };
    this.results.add(result);
    return result;
  }

  /** Builds each module with the mutant. If the module has changed, runs the tests that load it. */
  private async judge(path: string): Promise<Outcome> {
    let verdict: Verdict = "equivalent";
    const passed = new Set<string>();
    for (const module of modulesWith(path)) {
      try {
        await module.build();
      } catch (error) {
        return { verdict: "uncompilable", by: firstLines(error) };
      }
      if (module.outputs.every((output) => this.workspace.isAsKept(output))) continue;
      verdict = "survived";
      const tests = testFiles(module.readers).filter((test) => !passed.has(test) && !this.isTooLong(test));
      for (const group of testGroups(path, tests, this.baseline)) {
        const outcome = await runTests(this.workspace.folder, group, this.limit(group));
        if (outcome.kind === "timeout") return { verdict: "timeout", by: group.join(" ") };
        if (outcome.kind === "failed") return { verdict: "killed", by: outcome.by };
        for (const test of group) passed.add(test);
      }
    }
    return { verdict };
  }

  private isTooLong(test: string): boolean {
    return this.longest !== undefined && (this.baseline[test] ?? 0) > this.longest;
  }

  private limit(tests: readonly string[]): number {
    const seconds = tests.reduce((sum, test) => sum + (this.baseline[test] ?? 0), 0);
    return LIMIT_SLACK_SECONDS + LIMIT_FACTOR * seconds;
  }
}

function firstLines(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n").slice(0, 2).join(" ").trim();
}
