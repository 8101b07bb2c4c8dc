/** Delete of copies, of last copies and of objects that hold slots. (Specification of capabilities, sections 4.6 and 5.) */
import { describe, expect, it } from "vitest";
import {
  DISPATCHER_FRAME,
  IPI,
  IRQ_TABLE,
  inRootSlot,
  KERNEL,
  L1_TABLE,
  PAGE,
  PERF_MON,
  RAM,
  ROOT,
  slot,
  thirdSlot,
} from "../../../../evidence/harness/well-known";
import { CteFlag, CteLayout, OTHER_ROOTS } from "../../../../system/cpudriver/layout/cte-layout";
import { CapLevel } from "../../../../system/kpi/cspace";
import { ObjType } from "../../../../system/kpi/object-types";
import { CNodeCmd } from "../../../../system/kpi/system-calls";
import { useSystem } from "../../../support/use-system";

const system = await useSystem();
const { do: call, attempt } = system;
const FREE_L2_TABLE = L1_TABLE + 30;

describe("delete", () => {
  it("fills the slot with zeros", () => {
    call.copy(RAM, slot(0));
    call.delete(slot(0));
    const cte = system.memory.view(system.slotMemory(slot(0)), CteLayout.SIZE);
    expect(new Uint8Array(cte.buffer, cte.byteOffset, CteLayout.SIZE).every((byte) => byte === 0)).toBe(true);
  });

  it("of an empty slot is refused", () => {
    expect(attempt.delete(slot(0))).toBe("SYS_ERR_CAP_NOT_FOUND");
  });

  it("twice is refused", () => {
    call.copy(RAM, slot(0));
    call.delete(slot(0));
    expect(attempt.delete(slot(0))).toBe("SYS_ERR_CAP_NOT_FOUND");
  });

  it("of a capability that is being deleted is refused", () => {
    call.copy(RAM, slot(0));
    const flags = system.memory.view(system.slotMemory(slot(0)) + CteLayout.FLAGS, 1);
    system.checkEachCall = false;
    flags.setUint8(0, CteFlag.IN_DELETE);
    expect(attempt.delete(slot(0))).toBe("SYS_ERR_CAP_LOCKED");
    expect(attempt.revoke(slot(0))).toBe("SYS_ERR_CAP_LOCKED");
    expect(call.getState(slot(0))).toBe(2);
    flags.setUint8(0, 0);
    expect(call.getState(slot(0))).toBe(0);
  });

  it("leaves copies and descendants", () => {
    call.retype({ from: RAM, type: ObjType.RAM, bytes: 4 * PAGE, to: slot(0) });
    call.retype({ from: slot(0), type: ObjType.Frame, bytes: PAGE, to: slot(1) });
    call.copy(slot(0), slot(2));
    call.delete(slot(0));
    call.delete(slot(2));
    expect(system.identity(slot(1)).type).toBe(ObjType.Frame);
  });

  it.each([
    ["IRQTable", IRQ_TABLE],
    ["Kernel", KERNEL],
    ["PerfMon", PERF_MON],
    ["IPI", IPI],
    ["a dispatcher frame that its dispatcher still holds", DISPATCHER_FRAME],
  ])("works for a capability without memory to return: %s", (_name, address) => {
    const { capabilities } = system.accounts();
    call.delete(address);
    expect(system.accounts().capabilities).toBe(capabilities - 1);
  });
});

describe("delete of exactly known memory", () => {
  const known = () => system.identity(slot(1));
  const exact = () => attempt.deleteExact(slot(1), known().base, known().bytes);

  it.each([ObjType.RAM, ObjType.Frame, ObjType.L2CNode, ObjType.VNode_ARM_l1])(
    "deletes the only capability (type %i)",
    (type) => {
      call.retype({ from: RAM, type, bytes: 4 * PAGE, offset: system.offsetOfAligned(RAM, 4 * PAGE), to: slot(1) });
      expect(exact()).toBe("SYS_ERR_OK");
      expect(attempt.delete(slot(1))).toBe("SYS_ERR_CAP_NOT_FOUND");
    },
  );

  it("is refused for any other memory", () => {
    call.retype({ from: RAM, type: ObjType.Frame, bytes: 4 * PAGE, offset: 4 * PAGE, to: slot(1) });
    const { base, bytes } = known();
    const others = [
      [base + PAGE, bytes],
      [base - PAGE, bytes],
      [base, bytes - PAGE],
      [base, bytes + PAGE],
      [base + bytes, 0],
      [base, 0],
    ] as const;
    for (const [at, size] of others) expect(attempt.deleteExact(slot(1), at, size)).toBe("SYS_ERR_CAP_NOT_FOUND");
    expect(exact()).toBe("SYS_ERR_OK");
  });

  it("is refused for a capability without memory, and for an empty slot", () => {
    call.create(ObjType.ID, slot(1));
    expect(exact()).toBe("SYS_ERR_CAP_NOT_FOUND");
    expect(attempt.deleteExact(slot(2), 0, PAGE)).toBe("SYS_ERR_CAP_NOT_FOUND");
    // The key of a slot that holds no memory, and the size with which it ends at 2^32 KiB.
    for (let key = OTHER_ROOTS; key < 2 ** 32; key++) {
      expect(attempt.deleteExact(slot(1), key * 1024, (2 ** 32 - key) * 1024)).toBe("SYS_ERR_CAP_NOT_FOUND");
    }
  });

  it("is refused while there is a copy, a descendant or a mapping", () => {
    call.retype({ from: RAM, type: ObjType.Frame, bytes: 4 * PAGE, to: slot(1) });
    call.copy(slot(1), slot(2));
    expect(exact()).toBe("SYS_ERR_REVOKE_FIRST");
    call.delete(slot(2));
    call.retype({ from: slot(1), type: ObjType.Frame, bytes: PAGE, offset: 2 * PAGE, to: slot(2) });
    expect(exact()).toBe("SYS_ERR_REVOKE_FIRST");
    call.delete(slot(2));
    call.map({ table: FREE_L2_TABLE, source: slot(1), entry: 0, mapping: slot(2) });
    expect(exact()).toBe("SYS_ERR_REVOKE_FIRST");
    call.delete(slot(2));
    expect(exact()).toBe("SYS_ERR_OK");
  });
});

