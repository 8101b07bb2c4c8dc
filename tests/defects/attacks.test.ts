/**
 * Attacks that harmed the original system. Deliberate attempts found them, and each must fail here. The numbers are
 * those of docs/defects.md. Slot 0 is RAM, slot 1 an L1 table, slot 2 reserved memory, as in the original sequences.
 * The CPU driver checks its invariants after every call, and a refused call must not change anything.
 */
import { beforeEach, describe, expect, it } from "vitest";
import {
  DEVICES,
  DISPATCHER,
  IPI,
  inRootSlot,
  KERNEL,
  L1_TABLE,
  MIB,
  PAGE,
  PHYS,
  RAM,
  ROOT,
  slot,
} from "../../evidence/harness/well-known";
import { CapLevel } from "../../system/kpi/cspace";
import { ObjType } from "../../system/kpi/object-types";
import { CNodeCmd, KernelCmd } from "../../system/kpi/system-calls";
import { useSystem } from "../support/use-system";

const system = await useSystem();
const { do: call, attempt, ending } = system;

const Frame = ObjType.Frame;
const Dispatcher = ObjType.Dispatcher;
const EndPoint = ObjType.EndPoint;
const L1CNode = ObjType.L1CNode;
const L2CNode = ObjType.L2CNode;
const VNode_ARM_l1 = ObjType.VNode_ARM_l1;
const VNode_ARM_l2 = ObjType.VNode_ARM_l2;
const RAM_TYPE = ObjType.RAM;

beforeEach(() => {
  call.retype({ from: RAM, type: RAM_TYPE, bytes: 16 * MIB, offset: system.offsetOfAligned(RAM, MIB), to: slot(0) });
  call.retype({ from: RAM, type: VNode_ARM_l1, offset: system.offsetOfAligned(RAM, MIB) + 16 * MIB, to: slot(1) });
  call.copy(PHYS, slot(2));
});

type Row = [src: number, dst: number, offset: number, type: number, bytes: number, count: number];
const retypeRequest = ([src, dst, offset, type, bytes, count]: Row) => ({
  from: slot(src),
  to: { cnode: slot(0), slot: dst },
  offset,
  type,
  bytes,
  count,
});
const retype = (...row: Row) => call.retype(retypeRequest(row));
const tryRetype = (...row: Row) => attempt.retype(retypeRequest(row));

type MapRow = [
  table: number,
  src: number,
  entry: number,
  flags: number,
  offset: number,
  count: number,
  mapping: number,
];
const mapRequest = ([table, src, entry, flags, offset, count, mapping]: MapRow) => ({
  table: slot(table),
  source: slot(src),
  entry,
  flags,
  offset,
  count,
  mapping: slot(mapping),
});
const map = (...row: MapRow) => call.map(mapRequest(row));
const tryMap = (...row: MapRow) => attempt.map(mapRequest(row));

const entry = (table: number, index: number) => system.memory.word(system.identity(slot(table)).base + index * 4);

