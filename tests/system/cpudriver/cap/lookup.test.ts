/** Look-up: which slot a CSpace address means, and each error if it means none. (Capabilities, section 2.4.) */
import { describe, expect, it } from "vitest";
import { inRootSlot, L1_TABLE, RAM, ROOT, slot } from "../../../../evidence/harness/well-known";
import { CteLayout } from "../../../../system/cpudriver/layout/cte-layout";
import { CapLevel } from "../../../../system/kpi/cspace";
import { ObjType } from "../../../../system/kpi/object-types";
import { CNodeCmd } from "../../../../system/kpi/system-calls";
import { CapRights } from "../../../../system/kpi/types";
import { useSystem } from "../../../support/use-system";

const system = await useSystem();

describe("an address", () => {
  it("of 32 bits consists of an index of 24 bits and an index of eight", () => {
    system.do.copy(RAM, slot(255));
    expect(system.identity(slot(0) | 0xff)).toEqual(system.identity(RAM));
  });

  it("at level 1 means the CNode in the root, and its low bits are ignored", () => {
    const cnode = system.do.getState({ address: slot(0), level: CapLevel.L1 });
    expect(cnode).toBe(0);
    expect(system.attempt.getState({ address: slot(77), level: CapLevel.L1 })).toBe("SYS_ERR_OK");
  });

  it("at level 0 means the root itself, whatever its value", () => {
    expect(system.attempt.getState({ address: 0xffffffff, level: CapLevel.ROOT })).toBe("SYS_ERR_OK");
  });

  it("of zero is the first slot of the task CNode, and valid", () => {
    expect(system.attempt.getState(0)).toBe("SYS_ERR_CAP_NOT_FOUND");
    system.do.copy(RAM, 0);
    expect(system.identity(0)).toEqual(system.identity(RAM));
    system.do.delete(0);
  });

  it.each([3, 4, 127, 255])("at level %i is refused", (level) => {
    expect(system.attempt.getState({ address: RAM, level })).toBe("SYS_ERR_CAP_LOOKUP_DEPTH");
    expect(system.attempt.identifyId({ address: RAM, level })).toBe("SYS_ERR_CAP_LOOKUP_DEPTH");
  });

  it.each([256, 257, 0x7fffff, 0xffffff])("with index %i is refused as past the end of the root", (index) => {
    expect(system.attempt.getState(inRootSlot(index) >>> 0)).toBe("SYS_ERR_L1_CNODE_INDEX");
    expect(system.attempt.getState({ address: inRootSlot(index) >>> 0, level: CapLevel.L1 })).toBe(
      "SYS_ERR_L1_CNODE_INDEX",
    );
  });

  it("through an empty slot of the root is refused", () => {
    expect(system.attempt.getState(inRootSlot(100))).toBe("SYS_ERR_CNODE_NOT_FOUND");
    expect(system.attempt.getState({ address: inRootSlot(100), level: CapLevel.L1 })).toBe("SYS_ERR_CAP_NOT_FOUND");
  });

  it("of an empty slot is refused", () => {
    expect(system.attempt.getState(slot(9))).toBe("SYS_ERR_CAP_NOT_FOUND");
  });

  it("through a root that is not an L1CNode is refused", () => {
    expect(system.attempt.getState({ root: RAM, address: slot(0) })).toBe("SYS_ERR_ILLEGAL_INVOCATION");
    const throughRam = { root: RAM, address: slot(0) };
    const request = { from: throughRam, to: slot(1), type: ObjType.RAM, bytes: 4096 };
    expect(system.attempt.retype(request)).toBe("SYS_ERR_SOURCE_CAP_LOOKUP < SYS_ERR_CNODE_TYPE");
  });

  it("through a capability in the root that is not an L2CNode is refused", () => {
    // The control block of the boot core is the only other type that may be there.
    expect(system.attempt.getState(inRootSlot(11))).toBe("SYS_ERR_CNODE_TYPE");
  });

  it("ends at an L2CNode in an L2CNode, because a CSpace has two levels", () => {
    system.do.copy({ address: slot(0), level: CapLevel.L1 }, slot(1));
    expect(system.identity(slot(1)).type).toBe(ObjType.L2CNode);
    expect(system.attempt.invoke(slot(1), CNodeCmd.GetState, RAM, 2)).toBe("SYS_ERR_CNODE_TYPE");
  });
});

describe("a CNode", () => {
  const rightsOf = (at: number) => system.memory.view(at + CteLayout.RIGHTS, 1);

  it("without the required right stops a look-up", () => {
    system.do.copy(RAM, slot(0));
    const base = system.slotMemory(slot(0));
    const cnode = system.memory.slots().find((s) => s.type === ObjType.L2CNode && s.base === base)!;
    rightsOf(cnode.at).setUint8(0, CapRights.READ);
    expect(system.attempt.getState(slot(0))).toBe("SYS_ERR_OK");
    expect(system.attempt.delete(slot(0))).toBe("SYS_ERR_CNODE_RIGHTS");
    expect(system.attempt.revoke(slot(0))).toBe("SYS_ERR_CNODE_RIGHTS");
    rightsOf(cnode.at).setUint8(0, CapRights.WRITE);
    expect(system.attempt.getState(slot(0))).toBe("SYS_ERR_CNODE_RIGHTS");
    rightsOf(cnode.at).setUint8(0, CapRights.ALL);
  });

  it("used as root without the required right stops a look-up", () => {
    system.do.copy(ROOT, slot(0));
    const rights = rightsOf(system.slotMemory(slot(0)));
    rights.setUint8(0, CapRights.READ);
    expect(system.attempt.getState({ root: slot(0), address: RAM })).toBe("SYS_ERR_OK");
    expect(system.attempt.delete({ root: slot(0), address: RAM })).toBe("SYS_ERR_CNODE_RIGHTS");
    rights.setUint8(0, CapRights.ALL);
  });
});

it("look-up works in another CSpace as in the caller's", () => {
  system.do.retype({ from: RAM, type: ObjType.L1CNode, bytes: 32768, to: slot(0) });
  const inRoot = { root: slot(0), cnode: 0, level: CapLevel.ROOT, slot: 511 };
  system.do.retype({ from: RAM, type: ObjType.L2CNode, bytes: 16384, offset: 32768, to: inRoot });
  system.do.copy(L1_TABLE, { root: slot(0), cnode: inRootSlot(511), slot: 255 });
  expect(system.attempt.getState({ root: slot(0), address: inRootSlot(511, 255) })).toBe("SYS_ERR_OK");
  expect(system.attempt.getState({ root: slot(0), address: inRootSlot(512, 0) })).toBe("SYS_ERR_L1_CNODE_INDEX");
});
