/** Defects of memory managers and of the user library. The tests call the libraries directly, on the CPU driver. */
import { beforeEach, describe, expect, it } from "vitest";
import type { CpuDriver } from "../../evidence/harness/libraries/cpu-driver";
import { Library, MIB, PAGE } from "../../evidence/harness/libraries/library";
import { ObjType } from "../../system/kpi/object-types";
import { MmPolicy } from "../../system/libmm/layout/mm-layout";
import { auditEach } from "../system/libaos/fixtures/audit-each";

auditEach();

let library: Library<CpuDriver>;
beforeEach(async () => {
  library = await Library.start();
});

const ram = (bytes: number) => library.cap("ramAlloc", BigInt(bytes));
const baseOf = (cap: bigint) => library.range(cap).base;

describe("a separate memory manager", () => {
  let mm: number;
  beforeEach(() => {
    mm = library.room(library.get("sizeOfMm"));
    library.ok("smallMm", mm, library.room(64 * PAGE), 64 * PAGE, MmPolicy.SEGREGATED_FIT);
  });

  const add = (cap: bigint) => {
    const { base, bytes } = library.range(cap);
    library.ok("mmAdd", mm, cap, BigInt(base), BigInt(bytes));
  };
  const alloc = (bytes: number) => library.try("alloc", mm, BigInt(bytes), 0n);
  const take = (bytes: number) => library.cap("alloc", mm, BigInt(bytes), 0n);
  const free = (cap: bigint) => {
    const { base, bytes } = library.range(cap);
    library.ok("mmFree", mm, cap, BigInt(base), BigInt(bytes));
  };
  const freeBytes = () => library.get("mmFreeBytes", mm);

  it("can allocate all of its first region at once, repeatedly", () => {
    add(ram(MIB));
    expect(freeBytes()).toBe(MIB);
    for (let round = 0; round < 3; round++) {
      const all = take(MIB);
      expect(freeBytes()).toBe(0);
      free(all);
    }
    expect(library.get("mmCheckInvariants", mm)).toBe(0);
  });

  it("never merges adjacent regions, whatever the order in which they are added", () => {
    const whole = ram(3 * MIB);
    const parts = [2, 0, 1].map((part) => {
      const cap = library.cap("slotAlloc");
      library.ok("capRetype", cap, whole, BigInt(part * MIB), ObjType.RAM, BigInt(MIB), 1);
      return cap;
    });
    for (const part of parts) add(part);
    expect(freeBytes()).toBe(3 * MIB);
    expect(library.get("mmLargestFree", mm)).toBe(MIB);
    expect(alloc(MIB + PAGE)).toBe("MM_ERR_NOT_FOUND");
    const taken = [1, 2, 3].map(() => take(MIB));
    expect(taken.map(baseOf).sort()).toEqual(parts.map(baseOf).sort());
    for (const cap of taken) free(cap);
    expect(library.get("mmCheckInvariants", mm)).toBe(0);
  });

  it("cuts each piece at the address that it reports, and merges freed pieces", () => {
    const region = ram(64 * PAGE);
    add(region);
    const pieces = Array.from({ length: 16 }, () => take(4 * PAGE));
    expect(new Set(pieces.map(baseOf)).size).toBe(16);
    for (const piece of pieces) expect((baseOf(piece) - baseOf(region)) % (4 * PAGE)).toBe(0);
    for (const piece of pieces.filter((_, index) => index % 2 === 0)) free(piece);
    expect(alloc(5 * PAGE), "free pieces that are not adjacent do not merge").toBe("MM_ERR_NOT_FOUND");
    for (const piece of pieces.filter((_, index) => index % 2 === 1)) free(piece);
    expect(library.get("mmLargestFree", mm)).toBe(64 * PAGE);
    expect(library.get("mmFreeNodes", mm)).toBe(1);
  });
});

