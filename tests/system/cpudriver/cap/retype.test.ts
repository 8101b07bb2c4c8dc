/** Retype with zero, one and too many objects, past every limit, and until the source is full. (Capabilities, section 4.3.) */
import { beforeEach, describe, expect, it } from "vitest";
import {
  BOUNDARY_WORDS,
  DEVICES,
  DISPATCHER,
  DISPATCHER_FRAME,
  inRootSlot,
  L1_TABLE,
  MIB,
  otherSlot,
  PAGE,
  PHYS,
  PHYS_OUTSIDE,
  RAM,
  ROOT,
  slot,
} from "../../../../evidence/harness/well-known";
import { CapLevel } from "../../../../system/kpi/cspace";
import { ObjType } from "../../../../system/kpi/object-types";
import { useSystem } from "../../../support/use-system";

const system = await useSystem();
const { do: call, attempt } = system;

/** A separate piece of RAM in slot 0. */
const BLOCK = slot(0);
function block(bytes: number): void {
  call.retype({ from: RAM, type: ObjType.RAM, bytes, offset: system.offsetOfAligned(RAM, MIB), to: BLOCK });
}

describe("retype", () => {
  it("makes one object with the bytes at the offset", () => {
    block(MIB);
    const { base } = system.identity(BLOCK);
    call.retype({ from: BLOCK, type: ObjType.Frame, bytes: 2 * PAGE, offset: 5 * PAGE, to: slot(1) });
    expect(system.identity(slot(1))).toEqual({ type: ObjType.Frame, base: base + 5 * PAGE, bytes: 2 * PAGE });
  });

  it("makes many adjacent objects in adjacent slots", () => {
    block(MIB);
    const { base } = system.identity(BLOCK);
    call.retype({ from: BLOCK, type: ObjType.Frame, bytes: PAGE, count: 200, to: slot(10) });
    const bases = Array.from({ length: 200 }, (_, i) => system.identity(slot(10 + i)).base);
    expect(bases).toEqual(bases.map((_, i) => base + i * PAGE));
  });

  it("of zero objects is refused", () => {
    expect(attempt.retype({ from: RAM, type: ObjType.Frame, bytes: PAGE, count: 0, to: slot(1) })).toBe(
      "SYS_ERR_RETYPE_INVALID_COUNT",
    );
  });

  it("of more objects than the source has room for is refused", () => {
    block(4 * PAGE);
    const request = { from: BLOCK, type: ObjType.Frame, bytes: PAGE, to: slot(1) };
    for (const count of [5, 0x10000, 0x100000, 0x100001, 0xffffffff]) {
      expect(attempt.retype({ ...request, count }), `${count} objects`).toBe("SYS_ERR_RETYPE_INVALID_COUNT");
    }
    expect(attempt.retype({ ...request, count: 4 })).toBe("SYS_ERR_OK");
  });

  it("of one object that is larger than the source is refused", () => {
    block(4 * PAGE);
    const request = { from: BLOCK, type: ObjType.Frame, to: slot(1) };
    for (const bytes of [5 * PAGE, 64 * MIB, 0xfffff000]) {
      expect(attempt.retype({ ...request, bytes }), `${bytes} bytes`).toBe("SYS_ERR_INVALID_SIZE");
    }
    expect(attempt.retype({ from: BLOCK, type: ObjType.KernelControlBlock, to: slot(1) })).toBe("SYS_ERR_INVALID_SIZE");
  });

  it("past the end of the source is refused", () => {
    block(4 * PAGE);
    const request = { from: BLOCK, type: ObjType.Frame, bytes: 2 * PAGE, to: slot(1) };
    for (const offset of [3 * PAGE, 4 * PAGE, MIB, 0x80000000, 0xfffff000]) {
      expect(attempt.retype({ ...request, offset }), `offset ${offset}`).toBe("SYS_ERR_RETYPE_INVALID_OFFSET");
    }
    expect(attempt.retype({ ...request, offset: 2 * PAGE })).toBe("SYS_ERR_OK");
  });

  it("works piece by piece until the source is full, and again after a revoke", () => {
    block(64 * PAGE);
    const { capabilities } = system.accounts();
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 64; i++) {
        call.retype({ from: BLOCK, type: ObjType.Frame, bytes: PAGE, offset: i * PAGE, to: slot(1 + i) });
      }
      for (let i = 0; i < 64; i++) {
        const again = { from: BLOCK, type: ObjType.RAM, bytes: PAGE, offset: i * PAGE, to: slot(100) };
        expect(attempt.retype(again)).toBe("SYS_ERR_REVOKE_FIRST");
      }
      call.revoke(BLOCK);
      expect(system.accounts().capabilities).toBe(capabilities);
    }
  });

  it("refuses a range that overlaps a child", () => {
    block(MIB);
    call.retype({ from: BLOCK, type: ObjType.Frame, bytes: 4 * PAGE, offset: 4 * PAGE, to: slot(1) });
    const at = (page: number, pages: number) =>
      attempt.retype({ from: BLOCK, type: ObjType.RAM, bytes: pages * PAGE, offset: page * PAGE, to: slot(2) });
    expect(at(4, 4), "the same bytes").toBe("SYS_ERR_REVOKE_FIRST");
    expect(at(5, 1), "inside").toBe("SYS_ERR_REVOKE_FIRST");
    expect(at(3, 2), "over its start").toBe("SYS_ERR_REVOKE_FIRST");
    expect(at(7, 2), "over its end").toBe("SYS_ERR_REVOKE_FIRST");
    expect(at(0, 16), "around").toBe("SYS_ERR_REVOKE_FIRST");
    expect(at(0, 4), "just below").toBe("SYS_ERR_OK");
    call.delete(slot(2));
    expect(at(8, 4), "just above").toBe("SYS_ERR_OK");
  });

  it("refuses a range that overlaps a grandchild whose parent is gone", () => {
    block(MIB);
    call.retype({ from: BLOCK, type: ObjType.RAM, bytes: 8 * PAGE, to: slot(1) });
    call.retype({ from: slot(1), type: ObjType.Frame, bytes: PAGE, offset: 2 * PAGE, to: slot(2) });
    call.delete(slot(1));
    const over = { from: BLOCK, type: ObjType.RAM, bytes: 8 * PAGE, to: slot(3) };
    expect(attempt.retype(over)).toBe("SYS_ERR_REVOKE_FIRST");
    call.delete(slot(2));
    expect(attempt.retype(over)).toBe("SYS_ERR_OK");
  });

  it("refuses a range behind a grandchild, in the rest of a child that covers the whole source", () => {
    block(MIB);
    call.retype({ from: BLOCK, type: ObjType.RAM, bytes: 16 * PAGE, to: slot(1) });
    call.retype({ from: slot(1), type: ObjType.Frame, bytes: 16 * PAGE, to: slot(2) });
    call.retype({ from: slot(2), type: ObjType.Frame, bytes: 2 * PAGE, offset: PAGE, to: slot(3) });
    const behind = { from: slot(1), type: ObjType.RAM, bytes: PAGE, offset: 8 * PAGE, to: slot(4) };
    expect(attempt.retype(behind)).toBe("SYS_ERR_REVOKE_FIRST");
    expect(attempt.retype({ ...behind, from: BLOCK })).toBe("SYS_ERR_REVOKE_FIRST");
    // The grandchild stays behind without its parent. It does not take the rest of that region.
    call.delete(slot(2));
    expect(attempt.retype({ ...behind, offset: PAGE })).toBe("SYS_ERR_REVOKE_FIRST");
    expect(attempt.retype(behind)).toBe("SYS_ERR_OK");
  });

  it("of a copy refuses a range that overlaps a child of the other copy", () => {
    block(MIB);
    call.copy(BLOCK, slot(1));
    call.retype({ from: BLOCK, type: ObjType.Frame, bytes: PAGE, to: slot(2) });
    expect(attempt.retype({ from: slot(1), type: ObjType.Frame, bytes: PAGE, to: slot(3) })).toBe(
      "SYS_ERR_REVOKE_FIRST",
    );
  });
});

