/** What a dispatcher needs to run, and what happens when that is deleted. (Specification of capabilities, sections 5.5, 5.6.) */
import { beforeEach, describe, expect, it } from "vitest";
import { DISPATCHER, L1_TABLE, MIB, RAM, ROOT, slot } from "../../../../evidence/harness/well-known";
import { Register } from "../../../../machines/hosted/mmu/layout";
import { DcbLayout, DispatcherState } from "../../../../system/cpudriver/layout/dcb-layout";
import { KernelStateLayout } from "../../../../system/cpudriver/layout/kernel-state-layout";
import { CapLevel } from "../../../../system/kpi/cspace";
import { ObjType } from "../../../../system/kpi/object-types";
import { useSystem } from "../../../support/use-system";

const system = await useSystem();
const { do: call, ending } = system;

const NEW = slot(0);
const L1 = slot(1);
const FRAME = slot(2);

/** Makes a second runnable dispatcher with its own address space and frame. */
beforeEach(() => {
  const offset = system.offsetOfAligned(RAM, MIB);
  call.retype({ from: RAM, type: ObjType.Dispatcher, offset, to: NEW });
  call.retype({ from: RAM, type: ObjType.VNode_ARM_l1, offset: offset + MIB, to: L1 });
  call.retype({ from: RAM, type: ObjType.Frame, bytes: 0x40000, offset: offset + 2 * MIB, to: FRAME });
  call.setup({ dispatcher: NEW, cspace: ROOT, vspace: L1, frame: FRAME, run: true });
});

const state = (dispatcher: number) => system.memory.word(system.identity(dispatcher).base + DcbLayout.STATE);
const ttbr0 = () => system.machine.memory.all.getUint32(Register.TTBR0, true);

describe("a dispatcher", () => {
  it("keeps its L1 table alive", () => {
    const { capabilities } = system.accounts();
    call.delete(L1);
    expect(system.accounts().capabilities).toBe(capabilities - 1);
    expect(state(NEW)).toBe(DispatcherState.RUNNABLE);
  });

  it.each([
    ["address space", L1],
    ["frame", FRAME],
  ])("stops when its %s is revoked", (_name, what) => {
    call.revoke(what);
    expect(state(NEW)).toBe(DispatcherState.STOPPED);
  });

  it("that stopped can be given a new address space, and run", () => {
    call.revoke(L1);
    call.setup({ dispatcher: NEW, vspace: L1, run: true });
    expect(state(NEW)).toBe(DispatcherState.RUNNABLE);
  });

  it("that is deleted leaves the run queue", () => {
    call.delete(NEW);
    const only = system.memory.stateField(KernelStateLayout.RUN_QUEUE);
    expect(only).toBe(system.memory.stateField(KernelStateLayout.CURRENT_DCB));
    expect(system.memory.word(system.memory.dramBase + only + DcbLayout.RUN_NEXT)).toBe(0);
  });
});

describe("a dispatcher whose only capability is in its own CSpace", () => {
  const root = slot(10);
  const [vspace, frame] = [slot(11), slot(12)];
  const inChild = (index: number) => ({ root, cnode: 0, slot: index });
  let before: ReturnType<typeof system.accounts>;

  /** The root holds a CNode with the root, the dispatcher, L1 table and frame. The test keeps the L1 table and the frame. */
  beforeEach(() => {
    const offset = system.offsetOfAligned(RAM, MIB) + 3 * MIB;
    call.retype({ from: RAM, type: ObjType.VNode_ARM_l1, offset, to: vspace });
    call.retype({ from: RAM, type: ObjType.Frame, bytes: 0x40000, offset: offset + MIB, to: frame });
    before = system.accounts();

    const cnodes = { type: ObjType.L1CNode, bytes: 16384, offset: offset + 2 * MIB };
    call.retype({ from: RAM, ...cnodes, to: root });
    const inRoot = { ...inChild(0), level: CapLevel.ROOT };
    call.retype({ from: RAM, ...cnodes, type: ObjType.L2CNode, offset: cnodes.offset + 16384, to: inRoot });
    call.retype({ from: RAM, type: ObjType.Dispatcher, offset: cnodes.offset + MIB, to: slot(13) });
    for (const [index, cap] of [root, slot(13), vspace, frame].entries()) call.copy(cap, inChild(index + 1));
    call.setup({ dispatcher: slot(13), cspace: root, vspace: 3, frame: 4, run: true });
    call.delete(slot(13));
    call.delete(root);
  });

  it("stays alive while it can run", () => {
    expect(system.accounts().capabilities).toBeGreaterThan(before.capabilities);
  });

  it.each([
    ["address space", vspace],
    ["frame", frame],
  ])("is deleted with its CSpace when its %s is revoked", (_name, what) => {
    call.revoke(what);
    expect(system.accounts()).toEqual(before);
  });
});

describe("when no dispatcher can run", () => {
  it("no address is translated through deleted tables", () => {
    call.delete(NEW);
    expect(system.user.canRead(0x400000), "the TLB knows the page").toBe(true);
    const kernelL1 = system.memory.stateField(KernelStateLayout.KERNEL_L1);
    expect(ttbr0()).toBe(system.identity(L1_TABLE).base);
    expect(ending.revoke(L1_TABLE)).toEqual({ kind: "idle" });
    expect(ttbr0()).toBe(kernelL1);
    expect(system.user.canRead(0x400000), "and the TLB entry is gone").toBe(false);
  });

  it("the machine is idle after the last of several dispatchers was deleted", () => {
    call.delete(NEW);
    expect(ending.delete(DISPATCHER)).toEqual({ kind: "idle" });
  });

  it("the machine is idle even if another dispatcher is runnable, because that has no program", () => {
    expect(ending.delete(DISPATCHER)).toEqual({ kind: "idle" });
    expect(system.memory.stateField(KernelStateLayout.CURRENT_DCB)).toBe(0);
  });
});
