/** Revoke deletes copies and descendants in one call. (Specification of capabilities, section 4.7.) */
import { describe, expect, it } from "vitest";
import {
  DEVICES,
  DISPATCHER,
  DISPATCHER_FRAME,
  inRootSlot,
  KERNEL,
  L1_TABLE,
  MIB,
  otherSlot,
  PAGE,
  PHYS,
  RAM,
  ROOT,
  slot,
} from "../../../../evidence/harness/well-known";
import { CapLevel } from "../../../../system/kpi/cspace";
import { ObjType } from "../../../../system/kpi/object-types";
import { CNodeCmd } from "../../../../system/kpi/system-calls";
import { useSystem } from "../../../support/use-system";

const system = await useSystem();
const { do: call, attempt, ending } = system;
const FREE_L2_TABLE = L1_TABLE + 30;

describe("revoke", () => {
  it("leaves only the named capability of the object", () => {
    call.retype({ from: RAM, type: ObjType.RAM, bytes: MIB, to: slot(100) });
    const { capabilities } = system.accounts();
    for (const target of [0, 99, 100, 101, 200]) {
      const copies = [0, 50, 99, 101, 150, 200, 255].filter((index) => index !== target);
      if (target !== 100) {
        call.copy(slot(100), slot(target));
        call.delete(slot(100));
      }
      for (const index of copies) call.copy(slot(target), slot(index));
      call.revoke(slot(target));
      expect(system.accounts().capabilities, `named through slot ${target}`).toBe(capabilities);
      for (const index of copies) expect(system.isEmpty(slot(index))).toBe(true);
      if (target !== 100) {
        call.copy(slot(target), slot(100));
        call.delete(slot(target));
      }
    }
  });

  it("of an empty slot is refused", () => {
    expect(attempt.revoke(slot(0))).toBe("SYS_ERR_CAP_NOT_FOUND");
  });

  it("of a capability without copies and descendants changes nothing", () => {
    const before = system.accounts();
    call.revoke(KERNEL);
    call.revoke(DEVICES);
    call.revoke(inRootSlot(2, 9));
    expect(system.accounts()).toEqual(before);
  });

  it("deletes children, their copies and their children of any type", () => {
    const before = system.accounts();
    call.retype({ from: PHYS, type: ObjType.RAM, bytes: MIB, count: 3, to: slot(0) });
    call.retype({ from: slot(0), type: ObjType.Frame, bytes: PAGE, to: slot(10) });
    call.retype({ from: slot(1), type: ObjType.Dispatcher, to: slot(11) });
    call.retype({ from: slot(11), type: ObjType.EndPoint, to: slot(12) });
    call.retype({ from: slot(1), type: ObjType.VNode_ARM_l2, offset: PAGE, to: slot(13) });
    call.retype({ from: slot(2), type: ObjType.L2CNode, bytes: 16384, to: slot(14) });
    call.copy(slot(10), otherSlot(0));
    call.map({ table: slot(13), source: slot(10), entry: 0, mapping: otherSlot(1) });
    call.map({ table: L1_TABLE, source: slot(13), entry: 100, mapping: otherSlot(2) });
    call.revoke(PHYS);
    expect(system.accounts()).toEqual(before);
  });

  it("deletes many copies and descendants of every kind, and leaves those of the memory before and behind", () => {
    const pages = 120;
    call.retype({ from: RAM, type: ObjType.RAM, bytes: MIB, count: 3, to: otherSlot(0) });
    for (const [index, at] of [0, 2].entries()) {
      call.retype({ from: otherSlot(at), type: ObjType.Frame, bytes: PAGE, count: 10, to: otherSlot(10 + 10 * index) });
    }
    const before = system.accounts();
    for (let i = 0; i < 20; i++) call.copy(otherSlot(1), slot(i));
    call.retype({ from: slot(3), type: ObjType.RAM, bytes: PAGE, count: pages, to: slot(20) });
    for (let i = 0; i < 40; i++)
      call.retype({ from: slot(20 + i), type: ObjType.Frame, bytes: PAGE, to: slot(150 + i) });
    for (let i = 0; i < 12; i++) {
      call.map({ table: FREE_L2_TABLE, source: slot(150 + 3 * i), entry: i, mapping: slot(200 + i) });
    }
    call.retype({ from: slot(70), type: ObjType.VNode_ARM_l2, to: slot(220) });
    call.map({ table: L1_TABLE, source: slot(220), entry: 100, mapping: slot(221) });
    call.map({ table: slot(220), source: slot(151), entry: 0, mapping: slot(222) });
    call.retype({ from: otherSlot(1), type: ObjType.L2CNode, bytes: 16384, offset: pages * PAGE, to: slot(223) });
    call.retype({ from: slot(71), type: ObjType.Dispatcher, to: slot(224) });
    call.retype({ from: slot(224), type: ObjType.EndPoint, to: slot(225) });
    call.revoke(otherSlot(1));
    expect(system.accounts()).toEqual(before);
    expect(Array.from({ length: 256 }, (_, i) => i).filter((i) => !system.isEmpty(slot(i)))).toEqual([]);
    expect([0, 1, 2, 10, 19, 20, 29].map((i) => system.isEmpty(otherSlot(i)))).toEqual(Array(7).fill(false));
    call.retype({ from: otherSlot(1), type: ObjType.Frame, bytes: PAGE, count: 200, to: slot(0) });
  });

  it("of a RAM capability leaves its siblings", () => {
    call.retype({ from: RAM, type: ObjType.RAM, bytes: MIB, count: 3, to: slot(0) });
    for (let i = 0; i < 3; i++) call.retype({ from: slot(i), type: ObjType.Frame, bytes: PAGE, to: slot(10 + i) });
    call.revoke(slot(1));
    expect([0, 1, 2].map((i) => system.isEmpty(slot(10 + i)))).toEqual([false, true, false]);
  });

  it("of a child as large as its parent treats the parent as a copy", () => {
    call.retype({ from: RAM, type: ObjType.RAM, bytes: MIB, to: slot(0) });
    call.retype({ from: slot(0), type: ObjType.RAM, bytes: MIB, to: slot(1) });
    call.revoke(slot(1));
    expect(system.isEmpty(slot(0))).toBe(true);
  });

  it("of a frame deletes its parts, and its memory can be retyped again", () => {
    call.retype({ from: RAM, type: ObjType.Frame, bytes: 4 * PAGE, to: slot(0) });
    call.retype({ from: slot(0), type: ObjType.Frame, bytes: PAGE, count: 4, to: slot(1) });
    call.revoke(slot(0));
    call.retype({ from: slot(0), type: ObjType.Frame, bytes: 2 * PAGE, count: 2, to: slot(1) });
    call.delete(slot(0));
    call.revoke(RAM);
    call.retype({ from: RAM, type: ObjType.L1CNode, bytes: 65536, to: slot(0) });
  });

  it("of a mapped frame deletes the mapping and its entries", () => {
    call.retype({ from: RAM, type: ObjType.Frame, bytes: PAGE, to: slot(0) });
    call.map({ table: FREE_L2_TABLE, source: slot(0), entry: 0, mapping: slot(1) });
    expect(system.user.canWrite(0x1f00000)).toBe(true);
    call.revoke(slot(0));
    expect(system.newMappings()).toBe(0);
    expect(system.user.canRead(0x1f00000)).toBe(false);
    call.map({ table: FREE_L2_TABLE, source: slot(0), entry: 0, mapping: slot(1) });
  });

  it("of a frame leaves the mapping of a larger frame that begins at the same address", () => {
    call.retype({ from: RAM, type: ObjType.Frame, bytes: 4 * PAGE, to: slot(0) });
    call.retype({ from: slot(0), type: ObjType.Frame, bytes: PAGE, to: slot(1) });
    call.map({ table: FREE_L2_TABLE, source: slot(0), entry: 0, count: 4, mapping: slot(10) });
    call.map({ table: FREE_L2_TABLE, source: slot(1), entry: 8, mapping: slot(11) });
    call.revoke(slot(1));
    expect([system.isEmpty(slot(10)), system.isEmpty(slot(11))]).toEqual([false, true]);
    call.revoke(slot(0));
    expect(system.isEmpty(slot(10))).toBe(true);
  });

  it("of a dispatcher deletes its end points and leaves those of its neighbours", () => {
    call.retype({ from: RAM, type: ObjType.Dispatcher, count: 3, to: slot(0) });
    for (let i = 0; i < 3; i++) call.retype({ from: slot(i), type: ObjType.EndPoint, to: slot(10 + i) });
    call.revoke(slot(1));
    expect([0, 1, 2].map((i) => system.isEmpty(slot(10 + i)))).toEqual([false, true, false]);
  });

  it("of one end point leaves those with other buffers", () => {
    call.retype({ from: DISPATCHER, type: ObjType.EndPoint, to: slot(0) });
    call.mint(slot(0), slot(1), 1024, 4);
    call.mint(slot(0), slot(2), 2048, 4);
    call.copy(slot(1), slot(3));
    call.revoke(slot(1));
    expect([1, 2, 3].map((i) => system.isEmpty(slot(i)))).toEqual([false, false, true]);
  });

  it("of an installed L2 table removes it from the L1 table", () => {
    call.retype({ from: RAM, type: ObjType.VNode_ARM_l2, to: slot(0) });
    call.map({ table: L1_TABLE, source: slot(0), entry: 100, mapping: slot(1) });
    call.retype({ from: RAM, type: ObjType.Frame, bytes: PAGE, offset: PAGE, to: slot(2) });
    call.map({ table: slot(0), source: slot(2), entry: 5, mapping: slot(3) });
    expect(system.user.canRead(100 * MIB + 5 * PAGE)).toBe(true);
    call.revoke(slot(0));
    expect(system.user.canRead(100 * MIB + 5 * PAGE)).toBe(false);
    expect(system.newMappings(), "the page is still mapped in the table").toBe(1);
  });

  it("of a root through its dispatcher's capability deletes the other capabilities of it", () => {
    call.copy(ROOT, slot(0));
    const { capabilities } = system.accounts();
    // An invocation at level 0 uses the capability in the dispatcher's control block.
    const own = { address: 0, level: CapLevel.ROOT };
    call.invoke(own, CNodeCmd.Revoke, 0, CapLevel.ROOT);
    expect(system.accounts().capabilities).toBe(capabilities - 2);
    expect(attempt.getState(slot(0))).toBe("SYS_ERR_CAP_NOT_FOUND");
    call.invoke(own, CNodeCmd.GetState, RAM, CapLevel.L2);
  });
});

