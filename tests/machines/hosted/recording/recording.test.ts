/** What a recording tells about a run: calls, console, faults, changes, who changed something, source lines. */
import { beforeAll, describe, expect, it } from "vitest";
import { buildProgram } from "../../../../evidence/harness/modules";
import { withMemory } from "../../../../machines/boards/board";
import { pandaboardEs } from "../../../../machines/boards/pandaboard-es";
import { Machine } from "../../../../machines/hosted/machine";
import { loadRecordableImages } from "../../../../machines/hosted/node/load-images";
import { type Moment, Recording, type RecordOptions, type Span } from "../../../../machines/hosted/recording/recording";
import { scenarioSections } from "../../../../observe/scenario-sections";
import { SEED } from "../../../support/seed";

const board = withMemory(pandaboardEs, 16 << 20);
const { images, initElf } = loadRecordableImages();
const PAGE = 4096;

function recordScenario(scenario: string, options: Partial<RecordOptions> = {}): Recording {
  const modules = [{ string: `SCENARIO=${scenario} BEGIN=1 init`, elf: initElf }];
  return Recording.record({ board, images, modules, ...options });
}

describe("a recording of a scenario", () => {
  const recording = recordScenario("T02");
  const { calls } = recording;

  it("has the words and the results of all calls, as the machine saw them", () => {
    const seen: { words: number[]; result: bigint | null }[] = [];
    const machine = Machine.create({
      board,
      images,
      modules: [{ string: "SCENARIO=T02 BEGIN=1 init", elf: initElf }],
      onSystemCall: (words, handle) => {
        const call: (typeof seen)[number] = { words: words.map((word) => word >>> 0), result: null };
        seen.push(call);
        call.result = BigInt.asUintN(64, handle());
        return call.result;
      },
    });
    machine.run();
    const recorded = Array.from({ length: calls }, (_, index) => {
      const { number, words, result } = recording.call(index + 1);
      expect(number).toBe(index + 1);
      return { words: Array.from(words), result };
    });
    expect(recorded).toEqual(seen);
    expect(recorded.at(-1)?.result).toBeNull();
    for (const number of [0, calls + 1, 1.5]) expect(() => recording.call(number)).toThrow(RangeError);
  });

  it("has the console at each moment", () => {
    expect(recording.consoleAt(recording.start)).toMatch(/spawn_init_common: starting from=/);
    expect(recording.consoleAt(recording.start)).not.toContain("init.0.0");
    const piece = recording.console.find(({ text }) => text.includes("T02  begins"));
    const call = piece?.call as number;
    expect(piece?.by).toBe("kernel");
    expect(recording.consoleAt({ call, at: "entry" })).not.toContain("T02  begins");
    expect(recording.consoleAt({ call, at: "exit" })).toContain("T02  begins");
    expect(recording.consoleAt(recording.end)).toBe(recording.console.map(({ text }) => text).join(""));
  });

  it("has its scenarios", () => {
    const [section, ...others] = scenarioSections(recording.console, calls);
    expect(others).toEqual([]);
    expect(section).toMatchObject({ id: "T02", ok: true, title: "free of memory that was never allocated" });
    expect(section && section.first < section.last && section.last < calls).toBe(true);
  });

  it("knows the order of moments, and has no others", () => {
    const order: Moment[] = [
      recording.start,
      { call: 1, at: "entry" },
      { call: 1, at: "exit" },
      { call: 2, at: "entry" },
    ];
    for (const [i, a] of order.entries()) {
      for (const [j, b] of order.entries()) expect(Math.sign(recording.compare(a, b))).toBe(Math.sign(i - j));
    }
    for (const moment of [
      { call: 0, at: "entry" },
      { call: calls + 1, at: "entry" },
      { call: -1, at: "exit" },
      { fault: 0, at: "entry" },
    ]) {
      expect(() => recording.goTo(moment as Moment)).toThrow(RangeError);
    }
  });

  it("names the lines of the program that made a call", () => {
    const [innermost, ...outer] = recording.stackAt(30);
    expect(innermost?.file).toBe("system/libaos/system-calls.ts");
    expect(outer.some(({ file }) => file.startsWith("system/init/"))).toBe(true);
  });
});

