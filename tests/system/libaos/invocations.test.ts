/** Arguments that are too large for their field in a system call are refused, and do not change other fields. */
import { beforeAll, describe, expect, it } from "vitest";
import type { CpuDriver } from "../../../evidence/harness/libraries/cpu-driver";
import { Library, PAGE } from "../../../evidence/harness/libraries/library";
import { CNodeType, CPTR_ROOTCN } from "../../../system/kpi/cspace";
import { ObjType } from "../../../system/kpi/object-types";
import { fc } from "../../support/property";
import { auditEach } from "./fixtures/audit-each";

auditEach();

let library: Library<CpuDriver>;
let cnode: bigint;
let ram: bigint;
let frame: bigint;
let table: bigint;
beforeAll(async () => {
  library = await Library.start();
  library.cap("cnodeCreateL2");
  cnode = library.big("outCNode");
  ram = library.cap("ramAlloc", BigInt(4 * PAGE));
  frame = library.cap("frameAlloc", BigInt(PAGE));
  table = library.cap("slotAlloc");
  library.ok("vnodeCreate", table, ObjType.VNode_ARM_l2);
});

/** Makes a call and checks that the accounts of CPU driver and library do not change. */
function refused(call: () => string): string {
  const before = library.accounts();
  const answer = call();
  expect(library.accounts()).toEqual(before);
  return answer;
}

describe("a type that does not exist", () => {
  const retype = (type: number) => () => library.try("capRetype", slotOf(0), ram, 0n, type, BigInt(PAGE), 1);
  const slotOf = (index: number) => library.big("capref", cnode, index);

  it("is refused by retype, even if its low bits are a type", () => {
    const unknown = refused(retype(0xffff));
    expect(unknown).toBe("SYS_ERR_ILLEGAL_DEST_TYPE");
    for (const high of [0x10000, 0x20000, 0x1000000, 0x2000000, 0x80000000, 0xffff0000]) {
      for (const type of [ObjType.Frame, ObjType.RAM, ObjType.L2CNode, ObjType.VNode_ARM_l2, 0]) {
        expect(refused(retype(high + type)), `type ${high + type}`).toBe(unknown);
      }
    }
  });

  it("is refused by retype for any such number", () => {
    const property = fc.property(fc.integer({ min: 0x100, max: 0xffffffff }), (type) => {
      expect(refused(retype(type))).toBe("SYS_ERR_ILLEGAL_DEST_TYPE");
    });
    fc.assert(property, { numRuns: 100 });
  });
});

describe("slots that a CNode does not have", () => {
  const SLOTS = [256, 257, 511, 512, 0x1000, 0x10000, 0xffffff00, 0xffffffff];
  const none = "SYS_ERR_SLOTS_INVALID";

  it.each(SLOTS)("are refused as destination and as source: %i", (index) => {
    const nothing = library.big("capref", cnode, index);
    const slot = library.big("capref", cnode, 0);
    expect(refused(() => library.try("capRetype", nothing, ram, 0n, ObjType.Frame, BigInt(PAGE), 1))).toBe(none);
    expect(refused(() => library.try("capRetype", slot, nothing, 0n, ObjType.Frame, BigInt(PAGE), 1))).toBe(none);
    expect(refused(() => library.try("capCopy", nothing, ram))).toBe(none);
    expect(refused(() => library.try("capCopy", slot, nothing))).toBe(none);
    expect(refused(() => library.try("capMint", nothing, ram, 0, 0))).toBe(none);
    expect(refused(() => library.try("capMint", slot, nothing, 0, 0))).toBe(none);
    expect(refused(() => library.try("capDelete", nothing))).toBe(none);
    expect(refused(() => library.try("capRevoke", nothing))).toBe(none);
    expect(refused(() => library.try("capIdentify", nothing))).toBe(none);
    expect(refused(() => library.try("capGetState", nothing))).toBe(none);
    expect(refused(() => library.try("capCreate", nothing, ObjType.ID, 0))).toBe(none);
    expect(refused(() => library.try("rootCNodeResize", nothing, slot))).toBe(none);
    expect(refused(() => library.try("rootCNodeResize", ram, nothing))).toBe(none);
    expect(refused(() => library.try("cnodeCreateFromMem", nothing, ram, ObjType.L2CNode, 256))).toContain(none);
  });

  it.each(SLOTS)("are refused for the table, the frame and the mapping of a map: %i", (index) => {
    const nothing = library.big("capref", cnode, index);
    const slot = library.big("capref", cnode, 0);
    const map = (...caps: [bigint, bigint, bigint]) => refused(() => library.try("mapFirstPage", ...caps));
    expect(map(nothing, frame, slot)).toBe(none);
    expect(map(table, nothing, slot)).toBe(none);
    expect(map(table, frame, nothing)).toBe(none);
    expect(refused(() => library.try("frameIdentify", nothing))).toContain(none);
  });

  it("are refused in the root CNode, whose slots have 24 bits", () => {
    const root = BigInt(CPTR_ROOTCN) << 32n;
    for (const index of [0xffffff, 0x1000000, 0x1000001, 0xffffffff]) {
      expect(refused(() => library.try("capDelete", library.big("capref", root, index)))).toBe(none);
      const inCNode = library.big("capref", library.big("cnodeInRootSlot", index), 0);
      expect(refused(() => library.try("capDelete", inCNode))).toBe(none);
    }
  });

  it("are refused in another CSpace, and so is a CNode whose own slot does not exist", () => {
    const foreign = library.big("buildCNodeRef", library.big("capref", cnode, 3), CNodeType.ROOT);
    const l2 = library.big("buildCNodeRef", library.big("capref", foreign, 7), CNodeType.OTHER);
    expect(refused(() => library.try("capDelete", library.big("capref", l2, 256)))).toBe(none);
    const nothing = library.big("capref", cnode, 256);
    for (const type of [CNodeType.ROOT, CNodeType.OTHER]) {
      const made = library.big("capref", library.big("buildCNodeRef", nothing, type), 0);
      expect(refused(() => library.try("capCopy", made, ram))).toBe(none);
    }
  });

  it("never reach another CNode, because any slot number gives that slot or a refusal", () => {
    const property = fc.property(fc.integer({ min: 0, max: 0xffffffff }), (index) => {
      const ref = library.big("capref", cnode, index);
      if (index < 256) {
        expect(library.big("capCNode", ref)).toBe(cnode);
        expect(library.get("capSlot", ref)).toBe(index);
      } else {
        expect(refused(() => library.try("capDelete", ref))).toBe(none);
      }
    });
    fc.assert(property, { numRuns: 200 });
  });
});
