/** The column decoders say the same as the ordinary ones: in many moments of real runs, and on damaged memory. */
import { setImmediate } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import type { Machine } from "../../../machines/hosted/machine";
import { readBins } from "../../../observe/columns/bins";
import { readCapabilities } from "../../../observe/columns/capabilities";
import { MemoryWords } from "../../../observe/columns/memory-words";
import { PageOwner, readPages } from "../../../observe/columns/pages";
import { readPieces } from "../../../observe/columns/pieces";
import { VirtualMemory } from "../../../observe/columns/virtual-memory";
import { decodeDomain } from "../../../observe/decode/user/domain";
import { CteLayout } from "../../../system/cpudriver/layout/cte-layout";
import { KernelStateLayout } from "../../../system/cpudriver/layout/kernel-state-layout";
import { MmNodeLayout, MmRegionLayout, NodeType } from "../../../system/libmm/layout/mm-layout";
import { POLICIES } from "../../../system/libmm/layout/mm-policies";
import { fc } from "../../support/property";
import { scenarioMachine } from "../machine";
import { compareAll, compareCapabilities } from "./ordinary";

const MIB = 1 << 20;

// The test runner receives messages only between tests that do not wait.
afterEach(() => setImmediate());

const memoryOf = (machine: Machine): MemoryWords =>
  new MemoryWords(machine.dram, machine.board.dram.base, machine.kernelState);

interface RunOf {
  scenario: string;
  libmm?: string;
  memory?: number;
  /** Number of system calls from one moment to the next. */
  every: number;
}

/** Runs scenarios, and compares all decoders at regular moments and at the end. */
function compareRun({ scenario, libmm = "typefish", memory = 16 * MIB, every }: RunOf): {
  machine: Machine;
  moments: number;
} {
  let calls = 0;
  let moments = 0;
  const compare = () => {
    compareAll(memoryOf(machine), machine.domainState);
    moments++;
  };
  const machine: Machine = scenarioMachine({
    scenario,
    libmm,
    memory,
    onSystemCall: (_words, handle) => {
      if (++calls % every === 0) compare();
      return handle();
    },
  });
  expect(machine.run().kind).toBe("exit");
  compare();
  return { machine, moments };
}

describe("moments of real runs", () => {
  it("with allocation, retypes, mappings and faults", () => {
    expect(compareRun({ scenario: "T0*,T1*", every: 211 }).moments).toBeGreaterThan(20);
  });

  it("with hostile calls", () => {
    expect(compareRun({ scenario: "H*", every: 397 }).moments).toBeGreaterThan(20);
  });

  it.each(POLICIES)("with every page as a capability of its own, policy %s", (libmm) => {
    const { moments } = compareRun({ scenario: "P01", libmm, every: 2801 });
    expect(moments).toBeGreaterThan(3);
  });
});

describe("the manager's free pieces", () => {
  it.each(POLICIES)("are in the lists of the policy %s, class by class", (libmm) => {
    const machine = scenarioMachine({ scenario: "T0*,T1*", libmm, memory: 16 * MIB });
    machine.run();
    const memory = memoryOf(machine);
    const program = programOf(machine);
    const pieces = readPieces(program.memory, program.mm);
    const bins = readBins(program.memory, program.mm, pieces);
    const free = [...pieces.type].filter((type) => type === NodeType.Free).length;
    expect(free).toBeGreaterThan(0);
    expect(bins && [...bins.pieces].reduce((sum, each) => sum + each, 0)).toBe(free);
    expect(bins?.policy).toBe(POLICIES.indexOf(libmm));
    if (bins?.listed) expect(bins.listed).toEqual(bins.pieces);
    for (let i = 0; i < (bins?.count ?? 0); i++) {
      const number = bins?.pieces[i] as number;
      expect(bins?.pages[i]).toBeGreaterThanOrEqual(number * (bins?.smallest[i] as number));
      expect(bins?.pages[i]).toBeLessThanOrEqual(number * (bins?.largest[i] as number));
    }
    const { owner } = readPages(memory, readCapabilities(memory), pieces);
    const ofManager = [...owner].filter((each) => each === PageOwner.MEMORY_MANAGER).length;
    const freePages = [...pieces.pages].reduce(
      (sum, each, i) => sum + (pieces.type[i] === NodeType.Free ? each : 0),
      0,
    );
    expect(ofManager).toBe(freePages);
  });
});

