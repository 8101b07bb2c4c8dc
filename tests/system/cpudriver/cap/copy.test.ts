/** Copy and mint into empty slots, full slots and the source slot itself. (Specification of capabilities, sections 4.4, 4.5.) */
import { describe, expect, it } from "vitest";
import {
  DISPATCHER,
  IPI,
  inRootSlot,
  KERNEL,
  L1_TABLE,
  MIB,
  PAGE,
  RAM,
  ROOT,
  slot,
} from "../../../../evidence/harness/well-known";
import { CteFlag, CteLayout, CteWord, OTHER_ROOTS } from "../../../../system/cpudriver/layout/cte-layout";
import { CapLevel } from "../../../../system/kpi/cspace";
import { MdbRoot, ObjType } from "../../../../system/kpi/object-types";
import { CNodeCmd } from "../../../../system/kpi/system-calls";
import { DISPATCHER_FRAME_SIZE } from "../../../../system/kpi/types";
import { useSystem } from "../../../support/use-system";

const system = await useSystem();
/** The last of init's L2 tables: nothing is mapped there. */
const FREE_L2_TABLE = L1_TABLE + 30;

/** Makes another CSpace: an L1CNode in slot 0, and an L2CNode in it. */
function otherCSpace(): void {
  system.do.retype({ from: RAM, type: ObjType.L1CNode, bytes: 16384, to: slot(0) });
  const inside = { root: slot(0), cnode: 0, level: CapLevel.ROOT, slot: 3 };
  system.do.retype({ from: RAM, type: ObjType.L2CNode, bytes: 16384, offset: 16384, to: inside });
}