describe("deletion of the last capability of", () => {
  it("a CNode deletes the capabilities in it", () => {
    const before = system.accounts();
    call.retype({ from: RAM, type: ObjType.L2CNode, bytes: 16384, to: { cnode: 0, level: CapLevel.ROOT, slot: 100 } });
    for (let i = 0; i < 256; i++) call.copy(RAM, inRootSlot(100, i));
    expect(system.accounts().capabilities).toBe(before.capabilities + 257);
    call.delete({ address: inRootSlot(100), level: CapLevel.L1 });
    expect(system.accounts()).toEqual(before);
  });

  it("a CNode empties it, while deletion of one of two does not", () => {
    call.retype({ from: RAM, type: ObjType.L2CNode, bytes: 16384, to: { cnode: 0, level: CapLevel.ROOT, slot: 100 } });
    call.copy({ address: inRootSlot(100), level: CapLevel.L1 }, slot(0));
    call.copy(RAM, inRootSlot(100, 5));
    const { capabilities } = system.accounts();
    call.delete({ address: inRootSlot(100), level: CapLevel.L1 });
    expect(system.accounts().capabilities).toBe(capabilities - 1);
    call.delete(slot(0));
    expect(system.accounts().capabilities).toBe(capabilities - 3);
  });

  it("a dispatcher stops it and empties its slots", () => {
    const before = system.accounts();
    call.retype({ from: RAM, type: ObjType.Dispatcher, to: slot(0) });
    call.setup({ dispatcher: slot(0), cspace: ROOT, vspace: L1_TABLE, frame: DISPATCHER_FRAME, run: true });
    expect(system.accounts().capabilities).toBe(before.capabilities + 4);
    call.delete(slot(0));
    expect(system.accounts()).toEqual(before);
  });

  it("a dispatcher deletes its end points, wherever they are", () => {
    const before = system.accounts();
    call.retype({ from: RAM, type: ObjType.Dispatcher, to: slot(0) });
    for (let i = 1; i < 20; i++) call.retype({ from: slot(0), type: ObjType.EndPoint, to: slot(i) });
    call.mint(slot(1), thirdSlot(1), 2048, 8);
    call.irqSet(IRQ_TABLE, 7, thirdSlot(1));
    call.delete(slot(0));
    expect(system.accounts()).toEqual(before);
    expect(attempt.irqDelete(IRQ_TABLE, 7)).toBe("SYS_ERR_IRQ_INVALID");
  });

  it("a frame deletes its mapping", () => {
    const before = system.accounts();
    call.retype({ from: RAM, type: ObjType.Frame, bytes: PAGE, to: slot(0) });
    call.map({ table: FREE_L2_TABLE, source: slot(0), entry: 3, mapping: slot(1) });
    call.delete(slot(0));
    expect(system.accounts()).toEqual(before);
    expect(system.isEmpty(slot(1))).toBe(true);
  });

  it("memory that no other capability covers counts the memory as lost", () => {
    const frame = { from: RAM, type: ObjType.Frame, bytes: PAGE, to: slot(0) };
    call.retype(frame);
    call.delete(slot(0));
    expect(system.droppedMemory(), "the RAM still covers it").toBe(0);
    call.retype(frame);
    call.delete(RAM);
    expect(system.droppedMemory(), "the frame still covers a part of it").toBe(0);
    call.delete(slot(0));
    expect(system.droppedMemory()).toBe(PAGE);
  });

  it("a base page counts its memory as lost", () => {
    call.delete(inRootSlot(2, 0));
    expect(system.droppedMemory()).toBe(PAGE);
  });
});

describe("a CNode that is invoked at level 0", () => {
  it("is deleted itself", () => {
    call.retype({ from: RAM, type: ObjType.L1CNode, bytes: 16384, to: slot(0) });
    call.delete({ root: slot(0), address: 0, level: CapLevel.ROOT });
    expect(system.isEmpty(slot(0))).toBe(true);
  });

  it("is not reached by level 256, which is refused", () => {
    expect(attempt.invoke(ROOT, CNodeCmd.Delete, 0, 256)).toBe("SYS_ERR_CAP_LOOKUP_DEPTH");
  });
});