describe("a caller cannot reach memory that it does not own", () => {
  it("attack 01: sums that wrap in the bounds of a map", () => {
    retype(0, 10, 0, VNode_ARM_l2, 1024, 1);
    retype(0, 11, MIB, Frame, 4096, 1);
    expect(tryMap(10, 11, 0, 3, 0xfffff000, 1, 12)).toBe("SYS_ERR_FRAME_OFFSET_INVALID");
    expect(tryMap(1, 10, 0, 3, 0xfffffc00, 1, 12)).toBe("SYS_ERR_FRAME_OFFSET_INVALID");
    retype(0, 13, 2 * MIB, Frame, MIB, 1);
    expect(tryMap(1, 13, 0, 3, 0xfff00000, 1, 12)).toBe("SYS_ERR_FRAME_OFFSET_INVALID");
    expect(tryMap(10, 11, 0, 3, 0, 0x100000, 12)).toBe("SYS_ERR_FRAME_OFFSET_INVALID");
  });

  it("attack 02: a map of 2^32-1 entries", () => {
    retype(0, 10, 0, VNode_ARM_l2, 1024, 1);
    retype(0, 11, 4096, Frame, 8192, 1);
    expect(tryMap(10, 11, 1, 3, 4096, 0xffffffff, 12)).toBe("SYS_ERR_FRAME_OFFSET_INVALID");
  });

  it("attack 03: objects of another size than the one that was checked", () => {
    retype(0, 10, 0, RAM_TYPE, 16384, 1);
    expect(tryRetype(10, 20, 16384, VNode_ARM_l2, 0, 16), "past the end of the source").toBe(
      "SYS_ERR_RETYPE_INVALID_OFFSET",
    );
    retype(10, 11, 0, Frame, 4096, 1);
    expect(tryRetype(10, 20, 0, VNode_ARM_l2, 0, 4), "over a frame").toBe("SYS_ERR_REVOKE_FIRST");
    retype(0, 12, 16384, RAM_TYPE, 8192, 1);
    retype(12, 13, 4096, Frame, 4096, 1);
    expect(tryRetype(12, 20, 0, Dispatcher, 0, 8), "control blocks over a frame").toBe("SYS_ERR_REVOKE_FIRST");
    for (const bytes of [1, 1026]) expect(tryRetype(12, 20, 0, Dispatcher, bytes, 1)).toBe("SYS_ERR_INVALID_SIZE");
    expect(tryRetype(0, 20, 0x100000, VNode_ARM_l2, 4096, 4)).toBe("SYS_ERR_INVALID_SIZE");
  });

  it("attack 04: copies to slots past the end of a CNode", () => {
    for (const index of [256, 100000, 0xffffffff]) {
      expect(attempt.copy(slot(0), { cnode: slot(0), slot: index })).toBe("SYS_ERR_SLOTS_INVALID");
    }
  });

  it("attack 05: an ID created in memory that is not a CNode", () => {
    retype(0, 10, 0, Frame, 16384, 1);
    for (const cnode of [slot(0), slot(10), slot(1)]) {
      const answer = attempt.create(ObjType.ID, { cnode, level: CapLevel.L2, slot: 0 });
      expect(answer).toBe("SYS_ERR_DEST_CNODE_INVALID");
    }
    expect(attempt.create(ObjType.ID, { cnode: slot(0), slot: 256 })).toBe("SYS_ERR_SLOTS_INVALID");
  });

  it("attack 06: a first slot that wraps with the number of slots", () => {
    expect(tryRetype(0, 0xffffffff, 0, Frame, 4096, 1)).toBe("SYS_ERR_SLOTS_INVALID");
    expect(tryRetype(0, 0xfffffff0, 0, Frame, 4096, 32)).toBe("SYS_ERR_SLOTS_INVALID");
  });

  it("attack 07: the slot just past the end of the root CNode", () => {
    expect(attempt.getState(inRootSlot(256))).toBe("SYS_ERR_L1_CNODE_INDEX");
    expect(attempt.getState({ address: inRootSlot(256), level: CapLevel.L1 })).toBe("SYS_ERR_L1_CNODE_INDEX");
  });

  it("attack 08: unmap through a table that does not, or no longer does, contain the mapping", () => {
    retype(0, 10, 0, VNode_ARM_l2, 1024, 2);
    retype(0, 12, 4096, Frame, 4096, 1);
    map(11, 12, 0, 3, 0, 1, 13);
    expect(attempt.unmap(slot(1), slot(13))).toBe("SYS_ERR_WRONG_MAPPING");
    expect(attempt.unmap(slot(10), slot(13))).toBe("SYS_ERR_WRONG_MAPPING");
    call.delete(slot(11));
    expect(attempt.unmap(slot(1), slot(13))).toBe("SYS_ERR_VNODE_NOT_INSTALLED");
  });

  it("attack 09: a mapping that outlives its table writes into the table that reuses the memory", () => {
    retype(0, 10, 0, VNode_ARM_l2, 1024, 1);
    retype(0, 12, 4096, Frame, 8192, 1);
    call.copy(slot(12), slot(20));
    map(10, 12, 0, 3, 0, 1, 13);
    call.delete(slot(10));
    retype(0, 10, 0, VNode_ARM_l2, 1024, 1);
    map(10, 20, 0, 3, 4096, 1, 14);
    const before = entry(10, 0);
    call.delete(slot(12));
    expect(entry(10, 0)).toBe(before);
  });

  it("attack 09: a mapping that outlives its table writes into a CNode that reuses the memory", () => {
    retype(0, 10, 0, VNode_ARM_l2, 1024, 1);
    retype(0, 12, MIB, Frame, 8192, 1);
    map(10, 12, 0, 3, 0, 2, 13);
    call.delete(slot(10));
    retype(0, 10, 0, L2CNode, 16384, 1);
    call.copy(slot(10), { cnode: 0, level: CapLevel.ROOT, slot: 100 });
    for (let i = 0; i < 16; i++) call.copy(slot(0), inRootSlot(100, i));
    call.delete(slot(12));
    for (let i = 0; i < 16; i++) expect(system.identity(inRootSlot(100, i))).toEqual(system.identity(slot(0)));
  });

  it("attack 10: attributes of entries past the end of a mapping", () => {
    retype(0, 10, 0, VNode_ARM_l2, 1024, 2);
    retype(0, 12, 4096, Frame, 8192, 2);
    map(10, 12, 254, 3, 0, 2, 14);
    map(11, 13, 0, 3, 0, 2, 15);
    const neighbour = entry(11, 0);
    for (const [offset, pages] of [
      [2, 1],
      [0, 3],
      [1, 2],
      [0xffffffff, 1],
      [2, 0xffffffff],
    ] as const) {
      expect(attempt.modify(slot(14), { offset, pages, flags: 1 })).toBe("SYS_ERR_VM_MAP_SIZE");
    }
    expect(entry(11, 0)).toBe(neighbour);
  });
});

