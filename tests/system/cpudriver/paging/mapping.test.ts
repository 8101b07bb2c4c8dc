/**
 * The effects of deleting a frame, a table or a mapping. The program's access must end as well, even if the TLB held
 * the translation. (Specification of capabilities, sections 4.11, 5.2, 5.6.)
 */
import { beforeEach, describe, expect, it } from "vitest";
import { DEVICES, L1_TABLE, MIB, otherSlot, PAGE, RAM, ROOT, slot } from "../../../../evidence/harness/well-known";
import { FaultStatus } from "../../../../machines/hosted/mmu/fault-status";
import { ObjType } from "../../../../system/kpi/object-types";
import { VNodeCmd } from "../../../../system/kpi/system-calls";
import { VRegionFlags } from "../../../../system/kpi/types";
import { useSystem } from "../../../support/use-system";

const system = await useSystem();
const { do: call, attempt } = system;

/** An L2 table at 100 MiB, a frame in its entry 0, and their mappings. */
const TABLE = slot(0);
const INSTALLED = slot(1);
const FRAME = slot(2);
const MAPPING = slot(3);
const VA = 100 * MIB;

beforeEach(() => {
  call.retype({ from: RAM, type: ObjType.VNode_ARM_l2, to: TABLE });
  call.map({ table: L1_TABLE, source: TABLE, entry: VA / MIB, mapping: INSTALLED });
  call.retype({ from: RAM, type: ObjType.Frame, bytes: 4 * PAGE, offset: PAGE, to: FRAME });
  call.map({ table: TABLE, source: FRAME, entry: 0, count: 4, mapping: MAPPING });
  // These stores load the translations into the TLB.
  for (let i = 0; i < 4; i++) system.user.store(VA + i * PAGE, i);
});

const accessible = () =>
  [0, 1, 2, 3].filter((i) => system.user.canRead(VA + i * PAGE) || system.user.canWrite(VA + i * PAGE));

describe("access ends", () => {
  it.each([
    ["when the frame is deleted", () => call.delete(FRAME)],
    ["when the frame is revoked", () => call.revoke(FRAME)],
    ["when the mapping is deleted", () => call.delete(MAPPING)],
    ["when the mapping is destroyed", () => call.destroyMapping(MAPPING)],
    ["when the frame is unmapped", () => call.unmap(TABLE, MAPPING)],
    ["when the L2 table is deleted", () => call.delete(TABLE)],
    ["when the L2 table is revoked", () => call.revoke(TABLE)],
    ["when the L2 table is unmapped", () => call.unmap(L1_TABLE, INSTALLED)],
    ["when the L2 table's mapping is deleted", () => call.delete(INSTALLED)],
    ["when the memory of all these objects is revoked", () => call.revoke(RAM)],
  ])("%s", (_name, end) => {
    expect(accessible()).toEqual([0, 1, 2, 3]);
    end();
    expect(accessible()).toEqual([]);
  });

  it("for a deleted copy's mapping only, and other mappings of the frame stay", () => {
    call.copy(FRAME, slot(10));
    call.map({ table: TABLE, source: slot(10), entry: 10, mapping: slot(11) });
    call.delete(slot(10));
    expect(system.user.canRead(VA + 10 * PAGE)).toBe(false);
    expect(accessible()).toEqual([0, 1, 2, 3]);
  });

  it("and a new map takes effect at once, despite the TLB", () => {
    call.delete(MAPPING);
    call.map({ table: TABLE, source: FRAME, entry: 0, offset: 3 * PAGE, mapping: MAPPING });
    expect(system.user.load(VA)).toBe(3);
    expect(accessible()).toEqual([0]);
  });
});

