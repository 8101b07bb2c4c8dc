import { beforeEach, describe, expect, it } from "vitest";
import { allSlots } from "../../../observe/decode/cspace";
import { anyCopy, relationsBySlot } from "../../../observe/decode/mapping-database";
import { INIT_ARGS_VBASE, INIT_BOOTINFO_VBASE } from "../../../system/kpi/init-space";
import { ObjType } from "../../../system/kpi/object-types";
import { board, bootedMachine, L1_TABLE, place, RAM, slot } from "../machine";

const PAGE = 4096;
const MIB = 0x100000;
let { machine, calls, look } = bootedMachine();

beforeEach(() => {
  ({ machine, calls, look } = bootedMachine());
});

const retype = (type: ObjType, objectSize: number, to: number, offset = 0, count = 1) =>
  expect(calls.retype({ source: RAM, offset, type, objectSize, count, to: place(to) }).name).toBe("SYS_ERR_OK");

/** Offset in the RAM of its n-th aligned MiB. */
function wholeMib(n: number): number {
  const base = calls.identify(RAM).identity?.base ?? 0;
  return Math.ceil(base / MIB) * MIB - base + n * MIB;
}

/** The capability that a slot of the CSpace holds. */
function capabilityIn(address: number) {
  const cspace = look().cspace();
  if (!cspace) throw new Error("no CSpace");
  return allSlots(cspace).find((found) => found.level === 2 && found.address === address)?.capability;
}

describe("the state of the CPU driver", () => {
  it("describes the board", () => {
    const { state } = look();
    expect(state).toMatchObject({
      dramBase: board.dram.base,
      dramBytes: board.dram.bytes,
      panic: null,
    });
    expect(state.firstFree).toBeGreaterThan(board.dram.base);
    expect(state.liveMappings).toBe(look().mappings().length);
  });

  it("counts the capabilities in the tree", () => {
    const system = look();
    expect(system.database()).toHaveLength(system.state.mdbCount);
    expect(calls.countCapabilities()).toBe(system.state.mdbCount);
  });

  it("points to init's dispatcher", () => {
    const dispatcher = look().dispatcher();
    expect(dispatcher).toMatchObject({ state: "runnable", domainId: 1, registers: { r0: INIT_ARGS_VBASE } });
    expect(dispatcher?.cspace?.type).toBe(ObjType.L1CNode);
    expect(dispatcher?.vspace?.type).toBe(ObjType.VNode_ARM_l1);
    expect(dispatcher?.dispatcherFrame?.bytes).toBe(0x40000);
  });
});

describe("the CSpace", () => {
  it("has each capability at the address where identify finds it", () => {
    const cspace = look().cspace();
    const slots = cspace ? allSlots(cspace).filter(({ level }) => level === 2) : [];
    expect(slots.length).toBeGreaterThan(290);
    for (const { address, capability } of slots) {
      const { type, base, bytes } = capability;
      expect(calls.identify({ address }).identity).toEqual({ type, base, bytes });
    }
  });

  it("agrees with the mapping database, except for the three slots of the control block", () => {
    const system = look();
    const cspace = system.cspace();
    const places = new Set((cspace ? allSlots(cspace) : []).map(({ capability }) => capability.at));
    expect(system.database().filter(({ at }) => !places.has(at))).toHaveLength(3);
  });
});

describe("relations", () => {
  it("follow from the values of the capabilities", () => {
    retype(ObjType.RAM, 16 * PAGE, 0);
    retype(ObjType.Frame, PAGE, 1, 0x100000, 2);
    calls.copy(slot(1), place(3));
    const relations = relationsBySlot(look().objects());
    const of = (index: number) => relations.get(capabilityIn(slot(index).address)?.at ?? 0);
    expect(of(0)).toEqual({ copies: false, descendants: false, ancestors: true });
    expect(of(1)).toEqual({ copies: true, descendants: false, ancestors: true });
    expect(of(2)).toEqual({ copies: false, descendants: false, ancestors: true });
    expect(relations.get(capabilityIn(RAM.address)?.at ?? 0)).toEqual({
      copies: false,
      descendants: true,
      ancestors: false,
    });
  });

  it("find the innermost enclosing object", () => {
    retype(ObjType.RAM, 16 * PAGE, 0);
    calls.retype({ source: slot(0), offset: PAGE, type: ObjType.Frame, objectSize: PAGE, count: 1, to: place(1) });
    const objects = look().objects();
    const frame = objects.find((object) => anyCopy(object).at === capabilityIn(slot(1).address)?.at);
    expect(frame?.parent && anyCopy(frame.parent).at).toBe(capabilityIn(slot(0).address)?.at);
  });
});

