/** Accesses that change the mapping of their own page. The hardware and the software MMU translate at the same moment. */
import { expect, it } from "vitest";
import { compileProgramFiles } from "../../../compile/node/files";
import { findNativeBoard, type NativeBoard, withNativeMemory } from "../../../machines/native/boards";
import { FAULT_STATUS } from "../../../machines/native/status";
import { FAULTS, frameBases, linesAfterFrames, POSSIBLE, POSSIBLE_LINES, STORES_PROGRAM } from "../../support/stores";
import { HeldMachine, runHosted, runNative, TEST_MEMORY } from "./support/machines";
import { describeNative } from "./support/tools";

const TIMEOUT_MS = 60_000;
const PAGE = 4096;
/** Machine code may store eight bytes as two words, the upper word first. The fault then names the upper word. */
function inWholeStores(lines: string[]): string[] {
  return lines.map((line) => line.replace("writing address 1f000004", "writing address 1f000000"));
}

const native = withNativeMemory(findNativeBoard("vexpress-a9") as NativeBoard, TEST_MEMORY);

describeNative("stores and loads on both machines", { timeout: TIMEOUT_MS }, async () => {
  const program = await compileProgramFiles(STORES_PROGRAM);

  it("access the page that is mapped at the time, not an earlier one", async () => {
    const request = { native, program: "stores", environment: POSSIBLE };
    const { result, lines } = await runNative(request);
    expect(linesAfterFrames(lines)).toEqual(POSSIBLE_LINES);
    expect(result).toEqual({ kind: "exit", status: 0 });
    expect(lines).toEqual(runHosted(request, program).lines);
  });

  it.each(FAULTS)("stop with the same fault: %s", async (environment) => {
    const request = { native, program: "stores", environment };
    const { result, lines } = await runNative(request);
    const hosted = runHosted(request, program);
    const shown = environment.includes("wide-64") ? inWholeStores(lines) : lines;
    expect(shown.join("\n")).toContain("translation fault (page) writing address 1f000000");
    expect(shown).toEqual(hosted.lines);
    expect(hosted.result.kind).toBe("fault");
    expect(result).toEqual({ kind: "exit", status: FAULT_STATUS });
  });

  it("to a page that has become page tables leave the tables empty", async () => {
    const environment = "STORE=make-tables BITS=32 CALL=inlined";
    const held = await HeldMachine.start({ native, program: "stores", environment, options: "hold=1" });
    try {
      for (const base of frameBases(held.text)) {
        expect((await held.physicalMemory(base, PAGE)).every((byte) => byte === 0)).toBe(true);
      }
    } finally {
      await held.end();
    }
  });
});
