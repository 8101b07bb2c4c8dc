import { beforeEach, describe, expect, it } from "vitest";
import type { CpuDriver } from "../../../evidence/harness/libraries/cpu-driver";
import { Library, PAGE } from "../../../evidence/harness/libraries/library";
import { ObjType } from "../../../system/kpi/object-types";
import { auditEach } from "./fixtures/audit-each";

auditEach();

let library: Library<CpuDriver>;
beforeEach(async () => {
  library = await Library.start();
});

/** Every function that makes an object. Each returns the error. */
const MAKERS: Record<string, (library: Library) => string> = {
  frameAlloc: (l) => l.try("frameAlloc", BigInt(3 * PAGE)),
  cnodeCreateL1: (l) => l.try("cnodeCreateL1"),
  cnodeCreateL2: (l) => l.try("cnodeCreateL2"),
  "vnodeCreate of an L2 table": (l) => inSlot(l, (slot) => l.try("vnodeCreate", slot, ObjType.VNode_ARM_l2)),
  "vnodeCreate of an L1 table": (l) => inSlot(l, (slot) => l.try("vnodeCreate", slot, ObjType.VNode_ARM_l1)),
  dispatcherCreate: (l) => inSlot(l, (slot) => l.try("dispatcherCreate", slot)),
  endpointCreate: (l) => l.try("endpointCreate"),
  idcapAlloc: (l) => l.try("idcapAlloc"),
};

/** Allocates a slot for an object, and frees it if the object cannot be made. */
function inSlot(library: Library, make: (slot: bigint) => string): string {
  const slot = library.cap("slotAlloc");
  const answer = make(slot);
  if (answer !== "SYS_ERR_OK") library.ok("slotFree", slot);
  return answer;
}

describe("a function that cannot make its object leaves nothing:", () => {
  for (const [name, make] of Object.entries(MAKERS)) {
    it(name, () => {
      const before = library.accounts();
      let calls = 0;
      for (let failing = 1; ; failing++) {
        calls = 0;
        library.kernel.refuse = () => ++calls === failing;
        const answer = make(library);
        library.kernel.refuse = () => false;
        library.check();
        if (answer === "SYS_ERR_OK") break;
        expect(library.accounts(), `refused call ${failing}: ${answer}`).toEqual(before);
      }
      expect(calls).toBeGreaterThan(0);
      expect(library.accounts().capabilities).toBe(before.capabilities + 1);
    });
  }
});

describe("errors name the failed operation", () => {
  it("when there is not enough memory", () => {
    expect(library.try("frameAlloc", 1n << 40n)).toBe("LIB_ERR_RAM_ALLOC_MS_CONSTRAINTS < MM_ERR_NOT_FOUND");
    expect(library.try("frameAlloc", (1n << 64n) - 1n)).toBe("LIB_ERR_RAM_ALLOC_WRONG_SIZE");
    expect(library.try("frameAlloc", 0n)).toBe("LIB_ERR_RAM_ALLOC_WRONG_SIZE");
  });

  it("when a retype is refused", () => {
    library.kernel.refuse = (command) => command === "retype";
    expect(library.try("frameAlloc", 1n)).toBe("LIB_ERR_RAM_ALLOC < LIB_ERR_CAP_RETYPE < SYS_ERR_RETYPE_CREATE");
    expect(library.try("cnodeCreateL1")).toMatch(/^LIB_ERR_CNODE_CREATE < LIB_ERR_RAM_ALLOC < LIB_ERR_CAP_RETYPE/);
  });

  it("when an argument makes no sense", () => {
    const slot = library.cap("slotAlloc");
    expect(library.try("vnodeCreate", slot, ObjType.Frame)).toBe("LIB_ERR_VNODE_CREATE");
    expect(library.try("cnodeCreateForeignL2", 0n, 0)).toBe("LIB_ERR_CROOT_NULL");
    expect(library.try("mapEntries", slot, slot, 0, 1n << 32n, 1n)).toBe("SYS_ERR_FRAME_OFFSET_INVALID");
    expect(library.try("mapEntries", slot, slot, 0, 0n, 1n << 32n)).toBe("SYS_ERR_VM_MAP_SIZE");
    expect(library.try("capRetype", slot, slot, 1n << 32n, ObjType.RAM, 4096n, 1)).toBe(
      "SYS_ERR_RETYPE_INVALID_OFFSET",
    );
    expect(library.try("capRetype", slot, slot, 0n, ObjType.RAM, 1n << 32n, 1)).toBe("SYS_ERR_INVALID_SIZE");
  });

  it("while RAM comes from the base pages", () => {
    expect(library.try("ramAllocFixed", 8192n, 4096n)).toBe("LIB_ERR_RAM_ALLOC_WRONG_SIZE");
    expect(library.try("ramAllocFixed", 4096n, 8192n)).toBe("LIB_ERR_RAM_ALLOC_WRONG_SIZE");
    for (let i = 0; i < 256; i++) expect(library.try("ramAllocFixed", 4096n, 4096n)).toBe("SYS_ERR_OK");
    expect(library.try("ramAllocFixed", 4096n, 4096n)).toBe("LIB_ERR_RAM_ALLOC_MS_CONSTRAINTS");
  });
});