describe("the slots for the objects", () => {
  const frames = (to: object, count = 1) =>
    attempt.retype({ from: RAM, type: ObjType.Frame, bytes: PAGE, count, to: { cnode: slot(0), slot: 0, ...to } });

  it("must exist", () => {
    expect(frames({ slot: 256 })).toBe("SYS_ERR_SLOTS_INVALID");
    expect(frames({ slot: 255 }, 2)).toBe("SYS_ERR_SLOTS_INVALID");
    expect(frames({ slot: 0 }, 257)).toBe("SYS_ERR_SLOTS_INVALID");
    expect(frames({ slot: 0xffffffff })).toBe("SYS_ERR_SLOTS_INVALID");
    expect(frames({ slot: 0xffffff00 }, 256)).toBe("SYS_ERR_SLOTS_INVALID");
    expect(frames({ slot: 0 }, 256), "all of a CNode").toBe("SYS_ERR_OK");
  });

  it("must all be empty", () => {
    call.copy(RAM, slot(7));
    expect(frames({ slot: 7 })).toBe("SYS_ERR_SLOTS_IN_USE");
    expect(frames({ slot: 0 }, 8)).toBe("SYS_ERR_SLOTS_IN_USE");
    expect(frames({ slot: 7 }, 8)).toBe("SYS_ERR_SLOTS_IN_USE");
    expect(frames({ slot: 0 }, 7)).toBe("SYS_ERR_OK");
  });

  it("cannot include the slot of the source", () => {
    block(MIB);
    expect(attempt.retype({ from: BLOCK, type: ObjType.Frame, bytes: PAGE, to: BLOCK })).toBe("SYS_ERR_SLOTS_IN_USE");
  });

  it("may be in a root only for L2CNodes and control blocks", () => {
    const inRoot = { cnode: 0, level: CapLevel.ROOT, slot: 100 };
    const refused = [ObjType.RAM, ObjType.Frame, ObjType.L1CNode];
    for (const type of refused) {
      expect(attempt.retype({ from: RAM, type, bytes: 16384, to: inRoot })).toBe("SYS_ERR_DEST_TYPE_INVALID");
    }
    expect(attempt.retype({ from: RAM, type: ObjType.Dispatcher, to: inRoot })).toBe("SYS_ERR_DEST_TYPE_INVALID");
    expect(attempt.retype({ from: RAM, type: ObjType.L2CNode, bytes: 16384, to: inRoot })).toBe("SYS_ERR_OK");
    call.copy(RAM, inRootSlot(100, 3));
    const next = { ...inRoot, slot: 101 };
    const request = { from: RAM, type: ObjType.KernelControlBlock, offset: 65536, to: next };
    expect(attempt.retype(request)).toBe("SYS_ERR_OK");
  });

  it("are looked up in the CSpace that the caller names", () => {
    expect(frames({ root: slot(250) })).toBe("SYS_ERR_DEST_ROOTCN_LOOKUP < SYS_ERR_CAP_NOT_FOUND");
    expect(frames({ root: RAM })).toBe("SYS_ERR_CNODE_TYPE");
    expect(frames({ cnode: inRootSlot(200) })).toBe("SYS_ERR_DEST_CNODE_LOOKUP < SYS_ERR_CAP_NOT_FOUND");
    expect(frames({ level: 3 })).toBe("SYS_ERR_DEST_CNODE_LOOKUP < SYS_ERR_CAP_LOOKUP_DEPTH");
    expect(frames({ cnode: RAM, level: CapLevel.L2 })).toBe("SYS_ERR_DEST_CNODE_INVALID");
  });
});

