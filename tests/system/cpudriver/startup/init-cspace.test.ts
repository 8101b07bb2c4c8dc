/** The initial state of init: CSpace, address space and bootinfo. (Specification of capabilities, sections 2.5, 2.6, 6.) */
import { describe, expect, it } from "vitest";
import { board, memoryMap } from "../../../../evidence/harness/system";
import {
  DEVICES,
  inRootSlot,
  L1_TABLE,
  MIB,
  PAGE,
  PHYS,
  PHYS_OUTSIDE,
  RAM,
  slot,
} from "../../../../evidence/harness/well-known";
import { BootInfo, MemRegion, RegionType } from "../../../../system/kpi/bootinfo";
import { BASE_PAGE_COUNT, CapLevel, INIT_L2_TABLES, RootSlot, TaskSlot } from "../../../../system/kpi/cspace";
import {
  INIT_ARGS_VBASE,
  INIT_BOOTINFO_VBASE,
  INIT_DISPATCHER_VBASE,
  SpawnArgs,
} from "../../../../system/kpi/init-space";
import { ObjType } from "../../../../system/kpi/object-types";
import { useSystem } from "../../../support/use-system";

const system = await useSystem();

const occupied = (cnode: number) =>
  Array.from({ length: 256 }, (_, index) => index).filter((index) => !system.isEmpty(inRootSlot(cnode, index)));

/** A string in init's memory. */
function text(va: number): string {
  let result = "";
  for (let at = va; ; at++) {
    const c = (system.user.load(at & ~3) >>> ((at & 3) * 8)) & 0xff;
    if (c === 0) return result;
    result += String.fromCharCode(c);
  }
}

/** The strings of argv or envp, which end with a zero address. */
function strings(table: number): string[] {
  const result: string[] = [];
  for (let at = INIT_ARGS_VBASE + table; system.user.load(at) !== 0; at += 4) result.push(text(system.user.load(at)));
  return result;
}

describe("init's root CNode", () => {
  it("has the well-known CNodes and the control block of the core", () => {
    const types = Array.from({ length: 256 }, (_, index) => {
      const answer = system.attempt.getState({ address: inRootSlot(index), level: CapLevel.L1 });
      return answer === "SYS_ERR_OK" ? index : -1;
    }).filter((index) => index >= 0);
    expect(types).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, RootSlot.BSPKCB]);
  });

  it("has the capabilities of a first program in its task CNode", () => {
    expect(occupied(RootSlot.TASKCN)).toEqual([
      TaskSlot.DISPATCHER,
      TaskSlot.ROOTCN,
      TaskSlot.DISPFRAME,
      TaskSlot.IRQ,
      TaskSlot.IO,
      TaskSlot.BOOTINFO,
      TaskSlot.KERNELCAP,
      TaskSlot.ARGSPAGE,
      TaskSlot.PERF_MON,
      TaskSlot.IPI,
    ]);
  });

  it("has 256 base pages, 31 page tables, the first frames and three empty CNodes", () => {
    expect(occupied(RootSlot.BASE_PAGE_CN)).toHaveLength(BASE_PAGE_COUNT);
    const types = (cnode: number) => occupied(cnode).map((index) => system.identity(inRootSlot(cnode, index)).type);
    const frames = types(RootSlot.SEGCN);
    expect(frames).toEqual([ObjType.DevFrame, ObjType.Frame, ObjType.Frame, ObjType.Frame]);
    expect(types(RootSlot.PAGECN)).toEqual([
      ObjType.VNode_ARM_l1,
      ...Array(INIT_L2_TABLES).fill(ObjType.VNode_ARM_l2),
      ...Array(INIT_L2_TABLES).fill(ObjType.VNode_ARM_l2_Mapping),
      ...frames.map((type) => type + 1),
    ]);
    expect(system.identity(L1_TABLE).base % 16384).toBe(0);
    for (const cnode of [RootSlot.SLOT_ALLOC0, RootSlot.SLOT_ALLOC1, RootSlot.SLOT_ALLOC2]) {
      expect(occupied(cnode)).toEqual([]);
    }
  });

  it("has the RAM that start-up left, reserved ranges and devices", () => {
    const ram = system.identity(RAM);
    expect(ram).toMatchObject({ type: ObjType.RAM });
    expect(ram.base + ram.bytes).toBe(memoryMap[1]!.base + memoryMap[1]!.bytes);
    expect(ram.base % PAGE).toBe(0);
    expect(system.identity(PHYS)).toEqual({
      type: ObjType.PhysAddr,
      base: memoryMap[2]!.base,
      bytes: memoryMap[2]!.bytes,
    });
    expect(system.identity(PHYS_OUTSIDE).base).toBe(0xc0000000);
    expect(system.identity(DEVICES)).toEqual({ type: ObjType.DevFrame, ...board.devices });
  });

  it("holds aligned objects that do not overlap", () => {
    expect(system.audit()).toEqual([]);
    for (const { type, base } of system.memory.slots()) {
      if (type === ObjType.L1CNode || type === ObjType.L2CNode || type === ObjType.Dispatcher)
        expect(base % PAGE).toBe(0);
    }
  });

  it("is held by the task CNode and the dispatcher only", () => {
    const roots = system.memory.slots().filter(({ type }) => type === ObjType.L1CNode);
    expect(roots).toHaveLength(2);
  });

  it("can delete its base pages, reserved memory and control block", () => {
    system.do.delete({ address: inRootSlot(RootSlot.BSPKCB), level: CapLevel.L1 });
    for (const index of occupied(RootSlot.BASE_PAGE_CN)) system.do.delete(inRootSlot(RootSlot.BASE_PAGE_CN, index));
    system.do.delete(PHYS);
  });
});

