/** The emulated hardware detects the same faults as the software MMU, and the CPU driver reports them in the same words. */
import { expect, it } from "vitest";
import { compileProgramFiles } from "../../../compile/node/files";
import { findNativeBoard, type NativeBoard, withNativeMemory } from "../../../machines/native/boards";
import { loadMachineCode } from "../../../machines/native/built";
import { framesOf } from "../../../machines/native/call-trace";
import { FAULT_STATUS } from "../../../machines/native/status";
import type { Frame } from "../../../machines/results";
import { runHosted, runNative, TEST_MEMORY } from "./support/machines";
import { describeNative } from "./support/tools";

const TIMEOUT_MS = 60_000;
const native = withNativeMemory(findNativeBoard("vexpress-a9") as NativeBoard, TEST_MEMORY);

function verdict(lines: string[]): string | undefined {
  return lines.find((line) => line.includes("user program stopped"))?.replace(/^kernel ARMv7-A: /, "");
}

describeNative("faults on both machines", { timeout: TIMEOUT_MS }, async () => {
  const program = await compileProgramFiles("tests/machines/native/fixtures/wasm/programs/faults.ts");

  it.each([
    ["read-null", "translation fault (section) reading address 00000000"],
    ["write-null", "translation fault (section) writing address 00000000"],
    ["read-unmapped", "reading address 70000000"],
    ["read-kernel", "permission fault (section) reading address 80010000"],
    ["write-kernel", "permission fault (section) writing address 80010000"],
    ["read-vectors", "permission fault (page) reading address ffff0000"],
    ["write-read-only", "permission fault (page) writing address"],
    ["read-misaligned", "alignment fault reading"],
    ["write-misaligned", "alignment fault writing"],
    ["unreachable", "undefined instruction"],
    ["divide-by-zero", "division by zero"],
    ["overflow", "integer overflow"],
    ["recursion", "stack overflow"],
    ["null-function", "bad indirect call"],
    ["return", "prefetch abort"],
  ])("%s: %s", async (fault, message) => {
    const request = { native, program: "faults", environment: `FAULT=${fault}` };
    const { result, lines } = await runNative(request);
    const hosted = runHosted(request, program);
    expect(verdict(lines)).toContain(message);
    expect(lines).toEqual(hosted.lines);
    expect(hosted.result.kind).toBe("fault");
    expect(result).toEqual({ kind: "exit", status: FAULT_STATUS });
  });
});

/** The status with which the program ends if a case is allowed. */
const POSSIBLE = 42;

function placesOf(frames: readonly Frame[]): string[] {
  return frames.map(({ function: name, file, line }) => `${name} ${file}:${line}`);
}

describeNative("the call trace of a fault", { timeout: TIMEOUT_MS }, async () => {
  const program = await compileProgramFiles("tests/machines/native/fixtures/wasm/programs/faults.ts");
  const code = loadMachineCode("faults");

  async function framesOnBoth(fault: string): Promise<{ onNative: string[]; onHosted: string[] }> {
    const request = { native, program: "faults", environment: `FAULT=${fault}` };
    const { text, callTrace } = await runNative(request);
    const { result } = runHosted(request, program);
    if (!callTrace || result.kind !== "fault") throw new Error(`no fault: ${text}`);
    return { onNative: placesOf(framesOf(callTrace, code)), onHosted: placesOf(result.frames) };
  }

  it.each([
    "read-null",
    "write-read-only",
    "read-misaligned",
    "unreachable",
    "divide-by-zero",
    "overflow",
    "in-callee",
  ])("%s: both machines name the same line of the source", async (fault) => {
    const { onNative, onHosted } = await framesOnBoth(fault);
    expect(onNative[0]).toBe(onHosted[0]);
  });
});

describeNative("actions that only machine code can try", { timeout: TIMEOUT_MS }, () => {
  it.each([
    ["run-data", "prefetch abort"],
    ["run-stack", "prefetch abort"],
    ["run-kernel", "prefetch abort at 80001000"],
    ["write-text", "permission fault (page) writing address 01000000"],
    ["read-uart", "permission fault (section) reading address fef09000"],
    ["read-interrupt-controller", "permission fault (section) reading address fee00100"],
    ["below-stack", "translation fault (page) reading address 01efe000"],
    ["stack-in-kernel", "undefined instruction"],
    ["stack-in-devices", "undefined instruction"],
    ["stack-misaligned", "undefined instruction"],
    ["stack-at-end", "undefined instruction"],
    ["read-sctlr", "undefined instruction"],
    ["write-ttbr", "undefined instruction"],
    ["float", "undefined instruction"],
    ["breakpoint", "prefetch abort"],
  ])("%s: %s", async (name, message) => {
    const { result, lines } = await runNative({ native, program: "hostile", environment: `CASE=${name}` });
    expect(verdict(lines)).toContain(message);
    expect(result).toEqual({ kind: "exit", status: FAULT_STATUS });
  });

  it.each(["mask-interrupts", "registers"])("%s causes no fault and gains nothing", async (name) => {
    const { result } = await runNative({ native, program: "hostile", environment: `CASE=${name}` });
    expect(result).toEqual({ kind: "exit", status: POSSIBLE });
  });

  it("a semihosting call is an ordinary system call in user mode", async () => {
    const { result } = await runNative({ native, program: "hostile", environment: "CASE=semihosting" });
    // The run continues after it and ends with the status for an action that did not stop the program.
    expect(result).toEqual({ kind: "exit", status: 1 });
  });
});
