/** An init that fails early, hangs, or fails within a scenario: the command says so, as for any other failed run. */
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { commandWithBrokenInit } from "./fixtures/commands";
import { type Run, typefish } from "./run";

// The test runner receives messages only between tests that do not wait.
afterEach(() => setImmediate());

/** The first run compiles the program, which takes long on a busy computer. */
const BUILD_LIMIT_MS = 600_000;

let command: string;
beforeAll(async () => {
  command = await commandWithBrokenInit();
}, BUILD_LIMIT_MS);

const run = (...args: string[]): Run => typefish(args, { command });

const NULL_STORE = /^typefish: the program was stopped: data abort, store at 0x00000000: [^\n]*\n$/;
const PANIC = /^typefish: init ended with status 1: [^\n]*\n$/;

describe("an init that fails before it can list its scenarios", () => {
  it.each([
    ["start-null", NULL_STORE, /^typefish: stopped by a fault, /],
    ["start-panic", PANIC, /^typefish: init ended with status 1, /],
    ["start-exit", /^typefish: init ended before it listed its scenarios\n$/, /^typefish: init ended, /],
  ])("%s: boot shows the console, the summary and the complaint", (scenario, complaint, summary) => {
    for (const list of [[], ["--list"]]) {
      const { stderr, status, lines } = run("boot", "--scenario", scenario, ...list);
      expect(stderr).toMatch(complaint);
      expect(lines.some((line) => line.startsWith("kernel ARMv7-A: spawn module: "))).toBe(true);
      expect(lines.at(-1)).toMatch(summary);
      expect(status).toBe(1);
    }
  });

  it("shows the lines of a panic", () => {
    expect(run("boot", "--list", "--scenario", "start-panic").lines).toContain("ERROR: nothing works");
  });

  it("prints a document about the run", () => {
    const { stdout, stderr, status } = run("boot", "--json", "--list", "--scenario", "start-null");
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, exitCode: 1, result: { kind: "fault" }, scenarios: [] });
    expect([stderr, status]).toEqual([expect.stringMatching(NULL_STORE), 1]);
  });

  it("is stopped after the time limit, once", () => {
    const { stderr, status, lines } = run("boot", "--scenario", "start-loop", "--limit-time", "2s");
    expect(stderr).toMatch(
      /^typefish: the program was stopped: it ran longer than 2000 ms, at loop \(\S+\) .*; --limit-time allows more\n$/,
    );
    expect(lines.filter((line) => line.includes("Trying to enable interrupts"))).toHaveLength(1);
    expect(status).toBe(1);
  });

  it.each(["caps", "cspace", "mdb", "mm", "slots", "pages", "memory"])("inspect %s shows what there is", (view) => {
    for (const json of [[], ["--json"]]) {
      const { stdout, stderr, status } = run("inspect", view, "--scenario", "start-null", ...json);
      expect(stderr).toMatch(NULL_STORE);
      expect(status).toBe(1);
      expect(stdout).not.toBe("");
    }
  });
});

describe("an init that fails within a scenario", () => {
  it("names the scenario of a fault, and counts what did not run", () => {
    const { stderr, status, lines } = run("boot", "--scenario", "run-null");
    expect(stderr).toMatch(/^typefish: while S02 ran, the program was stopped: data abort, store at 0x00000000: /);
    expect(lines.at(-1)).toMatch(/^typefish: stopped by a fault while S02 ran, 1 ok, 1 failed, 2 not run, /);
    expect(lines.join("\n")).not.toContain("begins");
    expect(status).toBe(1);
  });

  it("names the scenario that does not end", () => {
    const { stderr, status, lines } = run("boot", "--scenario", "run-loop", "--limit-time", "3s");
    expect(stderr).toMatch(
      /^typefish: while S02 ran, the program was stopped: it ran longer than 3000 ms, at loop .*; --limit-time allows more\n$/,
    );
    expect(lines.at(-1)).toMatch(/^typefish: stopped at a limit while S02 ran, 1 ok, 1 failed, 2 not run, /);
    expect(status).toBe(1);
  });

  it("says so in the document", () => {
    const { stdout } = run("boot", "--json", "--scenario", "run-null");
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ ok: false, running: "S02", counts: { ok: 1, failed: 1, notRun: 2 } });
    expect(document.scenarios).toEqual([{ id: "S01", title: "the first scenario", ok: true, note: "done" }]);
    expect(document.console.join("\n")).not.toContain("begins");
  });
});
