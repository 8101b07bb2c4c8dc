/** Traces on the emulated board, as `typefish replay --machine native` plays them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { randomTrace } from "../../../evidence/model/random-trace";
import { pandaboardEs } from "../../../machines/boards/pandaboard-es";
import { DirectMachine } from "../../../machines/hosted/direct/direct-machine";
import { loadSystemImages } from "../../../machines/hosted/node/load-images";
import { findNativeBoard, type NativeBoard } from "../../../machines/native/boards";
import { NativeCallMachine } from "../../../machines/native/call-machine";
import { parseTraces, readTraces } from "../../../observe/traces/file";
import { MachineSystem } from "../../../observe/traces/machine/system";
import { NO_ANSWER } from "../../../observe/traces/operation";
import { playTrace } from "../../../observe/traces/play";
import type { Trace } from "../../../observe/traces/trace";
import { typefish } from "../../apps/cli/run";
import { SEED } from "../../support/seed";
import { describeNative } from "./support/tools";

const TIMEOUT_MS = 240_000;

const fixture = (name: string) => new URL(`../../fixtures/${name}`, import.meta.url).pathname;

describeNative("traces on the emulated board", { timeout: TIMEOUT_MS }, () => {
  let machine: NativeCallMachine;
  beforeAll(() => {
    const hosted = DirectMachine.create({ board: pandaboardEs, images: loadSystemImages() });
    const native = findNativeBoard("vexpress-a9") as NativeBoard;
    machine = new NativeCallMachine(native, hosted.kernelState - hosted.dram.base);
  });
  afterAll(() => machine.end());

  const play = (trace: Trace) => playTrace(trace, new MachineSystem(machine, trace.header));

  it.each(["traces-themes.jsonl", "traces-small.jsonl", "traces-found.jsonl"])(
    "%s gets the recorded answers",
    (name) => {
      for (const trace of readTraces(fixture(name))) {
        const { differences, compared } = play(trace);
        expect(differences).toEqual([]);
        expect(compared).toBe(trace.steps.length + 1);
      }
    },
  );

  it.each([false, true])(`generated from seed ${SEED} get the model's answers, with CNodes in CNodes: %s`, (nested) => {
    const lines = Array.from({ length: 4 }, (_, i) => randomTrace(i, SEED * 100 + i, 200, nested)).flat();
    for (const trace of parseTraces("made up", Buffer.from(lines.join("\n")))) {
      expect(play(trace).differences).toEqual([]);
    }
  });

  it("a revoke that deletes the caller's own CSpace has no answer, and the machine boots again", () => {
    const [trace] = readTraces(fixture("traces-small.jsonl"));
    const system = new MachineSystem(machine, trace!.header);
    const make = { op: "retype", src: 0, dst: 9, offset: 0, type: "L1CNode", objsize: 16384, count: 1 } as const;
    expect(system.perform(make).err).toBe("SYS_ERR_OK");
    expect(system.perform({ op: "resize", invoked: null, root: 9, dst: 10 }).err).toBe("SYS_ERR_OK");
    expect(system.perform({ op: "revoke", slot: 0 }).err).toBe(NO_ANSWER);
    expect(play(trace!).differences).toEqual([]);
  });

  it("a boot that the CPU driver refuses reports the reason, and the next boot works", () => {
    const [trace] = readTraces(fixture("traces-small.jsonl"));
    expect(() => machine.boot({ memoryMap: [] })).toThrow("memory map: there is no RAM");
    expect(play(trace!).differences).toEqual([]);
  });

  it("are played by the command, which reports a wrong answer", () => {
    const folder = mkdtempSync(join(tmpdir(), "typefish-"));
    try {
      const lines = readFileSync(fixture("traces-small.jsonl"), "utf8");
      const wrong = join(folder, "wrong.jsonl");
      writeFileSync(wrong, lines.replace('"err":"SYS_ERR_OK"', '"err":"SYS_ERR_SLOT_IN_USE"'));
      const { stdout, status } = typefish(["replay", "--machine", "native", fixture("traces-small.jsonl"), wrong]);
      expect(stdout).toMatch(/traces-small\.jsonl: 8 traces, 116 operations, 124 agreements, 0 differences/);
      expect(stdout).toMatch(/wrong\.jsonl: 8 traces, 116 operations, 123 agreements, 1 difference,/);
      expect(stdout).toMatch(/expected {2}SYS_ERR_SLOT_IN_USE\n {2}got {7}SYS_ERR_OK\n {2}slot /);
      expect(status).toBe(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
