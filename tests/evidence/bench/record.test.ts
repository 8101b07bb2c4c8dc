/** The trace of a boot: what the recorder makes of the hooks' calls, and where the hooks are. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Operation } from "../../../evidence/bench/allocation-trace";
import { Recorder, recordScenarios } from "../../../evidence/bench/record";
import { builtFile } from "../../../machines/hosted/node/load-images";

const INIT = 0x1000;
const OTHER = 0x2000;
const TIMEOUT_MS = 60_000;

function importedModules(file: string): Set<string> {
  const module = new WebAssembly.Module(new Uint8Array(readFileSync(builtFile(file))));
  return new Set(WebAssembly.Module.imports(module).map((imported) => imported.module));
}

/** Pages in use at most; each piece is taken once and given back at most once. */
function peakUse(operations: readonly Operation[]): number {
  const live = new Map<number, number>();
  let used = 0;
  let peak = 0;
  for (const { id, pages } of operations) {
    expect(live.has(id)).toBe(pages === 0);
    used += pages === 0 ? -(live.get(id) as number) : pages;
    if (pages === 0) live.delete(id);
    else live.set(id, pages);
    peak = Math.max(peak, used);
  }
  return peak;
}

describe("the recorder", () => {
  it("listens to the first manager that gets memory, and to all of its regions", () => {
    const recorder = new Recorder();
    const { traceAdded, traceTaken, traceGiven } = recorder.hooks;
    traceAdded(INIT, 100);
    traceAdded(OTHER, 7);
    traceAdded(INIT, 20);
    traceTaken(OTHER, 8, 1, 1, 0);
    traceTaken(INIT, 8, 2, 4, 1);
    traceGiven(OTHER, 8);
    expect(recorder.pages).toBe(120);
    expect(recorder.operations).toEqual([{ id: 0, pages: 2, alignment: 4, isHigh: true }]);
  });

  it("tells pieces that begin at the same page apart", () => {
    const recorder = new Recorder();
    const { traceAdded, traceTaken, traceGiven } = recorder.hooks;
    traceAdded(INIT, 100);
    for (const pages of [1, 2]) {
      traceTaken(INIT, 8, pages, 1, 0);
      traceGiven(INIT, 8);
    }
    expect(recorder.operations.map(({ id, pages }) => [id, pages])).toEqual([
      [0, 1],
      [0, 0],
      [1, 2],
      [1, 0],
    ]);
  });
});

describe("the hooks", () => {
  it("are not in the ordinary init", () => {
    expect(importedModules("init.wasm")).not.toContain("trace");
  });

  it("tell all of a boot", { timeout: TIMEOUT_MS }, () => {
    expect(importedModules("bench-init.wasm")).toContain("trace");
    const { pages, operations } = recordScenarios();
    expect(operations.length).toBeGreaterThan(10_000);
    // Scenarios exhaust the memory on purpose.
    expect(peakUse(operations)).toBe(pages);
  });
});