describe("the source", () => {
  const frame = (from: object) =>
    attempt.retype({ from: from as never, type: ObjType.Frame, bytes: PAGE, to: slot(1) });

  it("is looked up in the CSpace that the caller names", () => {
    expect(frame({ root: slot(250), address: RAM })).toBe("SYS_ERR_SOURCE_ROOTCN_LOOKUP < SYS_ERR_CAP_NOT_FOUND");
    expect(frame({ address: slot(250) })).toBe("SYS_ERR_SOURCE_CAP_LOOKUP < SYS_ERR_CAP_NOT_FOUND");
    expect(frame({ address: RAM, level: 7 })).toBe("SYS_ERR_SOURCE_CAP_LOOKUP < SYS_ERR_CAP_LOOKUP_DEPTH");
  });

  it("at level 1 is the CNode in the root, not the capability in its first slot", () => {
    expect(frame({ address: RAM, level: CapLevel.L1 })).toBe("SYS_ERR_INVALID_RETYPE");
  });
});

describe("the new type", () => {
  const types = (from: number, bytes: number) =>
    Array.from({ length: ObjType.Num }, (_, type) => type).filter((type) => {
      const fixed = [ObjType.Dispatcher, ObjType.EndPoint, ObjType.KernelControlBlock].includes(type);
      const isVNode = type >= ObjType.VNode_x86_64_pml4 && type <= ObjType.VNode_AARCH64_l3;
      const answer = attempt.retype({ from, type, bytes: fixed || isVNode ? 0 : bytes, to: slot(200) });
      if (answer === "SYS_ERR_OK") call.delete(slot(200));
      return answer === "SYS_ERR_OK";
    });

  it("from RAM can be RAM, CNode, Dispatcher, Frame, page table or control block", () => {
    block(MIB);
    const vnodes = [13, 15, 17, 19, 21, 23, 25, 27, 29, 31, 33, 35, 37];
    const others = [ObjType.RAM, ObjType.L1CNode, ObjType.L2CNode, ObjType.Dispatcher, ObjType.Frame];
    expect(types(BLOCK, 16384)).toEqual([...others, ...vnodes, ObjType.KernelControlBlock]);
  });

  it("from PhysAddr can be PhysAddr, RAM or DevFrame", () => {
    expect(types(PHYS, PAGE)).toEqual([ObjType.PhysAddr, ObjType.RAM, ObjType.DevFrame]);
  });

  it("from a frame can only be a frame of the same type", () => {
    expect(types(DISPATCHER_FRAME, PAGE)).toEqual([ObjType.Frame]);
    expect(types(DEVICES, PAGE)).toEqual([ObjType.DevFrame]);
  });

  it("from a dispatcher can only be EndPoint, any number of times", () => {
    expect(types(DISPATCHER, 0)).toEqual([ObjType.EndPoint]);
    for (let i = 0; i < 10; i++) call.retype({ from: DISPATCHER, type: ObjType.EndPoint, to: slot(i) });
    const two = { from: DISPATCHER, type: ObjType.EndPoint, count: 2, to: slot(20) };
    expect(attempt.retype(two)).toBe("SYS_ERR_RETYPE_INVALID_COUNT");
    expect(attempt.retype({ ...two, count: 0 })).toBe("SYS_ERR_RETYPE_INVALID_COUNT");
    expect(attempt.retype({ ...two, count: 1, bytes: 4096 })).toBe("SYS_ERR_INVALID_SIZE");
  });

  it("from a page table or a CNode can be nothing", () => {
    expect(types(L1_TABLE, PAGE)).toEqual([]);
    expect(types(ROOT, PAGE)).toEqual([]);
  });

  it.each([0, 49, 50, 255, 256, 258, 0x8002, 0xffff])("%i is refused as nonexistent", (type) => {
    expect(attempt.retype({ from: RAM, type, bytes: PAGE, to: slot(1) })).toBe("SYS_ERR_ILLEGAL_DEST_TYPE");
  });

  it.each([ObjType.Frame_Mapping, ObjType.VNode_ARM_l2_Mapping, ObjType.VNode_AARCH64_l3_Mapping])(
    "%i is refused, because only map makes mappings",
    (type) => {
      const request = { from: RAM, type, bytes: PAGE, to: slot(1) };
      expect(attempt.retype(request)).toBe("SYS_ERR_RETYPE_MAPPING_EXPLICIT");
    },
  );
});