describe("unmap", () => {
  it("leaves the mapping in its slot, void, and the frame can be mapped again", () => {
    call.unmap(TABLE, MAPPING);
    expect(system.newMappings()).toBe(1);
    call.map({ table: TABLE, source: FRAME, entry: 0, mapping: slot(10) });
    expect(accessible()).toEqual([0]);
    call.delete(MAPPING);
    expect(accessible()).toEqual([0]);
  });

  it("a second time is refused, and leaves a newer mapping of the entry", () => {
    call.unmap(TABLE, MAPPING);
    call.map({ table: TABLE, source: FRAME, entry: 0, mapping: slot(10) });
    expect(attempt.unmap(TABLE, MAPPING)).toBe("SYS_ERR_VNODE_NOT_INSTALLED");
    expect(accessible()).toEqual([0]);
  });

  it("is refused for mappings of other tables than the invoked one", () => {
    call.retype({ from: RAM, type: ObjType.VNode_ARM_l2, offset: 1024, to: slot(10) });
    expect(attempt.unmap(slot(10), MAPPING)).toBe("SYS_ERR_WRONG_MAPPING");
    expect(attempt.unmap(L1_TABLE, MAPPING)).toBe("SYS_ERR_WRONG_MAPPING");
    expect(attempt.unmap(TABLE, INSTALLED)).toBe("SYS_ERR_WRONG_MAPPING");
  });

  it("works through a copy of the table's capability", () => {
    call.copy(TABLE, slot(10));
    call.unmap(slot(10), MAPPING);
    expect(accessible()).toEqual([]);
  });

  it("is refused for other capabilities than mappings", () => {
    for (const other of [FRAME, TABLE, RAM, ROOT]) {
      expect(attempt.unmap(TABLE, other)).toBe("SYS_ERR_INVALID_SOURCE_TYPE");
    }
    expect(attempt.unmap(TABLE, slot(99))).toBe("SYS_ERR_CAP_NOT_FOUND < SYS_ERR_CAP_NOT_FOUND");
    expect(attempt.invoke(TABLE, VNodeCmd.Unmap, MAPPING, 3)).toBe("SYS_ERR_CAP_NOT_FOUND < SYS_ERR_CAP_LOOKUP_DEPTH");
  });

  it("removes all entries of the mapping", () => {
    call.unmap(TABLE, MAPPING);
    expect([0, 1, 2, 3].map((i) => system.machine.translate(VA + i * PAGE).status !== 0)).toEqual(Array(4).fill(true));
  });
});

describe("a frame shared by two copies", () => {
  it("is visible at both addresses, and is unmapped from each with its copy", () => {
    call.copy(FRAME, slot(10));
    call.map({ table: TABLE, source: slot(10), entry: 10, count: 4, mapping: slot(11) });
    system.user.store(VA + 10 * PAGE + 8, 1234);
    expect(system.user.load(VA + 8)).toBe(1234);
    call.delete(FRAME);
    expect(accessible()).toEqual([]);
    expect(system.user.load(VA + 10 * PAGE + 8)).toBe(1234);
  });

  it("is unmapped from both by a revoke of one", () => {
    call.copy(FRAME, slot(10));
    call.map({ table: TABLE, source: slot(10), entry: 10, count: 4, mapping: slot(11) });
    expect(system.user.canRead(VA + 10 * PAGE)).toBe(true);
    call.revoke(slot(10));
    expect(accessible()).toEqual([]);
    expect(system.user.canRead(VA + 10 * PAGE)).toBe(false);
    call.map({ table: TABLE, source: slot(10), entry: 0, count: 4, mapping: slot(11) });
    expect(accessible()).toEqual([0, 1, 2, 3]);
  });
});