function programOf(machine: Machine): { memory: VirtualMemory; mm: number; region: number } {
  const memory = new VirtualMemory(memoryOf(machine), machine.ttbr0);
  const { mm } = decodeDomain(memory, machine.domainState as number);
  return { memory, mm, region: memory.u32(mm + 16) };
}

describe("damaged memory", () => {
  const machine = scenarioMachine({ scenario: "T03,T09", memory: 16 * MIB });
  machine.run();
  const dram = new Uint8Array(machine.dram.buffer, machine.dram.byteOffset, machine.dram.byteLength);
  const undamaged = dram.slice();
  afterEach(() => dram.set(undamaged));
  const domain = machine.domainState as number;
  const state = machine.kernelState - machine.board.dram.base;
  const word = (offset: number) => machine.dram.getUint32(offset, true);
  const setWord = (offset: number, value: number) => machine.dram.setUint32(offset, value >>> 0, true);
  const capabilities = () => compareCapabilities(memoryOf(machine));
  const root = word(state + KernelStateLayout.MDB_ROOT);

  it("is not noted where there is none", () => {
    expect(capabilities().damage).toEqual([]);
  });

  it("in a tree with a cycle is noted, and the decoder ends", () => {
    setWord(word(root + CteLayout.LEFT) + CteLayout.RIGHT, root);
    expect(capabilities().damage[0]).toMatch(/the database leads to it twice/);
  });

  it("in a tree that lost a part is noted by its count", () => {
    setWord(root + CteLayout.RIGHT, 0);
    expect(capabilities().damage).toEqual([
      expect.stringMatching(/^the mapping database has \d+ capabilities, the CPU driver counts \d+$/),
    ]);
  });

  it("in the order of the tree is noted", () => {
    const left = word(root + CteLayout.LEFT);
    setWord(root + CteLayout.LEFT, word(root + CteLayout.RIGHT));
    setWord(root + CteLayout.RIGHT, left);
    expect(capabilities().damage).toEqual([
      expect.stringMatching(/^slot of the mapping database at .*: out of order$/),
    ]);
  });

  it("in a slot that is not aligned is read as the ordinary decoder reads it", () => {
    setWord(root + CteLayout.LEFT, root + 13);
    expect(capabilities().damage).not.toEqual([]);
  });

  it("in the number of capabilities does not need memory for them", () => {
    setWord(state + KernelStateLayout.MDB_COUNT, 0xffffffff);
    expect(capabilities().damage).toHaveLength(1);
  });

  it("in the list of pieces is noted", () => {
    const { memory, mm, region } = programOf(machine);
    const first = memory.u32(region + MmRegionLayout.FIRST);
    const { pa } = machine.translate(first + MmNodeLayout.NEXT);
    setWord(pa - machine.board.dram.base, first);
    expect(readPieces(programOf(machine).memory, mm)).toMatchObject({
      count: 1,
      damage: [expect.stringMatching(/^node at .*: the list leads back to it$/)],
    });
  });

  it("of any kind gives the same result as the ordinary decoders", () => {
    const places: number[] = [];
    for (let at = 0; at < undamaged.length; at += 4) if (word(at) !== 0) places.push(at);
    const value = fc.oneof(
      fc.constantFrom(0, 1, 4, 0xffffffff, 0x80000000, 0x40000000),
      fc.nat(0xffffffff),
      fc.nat(places.length - 1).map((index) => places[index] as number),
    );
    const change = fc.tuple(fc.nat(places.length - 1), value);
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 200 }), (changes) => {
        dram.set(undamaged);
        for (const [index, changed] of changes) setWord(places[index] as number, changed);
        compareAll(memoryOf(machine), domain, true);
      }),
      { numRuns: 150 },
    );
  });
});