describe("the size of an object", () => {
  it.each([ObjType.RAM, ObjType.Frame])("of type %i is a nonzero number of pages", (type) => {
    for (const bytes of [0, 1, 512, 4095, 4097, 6144, 0xffffffff]) {
      expect(attempt.retype({ from: RAM, type, bytes, to: slot(1) }), `${bytes} bytes`).toBe("SYS_ERR_INVALID_SIZE");
    }
  });

  it.each([ObjType.PhysAddr, ObjType.DevFrame])("of type %i from PhysAddr is a nonzero number of pages", (type) => {
    for (const bytes of [0, 1, 4095, 6144]) {
      expect(attempt.retype({ from: PHYS, type, bytes, to: slot(1) }), `${bytes} bytes`).toBe("SYS_ERR_INVALID_SIZE");
    }
  });

  it("of an L1CNode is a nonzero multiple of 256 slots", () => {
    const root = (bytes: number) => attempt.retype({ from: RAM, type: ObjType.L1CNode, bytes, to: slot(1) });
    for (const bytes of [0, 4096, 16383, 16385, 20480]) expect(root(bytes)).toBe("SYS_ERR_INVALID_SIZE");
    expect(root(3 * 16384)).toBe("SYS_ERR_OK");
  });

  it("of an L2CNode is 16 KiB", () => {
    const cnode = (bytes: number) => attempt.retype({ from: RAM, type: ObjType.L2CNode, bytes, to: slot(1) });
    for (const bytes of [0, 4096, 16383, 32768]) expect(cnode(bytes)).toBe("SYS_ERR_INVALID_SIZE");
    expect(cnode(16384)).toBe("SYS_ERR_OK");
  });

  it.each([
    ["VNode_ARM_l1", ObjType.VNode_ARM_l1, 16384],
    ["VNode_ARM_l2", ObjType.VNode_ARM_l2, 1024],
    ["Dispatcher", ObjType.Dispatcher, 1024],
    ["KernelControlBlock", ObjType.KernelControlBlock, 65536],
  ])("of a %s is the size of the type, or zero to mean it", (_name, type, size) => {
    block(MIB);
    const make = (bytes: number) => attempt.retype({ from: BLOCK, type, bytes, to: slot(1) });
    for (const bytes of [1, size - 1, size + 1, 2 * size, 4 * size]) {
      expect(make(bytes), `${bytes} bytes`).toBe("SYS_ERR_INVALID_SIZE");
    }
    for (const bytes of [0, size]) {
      expect(make(bytes)).toBe("SYS_ERR_OK");
      expect(system.identity(slot(1)).bytes).toBe(size);
      call.delete(slot(1));
    }
  });

  it("counts for the bounds even if the caller passes zero", () => {
    block(16384);
    const tables = (count: number, offset = 0) =>
      attempt.retype({ from: BLOCK, type: ObjType.VNode_ARM_l2, count, offset, to: slot(1) });
    expect(tables(17)).toBe("SYS_ERR_RETYPE_INVALID_COUNT");
    expect(tables(16, 1024)).toBe("SYS_ERR_RETYPE_INVALID_OFFSET");
    expect(tables(1, 16384)).toBe("SYS_ERR_RETYPE_INVALID_OFFSET");
    expect(tables(16)).toBe("SYS_ERR_OK");
  });
});

