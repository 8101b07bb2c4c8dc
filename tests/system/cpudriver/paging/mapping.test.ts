/**
 * Mappings, from both sides: what ends when one of frame, table or mapping goes, and that the program's access ends
 * with it, also where the TLB still knew. (Specification of capabilities, sections 4.11, 5.2, 5.6.)
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
  // The TLB knows the pages from now on.
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
    ["when the memory of all is revoked", () => call.revoke(RAM)],
  ])("%s", (_name, end) => {
    expect(accessible()).toEqual([0, 1, 2, 3]);
    end();
    expect(accessible()).toEqual([]);
  });

  it("for one that was only unmapped from another place: the other stays", () => {
    call.copy(FRAME, slot(10));
    call.map({ table: TABLE, source: slot(10), entry: 10, mapping: slot(11) });
    call.delete(slot(10));
    expect(system.user.canRead(VA + 10 * PAGE)).toBe(false);
    expect(accessible()).toEqual([0, 1, 2, 3]);
  });

  it("and begins anew where the next map says, not where the TLB knew", () => {
    call.delete(MAPPING);
    call.map({ table: TABLE, source: FRAME, entry: 0, offset: 3 * PAGE, mapping: MAPPING });
    expect(system.user.load(VA)).toBe(3);
    expect(accessible()).toEqual([0]);
  });
});

describe("unmap", () => {
  it("leaves the mapping in its slot, without effect, and the frame can be mapped again", () => {
    call.unmap(TABLE, MAPPING);
    expect(system.newMappings()).toBe(1);
    call.map({ table: TABLE, source: FRAME, entry: 0, mapping: slot(10) });
    expect(accessible()).toEqual([0]);
    call.delete(MAPPING);
    expect(accessible()).toEqual([0]);
  });

  it("a second time is refused, and touches nothing that stands there now", () => {
    call.unmap(TABLE, MAPPING);
    call.map({ table: TABLE, source: FRAME, entry: 0, mapping: slot(10) });
    expect(attempt.unmap(TABLE, MAPPING)).toBe("SYS_ERR_VNODE_NOT_INSTALLED");
    expect(accessible()).toEqual([0]);
  });

  it("is for the table that was invoked", () => {
    call.retype({ from: RAM, type: ObjType.VNode_ARM_l2, offset: 1024, to: slot(10) });
    expect(attempt.unmap(slot(10), MAPPING)).toBe("SYS_ERR_WRONG_MAPPING");
    expect(attempt.unmap(L1_TABLE, MAPPING)).toBe("SYS_ERR_WRONG_MAPPING");
    expect(attempt.unmap(TABLE, INSTALLED)).toBe("SYS_ERR_WRONG_MAPPING");
  });

  it("works through any capability of the table", () => {
    call.copy(TABLE, slot(10));
    call.unmap(slot(10), MAPPING);
    expect(accessible()).toEqual([]);
  });

  it("is of mappings only", () => {
    for (const other of [FRAME, TABLE, RAM, ROOT]) {
      expect(attempt.unmap(TABLE, other)).toBe("SYS_ERR_INVALID_SOURCE_TYPE");
    }
    expect(attempt.unmap(TABLE, slot(99))).toBe("SYS_ERR_CAP_NOT_FOUND < SYS_ERR_CAP_NOT_FOUND");
    expect(attempt.invoke(TABLE, VNodeCmd.Unmap, MAPPING, 3)).toBe("SYS_ERR_CAP_NOT_FOUND < SYS_ERR_CAP_LOOKUP_DEPTH");
  });

  it("of half of it there is none: the mapping goes whole", () => {
    call.unmap(TABLE, MAPPING);
    expect([0, 1, 2, 3].map((i) => system.machine.translate(VA + i * PAGE).status !== 0)).toEqual(Array(4).fill(true));
  });
});

describe("a frame shared by two copies", () => {
  it("is seen at both places, and goes from each with its copy", () => {
    call.copy(FRAME, slot(10));
    call.map({ table: TABLE, source: slot(10), entry: 10, count: 4, mapping: slot(11) });
    system.user.store(VA + 10 * PAGE + 8, 1234);
    expect(system.user.load(VA + 8)).toBe(1234);
    call.delete(FRAME);
    expect(accessible()).toEqual([]);
    expect(system.user.load(VA + 10 * PAGE + 8)).toBe(1234);
  });

  it("goes from both with a revoke of one", () => {
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

describe("a page table that goes with live entries in it", () => {
  it("leaves its mappings in their slots, void", () => {
    call.delete(TABLE);
    expect(system.newMappings()).toBe(0);
    expect(system.isEmpty(MAPPING)).toBe(false);
    expect(system.isEmpty(INSTALLED)).toBe(true);
    expect(attempt.modify(MAPPING, { flags: VRegionFlags.READ })).toBe("SYS_ERR_VNODE_NOT_INSTALLED");
  });

  it("leaves the frames to be mapped elsewhere", () => {
    call.delete(TABLE);
    call.map({ table: L1_TABLE + 30, source: FRAME, entry: 0, mapping: slot(10) });
    expect(system.user.load(0x1f00000)).toBe(0);
    expect(system.user.canWrite(0x1f00000)).toBe(true);
  });

  it("leaves memory that a new table can be in, untouched by what comes later", () => {
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

  it("leaves memory that a CNode can be in, untouched by what comes later", () => {
    call.delete(TABLE);
    call.delete(FRAME);
    call.retype({ from: RAM, type: ObjType.Frame, bytes: PAGE, offset: 8 * PAGE, to: FRAME });
    call.retype({ from: RAM, type: ObjType.L2CNode, bytes: 16384, to: { cnode: 0, level: 0, slot: 100 } });
    for (let i = 0; i < 16; i++) call.copy(FRAME, (100 << 8) + i);
    call.delete(FRAME);
    expect(system.audit()).toEqual([]);
  });

  it("keeps them if another capability of it is left", () => {
    call.copy(TABLE, slot(10));
    call.delete(TABLE);
    expect(system.newMappings(), "its place in the L1 table went with the slot").toBe(1);
    call.map({ table: L1_TABLE, source: slot(10), entry: VA / MIB, mapping: slot(11) });
    expect(accessible()).toEqual([0, 1, 2, 3]);
    call.unmap(slot(10), MAPPING);
    expect(accessible()).toEqual([]);
  });

  it("can be an L1 table", () => {
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

describe("one table installed at two places", () => {
  it("shows the same pages at both, and goes from each alone", () => {
    call.copy(TABLE, slot(10));
    call.map({ table: L1_TABLE, source: slot(10), entry: 101, mapping: slot(11) });
    system.user.store(101 * MIB + 16, 77);
    expect(system.user.load(VA + 16)).toBe(77);
    call.delete(TABLE);
    expect(system.user.canRead(VA)).toBe(false);
    expect(system.user.load(101 * MIB + 16)).toBe(77);
  });

  it("loses a page at both, though only one place was touched through the TLB last", () => {
    call.copy(TABLE, slot(10));
    call.map({ table: L1_TABLE, source: slot(10), entry: 101, mapping: slot(11) });
    expect(system.user.canRead(101 * MIB)).toBe(true);
    call.unmap(slot(10), MAPPING);
    expect([VA, 101 * MIB].map((va) => system.user.canRead(va))).toEqual([false, false]);
  });
});

describe("a section", () => {
  it("goes with its mapping, every page of it", () => {
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
  it("goes when the CNode that holds it goes, and takes its entries along", () => {
    call.retype({ from: RAM, type: ObjType.L2CNode, bytes: 16384, offset: MIB, to: { cnode: 0, level: 0, slot: 100 } });
    call.copy(FRAME, slot(10));
    call.map({ table: TABLE, source: slot(10), entry: 10, mapping: 100 << 8 });
    expect(system.user.canRead(VA + 10 * PAGE)).toBe(true);
    call.delete({ address: 100 << 8, level: 1 });
    expect(system.user.canRead(VA + 10 * PAGE)).toBe(false);
    call.map({ table: TABLE, source: slot(10), entry: 10, mapping: slot(11) });
  });

  it("of a device goes like one of memory", () => {
    call.map({ table: TABLE, source: DEVICES, entry: 20, count: 3, mapping: otherSlot(0) });
    expect(system.user.loadFault(VA + 22 * PAGE)).toBe(FaultStatus.SYNCHRONOUS_EXTERNAL_ABORT);
    call.delete(otherSlot(0));
    expect(system.user.loadFault(VA + 22 * PAGE)).toBe(FaultStatus.TRANSLATION_PAGE);
  });
});

/** Rule R6: a void mapping goes with a revoke of whatever frame the mapped capability starts in. */
describe("a void mapping of a larger frame", () => {
  const WHOLE = slot(20);
  const RECORD = slot(21);

  beforeEach(() => {
    call.retype({ from: RAM, type: ObjType.Frame, bytes: 4 * PAGE, offset: MIB, to: WHOLE });
    call.map({ table: TABLE, source: WHOLE, entry: 100, mapping: RECORD });
  });

  const part = (first: number, to: number) =>
    call.retype({ from: WHOLE, type: ObjType.Frame, bytes: PAGE, offset: first * PAGE, to: slot(to) });

  it("goes when a part at its start is revoked", () => {
    part(0, 30);
    call.unmap(TABLE, RECORD);
    call.revoke(slot(30));
    expect(system.isEmpty(RECORD)).toBe(true);
    expect(system.isEmpty(WHOLE)).toBe(false);
    call.map({ table: TABLE, source: WHOLE, entry: 100, mapping: RECORD });
  });

  it("goes whichever copy it was made from, and however it became void", () => {
    part(0, 30);
    call.copy(WHOLE, slot(31));
    call.map({ table: TABLE, source: slot(31), entry: 110, mapping: slot(32) });
    call.delete(TABLE);
    call.revoke(slot(30));
    expect([RECORD, slot(32)].map((at) => system.isEmpty(at))).toEqual([true, true]);
  });

  it("stays when the part is deleted, or starts elsewhere, or while the mapping is live", () => {
    part(0, 30);
    part(1, 31);
    call.revoke(slot(30));
    expect(system.isEmpty(RECORD), "live: its entries are the whole frame's").toBe(false);
    expect(system.user.canRead(VA + 100 * PAGE)).toBe(true);
    call.unmap(TABLE, RECORD);
    call.revoke(slot(31));
    call.delete(slot(30));
    expect(system.isEmpty(RECORD)).toBe(false);
  });
});

it("a frame at entry 0 of an installed table takes its entry along", () => {
  call.copy(FRAME, slot(20));
  call.unmap(TABLE, MAPPING);
  call.map({ table: TABLE, source: slot(20), entry: 0, mapping: slot(21) });
  call.delete(slot(20));
  expect(accessible()).toEqual([]);
  expect(system.memory.word(system.identity(TABLE).base)).toBe(0);
});