describe("revoke does not return if it deletes something that the caller needs:", () => {
  it("its own root CNode", () => {
    expect(ending.revoke(ROOT)).toEqual({ kind: "idle" });
  });

  it("its own dispatcher, revoked and then deleted", () => {
    call.revoke(DISPATCHER);
    expect(ending.delete(DISPATCHER)).toEqual({ kind: "idle" });
  });

  it("its L1 table", () => {
    expect(ending.revoke(L1_TABLE)).toEqual({ kind: "idle" });
  });

  it("its dispatcher frame", () => {
    expect(ending.revoke(DISPATCHER_FRAME)).toEqual({ kind: "idle" });
  });

  it("the RAM that its new root CNode is in", () => {
    call.retype({ from: RAM, type: ObjType.L1CNode, bytes: 32768, to: slot(0) });
    call.resize(slot(0), slot(1));
    call.delete(slot(1));
    expect(ending.revoke(RAM)).toEqual({ kind: "idle" });
  });

  it("but it does return after deleting the CNode that holds the revoked capability", () => {
    call.retype({ from: RAM, type: ObjType.RAM, bytes: MIB, to: slot(0) });
    call.retype({ from: slot(0), type: ObjType.L2CNode, bytes: 16384, to: slot(1) });
    call.copy(slot(1), { cnode: 0, level: CapLevel.ROOT, slot: 100 });
    call.copy(slot(0), inRootSlot(100, 0));
    const { capabilities } = system.accounts();
    call.revoke(inRootSlot(100, 0));
    expect(system.accounts().capabilities, "the target, its copy and the CNode's two are gone").toBe(capabilities - 4);
  });
});