describe("the offset", () => {
  it("is a multiple of the page size", () => {
    const at = (offset: number) => attempt.retype({ from: RAM, type: ObjType.Frame, bytes: PAGE, offset, to: slot(1) });
    for (const offset of [1, 1024, 4095, 4097]) expect(at(offset)).toBe("SYS_ERR_RETYPE_INVALID_OFFSET");
  });

  it("of small objects is a multiple of their size, so four L2 tables fit a page", () => {
    block(PAGE);
    for (let i = 0; i < 4; i++)
      call.retype({ from: BLOCK, type: ObjType.VNode_ARM_l2, offset: i * 1024, to: slot(1 + i) });
    const again = { from: BLOCK, type: ObjType.VNode_ARM_l2, offset: 1024, to: slot(9) };
    expect(attempt.retype(again)).toBe("SYS_ERR_REVOKE_FIRST");
    expect(attempt.retype({ ...again, offset: 512 })).toBe("SYS_ERR_RETYPE_INVALID_OFFSET");
  });

  it("of an L1 table must give an address that is a multiple of 16 KiB", () => {
    block(MIB);
    const table = (offset: number) => attempt.retype({ from: BLOCK, type: ObjType.VNode_ARM_l1, offset, to: slot(1) });
    for (const offset of [4096, 8192, 12288]) expect(table(offset)).toBe("SYS_ERR_RETYPE_INVALID_OFFSET");
    expect(table(16384)).toBe("SYS_ERR_OK");
    expect(system.identity(slot(1)).base % 16384).toBe(0);
  });
});

