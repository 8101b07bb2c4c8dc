/**
 * Descendants, ancestors and copies, for any shape of the tree. Mappings and end points are not regions; their frame or
 * dispatcher counts instead. (Specification of capabilities, section 3.2; defects D21, D25b.)
 */
import { describe, expect, it } from "vitest";
import { L1_TABLE, otherSlot, PAGE, RAM, slot, thirdSlot } from "../../../../evidence/harness/well-known";
import { ObjType } from "../../../../system/kpi/object-types";
import { useSystem } from "../../../support/use-system";

const system = await useSystem();
const { do: call, attempt } = system;
const TABLE = L1_TABLE + 30;

const frame = (page: number, pages: number, to: number) =>
  attempt.retype({ from: RAM, type: ObjType.Frame, bytes: pages * PAGE, offset: page * PAGE, to });

describe("a page", () => {
  it("just below a mapped frame can be allocated, for any shape of the tree", () => {
    // Mapped frames at every fourth page, in an order that gives the tree many shapes.
    for (let i = 0; i < 60; i++) {
      const page = ((i * 37) % 60) * 4 + 2;
      expect(frame(page, 1, slot(i))).toBe("SYS_ERR_OK");
      call.map({ table: TABLE, source: slot(i), entry: i, mapping: otherSlot(i) });
      expect(frame(page - 1, 1, thirdSlot(i)), `page ${page - 1}, below a mapped one`).toBe("SYS_ERR_OK");
      expect(frame(page, 1, thirdSlot(255))).toBe("SYS_ERR_REVOKE_FIRST");
      expect(frame(page - 1, 2, thirdSlot(255))).toBe("SYS_ERR_REVOKE_FIRST");
    }
    for (let i = 0; i < 60; i++) expect(frame(4 * i, 1, thirdSlot(100 + i))).toBe("SYS_ERR_OK");
  });

  it("just above or below a dispatcher with end points can be allocated", () => {
    call.retype({ from: RAM, type: ObjType.Dispatcher, offset: 4 * PAGE, to: slot(0) });
    for (let i = 1; i < 30; i++) call.retype({ from: slot(0), type: ObjType.EndPoint, to: slot(i) });
    expect(frame(3, 1, otherSlot(0))).toBe("SYS_ERR_OK");
    expect(frame(5, 1, otherSlot(1))).toBe("SYS_ERR_OK");
    expect(frame(4, 1, otherSlot(2))).toBe("SYS_ERR_REVOKE_FIRST");
  });
});

describe("a mapped frame", () => {
  it("can be split, including its first page", () => {
    frame(0, 4, slot(0));
    call.map({ table: TABLE, source: slot(0), entry: 0, count: 4, mapping: slot(1) });
    call.retype({ from: slot(0), type: ObjType.Frame, bytes: PAGE, to: slot(2) });
    call.retype({ from: slot(0), type: ObjType.Frame, bytes: PAGE, offset: 3 * PAGE, to: slot(3) });
    expect(attempt.retype({ from: slot(0), type: ObjType.Frame, bytes: 2 * PAGE, to: slot(4) })).toBe(
      "SYS_ERR_REVOKE_FIRST",
    );
  });
});

describe("a region as large as its parent", () => {
  it("of another type is a descendant", () => {
    call.retype({ from: RAM, type: ObjType.RAM, bytes: PAGE, to: slot(0) });
    call.retype({ from: slot(0), type: ObjType.Frame, bytes: PAGE, to: slot(1) });
    expect(attempt.retype({ from: slot(0), type: ObjType.Frame, bytes: PAGE, to: slot(2) })).toBe(
      "SYS_ERR_REVOKE_FIRST",
    );
    call.revoke(slot(0));
    expect(system.isEmpty(slot(1))).toBe(true);
  });

  it("of the same type is a copy, and each child is a descendant of both", () => {
    call.retype({ from: RAM, type: ObjType.RAM, bytes: 2 * PAGE, to: slot(0) });
    call.retype({ from: slot(0), type: ObjType.RAM, bytes: 2 * PAGE, to: slot(1) });
    call.retype({ from: slot(1), type: ObjType.Frame, bytes: PAGE, to: slot(2) });
    expect(attempt.retype({ from: slot(0), type: ObjType.Frame, bytes: PAGE, to: slot(3) })).toBe(
      "SYS_ERR_REVOKE_FIRST",
    );
    call.retype({ from: slot(0), type: ObjType.Frame, bytes: PAGE, offset: PAGE, to: slot(3) });
  });
});

describe("memory that is deleted", () => {
  it("is lost if no region around it is left, regardless of adjacent objects", () => {
    call.retype({ from: RAM, type: ObjType.Frame, bytes: PAGE, offset: 10 * PAGE, to: slot(0) });
    call.retype({ from: RAM, type: ObjType.Dispatcher, offset: 11 * PAGE, to: slot(1) });
    call.retype({ from: slot(1), type: ObjType.EndPoint, to: slot(2) });
    call.delete(RAM);
    call.delete(slot(2));
    expect(system.droppedMemory()).toBe(0);
    call.delete(slot(0));
    expect(system.droppedMemory()).toBe(PAGE);
    call.delete(slot(1));
    expect(system.droppedMemory()).toBe(PAGE + 1024);
  });
});