describe("changes", () => {
  const recording = recordScenario("T01");
  const { calls } = recording;
  /** Words of DRAM at the exit of each call, and at its entry. */
  const words = () => new Uint32Array(recording.dram.buffer.slice(0, board.dram.bytes));

  it("of a part of the run are the words that differ", () => {
    for (const call of [1, 30, 77, calls - 1]) {
      recording.goTo({ call: call - 1, at: "exit" });
      let before = words();
      for (const by of ["program", "kernel"] as const) {
        recording.goTo({ call, at: by === "program" ? "entry" : "exit" });
        const after = words();
        const differing: number[] = [];
        for (let index = 0; index < after.length; index++) if (before[index] !== after[index]) differing.push(index);
        const changes = recording.changes(call, by);
        expect(Array.from(changes.address)).toEqual(differing.map((index) => board.dram.base + 4 * index));
        expect(Array.from(changes.before)).toEqual(differing.map((index) => before[index]));
        expect(Array.from(changes.after)).toEqual(differing.map((index) => after[index]));
        expect(changes.length).toBe(differing.length);
        before = after;
      }
      expect(recording.moment).toEqual({ call, at: "exit" });
    }
  });

  it("are found from what they touched, forwards and backwards, and by page", () => {
    const spans: (Span & { addresses: Set<number> })[] = [];
    for (let call = 1; call <= calls; call++) {
      for (const by of ["program", "kernel"] as const) {
        spans.push({ call, by, addresses: new Set(recording.changes(call, by).address) });
      }
    }
    const all = spans.flatMap(({ addresses }) => [...addresses]);
    let state = SEED;
    const random = (below: number) => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return state % below;
    };
    for (let round = 0; round < 8; round++) {
      const ranges = Array.from({ length: 1 + random(3) }, () => {
        const start = (all[random(all.length)] as number) - random(8);
        return { start, end: start + 1 + random(round % 2 === 0 ? 8 : 3000) };
      });
      const isInside = (address: number) => ranges.some(({ start, end }) => address + 3 >= start && address < end);
      const touched = spans
        .filter(({ addresses }) => [...addresses].some(isInside))
        .map(({ call, by }) => ({ call, by }));
      expect([...recording.touching(ranges)]).toEqual(touched);
      expect([...recording.touching(ranges, { direction: "backwards" })]).toEqual([...touched].reverse());
      const call = 1 + random(calls - 1);
      const from = { call, at: "exit" } as const;
      expect([...recording.touching(ranges, { from })]).toEqual(touched.filter((span) => span.call > call));
      const earlier = touched.filter((span) => span.call <= call).reverse();
      expect([...recording.touching(ranges, { from, direction: "backwards" })]).toEqual(earlier);
    }
    for (const call of [calls - 1, 40, 60, 10, 59]) {
      recording.goTo({ call, at: "exit" });
      const ages = new Uint32Array(board.dram.bytes / PAGE);
      for (const span of spans.filter((each) => each.call <= call)) {
        for (const address of span.addresses) ages[(address - board.dram.base) >>> 12] = span.call;
      }
      expect(recording.lastChange()).toEqual(ages);
    }
  });
});

describe("a window", () => {
  it("begins where it is told", () => {
    const recording = recordScenario("T02", { from: 20 });
    expect(recording.window).toEqual({ first: 20, last: recording.calls });
    expect(recording.holds({ call: 20, at: "exit" })).toBe(true);
    expect(recording.holds({ call: 20, at: "entry" })).toBe(false);
    expect(() => [...recording.touching([], { from: { call: 3, at: "exit" } })]).toThrow(/outside of the window/);
    expect(() => recordScenario("T02", { from: 1000 })).toThrow(/no call 1000 to record from/);
  });

  it("is valid after a callback has ended a second run", () => {
    const recording = recordScenario("T03", { logBytes: 200_000 });
    const { calls } = recording;
    expect(() =>
      recording.recordFrom(0, () => {
        throw new Error("enough");
      }),
    ).toThrow("enough");
    recording.goTo({ call: calls - 1, at: "exit" });
    expect(recording.moment).toEqual({ call: calls - 1, at: "exit" });
  });

  it("passes on what a callback throws in the first run", () => {
    const onConsole = () => {
      throw new Error("stop here");
    };
    expect(() => recordScenario("T02", { onConsole })).toThrow("stop here");
  });
});

describe("a run that ends badly", () => {
  let broken: Awaited<ReturnType<typeof buildProgram>>;
  beforeAll(async () => {
    broken = await buildProgram("broken-init", "tests/apps/cli/fixtures/wasm/programs/broken-init.ts");
  });
  const recordBroken = (scenario: string, limits = {}) =>
    Recording.record({
      board,
      images: { ...images, init: broken.wasm, positions: broken.positions },
      modules: [{ string: `SCENARIO=${scenario} init`, elf: broken.elf }],
      limits,
    });

  it("has the moments of its fault, and the program's place in the source", () => {
    const recording = recordBroken("run-null");
    const { result, faults, calls } = recording;
    expect(result).toMatchObject({ kind: "fault", fault: { kind: "data abort", address: 0, write: true } });
    expect(result.kind === "fault" && result.frames[0]).toMatchObject({ function: "storeToNull", line: 19 });
    expect(faults).toEqual([{ fault: result.kind === "fault" && result.fault, call: calls + 1, isRepaired: false }]);
    expect(recording.end).toEqual({ call: calls + 1, at: "entry" });
    const moments: Moment[] = [
      { call: calls, at: "exit" },
      { fault: 0, at: "entry" },
      { fault: 0, at: "exit" },
    ];
    const [, abort, ended] = moments as [Moment, Moment, Moment];
    expect(moments.toSorted((a, b) => recording.compare(a, b))).toEqual(moments);
    recording.goTo(ended);
    expect(recording.consoleAt(ended)).toContain("user program stopped");
    recording.goTo(abort);
    expect(recording.consoleAt(abort)).not.toContain("user program stopped");
    // The processor's mode (mmu/layout.ts) is that of an abort, and the CPU driver has not stopped the dispatcher.
    expect(recording.machinePage.getUint32(0x101c, true)).toBe(0b10111);
    expect(recording.changesBetween(abort, ended).length).toBeGreaterThan(0);
  });

  it("can be recorded again up to its last call if the clock ended it", () => {
    const recording = recordBroken("run-loop", { milliseconds: 300 });
    expect(recording.result).toMatchObject({ kind: "limit", which: "milliseconds" });
    const { calls } = recording;
    recording.recordFrom(1);
    expect(recording.window).toEqual({ first: 1, last: calls });
    expect(recording.holds(recording.end)).toBe(false);
  });

  it("has no call that a limit refused", () => {
    const recording = recordScenario("T02", { limits: { systemCalls: 12 } });
    expect(recording.calls).toBe(12);
    expect(recording.result).toMatchObject({ kind: "limit", which: "systemCalls" });
    expect(recording.end).toEqual({ call: 13, at: "entry" });
    recording.goTo({ call: 12, at: "exit" });
    recording.goTo(recording.end);
  });
});