describe("the memory of a new object", () => {
  const word = (address: number) => system.memory.word(system.identity(address).base);
  const scribble = (address: number) => system.memory.setWord(system.identity(address).base, 0xdeadbeef);

  it.each([
    ["Frame", ObjType.Frame, PAGE],
    ["L2CNode", ObjType.L2CNode, 16384],
    ["VNode_ARM_l1", ObjType.VNode_ARM_l1, 0],
    ["Dispatcher", ObjType.Dispatcher, 0],
  ])("from RAM is zero: %s", (_name, type, bytes) => {
    block(MIB);
    scribble(BLOCK);
    call.retype({ from: BLOCK, type, bytes, to: slot(1) });
    expect(word(slot(1))).toBe(0);
  });

  it("from RAM keeps its contents as RAM", () => {
    block(MIB);
    scribble(BLOCK);
    call.retype({ from: BLOCK, type: ObjType.RAM, bytes: PAGE, to: slot(1) });
    expect(word(slot(1))).toBe(0xdeadbeef);
  });

  it("keeps its contents when a frame is split", () => {
    call.retype({ from: RAM, type: ObjType.Frame, bytes: 4 * PAGE, to: slot(1) });
    scribble(slot(1));
    call.retype({ from: slot(1), type: ObjType.Frame, bytes: PAGE, to: slot(2) });
    expect(word(slot(2))).toBe(0xdeadbeef);
  });

  it.each([...Array.from({ length: 20 }, (_, index) => index + 1), 31, 32, 33, 63, 64, 65, 127, 128, 200])(
    "of %i pages at once puts each in its place between the pages before and behind",
    (count) => {
      const { capabilities } = system.accounts();
      call.retype({ from: RAM, type: ObjType.RAM, bytes: PAGE, to: otherSlot(0) });
      call.retype({ from: RAM, type: ObjType.RAM, bytes: PAGE, offset: (count + 1) * PAGE, to: otherSlot(1) });
      call.retype({ from: RAM, type: ObjType.RAM, bytes: PAGE, offset: PAGE, count, to: slot(0) });
      expect(system.accounts().capabilities).toBe(capabilities + count + 2);
      // Each is found again: its memory is taken, and free when it alone is deleted.
      for (const index of new Set([0, count >> 1, count - 1])) {
        const again = { from: RAM, type: ObjType.RAM, bytes: PAGE, offset: (index + 1) * PAGE, to: slot(255) };
        expect(attempt.retype(again)).toBe("SYS_ERR_REVOKE_FIRST");
        call.delete(slot(index));
        call.retype(again);
        call.delete(slot(255));
      }
      call.revoke(RAM);
      expect(system.accounts().capabilities).toBe(capabilities);
    },
  );

  it("from a mapped frame makes frames beside its mappings", () => {
    call.retype({ from: RAM, type: ObjType.Frame, bytes: 16 * PAGE, to: slot(0) });
    call.copy(slot(0), slot(1));
    call.map({ table: L1_TABLE + 30, source: slot(0), entry: 0, count: 16, mapping: slot(2) });
    call.map({ table: L1_TABLE + 30, source: slot(1), entry: 32, mapping: slot(3) });
    call.retype({ from: slot(1), type: ObjType.Frame, bytes: PAGE, count: 16, to: slot(10) });
    call.map({ table: L1_TABLE + 30, source: slot(25), entry: 64, mapping: slot(4) });
    call.revoke(slot(1));
    expect([0, 2, 3, 4, 10, 25].map((index) => system.isEmpty(slot(index)))).toEqual(Array(6).fill(true));
  });

  it("must exist on the board if it has to be cleared", () => {
    call.retype({ from: PHYS_OUTSIDE, type: ObjType.RAM, bytes: MIB, to: slot(1) });
    for (const type of [ObjType.Frame, ObjType.L2CNode]) {
      const request = { from: slot(1), type, bytes: 16384, to: slot(2) };
      expect(attempt.retype(request)).toBe("SYS_ERR_RETYPE_CREATE < SYS_ERR_INVALID_RETYPE");
    }
  });
});

it("retype answers any register words, and changes nothing if it is refused", () => {
  block(MIB);
  for (const offset of BOUNDARY_WORDS) {
    for (const bytes of BOUNDARY_WORDS) {
      const count = BOUNDARY_WORDS[(offset + bytes) % BOUNDARY_WORDS.length] as number;
      const answer = attempt.retype({ from: BLOCK, type: ObjType.Frame, offset, bytes, count, to: otherSlot(0) });
      if (answer === "SYS_ERR_OK") call.revoke(BLOCK);
    }
  }
});