describe("no page stays mapped after its capability is gone", () => {
  /** Table 10, frame 12, mapping 13; the table is in the caller's address space. */
  function mapped(): void {
    retype(0, 10, 0, VNode_ARM_l2, 1024, 1);
    retype(0, 12, 4096, Frame, 4096, 1);
    map(10, 12, 0, 3, 0, 1, 13);
    call.map({ table: L1_TABLE, source: slot(10), entry: 100, mapping: slot(14) });
    expect(system.user.canWrite(100 * MIB)).toBe(true);
  }

  it("attack 11: a mapping capability that is deleted", () => {
    mapped();
    call.delete(slot(13));
    expect(entry(10, 0)).toBe(0);
    expect(system.user.canRead(100 * MIB)).toBe(false);
    call.delete(slot(12));
    retype(0, 12, 4096, L2CNode, 16384, 1);
    expect(system.user.canRead(100 * MIB)).toBe(false);
  });

  it("attack 12: a mapped frame, or an installed table, that is revoked", () => {
    mapped();
    call.revoke(slot(12));
    expect(system.user.canRead(100 * MIB)).toBe(false);
    map(10, 12, 0, 3, 0, 1, 13);
    expect(system.user.canRead(100 * MIB)).toBe(true);
    call.revoke(slot(10));
    expect(system.user.canRead(100 * MIB)).toBe(false);
  });

  it("attack 13: a map over entries that are in use", () => {
    retype(0, 10, 0, VNode_ARM_l2, 1024, 2);
    map(1, 10, 0, 0, 0, 1, 12);
    expect(tryMap(1, 11, 0, 0, 0, 1, 13)).toBe("SYS_ERR_VNODE_SLOT_INUSE");
    retype(0, 20, 4096, Frame, 8192, 2);
    map(10, 20, 1, 3, 0, 1, 14);
    expect(tryMap(10, 21, 1, 3, 0, 1, 15)).toBe("SYS_ERR_VNODE_SLOT_INUSE");
    expect(tryMap(10, 21, 0, 3, 0, 2, 15)).toBe("SYS_ERR_VNODE_SLOT_INUSE");
  });

  it("attack 14: a mapping that was unmapped and still refers to its entries", () => {
    call.copy(DEVICES, slot(3));
    map(1, 3, 4, 3, 0, 11, 58);
    call.copy(slot(3), slot(54));
    call.unmap(slot(1), slot(58));
    map(1, 54, 8, 3, 15 * MIB, 1, 96);
    const installed = entry(1, 8);
    expect(installed).not.toBe(0);
    expect(attempt.unmap(slot(1), slot(58))).toBe("SYS_ERR_VNODE_NOT_INSTALLED");
    call.delete(slot(3));
    expect(entry(1, 8)).toBe(installed);
  });

  it("attack 15: translations that stay in the TLB when unmap uses a copy of the table's capability", () => {
    mapped();
    call.copy(slot(10), slot(30));
    call.unmap(slot(30), slot(13));
    expect(system.user.canRead(100 * MIB)).toBe(false);
  });
});