describe("init's manager", () => {
  it("refills its slabs during 5,000 allocations, each of which returns a different page", () => {
    const before = library.get("slabRefills");
    const pages = new Set<number>();
    const caps = Array.from({ length: 5000 }, () => ram(PAGE));
    for (const cap of caps) pages.add(baseOf(cap));
    expect(pages.size).toBe(5000);
    expect(library.get("slabRefills")).toBeGreaterThan(before);
    library.checkAll();
    for (const cap of caps) library.ok("ramFree", cap);
    library.checkAll();
  });

  it("loses neither a slot nor RAM when a frame is allocated and freed a thousand times", () => {
    const before = library.accounts();
    for (let round = 0; round < 1000; round++) library.ok("frameFree", library.cap("frameAlloc", BigInt(3 * PAGE)));
    expect(library.accounts()).toEqual(before);
  });

  it("passes on the error of identify for an empty slot, and loses nothing", () => {
    const empty = library.cap("slotAlloc");
    const before = library.accounts();
    expect(library.try("frameFree", empty)).toMatch(/SYS_ERR_CAP_NOT_FOUND/);
    expect(library.try("capIdentify", empty)).toMatch(/SYS_ERR_CAP_NOT_FOUND/);
    expect([library.get("outBase"), library.get("outBytes")]).toEqual([0, 0]);
    expect(library.try("frameIdentify", empty)).not.toBe("SYS_ERR_OK");
    expect([library.get("outBase"), library.get("outBytes")]).toEqual([0, 0]);
    expect(library.accounts()).toEqual(before);
  });
});

describe("the slots of libmm", () => {
  it("are all used before an allocation fails, and refill adds to them", () => {
    const slots = library.get("preallocSlots");
    const taken = new Set<bigint>();
    for (let round = 0; round < 2000; round++) {
      library.ok("slotPreallocRefill", slots);
      taken.add(library.cap("slotAllocPrealloc", slots, 1));
    }
    expect(taken.size).toBe(2000);
    const left = library.get("freeMmSlots");
    for (let slot = 0; slot < left; slot++) taken.add(library.cap("slotAllocPrealloc", slots, 1));
    expect(taken.size).toBe(2000 + left);
    expect(library.try("slotAllocPrealloc", slots, 1)).toBe("MM_ERR_SLOT_NOSLOTS");
  });
});

describe("sizes", () => {
  it("near 2^32 do not wrap to small sizes", () => {
    for (const bytes of [2n ** 32n - 4096n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 32n + 1n, 2n ** 33n]) {
      expect(library.try("frameAlloc", bytes), String(bytes)).toBe(
        "LIB_ERR_RAM_ALLOC_MS_CONSTRAINTS < MM_ERR_NOT_FOUND",
      );
    }
  });

  it("are in bytes for dispatchers, page tables and CNodes", () => {
    const made = (name: string, ...args: (number | bigint)[]) => {
      const slot = library.cap("slotAlloc");
      library.ok(name, slot, ...args);
      return library.range(slot).bytes;
    };
    const free = library.accounts().freeBytes;
    expect(made("dispatcherCreate")).toBe(1024);
    expect(made("vnodeCreate", ObjType.VNode_ARM_l2)).toBe(1024);
    expect(free - library.accounts().freeBytes, "a page each").toBe(BigInt(2 * PAGE));
    expect(made("vnodeCreate", ObjType.VNode_ARM_l1)).toBe(16384);
    expect(library.range(library.cap("cnodeCreateL2")).bytes).toBe(16384);
  });
});

describe("a mapping", () => {
  it("makes every page of its frame accessible across several MiB, with a capability for each table", () => {
    const bytes = 3 * MIB;
    const frame = library.cap("frameAlloc", BigInt(bytes));
    const st = library.get("currentPaging");
    const map = (va: number) => library.ok("pagingMapFixedAttr", st, va, frame, BigInt(bytes), 3);
    const [one, other] = [0x30080000, 0x20000000];
    map(one);
    const before = library.accounts();
    map(other);
    const { entries, mappings } = library.accounts();
    expect(entries - before.entries).toBe(bytes / PAGE + 3);
    expect(mappings - before.mappings, "three L2 tables and three parts of the frame").toBe(6);
    for (let at = 0; at < bytes; at += PAGE) library.kernel.store(one + at, at);
    for (let at = 0; at < bytes; at += PAGE) expect(library.kernel.load(other + at)).toBe(at);
  });
});
