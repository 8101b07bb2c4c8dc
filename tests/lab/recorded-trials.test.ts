/**
 * A recorded scenario is the run that was graded. While a scenario runs unrecorded, its memory, registers and calls are
 * compared with those of its recording, at moments chosen at random.
 */
import { readFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Failure } from "../../lab/grade/failure";
import type { Kind } from "../../lab/grade/kinds";
import { parsePoints } from "../../lab/grade/points";
import { recordableProgram, recordScenario } from "../../lab/grade/record";
import { SCENARIOS, type Scenario } from "../../lab/grade/scenarios";
import { Trial } from "../../lab/grade/trial";
import { compileSubmission } from "../../lab/node/build";
import type { SubmissionFiles } from "../../lab/submission";
import { DirectMachine, type SystemCall } from "../../machines/hosted/direct/direct-machine";
import { Counter, MACHINE_PAGE, MACHINE_PAGE_BYTES } from "../../machines/hosted/mmu/layout";
import { compileSystemImages, loadRecordableImages } from "../../machines/hosted/node/load-images";
import { type Moment, Recording } from "../../machines/hosted/recording/recording";
import { fc } from "../support/property";
import { readSolution, readWrongSolution } from "./read-solution";
import { WRONG_SOLUTIONS } from "./wrong-solutions";

const POINTS = { ...parsePoints(readFileSync("lab/grade/points.json", "utf8")), systemCalls: 2000 };
const { images } = loadRecordableImages();
const machineImages = compileSystemImages();

function scenarioWith(id: string): Scenario {
  const scenario = SCENARIOS.find((each) => each.id === id);
  if (!scenario) throw new Error(`there is no scenario ${id}`);
  return scenario;
}

async function build(files: SubmissionFiles) {
  await setImmediate();
  const program = await compileSubmission(files, "driver");
  return { program, recordable: recordableProgram(images, program, files) };
}

type Built = Awaited<ReturnType<typeof build>>;

