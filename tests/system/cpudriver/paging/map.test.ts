/** Map of frames and L2 tables, and every reason to refuse it. (Capabilities, section 4.10.) */
import { beforeEach, describe, expect, it } from "vitest";
import {
  BOUNDARY_WORDS,
  DEVICES,
  DISPATCHER,
  inRootSlot,
  L1_TABLE,
  MIB,
  otherSlot,
  PAGE,
  PHYS_OUTSIDE,
  RAM,
  ROOT,
  slot,
} from "../../../../evidence/harness/well-known";
import { CapLevel } from "../../../../system/kpi/cspace";
import { ObjType } from "../../../../system/kpi/object-types";
import { mapLevelsWord, VNodeCmd } from "../../../../system/kpi/system-calls";
import { VRegionFlags } from "../../../../system/kpi/types";
import { useSystem } from "../../../support/use-system";

const system = await useSystem();
const { do: call, attempt } = system;

/** An L2 table that is not installed, a frame of 8 pages, an aligned frame of 2 MiB, and an unused L1 table. */
const TABLE = slot(0);
const FRAME = slot(1);
const LARGE = slot(2);
const L1 = slot(3);

beforeEach(() => {
  call.retype({ from: RAM, type: ObjType.VNode_ARM_l2, to: TABLE });
  call.retype({ from: RAM, type: ObjType.Frame, bytes: 8 * PAGE, offset: PAGE, to: FRAME });
  const aligned = system.offsetOfAligned(RAM, MIB) + MIB;
  call.retype({ from: RAM, type: ObjType.Frame, bytes: 2 * MIB, offset: aligned, to: LARGE });
  call.retype({ from: RAM, type: ObjType.VNode_ARM_l1, offset: aligned + 4 * MIB, to: L1 });
});

const map = (request: object) => attempt.map({ table: TABLE, source: FRAME, entry: 0, mapping: slot(10), ...request });

describe("small pages", () => {
  it("are mapped at the given entry, from the given offset of the frame", () => {
    call.map({ table: L1_TABLE, source: TABLE, entry: 100, mapping: slot(9) });
    call.map({ table: TABLE, source: FRAME, entry: 5, offset: 2 * PAGE, count: 3, mapping: slot(10) });
    const { base } = system.identity(FRAME);
    for (let i = 0; i < 3; i++) {
      expect(system.user.physical(100 * MIB + (5 + i) * PAGE + 0x124)).toBe(base + (2 + i) * PAGE + 0x124);
    }
    expect(system.user.canRead(100 * MIB + 4 * PAGE)).toBe(false);
    expect(system.user.canRead(100 * MIB + 8 * PAGE)).toBe(false);
  });

  it("can fill a table", () => {
    expect(map({ source: LARGE, count: 256 })).toBe("SYS_ERR_OK");
  });

  it("need entries inside the table", () => {
    for (const entry of [256, 257, 4096, 0xffffffff]) expect(map({ entry })).toBe("SYS_ERR_VNODE_SLOT_INVALID");
    expect(map({ entry: 255, count: 2 })).toBe("SYS_ERR_VM_MAP_SIZE");
    expect(map({ source: LARGE, count: 257 })).toBe("SYS_ERR_VM_MAP_SIZE");
  });

  it("need at least one entry", () => {
    expect(map({ count: 0 })).toBe("SYS_ERR_VM_MAP_SIZE");
  });

  it("must lie in the frame", () => {
    for (const [offset, count] of [
      [0, 9],
      [8 * PAGE, 1],
      [7 * PAGE, 2],
      [0, 0xffffffff],
      [PAGE, 0xfffff000],
      [PAGE, 0xffffffff],
      [0xfffff000, 1],
      [0xfffff000, 2],
      [1, 1],
      [1024, 1],
    ] as const) {
      expect(map({ offset, count }), `offset ${offset}, ${count} pages`).toBe("SYS_ERR_FRAME_OFFSET_INVALID");
    }
  });

  it("do not replace entries that are in use, whichever of several it is", () => {
    call.map({ table: TABLE, source: FRAME, entry: 5, mapping: slot(9) });
    call.copy(FRAME, slot(8));
    const again = (entry: number, count: number) => map({ source: slot(8), entry, count });
    expect(again(5, 1)).toBe("SYS_ERR_VNODE_SLOT_INUSE");
    expect(again(3, 3)).toBe("SYS_ERR_VNODE_SLOT_INUSE");
    expect(again(4, 4)).toBe("SYS_ERR_VNODE_SLOT_INUSE");
    expect(again(3, 2)).toBe("SYS_ERR_OK");
  });

  it("can be mapped from frames only", () => {
    const sources = [RAM, ROOT, TABLE, L1, DISPATCHER, { address: slot(0), level: CapLevel.L1 }];
    for (const source of sources) expect(map({ source })).toBe("SYS_ERR_WRONG_MAPPING");
    call.map({ table: TABLE, source: FRAME, entry: 5, mapping: slot(9) });
    expect(map({ source: slot(9) }), "a mapping").toBe("SYS_ERR_WRONG_MAPPING");
  });

  it("can be mapped from a device frame", () => {
    call.map({ table: L1_TABLE, source: TABLE, entry: 100, mapping: slot(9) });
    expect(map({ source: DEVICES, offset: 0x8020000 })).toBe("SYS_ERR_OK");
    expect(system.machine.translate(100 * MIB).pa).toBe(0x48020000);
  });
});

