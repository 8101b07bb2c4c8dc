/** Modify changes the attributes of some entries of a mapping. (Specification of capabilities, section 4.12.) */
import { beforeEach, describe, expect, it } from "vitest";
import { L1_TABLE, MIB, PAGE, RAM, slot } from "../../../../evidence/harness/well-known";
import { ObjType } from "../../../../system/kpi/object-types";
import { VRegionFlags } from "../../../../system/kpi/types";
import { useSystem } from "../../../support/use-system";

const system = await useSystem();
const { do: call, attempt } = system;

const TABLE = L1_TABLE + 30;
const VA = 0x1f00000;
const READ = VRegionFlags.READ;

beforeEach(() => {
  call.retype({ from: RAM, type: ObjType.Frame, bytes: 8 * PAGE, to: slot(0) });
  call.map({ table: TABLE, source: slot(0), entry: 0, count: 8, mapping: slot(1) });
});

const writable = () => Array.from({ length: 8 }, (_, i) => i).filter((i) => system.user.canWrite(VA + i * PAGE));

describe("modify", () => {
  it("changes the named entries, even if the TLB holds them", () => {
    expect(writable()).toHaveLength(8);
    call.modify(slot(1), { offset: 2, pages: 3, flags: READ });
    expect(writable()).toEqual([0, 1, 5, 6, 7]);
    expect(system.user.canRead(VA + 3 * PAGE)).toBe(true);
    call.modify(slot(1), { offset: 0, pages: 8, flags: VRegionFlags.READ_WRITE });
    expect(writable()).toHaveLength(8);
  });

  it("can remove all rights, and restore them", () => {
    call.modify(slot(1), { offset: 0, pages: 8, flags: 0 });
    expect(system.user.canRead(VA)).toBe(false);
    call.modify(slot(1), { offset: 0, pages: 8, flags: READ });
    expect(system.user.canRead(VA)).toBe(true);
  });

  it("keeps the physical addresses of the entries", () => {
    call.modify(slot(1), { offset: 4, pages: 4, flags: READ });
    const { base } = system.identity(slot(0));
    for (let i = 0; i < 8; i++) expect(system.user.physical(VA + i * PAGE)).toBe(base + i * PAGE);
  });

  it.each([
    [8, 1],
    [7, 2],
    [0, 9],
    [0, 0],
    [0xffffffff, 1],
    [1, 0xffffffff],
    [0xffffffff, 2],
    [0x40000000, 8],
  ])("of entries past the end of the mapping is refused: offset %i, %i pages", (offset, pages) => {
    expect(attempt.modify(slot(1), { offset, pages, flags: READ })).toBe("SYS_ERR_VM_MAP_SIZE");
  });

  it("refuses unknown attributes", () => {
    for (const flags of [0x10, 0x20, 0xffffffff]) {
      expect(attempt.modify(slot(1), { flags })).toBe("SYS_ERR_INVARGS_SYSCALL");
    }
  });

  it("of a void mapping is refused", () => {
    call.unmap(TABLE, slot(1));
    expect(attempt.modify(slot(1), { flags: READ })).toBe("SYS_ERR_VNODE_NOT_INSTALLED");
  });

  it("of an installed L2 table is refused, because it has no attributes", () => {
    call.retype({ from: RAM, type: ObjType.VNode_ARM_l2, offset: MIB, to: slot(2) });
    call.map({ table: L1_TABLE, source: slot(2), entry: 100, mapping: slot(3) });
    expect(attempt.modify(slot(3), { flags: READ })).toBe("SYS_ERR_WRONG_MAPPING");
  });

  it("of a section writes a section descriptor", () => {
    const offset = system.offsetOfAligned(RAM, MIB) + MIB;
    call.retype({ from: RAM, type: ObjType.Frame, bytes: 2 * MIB, offset, to: slot(2) });
    call.map({ table: L1_TABLE, source: slot(2), entry: 100, count: 2, mapping: slot(3) });
    expect(system.user.canWrite(101 * MIB + 5 * PAGE)).toBe(true);
    call.modify(slot(3), { offset: 1, pages: 1, flags: READ });
    const { base } = system.identity(slot(2));
    expect(system.user.physical(101 * MIB + 5 * PAGE)).toBe(base + MIB + 5 * PAGE);
    expect(system.user.canWrite(101 * MIB + 5 * PAGE)).toBe(false);
    expect(system.user.canWrite(100 * MIB)).toBe(true);
  });
});

describe("destroy", () => {
  it("removes the entries and the capability", () => {
    call.destroyMapping(slot(1));
    expect(writable()).toEqual([]);
    expect(system.isEmpty(slot(1))).toBe(true);
    call.map({ table: TABLE, source: slot(0), entry: 0, count: 8, mapping: slot(1) });
  });

  it("of a void mapping removes the capability", () => {
    call.unmap(TABLE, slot(1));
    call.destroyMapping(slot(1));
    expect(system.isEmpty(slot(1))).toBe(true);
  });
});