function runTrial(scenario: Scenario, { program }: Built): Failure | null {
  try {
    scenario.run(new Trial(machineImages, program, POINTS), POINTS.seed);
    return null;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

/** DRAM and machine page. The host's own mark, at which the CPU driver asks it, is left out. */
function expectSameMemory(recording: Recording, moment: Moment, unrecorded: ArrayBufferLike): void {
  recording.goTo(moment);
  const recorded = recording.dram.buffer;
  const dram = (buffer: ArrayBufferLike) => Buffer.from(buffer, 0, recording.board.dram.bytes);
  const page = (buffer: ArrayBufferLike) => {
    const copy = Buffer.from(buffer.slice(MACHINE_PAGE, MACHINE_PAGE + MACHINE_PAGE_BYTES));
    return copy.fill(0, Counter.SYSCALL_STOP - MACHINE_PAGE, Counter.SYSCALL_STOP - MACHINE_PAGE + 8);
  };
  expect(Buffer.compare(dram(recorded), dram(unrecorded)), `DRAM at ${JSON.stringify(moment)}`).toBe(0);
  expect(Buffer.compare(page(recorded), page(unrecorded)), `registers at ${JSON.stringify(moment)}`).toBe(0);
}

/** Compares the calls of an unrecorded trial, and its memory around some of them. Returns its machine, once it is made. */
function compareDuring(recording: Recording, chosen: ReadonlySet<number>): { machine?: DirectMachine } {
  const seen: { machine?: DirectMachine } = {};
  const start = DirectMachine.prototype.startProgram;
  let call = 0;
  vi.spyOn(DirectMachine.prototype, "startProgram").mockImplementation(function (this: DirectMachine, observe) {
    seen.machine = this;
    const { buffer } = this.memory.wasm;
    return start.call(this, (pass: SystemCall) => {
      const next = observe ? observe(pass) : pass;
      return (...words) => {
        // The diagnosis of a failure makes further calls.
        if (++call > recording.calls) return next(...words);
        const recorded = recording.call(call);
        expect([...recorded.words], `words of call ${call}`).toEqual(words.map((word) => word >>> 0));
        if (chosen.has(call)) expectSameMemory(recording, { call, at: "entry" }, buffer);
        const result = BigInt.asUintN(64, next(...words));
        expect(recorded.result, `result of call ${call}`).toBe(result);
        if (chosen.has(call)) expectSameMemory(recording, { call, at: "exit" }, buffer);
        return result;
      };
    });
  });
  return seen;
}

/** Some calls of a recording: the first, the last that returned, and others at random. */
function chosenCalls({ calls, end }: Recording): Set<number> {
  const last = "at" in end && end.at === "exit" ? calls - 1 : calls;
  if (last < 1) return new Set();
  return new Set([1, last, ...fc.sample(fc.integer({ min: 1, max: last }), 4)]);
}

const LIST_MM = readSolution("list").get("libmm/mm.ts") as string;

/** The list with a line at the beginning of a function, or before all functions. */
function changed(line: string, before = "  if (size == 0) return LIB_ERR_RAM_ALLOC_WRONG_SIZE;\n"): SubmissionFiles {
  const parts = LIST_MM.split(before);
  expect(parts.length).toBe(2);
  return new Map(readSolution("list")).set("libmm/mm.ts", parts.join(`${line}\n${before}`));
}

function wrong(name: string): SubmissionFiles {
  const found = WRONG_SOLUTIONS.find((each) => each.name === name);
  if (!found) throw new Error(`there is no wrong solution "${name}"`);
  return readWrongSolution(found);
}

const CASES: [what: string, files: SubmissionFiles, scenario: string, kind: string | null][] = [
  ["a correct list, G23", readSolution("list"), "G23", null],
  ["a correct tree, G37", readSolution("tree"), "G37", null],
  ["a correct buddy system, G44", readSolution("buddy"), "G44", null],
  ["memory that is handed out twice", wrong("a split does not shorten the lower part"), "G07", "handed-out-twice"],
  ["memory that is lost", wrong("the remaining piece is lost"), "G02", "memory-lost"],
  ["a wrong mapping", wrong("the second chunk shows the start of the frame"), "G46", "wrong-page"],
  ["a data abort", wrong("an insertion follows the null link behind the last piece"), "G01", "null-pointer"],
  ["a stack overflow", wrong("mmAlloc calls itself"), "G01", "endless-recursion"],
  ["an endless loop", wrong("a search does not move on"), "G02", "endless-loop"],
  ["a crash at start-up", wrong("mmInit does not keep the function that allocates slots"), "G28", "null-pointer"],
  ["endless system calls", changed("  while (size != 0) capDelete(Out.cap);"), "G01", "too-many-calls"],
  [
    "a crash of code outside of functions",
    changed("store<u32>(64, 1);", "export type SlotAllocFunction"),
    "G01",
    "null-pointer",
  ],
  ["a program that ends the run", changed("  unreachable();"), "G28", "trap"],
];

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the recording has the memory, the registers and the calls of the graded run:", () => {
  it.each(CASES)("%s", async (_, files, id, kind) => {
    const built = await build(files);
    const scenario = scenarioWith(id);
    const known = (kind ?? undefined) as Kind | undefined;
    const recording = recordScenario({ scenario, program: built.recordable, points: POINTS, kind: known });
    const seen = compareDuring(recording, chosenCalls(recording));
    const failure = runTrial(scenario, built);
    expect(failure?.kind ?? null).toBe(kind);
    const { result, faults, end } = recording;
    if (failure === null) {
      expect(result).toEqual({ kind: "played", calls: recording.script?.length });
      expectSameMemory(recording, end, seen.machine?.memory.wasm.buffer as ArrayBuffer);
    }
    if (result.kind === "fault") {
      // After a trap, a recording also has what the CPU driver does about it.
      const moment: Moment = result.fault.kind === "trap" ? { fault: faults.length - 1, at: "entry" } : end;
      expectSameMemory(recording, moment, seen.machine?.memory.wasm.buffer as ArrayBuffer);
    }
    const frames = "frames" in result ? result.frames.slice(0, 3) : [];
    const place = ({ function: name, line }: { function: string; line: number }) => `${name}:${line}`;
    expect(frames.map(place)).toEqual((failure?.trace.frames ?? []).slice(0, 3).map(place));
  });
});

describe("the recording of a scenario", () => {
  it("is the same after it was saved and opened, also outside of its window", async () => {
    const built = await build(wrong("mmFree only deletes the capability"));
    const scenario = scenarioWith("G14");
    const recording = recordScenario({ scenario, program: built.recordable, points: POINTS });
    const opened = await Recording.open(await recording.save(), images.recorder);
    expect(opened.script).toEqual(recording.script);
    expect(opened.result).toEqual(recording.result);
    const [from, last] = [Math.floor(recording.calls / 2), recording.calls];
    opened.recordFrom(from);
    expect(opened.holds({ call: from - 1, at: "exit" })).toBe(false);
    for (const call of [last, from, 1]) {
      const moment = { call, at: "exit" } as const;
      recording.goTo(moment);
      expectSameMemory(opened, moment, recording.dram.buffer);
    }
    expect(opened.stackAt(last)).toEqual(recording.stackAt(last));
  });

  it("shows the learner's lines, by the learner's paths", async () => {
    const files = wrong("a split does not shorten the lower part");
    const built = await build(files);
    const scenario = scenarioWith("G07");
    const where = runTrial(scenario, built)?.trace.where;
    const recording = recordScenario({ scenario, program: built.recordable, points: POINTS });
    const own = recording.stackAt(where?.call as number).find(({ file }) => file === "libmm/mm.ts");
    expect(own?.text).toContain("capRetype(");
    expect(own?.text).toBe((files.get("libmm/mm.ts") as string).split("\n")[(own?.line ?? 0) - 1]);
  });
});
