/** Circles of CNodes are deleted when they cannot be reached from outside. (Specification of capabilities, section 5.4.) */
import { describe, expect, it } from "vitest";
import {
  DISPATCHER,
  DISPATCHER_FRAME,
  inRootSlot,
  L1_TABLE,
  MIB,
  otherSlot,
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

const CNODE = 16384;
const inOwnRoot = (index: number) => ({ cnode: 0, level: CapLevel.ROOT, slot: index });
const inRootOf = (root: number, index: number) => ({ root, ...inOwnRoot(index) });

/** Makes a CSpace in `root`: an L1CNode with an L2CNode in its slot 0. Takes 32 KiB of RAM at `offset`. */
function makeCSpace(root: number, offset: number): void {
  call.retype({ from: RAM, type: ObjType.L1CNode, bytes: CNODE, offset, to: root });
  call.retype({ from: RAM, type: ObjType.L2CNode, bytes: CNODE, offset: offset + CNODE, to: inRootOf(root, 0) });
}

describe("a root CNode that holds itself", () => {
  it("is deleted with the last capability outside it", () => {
    const before = system.accounts();
    makeCSpace(slot(0), 0);
    call.copy(slot(0), { root: slot(0), cnode: 0, slot: 2 });
    call.copy(slot(0), { root: slot(0), cnode: 0, slot: 99 });
    call.copy(RAM, { root: slot(0), cnode: 0, slot: 100 });
    expect(system.accounts().capabilities).toBe(before.capabilities + 5);
    call.delete(slot(0));
    expect(system.accounts()).toEqual(before);
  });

  it("stays while one capability outside it is left", () => {
    makeCSpace(slot(0), 0);
    call.copy(slot(0), { root: slot(0), cnode: 0, slot: 2 });
    call.copy(slot(0), slot(1));
    const { capabilities } = system.accounts();
    call.delete(slot(0));
    expect(system.accounts().capabilities).toBe(capabilities - 1);
    call.delete(slot(1));
    expect(system.accounts().capabilities).toBe(capabilities - 4);
  });

  it("frees its memory for other objects", () => {
    makeCSpace(slot(0), 0);
    call.copy(slot(0), { root: slot(0), cnode: 0, slot: 2 });
    call.delete(slot(0));
    call.retype({ from: RAM, type: ObjType.Frame, bytes: 2 * CNODE, to: slot(0) });
  });
});

describe("CSpaces that hold each other", () => {
  it.each([2, 3, 10])("are deleted together, %i of them in a ring", (n) => {
    const before = system.accounts();
    for (let i = 0; i < n; i++) makeCSpace(slot(i), i * 2 * CNODE);
    for (let i = 0; i < n; i++) call.copy(slot((i + 1) % n), { root: slot(i), cnode: 0, slot: 7 });
    for (let i = 0; i < n - 1; i++) call.delete(slot(i));
    expect(system.accounts().capabilities).toBe(before.capabilities + 3 * n - (n - 1));
    call.delete(slot(n - 1));
    expect(system.accounts()).toEqual(before);
  });

  it("are deleted together if each holds all", () => {
    const n = 8;
    const before = system.accounts();
    for (let i = 0; i < n; i++) makeCSpace(slot(i), i * 2 * CNODE);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) call.copy(slot(j), { root: slot(i), cnode: 0, slot: j });
    }
    for (let i = 0; i < n; i++) call.delete(slot(i));
    expect(system.accounts()).toEqual(before);
  });

  it("lose nothing that is reachable from outside", () => {
    makeCSpace(slot(0), 0);
    makeCSpace(slot(1), 2 * CNODE);
    call.copy(slot(0), { root: slot(1), cnode: 0, slot: 0 });
    call.copy(slot(1), { root: slot(0), cnode: 0, slot: 0 });
    // The second L2CNode is held here as well, and everything is reachable through it.
    call.copy({ root: slot(1), address: 0, level: CapLevel.L1 }, slot(2));
    const { capabilities } = system.accounts();
    call.delete(slot(0));
    call.delete(slot(1));
    expect(system.accounts().capabilities).toBe(capabilities - 2);
    call.delete(slot(2));
    expect(system.accounts().capabilities).toBe(capabilities - 7);
  });
});