describe("deletion of a page table with live entries", () => {
  it("leaves the mappings of its entries in their slots, void", () => {
    call.delete(TABLE);
    expect(system.newMappings()).toBe(0);
    expect(system.isEmpty(MAPPING)).toBe(false);
    expect(system.isEmpty(INSTALLED)).toBe(true);
    expect(attempt.modify(MAPPING, { flags: VRegionFlags.READ })).toBe("SYS_ERR_VNODE_NOT_INSTALLED");
  });

  it("leaves the frames, which can be mapped elsewhere", () => {
    call.delete(TABLE);
    call.map({ table: L1_TABLE + 30, source: FRAME, entry: 0, mapping: slot(10) });
    expect(system.user.load(0x1f00000)).toBe(0);
    expect(system.user.canWrite(0x1f00000)).toBe(true);
  });

  it("leaves memory that a new table can use, and old mappings do not change it", () => {
    call.copy(FRAME, slot(10));
    call.delete(TABLE);
    call.retype({ from: RAM, type: ObjType.VNode_ARM_l2, to: TABLE });
    call.map({ table: L1_TABLE, source: TABLE, entry: VA / MIB, mapping: INSTALLED });
    call.map({ table: TABLE, source: slot(10), entry: 0, offset: PAGE, mapping: slot(11) });
    call.delete(FRAME);
    expect(system.user.load(VA)).toBe(1);
    call.delete(slot(11));
    expect(accessible()).toEqual([]);
  });

  it("leaves memory that a CNode can use, and old mappings do not change it", () => {
    call.delete(TABLE);
    call.delete(FRAME);
    call.retype({ from: RAM, type: ObjType.Frame, bytes: PAGE, offset: 8 * PAGE, to: FRAME });
    call.retype({ from: RAM, type: ObjType.L2CNode, bytes: 16384, to: { cnode: 0, level: 0, slot: 100 } });
    for (let i = 0; i < 16; i++) call.copy(FRAME, (100 << 8) + i);
    call.delete(FRAME);
    expect(system.audit()).toEqual([]);
  });

  it("keeps the entries if another capability of the table is left", () => {
    call.copy(TABLE, slot(10));
    call.delete(TABLE);
    expect(system.newMappings(), "its mapping in the L1 table was deleted").toBe(1);
    call.map({ table: L1_TABLE, source: slot(10), entry: VA / MIB, mapping: slot(11) });
    expect(accessible()).toEqual([0, 1, 2, 3]);
    call.unmap(slot(10), MAPPING);
    expect(accessible()).toEqual([]);
  });

  it("works for an L1 table as well", () => {
    call.retype({
      from: RAM,
      type: ObjType.VNode_ARM_l1,
      offset: system.offsetOfAligned(RAM, 16384) + MIB,
      to: slot(10),
    });
    call.copy(TABLE, slot(11));
    call.map({ table: slot(10), source: slot(11), entry: 7, mapping: slot(12) });
    call.delete(slot(10));
    expect(system.newMappings()).toBe(2);
    call.map({ table: L1_TABLE, source: slot(11), entry: 101, mapping: slot(13) });
    expect(system.user.load(101 * MIB + PAGE)).toBe(1);
  });
});

describe("one table installed at two addresses", () => {
  it("maps the same pages at both, and is removed from each separately", () => {
    call.copy(TABLE, slot(10));
    call.map({ table: L1_TABLE, source: slot(10), entry: 101, mapping: slot(11) });
    system.user.store(101 * MIB + 16, 77);
    expect(system.user.load(VA + 16)).toBe(77);
    call.delete(TABLE);
    expect(system.user.canRead(VA)).toBe(false);
    expect(system.user.load(101 * MIB + 16)).toBe(77);
  });

  it("loses an unmapped page at both, even if the TLB holds translations of one", () => {
    call.copy(TABLE, slot(10));
    call.map({ table: L1_TABLE, source: slot(10), entry: 101, mapping: slot(11) });
    expect(system.user.canRead(101 * MIB)).toBe(true);
    call.unmap(slot(10), MAPPING);
    expect([VA, 101 * MIB].map((va) => system.user.canRead(va))).toEqual([false, false]);
  });
});

describe("a section", () => {
  it("is unmapped completely when its mapping is deleted", () => {
    const offset = system.offsetOfAligned(RAM, MIB) + MIB;
    call.retype({ from: RAM, type: ObjType.Frame, bytes: 2 * MIB, offset, to: slot(10) });
    call.map({ table: L1_TABLE, source: slot(10), entry: 200, count: 2, mapping: slot(11) });
    const pages = [0, 1, 77, 255, 256, 511].map((i) => 200 * MIB + i * PAGE);
    expect(pages.filter((va) => !system.user.canWrite(va))).toEqual([]);
    call.delete(slot(11));
    expect(pages.filter((va) => system.user.canRead(va))).toEqual([]);
  });
});