describe("sections", () => {
  const section = (request: object) => map({ table: L1_TABLE, source: LARGE, entry: 100, ...request });

  it("are mapped at the given entries", () => {
    expect(section({ entry: 100, count: 2 })).toBe("SYS_ERR_OK");
    const { base } = system.identity(LARGE);
    expect(system.user.physical(100 * MIB + 0x12344)).toBe(base + 0x12344);
    expect(system.user.physical(101 * MIB + 0xffffc)).toBe(base + MIB + 0xffffc);
  });

  it("need entries in the program's half", () => {
    for (const entry of [4096, 4097, 0xffffffff]) expect(section({ entry })).toBe("SYS_ERR_VNODE_SLOT_INVALID");
    for (const entry of [2048, 3000, 4095]) expect(section({ entry })).toBe("SYS_ERR_VNODE_SLOT_RESERVED");
    expect(section({ entry: 2047, count: 2 })).toBe("SYS_ERR_VNODE_SLOT_RESERVED");
    expect(section({ entry: 4095, count: 2 })).toBe("SYS_ERR_VM_MAP_SIZE");
    for (const entry of [2048, 4095]) expect(section({ entry, count: 0 })).toBe("SYS_ERR_VNODE_SLOT_RESERVED");
    expect(section({ entry: 4096, count: 0 })).toBe("SYS_ERR_VNODE_SLOT_INVALID");
    expect(section({ entry: 2047, count: 0 })).toBe("SYS_ERR_VM_MAP_SIZE");
    expect(section({ entry: 2047 })).toBe("SYS_ERR_OK");
  });

  it("must lie completely in the frame", () => {
    for (const [offset, count] of [
      [0, 3],
      [MIB, 2],
      [2 * MIB, 1],
      [PAGE, 1],
      [0, 4096],
      [0, 4097],
      [0xfff00000, 1],
    ] as const) {
      expect(section({ offset, count }), `offset ${offset}`).toBe("SYS_ERR_FRAME_OFFSET_INVALID");
    }
    expect(section({ count: 0 })).toBe("SYS_ERR_VM_MAP_SIZE");
    expect(section({ source: FRAME })).toBe("SYS_ERR_FRAME_OFFSET_INVALID");
  });

  it("need a physical address that is a multiple of 1 MiB", () => {
    const offset = system.offsetOfAligned(RAM, MIB) + 8 * MIB + PAGE;
    call.retype({ from: RAM, type: ObjType.Frame, bytes: MIB, offset, to: slot(8) });
    expect(section({ source: slot(8) })).toBe("SYS_ERR_VM_FRAME_UNALIGNED");
  });

  it("do not replace entries that are in use", () => {
    expect(section({ entry: 1, count: 2 }), "init's first L2 table is in entry 2").toBe("SYS_ERR_VNODE_SLOT_INUSE");
    expect(section({ entry: 1 })).toBe("SYS_ERR_OK");
  });

  it("can map physical memory outside DRAM", () => {
    call.retype({ from: PHYS_OUTSIDE, type: ObjType.DevFrame, bytes: MIB, to: slot(8) });
    expect(section({ source: slot(8) })).toBe("SYS_ERR_OK");
  });
});