describe("calls that the original answered wrongly", () => {
  it("attack 16: copies that survive a revoke", () => {
    call.copy(slot(0), slot(58));
    call.copy(slot(0), slot(41));
    call.revoke(slot(41));
    expect([0, 41, 58].map((index) => system.isEmpty(slot(index)))).toEqual([true, false, true]);
    call.copy(slot(41), slot(0));
    call.copy(slot(41), slot(58));
    call.revoke(slot(0));
    expect([0, 41, 58].map((index) => system.isEmpty(slot(index)))).toEqual([false, true, true]);
    call.copy(slot(0), slot(41));
    call.copy(slot(0), slot(58));
    call.revoke(slot(58));
    expect([0, 41, 58].map((index) => system.isEmpty(slot(index)))).toEqual([true, true, false]);
  });

  it("attack 17: revoke that stops at the first grandchild of another type", () => {
    retype(2, 10, 0, RAM_TYPE, 4096, 3);
    retype(10, 20, 0, Frame, 4096, 1);
    retype(11, 21, 0, Dispatcher, 0, 1);
    retype(21, 22, 0, EndPoint, 0, 1);
    call.revoke(slot(2));
    for (const index of [10, 11, 12, 20, 21, 22]) expect(system.isEmpty(slot(index)), `slot ${index}`).toBe(true);
  });

  it("attack 18: retype beside capabilities without a size", () => {
    retype(0, 10, 0, VNode_ARM_l2, 1024, 1);
    retype(0, 12, 8192, Frame, 4096, 1);
    map(10, 12, 0, 3, 0, 1, 13);
    expect(tryRetype(0, 14, 4096, Frame, 4096, 1), "just below a mapped frame").toBe("SYS_ERR_OK");
    retype(0, 15, MIB, Frame, 8192, 1);
    map(10, 15, 4, 3, 0, 2, 16);
    expect(tryRetype(15, 17, 0, Frame, 4096, 1), "the first page of a mapped frame").toBe("SYS_ERR_OK");
  });

  it("attack 19: revoke of a dispatcher takes its neighbour's end point", () => {
    retype(0, 10, 0, Dispatcher, 1024, 2);
    call.copy(slot(11), slot(13));
    retype(11, 12, 0, EndPoint, 0, 1);
    call.delete(slot(13));
    call.revoke(slot(10));
    expect(system.isEmpty(slot(12))).toBe(false);
    call.delete(slot(11));
    expect(system.isEmpty(slot(12)), "deleted with its own dispatcher").toBe(true);
  });

  it("attack 20: a frame taken for an ancestor because it ends where an object begins", () => {
    call.revoke(RAM);
    call.retype({ from: RAM, type: Frame, bytes: 4096, to: slot(10) });
    call.retype({ from: RAM, type: Dispatcher, offset: 4096, to: slot(11) });
    retype(11, 12, 0, EndPoint, 0, 1);
    call.delete(RAM);
    call.delete(slot(11));
    expect(system.droppedMemory(), "the frame below is not an ancestor").toBe(1024);
  });

  it("attack 21: a mint that fails and fills the slot", () => {
    expect(attempt.mint(slot(0), slot(10), 1, 2)).toBe("SYS_ERR_INVALID_SOURCE_TYPE");
    retype(0, 11, 0, Dispatcher, 0, 1);
    retype(11, 12, 0, EndPoint, 0, 1);
    expect(attempt.mint(slot(12), slot(13), 2048, 0)).toBe("SYS_ERR_INVALID_EPLEN");
    expect([system.isEmpty(slot(10)), system.isEmpty(slot(13))]).toEqual([true, true]);
    expect(attempt.delete(slot(10))).toBe("SYS_ERR_CAP_NOT_FOUND");
  });

  it("attack 22: a map of no entries", () => {
    retype(0, 10, 0, VNode_ARM_l2, 1024, 1);
    retype(0, 12, 4096, Frame, 4096, 1);
    expect(tryMap(10, 12, 0, 3, 0, 0, 13)).toBe("SYS_ERR_VM_MAP_SIZE");
    expect(tryMap(1, 10, 0, 3, 0, 0, 13)).toBe("SYS_ERR_VM_MAP_SIZE");
  });

  it("attack 23: sections in the CPU driver's half", () => {
    retype(0, 12, MIB, Frame, 2 * MIB, 1);
    for (const index of [2048, 3000, 4095])
      expect(tryMap(1, 12, index, 3, 0, 1, 13)).toBe("SYS_ERR_VNODE_SLOT_RESERVED");
    expect(tryMap(1, 12, 2047, 3, 0, 2, 13)).toBe("SYS_ERR_VNODE_SLOT_RESERVED");
  });

  it("attack 24: an L1 table at any page", () => {
    for (const offset of [4096, 8192, 12288]) {
      expect(tryRetype(0, 10, offset, VNode_ARM_l1, 16384, 1)).toBe("SYS_ERR_RETYPE_INVALID_OFFSET");
    }
  });

  it("attack 25: RAM of any number of bytes", () => {
    expect(tryRetype(0, 10, 0, RAM_TYPE, 6144, 2)).toBe("SYS_ERR_INVALID_SIZE");
    expect(tryRetype(2, 10, 0, ObjType.PhysAddr, 6144, 2)).toBe("SYS_ERR_INVALID_SIZE");
  });

  it("attack 26: types, CNodes and levels that are mistaken for others", () => {
    const inRoot = { cnode: 0, level: CapLevel.ROOT, slot: 100 };
    const frame = { from: slot(0), type: Frame, bytes: 4096, to: inRoot };
    expect(attempt.retype(frame)).toBe("SYS_ERR_DEST_TYPE_INVALID");
    expect(tryRetype(0, 10, 0, 258, 4096, 1), "type 258 is not type 2").toBe("SYS_ERR_ILLEGAL_DEST_TYPE");
    expect(attempt.invoke(ROOT, CNodeCmd.Delete, 0, 256), "level 256 is not level 0").toBe("SYS_ERR_CAP_LOOKUP_DEPTH");
    // Page tables of other architectures can be retyped, but they have no operations.
    retype(0, 10, 0, ObjType.VNode_x86_64_pml4, 0, 1);
    expect(attempt.invoke(slot(10), 0)).toBe("SYS_ERR_ILLEGAL_INVOCATION");
  });

  it("attack 27: the caller deletes its own CSpace", () => {
    expect(ending.invoke({ address: 0, level: CapLevel.ROOT }, CNodeCmd.Delete, 0, CapLevel.ROOT)).toEqual({
      kind: "idle",
    });
  });

  it("attack 27: the caller revokes its root CNode through a copy", () => {
    call.copy(ROOT, slot(10));
    expect(ending.revoke(slot(10))).toEqual({ kind: "idle" });
  });
});