/** Each request is wrong in several ways. The answer is that of the first check in the original. (R1 to R3.) */
describe("the checks have the order of the original:", () => {
  const FULL = slot(9);

  beforeEach(() => {
    block(4 * PAGE);
    call.retype({ from: BLOCK, type: ObjType.Dispatcher, to: FULL });
  });

  it("the pair of types comes before a size of 0 and an odd size of RAM", () => {
    const make = (type: ObjType, bytes: number) => attempt.retype({ from: FULL, type, bytes, to: slot(1) });
    for (const type of [ObjType.RAM, ObjType.PhysAddr, ObjType.Frame, ObjType.DevFrame, ObjType.L1CNode]) {
      expect(make(type, 0)).toBe("SYS_ERR_INVALID_RETYPE");
    }
    expect(make(ObjType.RAM, 6144)).toBe("SYS_ERR_INVALID_RETYPE");
    expect(make(ObjType.Frame, 6144)).toBe("SYS_ERR_INVALID_SIZE");
    expect(make(ObjType.L2CNode, 0)).toBe("SYS_ERR_INVALID_SIZE");
  });

  it("the destination slots come before an odd size of RAM", () => {
    const odd = { from: RAM, type: ObjType.RAM, bytes: 6144, offset: 32 * MIB };
    expect(attempt.retype({ ...odd, to: FULL })).toBe("SYS_ERR_SLOTS_IN_USE");
    expect(attempt.retype({ ...odd, count: 2, to: { cnode: slot(0), slot: 255 } })).toBe("SYS_ERR_SLOTS_INVALID");
    expect(attempt.retype({ ...odd, to: slot(1) })).toBe("SYS_ERR_INVALID_SIZE");
  });

  it("the destination slots come before the errors that depend on the type's own size", () => {
    const frame = { from: BLOCK, type: ObjType.Frame, bytes: PAGE, offset: PAGE, to: slot(2) };
    call.retype(frame);
    const table = { from: BLOCK, type: ObjType.VNode_ARM_l2, offset: PAGE };
    expect(attempt.retype({ ...table, to: FULL }), "over the frame").toBe("SYS_ERR_SLOTS_IN_USE");
    expect(attempt.retype({ ...table, to: slot(1) })).toBe("SYS_ERR_REVOKE_FIRST");
    expect(attempt.retype({ ...table, offset: 4 * PAGE, to: FULL }), "past the end of the source").toBe(
      "SYS_ERR_SLOTS_IN_USE",
    );
    expect(attempt.retype({ ...table, offset: 4 * PAGE, to: slot(1) })).toBe("SYS_ERR_RETYPE_INVALID_OFFSET");
    expect(attempt.retype({ ...table, offset: 5 * PAGE, to: FULL })).toBe("SYS_ERR_RETYPE_INVALID_OFFSET");
  });

  it("an empty range inside an object overlaps it, and one at its start does not", () => {
    call.retype({ from: BLOCK, type: ObjType.Frame, bytes: 2 * PAGE, offset: PAGE, to: slot(2) });
    const tables = (offset: number) => attempt.retype({ from: BLOCK, type: ObjType.VNode_ARM_l2, offset, to: FULL });
    expect(tables(2 * PAGE)).toBe("SYS_ERR_REVOKE_FIRST");
    expect(tables(PAGE)).toBe("SYS_ERR_SLOTS_IN_USE");
    expect(tables(3 * PAGE)).toBe("SYS_ERR_SLOTS_IN_USE");
  });

  it("a size that is too small counts as given for the bounds, and is refused last", () => {
    const small = { from: BLOCK, type: ObjType.Dispatcher, bytes: 512, count: 2, offset: 4 * PAGE - 1024 };
    expect(attempt.retype({ ...small, to: FULL }), "two of 512 bytes fit").toBe("SYS_ERR_SLOTS_IN_USE");
    expect(attempt.retype({ ...small, to: slot(1) })).toBe("SYS_ERR_INVALID_SIZE");
    expect(attempt.retype({ ...small, count: 3, to: FULL })).toBe("SYS_ERR_RETYPE_INVALID_OFFSET");
  });

  it("unlike in the original, size 0 does not overlap beside an ancestor, and makes no object past the end of the source", () => {
    call.retype({ from: BLOCK, type: ObjType.RAM, bytes: 2 * PAGE, offset: 2 * PAGE, to: slot(2) });
    call.retype({ from: slot(2), type: ObjType.Frame, bytes: PAGE, offset: PAGE, to: slot(3) });
    expect(attempt.retype({ from: slot(2), type: ObjType.VNode_ARM_l2, offset: 2 * PAGE, to: slot(4) })).toBe(
      "SYS_ERR_RETYPE_INVALID_OFFSET",
    );
    expect(attempt.retype({ from: slot(2), type: ObjType.Dispatcher, to: slot(4) })).toBe("SYS_ERR_OK");
  });
});