describe("init's address space", () => {
  it("has bootinfo, arguments and dispatcher frame, and nothing at address 0", () => {
    for (const va of [INIT_BOOTINFO_VBASE, INIT_ARGS_VBASE, INIT_DISPATCHER_VBASE, 0x400000]) {
      expect(system.user.canWrite(va)).toBe(true);
    }
    expect(system.user.canRead(0)).toBe(false);
    expect(system.user.canRead(INIT_DISPATCHER_VBASE + 0x40000)).toBe(false);
  });

  it("has argv with the name and the address of bootinfo", () => {
    expect(system.user.load(INIT_ARGS_VBASE + SpawnArgs.ARGC)).toBe(2);
    expect(strings(SpawnArgs.ARGV)).toEqual(["init", "2097152"]);
  });

  it("has bootinfo with the modules first, then the regions of the super and physaddr CNodes in order", () => {
    const length = system.user.load(INIT_BOOTINFO_VBASE + BootInfo.REGIONS_LENGTH);
    const regions = Array.from({ length }, (_, index) => {
      const at = INIT_BOOTINFO_VBASE + BootInfo.REGIONS + index * MemRegion.SIZE;
      return { base: system.user.load(at + MemRegion.BASE), type: system.user.load(at + MemRegion.TYPE) };
    });
    expect(regions.map(({ type }) => type)).toEqual([
      RegionType.Module,
      RegionType.Empty,
      RegionType.PhyAddr,
      RegionType.PhyAddr,
    ]);
    expect(regions[1]!.base).toBe(system.identity(RAM).base);
  });
});

describe("the string of init's module", () => {
  const words = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
  // The machine appends another word "init".
  const boot = (string: string) => system.boot({ environment: string });
  const variables = (count: number) => words("V", count).map((name) => `${name}=x`);

  it.each([
    ["no variables", 0, 0],
    ["some", 2, 3],
    ["127 variables", 127, 2],
    ["128 variables", 128, 2],
    ["129 variables", 129, 2],
    ["300 variables", 300, 2],
    ["126 arguments", 0, 126],
    ["127 arguments", 0, 127],
    ["300 arguments", 1, 300],
    ["too many of both", 200, 200],
  ])("with %s gives init the first 128 variables and arguments", (_name, variableCount, argumentCount) => {
    const environment = variables(variableCount);
    const further = words("a", argumentCount);
    boot([...environment, "init", ...further].join(" "));
    expect(strings(SpawnArgs.ENVP)).toEqual(environment.slice(0, SpawnArgs.MAX_ARGS));
    const argv = ["init", "2097152", ...further, "init"].slice(0, SpawnArgs.MAX_ARGS);
    expect(strings(SpawnArgs.ARGV)).toEqual(argv);
    expect(system.user.load(INIT_ARGS_VBASE + SpawnArgs.ARGC)).toBe(argv.length);
  });

  it("may have the largest length that the loader allows", () => {
    const long = "y".repeat(4095 - "A= init init".length);
    boot(`A=${long} init`);
    expect(strings(SpawnArgs.ENVP)).toEqual([`A=${long}`]);
    expect(strings(SpawnArgs.ARGV)).toEqual(["init", "2097152", "init"]);
  });
});

