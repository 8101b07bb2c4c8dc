/**
 * Memory of a recording is that of an unrecorded run that was stopped at the same moment: DRAM, TLB, registers,
 * counters, and the globals of the CPU driver's module. Moments are chosen at random.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { withMemory } from "../../../../machines/boards/board";
import { pandaboardEs } from "../../../../machines/boards/pandaboard-es";
import { Machine } from "../../../../machines/hosted/machine";
import { Counter, MACHINE_PAGE, MACHINE_PAGE_BYTES } from "../../../../machines/hosted/mmu/layout";
import { loadRecordableImages } from "../../../../machines/hosted/node/load-images";
import { type CallMoment, type Edge, Recording } from "../../../../machines/hosted/recording/recording";
import { fc } from "../../../support/property";

const board = withMemory(pandaboardEs, 32 << 20);
const { images, initElf } = loadRecordableImages();

/** The state at a moment. The host's own mark, at which the CPU driver asks it, is left out. */
interface State {
  dram: Buffer;
  machinePage: Buffer;
  globals: Map<string, number | bigint>;
}

function stateOf(memory: Pick<DataView, "buffer">, globals: Map<string, number | bigint>): State {
  const machinePage = Buffer.from(memory.buffer.slice(MACHINE_PAGE, MACHINE_PAGE + MACHINE_PAGE_BYTES));
  machinePage.fill(0, Counter.SYSCALL_STOP - MACHINE_PAGE, Counter.SYSCALL_STOP - MACHINE_PAGE + 8);
  return { dram: Buffer.from(memory.buffer, 0, board.dram.bytes), machinePage, globals };
}

class Stop extends Error {}

/** Runs an unrecorded machine up to a moment. */
function stoppedAt(scenario: string, { call, at }: CallMoment): State {
  const machine = Machine.create({
    board,
    images,
    modules: [{ string: `SCENARIO=${scenario} init`, elf: initElf }],
    onSystemCall: (_, handle) => {
      const isLast = machine.counter("systemCalls") + 1 === call;
      if (isLast && at === "entry") throw new Stop();
      const result = handle();
      if (isLast) throw new Stop();
      return result;
    },
  });
  expect(() => machine.run()).toThrow(Stop);
  return stateOf(machine.dram, machine.snapshot().globals);
}

function expectSame(recording: Recording, expected: State): void {
  const state = stateOf(recording.dram, recording.globals());
  expect(Buffer.compare(state.machinePage, expected.machinePage)).toBe(0);
  expect(state.globals).toEqual(expected.globals);
  expect(Buffer.compare(state.dram, expected.dram)).toBe(0);
}

function recordScenario(scenario: string, options: { stageBytes?: number; logBytes?: number } = {}): Recording {
  return Recording.record({
    board,
    images,
    modules: [{ string: `SCENARIO=${scenario} init`, elf: initElf }],
    ...options,
  });
}

/** Moments of a recording other than its last one, whose call may not return. */
function momentsOf(recording: Recording): fc.Arbitrary<CallMoment> {
  return fc.record({
    call: fc.integer({ min: 1, max: recording.calls - 1 }),
    at: fc.constantFrom<Edge>("entry", "exit"),
  });
}

describe.each([
  // Maps and frees pages; clears frames and copies page tables.
  { scenario: "T0*", stage: "of the usual size", stageBytes: undefined },
  { scenario: "T0*", stage: "that overflows in every large fill and copy", stageBytes: 0 },
  { scenario: "H0*", stage: "that overflows in every large fill and copy", stageBytes: 0 },
])("the scenarios $scenario, recorded with a stage $stage", ({ scenario, stageBytes }) => {
  let recording: Recording;
  beforeAll(() => {
    recording = recordScenario(scenario, { stageBytes });
  });

  it("has the memory of a run that was stopped, at random moments in a random order", () => {
    fc.assert(
      fc.property(momentsOf(recording), (moment) => {
        recording.goTo(moment);
        expect(recording.moment).toEqual(moment);
        expectSame(recording, stoppedAt(scenario, moment));
      }),
      { numRuns: 8 },
    );
  });

  it("has the memory of the whole run at its end, and the same calls, console and result", () => {
    const machine = Machine.create({ board, images, modules: [{ string: `SCENARIO=${scenario} init`, elf: initElf }] });
    const result = machine.run();
    recording.goTo(recording.end);
    expectSame(recording, stateOf(machine.dram, recording.globals()));
    expect(recording.result).toEqual(result);
    expect(recording.calls).toBe(machine.counter("systemCalls"));
    expect(recording.consoleAt(recording.end)).toBe(machine.consoleText);
  });
});

describe("a log that is too small for the run", () => {
  const scenario = "T03";
  const recording = recordScenario(scenario, { logBytes: 100_000, stageBytes: 0 });

  it("keeps the latest calls, and records again where memory is moved to", () => {
    const { first, last } = recording.window;
    expect([first > 1, last]).toEqual([true, recording.calls]);
    for (const call of [first + 1, 100, 1800, 101, 1]) {
      const moment = { call, at: "entry" } as const;
      recording.goTo(moment);
      expect(recording.holds(moment)).toBe(true);
      expectSame(recording, stoppedAt(scenario, moment));
    }
  });
});
