/** Create makes ID capabilities without a source. (Specification of capabilities, section 4.13.) */
import { expect, it } from "vitest";
import { inRootSlot, PAGE, RAM, slot } from "../../../../evidence/harness/well-known";
import { KernelStateLayout } from "../../../../system/cpudriver/layout/kernel-state-layout";
import { CapLevel } from "../../../../system/kpi/cspace";
import { ObjType } from "../../../../system/kpi/object-types";
import { useSystem } from "../../../support/use-system";

const system = await useSystem();
const { do: call, attempt } = system;

it("IDs are numbered from 1, and copies have the same number", () => {
  call.create(ObjType.ID, slot(0));
  call.create(ObjType.ID, slot(1));
  call.copy(slot(1), slot(2));
  expect([0, 1, 2].map((i) => call.identifyId(slot(i)))).toEqual([1, 2, 2]);
});

it("a number is not used again after a deletion", () => {
  call.create(ObjType.ID, slot(0));
  call.delete(slot(0));
  call.create(ObjType.ID, slot(0));
  expect(call.identifyId(slot(0))).toBe(2);
});

it("create fails when the numbers are exhausted", () => {
  system.memory.setStateField(KernelStateLayout.NEXT_ID, 0xffffffff);
  call.create(ObjType.ID, slot(0));
  expect(attempt.create(ObjType.ID, slot(1))).toBe("SYS_ERR_ID_SPACE_EXHAUSTED");
});

it("create refuses all other types", () => {
  for (let type = 1; type < ObjType.Num; type++) {
    if (type === ObjType.ID) continue;
    expect(attempt.create(type, slot(0))).toBe("SYS_ERR_TYPE_NOT_CREATABLE");
  }
});

it.each([0, 49, 255, 256 + ObjType.ID, 0xffffffff])("create refuses the nonexistent type %i", (type) => {
  expect(attempt.create(type, slot(0))).toBe("SYS_ERR_ILLEGAL_DEST_TYPE");
});

it("the slot must be in an L2CNode, exist and be empty", () => {
  call.retype({ from: RAM, type: ObjType.Frame, bytes: PAGE, to: slot(0) });
  const into = (place: object) => attempt.create(ObjType.ID, { cnode: slot(0), slot: 1, ...place });
  expect(into({ cnode: slot(0), level: CapLevel.L2 }), "a frame is not a CNode").toBe("SYS_ERR_DEST_CNODE_INVALID");
  expect(into({ cnode: RAM, level: CapLevel.L2 })).toBe("SYS_ERR_DEST_CNODE_INVALID");
  expect(into({ cnode: 0, level: CapLevel.ROOT }), "a root").toBe("SYS_ERR_DEST_CNODE_INVALID");
  expect(into({ cnode: inRootSlot(99) })).toBe("SYS_ERR_DEST_CNODE_LOOKUP < SYS_ERR_CAP_NOT_FOUND");
  expect(into({ slot: 256 })).toBe("SYS_ERR_SLOTS_INVALID");
  expect(into({ slot: 0xffffffff })).toBe("SYS_ERR_SLOTS_INVALID");
  expect(into({ slot: 0 })).toBe("SYS_ERR_SLOTS_IN_USE");
});