describe("an L2 table", () => {
  const install = (request: object) => map({ table: L1, source: TABLE, entry: 100, ...request });

  it("is installed completely, in one entry", () => {
    expect(install({ count: 2 })).toBe("SYS_ERR_FRAME_OFFSET_INVALID");
    expect(install({ offset: 1024 })).toBe("SYS_ERR_FRAME_OFFSET_INVALID");
    expect(install({ offset: 512 })).toBe("SYS_ERR_FRAME_OFFSET_INVALID");
    expect(install({ count: 0xffffffff })).toBe("SYS_ERR_FRAME_OFFSET_INVALID");
    expect(install({ offset: 4096, count: 0xfffffffc })).toBe("SYS_ERR_FRAME_OFFSET_INVALID");
    expect(install({ count: 0 })).toBe("SYS_ERR_VM_MAP_SIZE");
    expect(install({})).toBe("SYS_ERR_OK");
  });

  it("is installed in the program's half only", () => {
    expect(install({ entry: 4096 })).toBe("SYS_ERR_VNODE_SLOT_INVALID");
    for (const entry of [2048, 4095]) {
      expect(install({ entry })).toBe("SYS_ERR_VNODE_SLOT_RESERVED");
      expect(install({ entry, count: 0 })).toBe("SYS_ERR_VNODE_SLOT_RESERVED");
    }
    expect(install({ entry: 2047 })).toBe("SYS_ERR_OK");
  });

  it("does not replace another table", () => {
    call.retype({ from: RAM, type: ObjType.VNode_ARM_l2, offset: 1024, to: slot(8) });
    call.map({ table: L1, source: slot(8), entry: 100, mapping: slot(9) });
    expect(install({})).toBe("SYS_ERR_VNODE_SLOT_INUSE");
    expect(install({ table: L1_TABLE, entry: 31 }), "nor one of start-up's").toBe("SYS_ERR_VNODE_SLOT_INUSE");
  });

  it("ignores attributes", () => {
    expect(install({ flags: 0xffffffff })).toBe("SYS_ERR_OK");
  });

  it("cannot be mapped into an L2 table, and an L1 table not at all", () => {
    call.retype({ from: RAM, type: ObjType.VNode_ARM_l2, offset: 1024, to: slot(8) });
    expect(map({ source: slot(8) })).toBe("SYS_ERR_WRONG_MAPPING");
    expect(install({ source: L1_TABLE })).toBe("SYS_ERR_WRONG_MAPPING");
  });
});

describe("each capability is mapped once:", () => {
  it("a second map is refused, but a map of a copy is not", () => {
    expect(map({ entry: 0 })).toBe("SYS_ERR_OK");
    expect(map({ entry: 1, mapping: slot(11) })).toBe("SYS_ERR_VM_ALREADY_MAPPED");
    call.copy(FRAME, slot(8));
    expect(map({ entry: 1, mapping: slot(11), source: slot(8) })).toBe("SYS_ERR_OK");
    expect(system.newMappings()).toBe(2);
  });

  it("a second installation of an L2 table is refused", () => {
    expect(map({ table: L1, source: TABLE, entry: 1 })).toBe("SYS_ERR_OK");
    const again = { table: L1, source: TABLE, entry: 2, mapping: slot(11) };
    expect(map(again)).toBe("SYS_ERR_VM_ALREADY_MAPPED");
  });
});

describe("attributes", () => {
  it.each([0x10, 0x20, 0x80, 0x10000003, 0xffffffff])("%i are refused as unknown", (flags) => {
    expect(map({ flags })).toBe("SYS_ERR_INVARGS_SYSCALL");
    expect(map({ table: L1_TABLE, source: LARGE, entry: 100, flags })).toBe("SYS_ERR_INVARGS_SYSCALL");
  });

  it("may be none", () => {
    expect(map({ flags: 0 })).toBe("SYS_ERR_OK");
  });
});