describe("calls that crashed the original or made it panic", () => {
  it("attack 28: objects of size 0", () => {
    expect(tryRetype(0, 10, 0, Frame, 0, 1)).toBe("SYS_ERR_INVALID_SIZE");
    expect(tryRetype(0, 10, 0, RAM_TYPE, 0, 1)).toBe("SYS_ERR_INVALID_SIZE");
    expect(tryRetype(2, 10, 0, ObjType.PhysAddr, 0, 1)).toBe("SYS_ERR_INVALID_SIZE");
    expect(tryRetype(2, 10, 0, ObjType.DevFrame, 0, 1)).toBe("SYS_ERR_INVALID_SIZE");
  });

  it("attack 29: end points with a size, types that do not exist", () => {
    retype(0, 10, 0, Dispatcher, 0, 1);
    expect(tryRetype(10, 11, 0, EndPoint, 1, 1)).toBe("SYS_ERR_INVALID_SIZE");
    for (let type = 49; type < 256; type++)
      expect(tryRetype(0, 11, 0, type, 4096, 1)).toBe("SYS_ERR_ILLEGAL_DEST_TYPE");
  });

  it("attack 30: maps that each caused a panic", () => {
    retype(0, 10, 0, VNode_ARM_l2, 1024, 1);
    retype(0, 11, 4096, Frame, 8192, 1);
    retype(0, 12, MIB, Frame, 2 * MIB, 1);
    retype(0, 13, 4 * MIB + 4096, Frame, 2 * MIB, 1);
    expect(tryMap(10, 11, 256, 3, 0, 1, 20)).toBe("SYS_ERR_VNODE_SLOT_INVALID");
    expect(tryMap(10, 0, 0, 3, 0, 1, 20)).toBe("SYS_ERR_WRONG_MAPPING");
    expect(tryMap(1, 12, 4096, 3, 0, 1, 20)).toBe("SYS_ERR_VNODE_SLOT_INVALID");
    expect(tryMap(1, 1, 0, 3, 0, 1, 20)).toBe("SYS_ERR_WRONG_MAPPING");
    expect(tryMap(1, 12, 0, 3, 4096, 1, 20)).toBe("SYS_ERR_FRAME_OFFSET_INVALID");
    expect(tryMap(1, 12, 0, 3, 2 * MIB, 1, 20)).toBe("SYS_ERR_FRAME_OFFSET_INVALID");
    expect(tryMap(1, 13, 0, 3, 0, 1, 20)).toBe("SYS_ERR_VM_FRAME_UNALIGNED");
    expect(tryMap(10, 11, 0, 0x10, 0, 1, 20)).toBe("SYS_ERR_INVARGS_SYSCALL");
  });

  it("attack 31: map and unmap on capabilities that are not page tables, wrong numbers of words", () => {
    retype(0, 10, 0, Frame, 4096, 1);
    retype(0, 11, 4096, Dispatcher, 0, 1);
    for (const address of [slot(0), slot(10), slot(11), ROOT]) {
      for (let count = 0; count <= 10; count++) {
        // A set-up that sets nothing succeeds.
        if (address === slot(11) && count === 6) continue;
        const answer = attempt.invoke(address, 0, ...Array.from({ length: count }, () => 0));
        expect(answer).not.toBe("SYS_ERR_OK");
      }
    }
    expect(attempt.identifyVNode(slot(1), system.machine.scratch.address)).toBe("SYS_ERR_OK");
  });

  it("attack 32: unmap of a slot that holds no mapping", () => {
    for (const index of [0, 1, 2]) expect(attempt.unmap(slot(1), slot(index))).toBe("SYS_ERR_INVALID_SOURCE_TYPE");
  });

  it("attack 33: destroying a mapping, modifying a section", () => {
    retype(0, 12, MIB, Frame, MIB, 1);
    map(1, 12, 0, 3, 0, 1, 13);
    expect(attempt.modify(slot(13), { flags: 1 })).toBe("SYS_ERR_OK");
    call.destroyMapping(slot(13));
    expect(entry(1, 0)).toBe(0);
  });

  it("attack 34: setting a dispatcher up with nothing, or with itself", () => {
    retype(0, 10, 0, Dispatcher, 0, 1);
    expect(attempt.setup({ dispatcher: slot(10) })).toBe("SYS_ERR_OK");
    expect(attempt.setup({ dispatcher: slot(10), run: true })).toBe("SYS_ERR_DISP_NOT_RUNNABLE");
    expect(attempt.setup({ dispatcher: slot(10), other: slot(10) })).toBe("SYS_ERR_DISP_OCAP_TYPE");
    expect(attempt.setup({ dispatcher: DISPATCHER, other: DISPATCHER })).toBe("SYS_ERR_DISP_OCAP_TYPE");
  });

  it("attack 35: monitor commands on the first and last capability", () => {
    const known: number[] = [KernelCmd.Identify_cap, KernelCmd.Get_core_id, KernelCmd.Get_platform];
    for (let command = 0; command < 40; command++) {
      if (known.includes(command)) continue;
      for (const target of [IPI, ROOT]) {
        expect(attempt.invoke(KERNEL, command, target, 2)).toBe("SYS_ERR_ILLEGAL_INVOCATION");
      }
    }
    // A capability without a neighbour on one side can be copied, revoked and deleted like any other.
    for (const target of [IPI, L1_TABLE + 5]) {
      call.copy(target, slot(10));
      call.revoke(slot(10));
      call.delete(slot(10));
    }
  });
});