it("a page table is identified by its base, size and type, and anything else by zeros", () => {
  const identified = () => ["outBase", "outBytes", "outType"].map((name) => library.get(name));
  for (const [type, bytes] of [
    [ObjType.VNode_ARM_l1, 16384],
    [ObjType.VNode_ARM_l2, 1024],
  ] as const) {
    const table = library.cap("slotAlloc");
    library.ok("vnodeCreate", table, type);
    const { base } = library.range(table);
    library.ok("vnodeIdentify", table);
    expect(identified()).toEqual([base, bytes, type]);
  }
  expect(library.try("vnodeIdentify", library.cap("slotAlloc"))).toBe("SYS_ERR_CAP_NOT_FOUND");
  expect(identified()).toEqual([0, 0, 0]);
});

it("memory for clients comes from the low end, also after the library has allocated memory for itself", () => {
  const place = () => library.range(library.cap("frameAlloc", BigInt(PAGE))).base;
  const first = place();
  const cap = library.cap("frameAlloc", BigInt(PAGE));
  // This makes a page table, which is placed at the high end.
  library.ok("pagingMapFixedAttr", library.get("currentPaging"), 0x30000000, cap, BigInt(PAGE), 3);
  expect(place()).toBe(first + 2 * PAGE);
});

describe("a frame", () => {
  it("has whole pages and gives its memory back, mapped or not", () => {
    const before = library.accounts();
    for (const [bytes, size] of [
      [100, 4096],
      [3000, 4096],
      [6000, 8192],
    ] as const) {
      const frame = library.cap("frameAlloc", BigInt(bytes));
      expect(library.get("outBytes")).toBe(size);
      library.ok("frameIdentify", frame);
      expect(library.get("outBytes")).toBe(size);
      library.ok("frameFree", frame);
      expect(library.accounts()).toEqual(before);
    }
    expect(library.try("frameFree", 0n)).not.toBe("SYS_ERR_OK");
  });

  it("that is freed while it is mapped is no longer accessible", () => {
    const frame = library.cap("frameAlloc", 4096n);
    library.ok("pagingMapFrameAttr", library.get("currentPaging"), 4096n, frame, 3);
    const va = library.get("outBuffer");
    expect(library.kernel.system.user.canRead(va)).toBe(true);
    const entries = library.accounts().entries;
    library.ok("frameFree", frame);
    expect(library.accounts().entries).toBe(entries - 1);
    expect(library.kernel.system.user.canRead(va)).toBe(false);
    // The address space still lists the mapping. Unmapping it succeeds.
    library.ok("pagingUnmap", library.get("currentPaging"), va);
    library.check();
  });
});