describe("a dispatcher", () => {
  it("that does not run is deleted together with a CSpace that holds it", () => {
    const before = system.accounts();
    makeCSpace(slot(0), 0);
    call.retype({ from: RAM, type: ObjType.Dispatcher, offset: MIB, to: slot(1) });
    call.copy(slot(1), { root: slot(0), cnode: 0, slot: 1 });
    call.copy(L1_TABLE, { root: slot(0), cnode: 0, slot: 3 });
    call.copy(DISPATCHER_FRAME, { root: slot(0), cnode: 0, slot: 4 });
    call.setup({ dispatcher: slot(1), cspace: slot(0), vspace: 3, frame: 4 });
    call.delete(slot(0));
    call.delete(slot(1));
    expect(system.accounts()).toEqual(before);
  });

  it("that runs keeps its CSpace until its last capability outside is deleted", () => {
    const before = system.accounts();
    makeCSpace(slot(0), 0);
    call.retype({ from: RAM, type: ObjType.Dispatcher, offset: MIB, to: slot(1) });
    call.copy(L1_TABLE, { root: slot(0), cnode: 0, slot: 3 });
    call.copy(DISPATCHER_FRAME, { root: slot(0), cnode: 0, slot: 4 });
    call.setup({ dispatcher: slot(1), cspace: slot(0), vspace: 3, frame: 4, run: true });
    call.delete(slot(0));
    expect(system.accounts().capabilities).toBe(before.capabilities + 8 - 1);
    call.delete(slot(1));
    expect(system.accounts()).toEqual(before);
  });

  it("that runs keeps itself alive by a capability in its own CSpace", () => {
    makeCSpace(slot(0), 0);
    call.retype({ from: RAM, type: ObjType.Dispatcher, offset: MIB, to: slot(1) });
    call.copy(slot(1), { root: slot(0), cnode: 0, slot: 1 });
    call.copy(L1_TABLE, { root: slot(0), cnode: 0, slot: 3 });
    call.copy(DISPATCHER_FRAME, { root: slot(0), cnode: 0, slot: 4 });
    call.setup({ dispatcher: slot(1), cspace: slot(0), vspace: 3, frame: 4, run: true });
    const { capabilities } = system.accounts();
    call.delete(slot(0));
    call.delete(slot(1));
    expect(system.accounts().capabilities).toBe(capabilities - 2);
  });
});

describe("the caller's own CSpace", () => {
  it("survives the deletion of its capability in the task CNode, because the dispatcher holds it", () => {
    const { capabilities } = system.accounts();
    call.delete(ROOT);
    expect(system.accounts().capabilities).toBe(capabilities - 1);
  });

  it("is deleted together with the caller when the dispatcher's own capability is deleted", () => {
    const own = { address: 0, level: CapLevel.ROOT };
    expect(ending.invoke(own, CNodeCmd.Delete, 0, CapLevel.ROOT)).toEqual({ kind: "idle" });
  });

  it("is deleted with the dispatcher", () => {
    expect(ending.delete(DISPATCHER)).toEqual({ kind: "idle" });
  });

  it("survives when one of its CNodes is deleted through a circle", () => {
    call.copy({ address: slot(0), level: CapLevel.L1 }, slot(5));
    call.copy({ address: otherSlot(0), level: CapLevel.L1 }, slot(6));
    call.copy({ address: slot(0), level: CapLevel.L1 }, otherSlot(6));
    call.delete({ address: slot(0), level: CapLevel.L1 });
    expect(attempt.getState(otherSlot(6)), "the CNode is still held by the other one").toBe("SYS_ERR_OK");
    call.delete({ address: otherSlot(0), level: CapLevel.L1 });
    expect(attempt.getState(otherSlot(6))).toBe("SYS_ERR_CNODE_NOT_FOUND");
    expect(attempt.getState(RAM)).toBe("SYS_ERR_OK");
  });
});

it("the memory of an unreachable CNode is counted once, however many capabilities of it are in the circle", () => {
  call.retype({ from: RAM, type: ObjType.RAM, bytes: MIB, to: slot(200) });
  call.retype({ from: slot(200), type: ObjType.L1CNode, bytes: CNODE, to: slot(0) });
  const inside = inRootOf(slot(0), 0);
  call.retype({ from: slot(200), type: ObjType.L2CNode, bytes: CNODE, offset: CNODE, to: inside });
  call.retype({ from: slot(200), type: ObjType.L2CNode, bytes: CNODE, offset: 2 * CNODE, to: slot(1) });
  for (let i = 0; i < 100; i++) call.copy(slot(1), { root: slot(0), cnode: 0, slot: i });
  call.copy(slot(1), inRootOf(slot(0), 1));
  call.copy({ root: slot(0), address: 0, level: CapLevel.L1 }, { root: slot(0), cnode: inRootSlot(1), slot: 0 });
  call.delete(slot(1));
  call.delete(RAM);
  call.delete(slot(200));
  expect(system.droppedMemory()).toBe(0);
  call.delete(slot(0));
  expect(system.droppedMemory()).toBe(3 * CNODE);
});

it("reachability is computed once per CNode and not once per capability", () => {
  system.checkEachCall = false;
  const n = 16000;
  const cnodes = Math.ceil(n / 256);
  call.retype({ from: RAM, type: ObjType.L1CNode, bytes: CNODE, to: slot(0) });
  call.retype({
    from: RAM,
    type: ObjType.L2CNode,
    bytes: CNODE,
    offset: CNODE,
    count: cnodes,
    to: inRootOf(slot(0), 0),
  });
  // This CNode is last in the order, and held from outside.
  call.retype({ from: RAM, type: ObjType.L2CNode, bytes: CNODE, offset: 100 * CNODE, to: otherSlot(0) });
  const before = system.accounts().capabilities;
  for (let i = 0; i < n; i++) call.copy(otherSlot(0), { root: slot(0), cnode: inRootSlot(i >> 8), slot: i & 255 });
  const start = performance.now();
  call.delete(slot(0));
  // One walk per capability took 3 s.
  expect(performance.now() - start).toBeLessThan(1000);
  expect(system.accounts().capabilities).toBe(before - cnodes - 1);
});
