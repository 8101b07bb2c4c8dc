/** Runs that stop after a scenario failed: with --bail, and when libmm is broken. */
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { commandWithBrokenLibmm } from "./fixtures/commands";
import { type Run, typefish } from "./run";

// The test runner receives messages only between tests that do not wait.
afterEach(() => setImmediate());

/** The first run compiles the program, which takes long on a busy computer. */
const BUILD_LIMIT_MS = 600_000;

let command: string;
beforeAll(async () => {
  command = await commandWithBrokenLibmm();
}, BUILD_LIMIT_MS);

const boot = (...args: string[]): Run => typefish(["boot", "--scenario", "T0*", ...args], { command });

describe("a libmm that does not join small pieces", () => {
  it("stops the run when an invariant no longer holds, and says which one since when", () => {
    const { lines, stderr, status } = boot();
    const broken = "the memory manager is broken since T07: invariant 3, two neighbours are both free";
    expect(lines).toContain(`init.0.0: ${broken}: no further scenario runs`);
    expect(lines).toContain("init.0.0: 9 scenarios: 3 ok, 2 failed, 4 not run");
    expect(lines.at(-1)).toMatch(/^typefish: init ended with status 1, 3 ok, 2 failed, 4 not run, /);
    expect([stderr, status]).toEqual(["", 1]);
  });

  it("stops the run at the first failure with --bail", () => {
    const { lines, stderr, status } = boot("--bail");
    expect(lines).toContain("init.0.0: 9 scenarios: 0 ok, 1 failed, 8 not run");
    expect(lines.at(-1)).toMatch(/^typefish: init ended with status 1, 0 ok, 1 failed, 8 not run, /);
    expect(lines.filter((line) => / (ok|FAILED) {2}/.test(line))).toHaveLength(1);
    expect([stderr, status]).toEqual(["", 1]);
    const { counts, running } = JSON.parse(boot("--bail", "--json").stdout);
    expect({ counts, running }).toEqual({ counts: { ok: 0, failed: 1, notRun: 8 }, running: null });
  });
});

describe("inspect mm after a scenario that leaves many neighbours free", () => {
  const view = (...args: string[]) => typefish(["inspect", "mm", "--scenario", "T03", ...args], { command });

  it("shows the first broken pairs and counts the others", () => {
    const { lines, status } = view();
    expect(lines.filter((line) => line.startsWith("broken: "))).toHaveLength(10);
    expect(lines.some((line) => /^and \d+ more: --all shows them$/.test(line))).toBe(true);
    expect(status).toBe(1);
  });

  it("shows all of them with --all", () => {
    const { lines } = view("--all");
    expect(lines.filter((line) => line.startsWith("broken: ")).length).toBeGreaterThan(500);
    expect(lines.some((line) => line.includes("--all shows them"))).toBe(false);
  });
});

it("--bail changes nothing if all scenarios pass", () => {
  const { lines, status } = typefish(["boot", "--scenario", "T0*", "--bail"]);
  expect(lines).toContain("init.0.0: 9 scenarios: 9 ok, 0 failed");
  expect(status).toBe(0);
});
