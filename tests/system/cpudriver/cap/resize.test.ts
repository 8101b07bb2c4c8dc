/** Resize gives the caller a larger root CNode. (Specification of capabilities, section 4.9.) */
import { describe, expect, it } from "vitest";
import { inRootSlot, otherSlot, RAM, ROOT, slot } from "../../../../evidence/harness/well-known";
import { CteLayout } from "../../../../system/cpudriver/layout/cte-layout";
import { CapLevel } from "../../../../system/kpi/cspace";
import { ObjType } from "../../../../system/kpi/object-types";
import { CNodeCmd } from "../../../../system/kpi/system-calls";
import { CapRights } from "../../../../system/kpi/types";
import { useSystem } from "../../../support/use-system";

const system = await useSystem();
const { do: call, attempt } = system;

/** A new root of `slots` slots in slot 0 of the working CNode. */
function newRoot(slots: number): void {
  call.retype({ from: RAM, type: ObjType.L1CNode, bytes: slots * 64, to: slot(0) });
}

describe("resize", () => {
  it("keeps the address of every capability, and adds more slots", () => {
    const before = system.identity(RAM);
    newRoot(1024);
    call.resize(slot(0), slot(1));
    expect(system.identity(RAM)).toEqual(before);
    expect(system.identity(ROOT)).toEqual(system.identity(slot(0)));
    const far = { cnode: 0, level: CapLevel.ROOT, slot: 1023 };
    call.retype({ from: RAM, type: ObjType.L2CNode, bytes: 16384, offset: 65536, to: far });
    call.copy(RAM, inRootSlot(1023, 255));
    expect(system.identity(inRootSlot(1023, 255))).toEqual(before);
  });

  it("returns the old root, empty, and keeps no other capability of it", () => {
    const { capabilities } = system.accounts();
    newRoot(512);
    call.resize(slot(0), slot(1));
    expect(attempt.getState({ root: slot(1), address: RAM })).toBe("SYS_ERR_CNODE_NOT_FOUND");
    call.delete(slot(1));
    call.delete(slot(0));
    expect(system.accounts().capabilities, "the new root is in the slot of the old one").toBe(capabilities);
  });

  it("can be repeated without a loss", () => {
    const { capabilities } = system.accounts();
    for (let round = 0; round < 50; round++) {
      call.retype({ from: RAM, type: ObjType.L1CNode, bytes: 16384, offset: (round % 2) * 16384, to: slot(0) });
      call.resize(slot(0), slot(1));
      call.delete(slot(1));
      call.delete(slot(0));
      expect(system.accounts().capabilities).toBe(capabilities);
    }
  });

  it("needs a new L1CNode that is empty and is not the old root", () => {
    expect(attempt.resize(slot(0), slot(1))).toBe("SYS_ERR_CAP_NOT_FOUND");
    expect(attempt.resize(RAM, slot(1))).toBe("SYS_ERR_INVALID_SOURCE_TYPE");
    expect(attempt.resize(ROOT, slot(1))).toBe("SYS_ERR_SLOTS_IN_USE");
    newRoot(512);
    const cnode = { address: slot(0), level: CapLevel.L1 };
    call.copy(cnode, { root: slot(0), cnode: 0, level: CapLevel.ROOT, slot: 400 });
    expect(attempt.resize(slot(0), slot(1))).toBe("SYS_ERR_SLOTS_IN_USE");
  });

  it("never makes a root smaller", () => {
    newRoot(512);
    call.resize(slot(0), slot(1));
    call.retype({ from: RAM, type: ObjType.L1CNode, bytes: 16384, offset: 32768, to: slot(2) });
    expect(attempt.resize(slot(2), slot(3))).toBe("SYS_ERR_INVALID_SIZE");
  });

  it("needs all rights on the path to the new root", () => {
    newRoot(512);
    const cnode = system.memory
      .slots()
      .find(({ type, base }) => type === ObjType.L2CNode && base === system.slotMemory(slot(0)))!;
    const rights = system.memory.view(cnode.at + CteLayout.RIGHTS, 1);
    rights.setUint8(0, CapRights.READ_WRITE);
    expect(attempt.resize(slot(0), slot(1))).toBe("SYS_ERR_CNODE_RIGHTS");
    rights.setUint8(0, CapRights.ALL);
  });

  it("needs an empty slot for the old root", () => {
    newRoot(512);
    expect(attempt.resize(slot(0), slot(0))).toBe("SYS_ERR_SLOT_IN_USE");
    expect(attempt.resize(slot(0), inRootSlot(99))).toBe("SYS_ERR_CAP_NOT_FOUND");
    const words = (cnode: number, index: number) => attempt.invoke(ROOT, CNodeCmd.Resize, slot(0), cnode, index);
    expect(words(slot(0), 256)).toBe("SYS_ERR_SLOTS_INVALID");
    expect(words(slot(0), 0xffffffff)).toBe("SYS_ERR_SLOTS_INVALID");
    expect(words(inRootSlot(11), 0), "a control block has no slots").toBe("SYS_ERR_DEST_TYPE_INVALID");
  });

  it("is refused for other CNodes than the caller's own root", () => {
    newRoot(512);
    call.retype({ from: RAM, type: ObjType.L1CNode, bytes: 16384, offset: 65536, to: otherSlot(0) });
    expect(attempt.resize(slot(0), slot(1), otherSlot(0))).toBe("SYS_ERR_CNODE_TYPE");
    const cnode = { address: slot(0), level: CapLevel.L1 };
    expect(attempt.invoke(cnode, CNodeCmd.Resize, slot(0), slot(0), 1)).toBe("SYS_ERR_RESIZE_NOT_L1");
  });

  it("needs the well-known capability of the root in the task CNode", () => {
    newRoot(512);
    call.copy(ROOT, slot(2));
    call.delete(ROOT);
    expect(attempt.resize(slot(0), slot(1), slot(2))).toBe("SYS_ERR_CAP_NOT_FOUND");
    // Another root takes its place, copied through the remaining capability.
    call.invoke(slot(2), CNodeCmd.Copy, slot(2), 0, ROOT, slot(2), slot(0), CapLevel.L1, CapLevel.L2);
    expect(attempt.resize(slot(0), slot(1), slot(2))).toBe("SYS_ERR_CNODE_TYPE");
  });
});