describe("a mapping in a slot", () => {
  it("is deleted with the CNode that holds it, and so are its entries", () => {
    call.retype({ from: RAM, type: ObjType.L2CNode, bytes: 16384, offset: MIB, to: { cnode: 0, level: 0, slot: 100 } });
    call.copy(FRAME, slot(10));
    call.map({ table: TABLE, source: slot(10), entry: 10, mapping: 100 << 8 });
    expect(system.user.canRead(VA + 10 * PAGE)).toBe(true);
    call.delete({ address: 100 << 8, level: 1 });
    expect(system.user.canRead(VA + 10 * PAGE)).toBe(false);
    call.map({ table: TABLE, source: slot(10), entry: 10, mapping: slot(11) });
  });

  it("of a device is deleted like one of memory", () => {
    call.map({ table: TABLE, source: DEVICES, entry: 20, count: 3, mapping: otherSlot(0) });
    expect(system.user.loadFault(VA + 22 * PAGE)).toBe(FaultStatus.SYNCHRONOUS_EXTERNAL_ABORT);
    call.delete(otherSlot(0));
    expect(system.user.loadFault(VA + 22 * PAGE)).toBe(FaultStatus.TRANSLATION_PAGE);
  });
});

/** Rule R6: a revoke of any frame at the start of the mapped capability deletes a void mapping. */
describe("a void mapping of a larger frame", () => {
  const WHOLE = slot(20);
  const RECORD = slot(21);

  beforeEach(() => {
    call.retype({ from: RAM, type: ObjType.Frame, bytes: 4 * PAGE, offset: MIB, to: WHOLE });
    call.map({ table: TABLE, source: WHOLE, entry: 100, mapping: RECORD });
  });

  const part = (first: number, to: number) =>
    call.retype({ from: WHOLE, type: ObjType.Frame, bytes: PAGE, offset: first * PAGE, to: slot(to) });

  it("is deleted when a part at its start is revoked", () => {
    part(0, 30);
    call.unmap(TABLE, RECORD);
    call.revoke(slot(30));
    expect(system.isEmpty(RECORD)).toBe(true);
    expect(system.isEmpty(WHOLE)).toBe(false);
    call.map({ table: TABLE, source: WHOLE, entry: 100, mapping: RECORD });
  });

  it("is deleted whichever copy it was made from, and however it became void", () => {
    part(0, 30);
    call.copy(WHOLE, slot(31));
    call.map({ table: TABLE, source: slot(31), entry: 110, mapping: slot(32) });
    call.delete(TABLE);
    call.revoke(slot(30));
    expect([RECORD, slot(32)].map((at) => system.isEmpty(at))).toEqual([true, true]);
  });

  it("stays if the part is deleted, if the part starts elsewhere, or if the mapping is live", () => {
    part(0, 30);
    part(1, 31);
    call.revoke(slot(30));
    expect(system.isEmpty(RECORD), "the mapping is live, and its entries belong to the whole frame").toBe(false);
    expect(system.user.canRead(VA + 100 * PAGE)).toBe(true);
    call.unmap(TABLE, RECORD);
    call.revoke(slot(31));
    call.delete(slot(30));
    expect(system.isEmpty(RECORD)).toBe(false);
  });
});

it("deletion of a frame at entry 0 of an installed table clears the entry", () => {
  call.copy(FRAME, slot(20));
  call.unmap(TABLE, MAPPING);
  call.map({ table: TABLE, source: slot(20), entry: 0, mapping: slot(21) });
  call.delete(slot(20));
  expect(accessible()).toEqual([]);
  expect(system.memory.word(system.identity(TABLE).base)).toBe(0);
});