describe("the words of a map", () => {
  it("must name slots that can be looked up", () => {
    const lost = { root: slot(250), address: FRAME };
    expect(map({ source: lost })).toBe("SYS_ERR_SOURCE_ROOTCN_LOOKUP < SYS_ERR_CAP_NOT_FOUND");
    expect(map({ source: { root: RAM, address: FRAME } })).toBe("SYS_ERR_CNODE_NOT_ROOT");
    expect(map({ source: slot(250) })).toBe("SYS_ERR_SOURCE_CAP_LOOKUP < SYS_ERR_CAP_NOT_FOUND");
    expect(map({ source: { address: FRAME, level: 3 } })).toBe("SYS_ERR_SOURCE_CAP_LOOKUP < SYS_ERR_CAP_LOOKUP_DEPTH");
    const into = (place: object) => map({ mapping: { cnode: slot(0), slot: 10, ...place } });
    expect(into({ root: slot(250) })).toBe("SYS_ERR_DEST_ROOTCN_LOOKUP < SYS_ERR_CAP_NOT_FOUND");
    expect(into({ cnode: inRootSlot(200) })).toBe("SYS_ERR_DEST_CNODE_LOOKUP < SYS_ERR_CAP_NOT_FOUND");
    expect(into({ root: RAM })).toBe("SYS_ERR_DEST_CNODE_LOOKUP < SYS_ERR_CNODE_TYPE");
    expect(into({ cnode: 0, level: CapLevel.ROOT })).toBe("SYS_ERR_DEST_TYPE_INVALID");
    expect(into({ cnode: RAM, level: CapLevel.L2 })).toBe("SYS_ERR_DEST_TYPE_INVALID");
  });

  it("must name an existing, empty slot for the mapping", () => {
    const into = (index: number) => map({ mapping: { cnode: slot(0), slot: index } });
    for (const index of [256, 257, 65536, 0xffffffff]) expect(into(index)).toBe("SYS_ERR_SLOTS_INVALID");
    expect(into(1)).toBe("SYS_ERR_SLOT_IN_USE");
    expect(into(255)).toBe("SYS_ERR_OK");
  });

  it("may have any values", () => {
    for (const entry of BOUNDARY_WORDS) {
      for (const offset of BOUNDARY_WORDS) {
        const count = BOUNDARY_WORDS[(entry * 3 + offset) % BOUNDARY_WORDS.length] as number;
        for (const [table, source] of [
          [TABLE, LARGE],
          [L1, LARGE],
          [L1, TABLE],
        ] as const) {
          const answer = attempt.map({ table, source, entry, offset, count, mapping: otherSlot(0) });
          if (answer === "SYS_ERR_OK") call.delete(otherSlot(0));
        }
      }
    }
  }, 30_000);
});

it("two mappings of the same memory can have different attributes", () => {
  call.copy(FRAME, slot(8));
  call.map({ table: L1_TABLE, source: TABLE, entry: 100, mapping: slot(9) });
  call.map({ table: TABLE, source: FRAME, entry: 0, mapping: slot(10), flags: VRegionFlags.READ_WRITE });
  call.map({ table: TABLE, source: slot(8), entry: 1, mapping: slot(11), flags: VRegionFlags.READ });
  system.user.store(100 * MIB, 4711);
  expect(system.user.load(100 * MIB + PAGE)).toBe(4711);
  expect(system.user.canWrite(100 * MIB + PAGE)).toBe(false);
});

describe("the roots of a map", () => {
  const READ_WRITE = VRegionFlags.READ_WRITE;
  const words = (sourceRoot: number, mappingRoot: number, own: number) => [
    ...[sourceRoot, FRAME, 0, READ_WRITE, 0, 1],
    ...[mappingRoot, slot(10) & ~0xff, slot(10) & 0xff, mapLevelsWord(CapLevel.L2, CapLevel.L1, own)],
  ];
  const invoke = (...roots: [number, number, number]) => attempt.invoke(TABLE, VNodeCmd.Map, ...words(...roots));

  it("are not read if the call says that both are the caller's own", () => {
    expect(invoke(0xffffffff, 0x12345678, 1)).toBe("SYS_ERR_OK");
  });

  it("are looked up without that", () => {
    expect(invoke(0xffffffff, ROOT, 0)).toMatch("SYS_ERR_SOURCE_ROOTCN_LOOKUP");
    expect(invoke(ROOT, 0xffffffff, 0)).toMatch("SYS_ERR_DEST_ROOTCN_LOOKUP");
    expect(invoke(ROOT, ROOT, 0)).toBe("SYS_ERR_OK");
  });
});