describe("copy", () => {
  it("makes a second capability of the same object", () => {
    system.do.copy(RAM, slot(7));
    expect(system.identity(slot(7))).toEqual(system.identity(RAM));
  });

  it.each([
    ["a page table", L1_TABLE],
    ["a dispatcher", DISPATCHER],
    ["a capability without memory", IPI],
    ["the root CNode", ROOT],
  ])("of %s adds exactly one capability", (_name, source) => {
    const { capabilities } = system.accounts();
    system.do.copy(source, slot(7));
    expect(system.accounts().capabilities).toBe(capabilities + 1);
    system.do.delete(slot(7));
    expect(system.accounts().capabilities).toBe(capabilities);
  });

  it("into a full slot is refused", () => {
    system.do.copy(RAM, slot(7));
    expect(system.attempt.copy(L1_TABLE, slot(7))).toBe("SYS_ERR_SLOT_IN_USE");
  });

  it("into its own slot is refused", () => {
    expect(system.attempt.copy(RAM, RAM)).toBe("SYS_ERR_SLOT_IN_USE");
  });

  it("of an empty slot is refused", () => {
    expect(system.attempt.copy(slot(7), slot(8))).toBe("SYS_ERR_SOURCE_CAP_LOOKUP < SYS_ERR_CAP_NOT_FOUND");
  });

  it.each([256, 257, 100000, 0x7fffffff, 0xffffffff])("to slot %i of an L2CNode is refused", (index) => {
    const place = { cnode: slot(0), slot: index };
    expect(system.attempt.copy(RAM, place)).toBe("SYS_ERR_SLOTS_INVALID");
  });

  it("into a CNode of another CSpace succeeds", () => {
    otherCSpace();
    system.do.copy(RAM, { root: slot(0), cnode: inRootSlot(3), slot: 9 });
    system.do.copy({ root: slot(0), address: inRootSlot(3, 9) }, slot(1));
    expect(system.identity(slot(1))).toEqual(system.identity(RAM));
  });

  it("of an L2CNode into a root makes its slots reachable at new addresses", () => {
    const cnode = { address: slot(0), level: CapLevel.L1 };
    system.do.copy(cnode, { cnode: 0, level: CapLevel.ROOT, slot: 200 });
    system.do.copy(RAM, inRootSlot(200, 5));
    expect(system.identity(slot(5))).toEqual(system.identity(RAM));
  });

  it("into a root is refused for other types than L2CNode", () => {
    const place = { cnode: 0, level: CapLevel.ROOT, slot: 200 };
    expect(system.attempt.copy(RAM, place)).toBe("SYS_ERR_DEST_TYPE_INVALID");
    expect(system.attempt.copy(ROOT, place)).toBe("SYS_ERR_DEST_TYPE_INVALID");
  });

  it("to a slot past the end of a root is refused", () => {
    const cnode = { address: slot(0), level: CapLevel.L1 };
    const place = (index: number) => ({ cnode: 0, level: CapLevel.ROOT, slot: index });
    expect(system.attempt.copy(cnode, place(256))).toBe("SYS_ERR_SLOTS_INVALID");
    expect(system.attempt.copy(cnode, place(0xffffffff))).toBe("SYS_ERR_SLOTS_INVALID");
  });

  it("into a capability that is not a CNode is refused", () => {
    const place = { cnode: RAM, level: CapLevel.L2, slot: 0 };
    expect(system.attempt.copy(RAM, place)).toBe("SYS_ERR_DEST_TYPE_INVALID");
  });

  it("is refused if the invoked CNode is not a root", () => {
    const words = [2, slot(0), 1, 2, RAM, 1, 2];
    expect(system.attempt.invoke({ address: slot(0), level: CapLevel.L1 }, CNodeCmd.Copy, ...words)).toBe(
      "SYS_ERR_CNODE_NOT_ROOT",
    );
  });

  it("reports which of its look-ups failed", () => {
    const empty = slot(250);
    const answer = (from: object, to: object) =>
      system.attempt.copy({ address: RAM, ...from }, { cnode: slot(0), slot: 0, ...to });
    expect(answer({ root: empty }, {})).toBe("SYS_ERR_SOURCE_ROOTCN_LOOKUP < SYS_ERR_CAP_NOT_FOUND");
    expect(answer({ root: RAM }, {})).toBe("SYS_ERR_CNODE_NOT_ROOT");
    expect(answer({ level: 3 }, {})).toBe("SYS_ERR_SOURCE_CAP_LOOKUP < SYS_ERR_CAP_LOOKUP_DEPTH");
    expect(answer({}, { root: empty })).toBe("SYS_ERR_DEST_ROOTCN_LOOKUP < SYS_ERR_CAP_NOT_FOUND");
    expect(answer({}, { root: RAM })).toBe("SYS_ERR_CNODE_TYPE");
    expect(answer({}, { cnode: inRootSlot(200) })).toBe("SYS_ERR_DEST_CNODE_LOOKUP < SYS_ERR_CAP_NOT_FOUND");
    expect(answer({}, { level: 3 })).toBe("SYS_ERR_DEST_CNODE_LOOKUP < SYS_ERR_CAP_LOOKUP_DEPTH");
  });

  it("of a mapping is refused, because page table entries have one record", () => {
    system.do.retype({ from: RAM, type: ObjType.Frame, bytes: PAGE, to: slot(0) });
    system.do.map({ table: FREE_L2_TABLE, source: slot(0), entry: 0, mapping: slot(1) });
    expect(system.attempt.copy(slot(1), slot(2))).toBe("SYS_ERR_INVALID_SOURCE_TYPE");
  });

  it("of a mapping into a full or nonexistent slot is refused because of the slot", () => {
    system.do.retype({ from: RAM, type: ObjType.Frame, bytes: PAGE, to: slot(0) });
    system.do.map({ table: FREE_L2_TABLE, source: slot(0), entry: 0, mapping: slot(1) });
    for (const to of [slot(0), slot(1)]) {
      expect(system.attempt.copy(slot(1), to)).toBe("SYS_ERR_SLOT_IN_USE");
      expect(system.attempt.mint(slot(1), to, 0, 0)).toBe("SYS_ERR_SLOT_IN_USE");
    }
    expect(system.attempt.copy(slot(1), { cnode: slot(0), slot: 256 })).toBe("SYS_ERR_SLOTS_INVALID");
  });

  it("of a mapped frame makes a capability that is not mapped", () => {
    system.do.retype({ from: RAM, type: ObjType.Frame, bytes: PAGE, to: slot(0) });
    system.do.map({ table: FREE_L2_TABLE, source: slot(0), entry: 0, mapping: slot(1) });
    system.do.copy(slot(0), slot(2));
    system.do.delete(slot(2));
    expect(system.newMappings()).toBe(1);
  });

  it("of a capability that is being deleted is refused", () => {
    system.do.copy(RAM, slot(0));
    const flags = system.slotMemory(slot(0)) + CteLayout.FLAGS;
    system.memory.view(flags, 1).setUint8(0, CteFlag.IN_DELETE);
    system.checkEachCall = false;
    expect(system.attempt.copy(slot(0), slot(1))).toBe("SYS_ERR_CAP_LOCKED");
    system.memory.view(flags, 1).setUint8(0, 0);
  });
});

