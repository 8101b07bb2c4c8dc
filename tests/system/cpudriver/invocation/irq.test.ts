/** The interrupt table holds an end point for each interrupt line, until the line is released or the end point deleted. */
import { beforeEach, expect, it } from "vitest";
import { DISPATCHER, IRQ_TABLE, RAM, slot } from "../../../../evidence/harness/well-known";
import { ObjType } from "../../../../system/kpi/object-types";
import { useSystem } from "../../../support/use-system";

const system = await useSystem();
const { do: call, attempt } = system;

/** Slot 0 holds an end point without a buffer, and slot 1 one with a buffer. */
beforeEach(() => {
  call.retype({ from: DISPATCHER, type: ObjType.EndPoint, to: slot(0) });
  call.mint(slot(0), slot(1), 1024, 8);
});

it("a line can be taken once, and again after its release", () => {
  call.irqSet(IRQ_TABLE, 5, slot(1));
  expect(attempt.irqSet(IRQ_TABLE, 5, slot(1))).toBe("SYS_ERR_SLOT_IN_USE");
  call.irqDelete(IRQ_TABLE, 5);
  call.irqSet(IRQ_TABLE, 5, slot(1));
});

it("a line that is not taken cannot be released", () => {
  expect(attempt.irqDelete(IRQ_TABLE, 5)).toBe("SYS_ERR_IRQ_INVALID");
});

it.each([160, 161, 1024, 0xffffffff])("line %i is refused as nonexistent", (line) => {
  expect(attempt.irqSet(IRQ_TABLE, line, slot(1))).toBe("SYS_ERR_IRQ_INVALID");
  expect(attempt.irqDelete(IRQ_TABLE, line)).toBe("SYS_ERR_IRQ_INVALID");
});

it("the listener must be an end point with a buffer", () => {
  expect(attempt.irqSet(IRQ_TABLE, 5, slot(99))).toBe("SYS_ERR_IRQ_LOOKUP < SYS_ERR_CAP_NOT_FOUND");
  expect(attempt.irqSet(IRQ_TABLE, 5, RAM)).toBe("SYS_ERR_IRQ_NOT_ENDPOINT");
  expect(attempt.irqSet(IRQ_TABLE, 5, slot(0))).toBe("SYS_ERR_IRQ_NO_LISTENER");
});

it("a line is free again when its end point is revoked, and the database stays in order", () => {
  call.irqSet(IRQ_TABLE, 159, slot(1));
  const { capabilities } = system.accounts();
  call.revoke(slot(1));
  expect(system.accounts().capabilities).toBe(capabilities - 1);
  call.irqSet(IRQ_TABLE, 159, slot(1));
});