describe("faults that showed in the running system", () => {
  it("attack 36: the page just below a mapped frame cannot be allocated", () => {
    retype(0, 10, 0, VNode_ARM_l2, 1024, 1);
    for (let i = 0; i < 50; i++) {
      retype(0, 20, (2 * i + 3) * PAGE, Frame, PAGE, 1);
      map(10, 20, i, 3, 0, 1, 21);
      expect(tryRetype(0, 22, (2 * i + 2) * PAGE, Frame, PAGE, 1)).toBe("SYS_ERR_OK");
      for (const index of [20, 22]) call.delete(slot(index));
    }
  });

  it("attack 37: the time of a deletion grows in proportion to the number of capabilities", () => {
    system.checkEachCall = false;
    const time = () => {
      const start = performance.now();
      for (let i = 0; i < 2000; i++) {
        retype(0, 200, 8 * MIB, Frame, PAGE, 1);
        call.delete(slot(200));
      }
      return performance.now() - start;
    };
    time();
    const few = time();
    call.retype({ from: RAM, type: L1CNode, bytes: 32768, offset: 20 * MIB, to: slot(201) });
    call.resize(slot(201), slot(202));
    call.delete(slot(202));
    const cnodes = { cnode: 0, level: CapLevel.ROOT, slot: 256 };
    call.retype({ from: RAM, type: L2CNode, bytes: 16384, offset: 21 * MIB, count: 200, to: cnodes });
    for (let i = 0; i < 40000; i++) call.copy(slot(1), inRootSlot(256 + (i >> 8), i & 255));
    // With 40,000 more capabilities, a search goes a few steps deeper into the tree. It does not take 100 times as many steps.
    expect(time()).toBeLessThan(few * 6 + 20);
  });
});