describe("page tables", () => {
  it("show the initial mappings of init", () => {
    const space = look().addressSpace();
    expect(space?.tables).toHaveLength(30);
    expect(space?.ranges[0]).toMatchObject({ va: INIT_BOOTINFO_VBASE, bytes: 4 * PAGE, access: "rw", cached: true });
  });

  it("translate as the MMU does", () => {
    const space = look().addressSpace();
    for (const { va, pa, bytes } of space?.ranges ?? []) {
      expect(machine.translate(va)).toEqual({ status: 0, pa });
      expect(machine.translate(va + bytes - 1)).toEqual({ status: 0, pa: pa + bytes - 1 });
    }
  });

  it("show sections, pages and attributes, each entry with its mapping", () => {
    retype(ObjType.VNode_ARM_l2, 1024, 0);
    retype(ObjType.Frame, MIB, 1, wholeMib(1));
    retype(ObjType.Frame, 4 * PAGE, 2, wholeMib(2));
    const map = (table: { address: number }, source: number, entry: number, flags: number, count: number, to: number) =>
      calls.map({ table, source: slot(source), entry, flags, offset: 0, count, mapping: place(to) }).name;
    expect(map(L1_TABLE, 0, 0x400, 3, 1, 10)).toBe("SYS_ERR_OK");
    expect(map(L1_TABLE, 1, 0x401, 1, 1, 11)).toBe("SYS_ERR_OK");
    expect(map(slot(0), 2, 0x10, 11, 4, 12)).toBe("SYS_ERR_OK");

    const system = look();
    const ranges = system.addressSpace()?.ranges.filter(({ va }) => va >= 0x40000000);
    expect(ranges).toMatchObject([
      { va: 0x40010000, bytes: 4 * PAGE, kind: "page", access: "rw", cached: false, device: false },
      { va: 0x40100000, bytes: 0x100000, kind: "section", access: "r", cached: true, device: false },
    ]);
    const isOwn = ({ addresses }: { addresses: number[] }) => addresses.some((va) => va >= 0x40000000);
    const mappings = system.mappings().filter(isOwn);
    expect(mappings.map(({ entry, entries, addresses }) => [entry, entries, addresses])).toEqual([
      [0x400, 1, [0x40000000]],
      [0x401, 1, [0x40100000]],
      [0x10, 4, [0x40010000]],
    ]);
  });

  it("drop a mapping after unmap, but keep its record", () => {
    retype(ObjType.Frame, MIB, 1, wholeMib(1));
    calls.map({ table: L1_TABLE, source: slot(1), entry: 0x401, flags: 3, offset: 0, count: 1, mapping: place(11) });
    calls.unmap(L1_TABLE, slot(11));
    expect(
      look()
        .addressSpace()
        ?.ranges.filter(({ va }) => va >= 0x40000000),
    ).toEqual([]);
    expect(capabilityIn(slot(11).address)?.mapping).toMatchObject({ isVoid: true, count: 1 });
    const isVoid = ({ table }: { table: unknown }) => table === null;
    expect(look().mappings().filter(isVoid)).toMatchObject([{ addresses: [] }]);
  });
});

describe("bootinfo", () => {
  it("lists the module and the RAM that init gets", () => {
    const regions = look().bootInfo();
    expect(regions.map(({ type }) => type)).toEqual(["module", "RAM"]);
    const ram = capabilityIn(RAM.address);
    expect(regions[1]).toMatchObject({ base: ram?.base, bytes: ram?.bytes });
  });
});