describe("mint", () => {
  /** Makes an end point without a buffer in slot 0. */
  function endPoint(): void {
    system.do.retype({ from: DISPATCHER, type: ObjType.EndPoint, to: slot(0) });
  }

  it("of an end point names a buffer in the dispatcher frame", () => {
    endPoint();
    system.do.mint(slot(0), slot(1), 1024, 12);
    system.do.mint(slot(0), slot(2), DISPATCHER_FRAME_SIZE - 4, 1);
    expect(system.identity(slot(1)).type).toBe(ObjType.EndPoint);
  });

  it.each([
    ["of no words", 1024, 0],
    ["over the dispatcher structure", 1020, 12],
    ["that is not word-aligned", 1026, 12],
    ["that begins past the end of the frame", DISPATCHER_FRAME_SIZE, 1],
    ["that ends past the end of the frame", DISPATCHER_FRAME_SIZE - 4, 2],
    ["whose end wraps around", 0xfffffffc, 0xffffffff],
    ["whose size in bytes exceeds 32 bits", 1024, 0x40000001],
  ])("of an end point with a buffer %s is refused", (_name, offset, length) => {
    endPoint();
    expect(system.attempt.mint(slot(0), slot(1), offset, length)).toBe("SYS_ERR_INVALID_EPLEN");
    expect(system.isEmpty(slot(1))).toBe(true);
  });

  it.each([
    ["RAM", RAM],
    ["a page table", L1_TABLE],
    ["the Kernel capability", KERNEL],
    ["a root CNode", ROOT],
  ])("of %s is refused, and the slot stays empty", (_name, source) => {
    expect(system.attempt.mint(source, slot(1), 0, 0)).toBe("SYS_ERR_INVALID_SOURCE_TYPE");
    expect(system.isEmpty(slot(1))).toBe(true);
  });

  it("into a full slot is refused, and leaves its capability", () => {
    endPoint();
    system.do.copy(RAM, slot(1));
    expect(system.attempt.mint(slot(0), slot(1), 1024, 4)).toBe("SYS_ERR_SLOT_IN_USE");
    expect(system.identity(slot(1)).type).toBe(ObjType.RAM);
  });

  it("into its own slot is refused", () => {
    endPoint();
    expect(system.attempt.mint(slot(0), slot(0), 1024, 4)).toBe("SYS_ERR_SLOT_IN_USE");
  });

  it("of ports can only narrow them", () => {
    // The boards have no ports, so the test turns an ID into an IO capability. It keeps its place in the order.
    system.do.create(ObjType.ID, slot(0));
    const cte = system.memory.view(system.slotMemory(slot(0)), CteLayout.SIZE);
    cte.setUint8(CteLayout.TYPE, ObjType.IO);
    cte.setUint32(CteLayout.KEY, OTHER_ROOTS + MdbRoot.IO, true);
    cte.setUint32(CteWord.EQ0, 0x60, true);
    cte.setUint32(CteWord.EQ1, 0x6f, true);
    expect(system.attempt.mint(slot(0), slot(1), 0x5f, 0x6f)).toBe("SYS_ERR_INVALID_SOURCE_TYPE");
    expect(system.attempt.mint(slot(0), slot(1), 0x60, 0x70)).toBe("SYS_ERR_INVALID_SOURCE_TYPE");
    expect(system.attempt.mint(slot(0), slot(1), 0x64, 0x62)).toBe("SYS_ERR_INVALID_SOURCE_TYPE");
    const bounds = (index: number) => {
      const copy = system.memory.view(system.slotMemory(slot(index)), CteLayout.SIZE);
      return [copy.getUint32(CteWord.EQ0, true), copy.getUint32(CteWord.EQ1, true)];
    };
    // The lower bound changes, the upper one, both, neither; the last range is a single port.
    const narrower = [
      [0x61, 0x6f],
      [0x60, 0x6e],
      [0x61, 0x62],
      [0x60, 0x6f],
      [0x65, 0x65],
    ] as const;
    for (const [index, [first, last]] of narrower.entries()) {
      expect(system.attempt.mint(slot(0), slot(index + 1), first, last)).toBe("SYS_ERR_OK");
      expect(bounds(index + 1)).toEqual([first, last]);
    }
    expect(bounds(0)).toEqual([0x60, 0x6f]);
    // A narrowed range cannot be widened again.
    expect(system.attempt.mint(slot(3), slot(8), 0x60, 0x62)).toBe("SYS_ERR_INVALID_SOURCE_TYPE");
    expect(system.attempt.mint(slot(3), slot(8), 0x61, 0x63)).toBe("SYS_ERR_INVALID_SOURCE_TYPE");
  });
});

it("copies survive the deletion of their source", () => {
  system.do.retype({ from: RAM, type: ObjType.RAM, bytes: MIB, to: slot(0) });
  system.do.copy(slot(0), slot(1));
  const before = system.identity(slot(0));
  system.do.delete(slot(0));
  expect(system.identity(slot(1))).toEqual(before);
});
