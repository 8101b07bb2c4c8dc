/** What init finds: its CSpace, its address space, bootinfo. (Specification of capabilities, sections 2.5, 2.6, 6.) */
import { describe, expect, it } from "vitest";
import { BootInfo, MemRegion, RegionType } from "../../../kpi/bootinfo";
import { BASE_PAGE_COUNT, CapLevel, INIT_L2_TABLES, RootSlot, TaskSlot } from "../../../kpi/cspace";
import { INIT_ARGS_VBASE, INIT_BOOTINFO_VBASE, INIT_DISPATCHER_VBASE, SpawnArgs } from "../../../kpi/init-space";
import { ObjType } from "../../../kpi/object-types";
import { board, memoryMap } from "../../support/system";
import { useSystem } from "../../support/use-system";
import { DEVICES, inRootSlot, L1_TABLE, PAGE, PHYS, PHYS_OUTSIDE, RAM, slot } from "../../support/well-known";

const system = await useSystem();

const occupied = (cnode: number) =>
  Array.from({ length: 256 }, (_, index) => index).filter((index) => !system.isEmpty(inRootSlot(cnode, index)));

describe("init's root CNode", () => {
  it("has the well-known CNodes and the control block of the core", () => {
    const types = Array.from({ length: 256 }, (_, index) => {
      const answer = system.attempt.getState({ address: inRootSlot(index), level: CapLevel.L1 });
      return answer === "SYS_ERR_OK" ? index : -1;
    }).filter((index) => index >= 0);
    expect(types).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, RootSlot.BSPKCB]);
  });

  it("has in its task CNode what a first program needs", () => {
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

  it("has 256 base pages, 31 page tables, its first frames, and three empty CNodes", () => {
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

  it("has the memory: RAM behind what start-up took, reserved ranges, devices", () => {
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

  it("holds nothing twice, and nothing of it overlaps: every object is aligned", () => {
    expect(system.audit()).toEqual([]);
    for (const { type, base } of system.memory.slots()) {
      if (type === ObjType.L1CNode || type === ObjType.L2CNode || type === ObjType.Dispatcher)
        expect(base % PAGE).toBe(0);
    }
  });

  it("is held by the task CNode and the dispatcher, and nobody else", () => {
    const roots = system.memory.slots().filter(({ type }) => type === ObjType.L1CNode);
    expect(roots).toHaveLength(2);
  });

  it("can give every capability back, the control block too", () => {
    system.do.delete({ address: inRootSlot(RootSlot.BSPKCB), level: CapLevel.L1 });
    for (const index of occupied(RootSlot.BASE_PAGE_CN)) system.do.delete(inRootSlot(RootSlot.BASE_PAGE_CN, index));
    system.do.delete(PHYS);
  });
});

describe("init's address space", () => {
  it("has bootinfo, arguments and dispatcher frame, and no null", () => {
    for (const va of [INIT_BOOTINFO_VBASE, INIT_ARGS_VBASE, INIT_DISPATCHER_VBASE, 0x400000]) {
      expect(system.user.canWrite(va)).toBe(true);
    }
    expect(system.user.canRead(0)).toBe(false);
    expect(system.user.canRead(INIT_DISPATCHER_VBASE + 0x40000)).toBe(false);
  });

  it("tells argv: the name, and where bootinfo is", () => {
    const text = (va: number) => {
      let result = "";
      for (let at = va; ; at++) {
        const c = (system.user.load(at & ~3) >>> ((at & 3) * 8)) & 0xff;
        if (c === 0) return result;
        result += String.fromCharCode(c);
      }
    };
    expect(system.user.load(INIT_ARGS_VBASE + SpawnArgs.ARGC)).toBe(2);
    const argv = [0, 1].map((i) => text(system.user.load(INIT_ARGS_VBASE + SpawnArgs.ARGV + 4 * i)));
    expect(argv).toEqual(["init", "2097152"]);
  });

  it("tells the memory: modules first, then what the super and physaddr CNodes hold, in their order", () => {
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

it("a region of an odd size, and devices of one that is no power of two, are taken as they are", () => {
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

it("the first device range is init's, cut off at 4 GiB", () => {
  const ram = { ...board.dram, type: 1 };
  system.boot({ memoryMap: [{ base: 0xf0000000, bytes: 0x20000000, type: 13 }, ram] });
  expect(system.identity(DEVICES)).toMatchObject({ base: 0xf0000000, bytes: 0x10000000 });
});
