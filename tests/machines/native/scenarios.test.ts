/**
 * init's scenarios on the emulated board. They pass, the console is the same as on the hosted machine, and every system
 * call has the same words and the same result.
 */
import { beforeAll, expect, it } from "vitest";
import { findNativeBoard, type NativeBoard, withNativeMemory } from "../../../machines/native/boards";
import { hostedMachine, type NativeRun, type Request, runHosted, runNative, TEST_MEMORY } from "./support/machines";
import { describeNative } from "./support/tools";
import { formatCall, nativeTrace, recordCalls } from "./support/trace";

const TIMEOUT_MS = 300_000;
const vexpress = findNativeBoard("vexpress-a9") as NativeBoard;
const small = withNativeMemory(vexpress, TEST_MEMORY);

function verdict(lines: string[]): string | undefined {
  return lines.find((line) => / scenarios: \d+ ok, \d+ failed/.test(line))?.replace(/^init\.0\.0: /, "");
}

describeNative("all scenarios on 64 MiB, traced", { timeout: TIMEOUT_MS }, () => {
  const request: Request = { native: small, environment: "SCENARIO=*", options: "trace=1" };
  let native: NativeRun;

  beforeAll(async () => {
    native = await runNative(request);
  }, TIMEOUT_MS);

  it("all pass", () => {
    expect(native.result).toEqual({ kind: "exit", status: 0 });
    expect(verdict(native.lines)).toMatch(/, 0 failed$/);
  });

  it("the console is the same as on the hosted machine, line by line", () => {
    expect(native.lines).toEqual(runHosted(request).lines);
  });

  it("every system call has the same words and the same result as on the hosted machine", () => {
    const machine = hostedMachine(request);
    const hosted = recordCalls(machine);
    machine.run();
    const traced = nativeTrace(native.trace);
    const first = hosted.findIndex((call, index) => formatCall(call) !== formatCall(traced[index] ?? []));
    expect(
      first,
      `call ${first}: ${formatCall(hosted[first] ?? [])}, natively ${formatCall(traced[first] ?? [])}`,
    ).toBe(-1);
    expect(traced.length).toBe(hosted.length);
    expect(hosted.length).toBeGreaterThan(10_000);
  });
});

describeNative("all scenarios on the whole board", { timeout: TIMEOUT_MS }, () => {
  it("pass, and print the same lines as on the hosted machine", async () => {
    const request: Request = { native: vexpress, environment: "SCENARIO=*" };
    const { result, lines } = await runNative(request);
    expect(result).toEqual({ kind: "exit", status: 0 });
    expect(verdict(lines)).toMatch(/, 0 failed$/);
    expect(lines).toEqual(runHosted(request).lines);
  });
});

describeNative("without scenarios", { timeout: TIMEOUT_MS }, () => {
  it.each(["", "LIBMM=stub"])("init prints the same lines as on the hosted machine: %s", async (environment) => {
    const request: Request = { native: small, environment };
    const { result, lines } = await runNative(request);
    const hosted = runHosted(request);
    expect(lines).toEqual(hosted.lines);
    expect(result).toMatchObject({ kind: "exit" });
  });
});