describe("RAM in adjacent pieces of the memory map", () => {
  const { base } = board.dram;
  const piece = (from: number, to: number) => ({ base: base + from, bytes: to - from, type: 1 });
  const regions = () => {
    const length = system.user.load(INIT_BOOTINFO_VBASE + BootInfo.REGIONS_LENGTH);
    return Array.from({ length }, (_, index) => {
      const at = INIT_BOOTINFO_VBASE + BootInfo.REGIONS + index * MemRegion.SIZE;
      const [start, bytes] = [system.user.load(at + MemRegion.BASE), system.user.load(at + MemRegion.BYTES)];
      return { start, bytes, type: system.user.load(at + MemRegion.TYPE) };
    }).filter(({ type }) => type === RegionType.Empty);
  };
  const whole = [piece(0, 64 * MIB)];

  it.each([
    ["two", [piece(0, MIB), piece(MIB, 64 * MIB)]],
    ["two, the upper first", [piece(MIB, 64 * MIB), piece(0, MIB)]],
    ["three", [piece(0, MIB), piece(MIB, 2 * MIB), piece(2 * MIB, 64 * MIB)]],
    ["three, the lowest last", [piece(MIB, 2 * MIB), piece(2 * MIB, 64 * MIB), piece(0, MIB)]],
    ["two whose border is above start-up's memory", [piece(0, 40 * MIB), piece(40 * MIB, 64 * MIB)]],
    ["two whose border lies in a page", [piece(0, 40 * MIB + 100), piece(40 * MIB + 100, 64 * MIB)]],
    ["three within a page", [piece(40 * MIB + 9, 64 * MIB), piece(40 * MIB + 5, 40 * MIB + 9), piece(0, 40 * MIB + 5)]],
    ["two with an empty piece between", [piece(0, MIB), piece(MIB, MIB), piece(MIB, 64 * MIB)]],
  ])("is one region for init, as from a single entry: %s", (_name, memoryMap) => {
    system.boot({ memoryMap: whole });
    const expected = regions();
    system.boot({ memoryMap });
    expect(regions()).toEqual(expected);
    expect(expected).toHaveLength(1);
    expect(system.identity(RAM)).toMatchObject({ base: expected[0]!.start, bytes: expected[0]!.bytes });
    expect(occupied(RootSlot.SUPERCN)).toEqual([0]);
  });

  it("is several regions if the pieces are not adjacent", () => {
    system.boot({ memoryMap: [piece(0, 40 * MIB), piece(40 * MIB + PAGE, 64 * MIB)] });
    expect(regions().map(({ start }) => start)[1]).toBe(base + 40 * MIB + PAGE);
    expect(occupied(RootSlot.SUPERCN)).toEqual([0, 1]);
  });
});

it("regions and device ranges may have sizes that are not powers of two", () => {
  const { base } = board.dram;
  system.boot({
    memoryMap: [
      { base: 0x48000000, bytes: 0x123000, type: 13 },
      { base, bytes: 0x3333000, type: 1 },
    ],
  });
  expect(system.identity(DEVICES).bytes).toBe(0x123000);
  system.do.retype({ from: RAM, type: ObjType.Frame, bytes: PAGE, to: slot(0) });
});

it("init gets the first device range, cut off at 4 GiB", () => {
  const ram = { ...board.dram, type: 1 };
  system.boot({ memoryMap: [{ base: 0xf0000000, bytes: 0x20000000, type: 13 }, ram] });
  expect(system.identity(DEVICES)).toMatchObject({ base: 0xf0000000, bytes: 0x10000000 });
});
