import { beforeAll, describe, expect, it } from "vitest";
import { Library } from "../../../evidence/harness/libraries/library";
import { CapLevel, CNodeType, CPTR_ROOTCN } from "../../../system/kpi/cspace";
import { fc } from "../../support/property";
import { auditEach } from "./fixtures/audit-each";

auditEach();

let library: Library;
beforeAll(async () => {
  library = await Library.start();
});

const rootIndex = fc.integer({ min: 0, max: 0xffff });
const slot = fc.integer({ min: 0, max: 255 });
const big = (name: string, ...args: (number | bigint)[]) => library.big(name, ...args);
const get = (name: string, ...args: (number | bigint)[]) => library.get(name, ...args) >>> 0;

describe("a reference", () => {
  it("to a slot of an L2CNode gives CNode and slot, address and levels", () => {
    fc.assert(
      fc.property(rootIndex, slot, (index, number) => {
        const cnode = big("cnodeInRootSlot", index);
        const cap = big("capref", cnode, number);
        expect(big("capCNode", cap)).toBe(cnode);
        expect(get("capSlot", cap)).toBe(number);
        expect(get("capAddr", cap)).toBe(((index << 8) | number) >>> 0);
        expect(get("capLevel", cap)).toBe(CapLevel.L2);
        expect(get("cnodeAddr", cnode)).toBe((index << 8) >>> 0);
        expect(get("cnodeLevel", cnode)).toBe(CapLevel.L1);
        expect(get("crootAddr", cap)).toBe(CPTR_ROOTCN);
        expect(get("isOwnCSpace", cap)).toBe(1);
      }),
    );
  });

  it("to a slot of the root CNode gives the address of a CNode", () => {
    fc.assert(
      fc.property(rootIndex, (index) => {
        const root = BigInt(CPTR_ROOTCN) << 32n;
        const cap = big("capref", root, index);
        expect(big("capCNode", cap)).toBe(root);
        expect(get("capSlot", cap)).toBe(index);
        expect(get("capAddr", cap)).toBe((index << 8) >>> 0);
        expect(get("capLevel", cap)).toBe(CapLevel.L1);
        expect(get("cnodeAddr", root)).toBe(CPTR_ROOTCN);
        expect(get("cnodeLevel", root)).toBe(CapLevel.ROOT);
      }),
    );
  });

  it("that is null has level 0, and slot 0 of the task CNode is not null", () => {
    expect(get("capLevel", 0n)).toBe(0);
    expect(big("cnodeInRootSlot", 0)).not.toBe(0n);
    expect(get("capLevel", big("cnodeInRootSlot", 0))).toBe(CapLevel.L2);
  });

  it("to a CNode whose slots cannot be named is a reference to nothing", () => {
    const own = big("capref", big("cnodeInRootSlot", 8), 77);
    const inRoot = big("capref", BigInt(CPTR_ROOTCN) << 32n, 8);
    const foreign = big("capref", big("buildCNodeRef", own, CNodeType.ROOT), 5);
    const inForeignL2 = big("capref", big("buildCNodeRef", foreign, CNodeType.OTHER), 7);
    const refersToNothing = (ref: bigint) => get("capAddr", ref) >>> 8 === 0xffffff;
    expect(refersToNothing(big("buildCNodeRef", own, CNodeType.OTHER)), "an L2CNode in an L2CNode").toBe(true);
    expect(refersToNothing(big("buildCNodeRef", inRoot, CNodeType.ROOT)), "a root in a root CNode").toBe(true);
    expect(refersToNothing(big("buildCNodeRef", inForeignL2, CNodeType.ROOT)), "a root in another CSpace").toBe(true);
    for (const [cap, type] of [
      [own, CNodeType.ROOT],
      [inRoot, CNodeType.OTHER],
      [foreign, CNodeType.OTHER],
    ] as const)
      expect(refersToNothing(big("buildCNodeRef", cap, type))).toBe(false);
  });

  it("into another CSpace names its root by an address in the own CSpace", () => {
    const foreignRoot = big("capref", big("cnodeInRootSlot", 8), 77);
    const cnode = big("buildCNodeRef", foreignRoot, CNodeType.ROOT);
    expect(get("crootAddr", cnode)).toBe(0x84d);
    expect(get("cnodeLevel", cnode)).toBe(CapLevel.ROOT);
    expect(get("isOwnCSpace", cnode)).toBe(0);
    expect(big("crootCap", cnode)).toBe(foreignRoot);
  });
});
