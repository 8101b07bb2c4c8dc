import { beforeEach, describe, expect, it } from "vitest";
import { Library, PAGE } from "../../../evidence/harness/libraries/library";
import { CNodeType, RootSlot } from "../../../system/kpi/cspace";
import { SlotAllocatorLayout } from "../../../system/libaos/layout/slot-layout";
import { fc } from "../../support/property";
import { auditEach } from "./fixtures/audit-each";

auditEach();

let library: Library;
beforeEach(async () => {
  library = await Library.start();
});

const slotOf = (cap: bigint) => library.get("capSlot", cap);
const rootSlotOf = (cnode: bigint) => library.get("capAddr", cnode) >>> 8;

describe("a single slot allocator", () => {
  let single: number;
  let cnode: bigint;
  beforeEach(() => {
    library.ok("cnodeCreateL2");
    cnode = library.big("outCNode");
    single = library.room(library.get("sizeOfSingleSlotAllocator"));
  });

  it("hands out the lowest slots, up to its number of slots", () => {
    library.ok("singleSlotAllocInitRaw", single, cnode, 100);
    for (let i = 0; i < 100; i++) expect(slotOf(library.cap("singleSlotAlloc", single))).toBe(i);
    expect(library.try("singleSlotAlloc", single)).toBe("LIB_ERR_SLOT_ALLOC_NO_SPACE");
    library.ok("singleSlotFree", single, library.big("capref", cnode, 33));
    expect(slotOf(library.cap("singleSlotAlloc", single))).toBe(33);
  });

  it("refuses double frees, slots past its end, and slots of other CNodes", () => {
    library.ok("singleSlotAllocInitRaw", single, cnode, 100);
    const slot = library.cap("singleSlotAlloc", single);
    library.ok("singleSlotFree", single, slot);
    expect(library.try("singleSlotFree", single, slot)).toBe("LIB_ERR_SLOT_UNALLOCATED");
    expect(library.try("singleSlotFree", single, library.big("capref", cnode, 100))).toBe("LIB_ERR_SLOT_UNALLOCATED");
    const other = library.big("capref", library.big("cnodeInRootSlot", RootSlot.TASKCN), 2);
    expect(library.try("singleSlotFree", single, other)).toBe("LIB_ERR_SLOT_ALLOC_WRONG_CNODE");
  });

  it("grows to the whole CNode and never shrinks", () => {
    library.ok("singleSlotAllocInitRaw", single, cnode, 10);
    library.ok("singleSlotAllocResize", single, 256);
    library.ok("singleSlotAllocResize", single, 5);
    for (let i = 0; i < 256; i++) library.ok("singleSlotAlloc", single);
    expect(library.try("singleSlotAlloc", single)).toBe("LIB_ERR_SLOT_ALLOC_NO_SPACE");
    expect(library.try("singleSlotAllocInitRaw", single, cnode, 257)).toMatch(/^LIB_ERR_SINGLE_SLOT_ALLOC_INIT_RAW/);
  });

  it("for a CNode of another CSpace leaves the own CNode with the same number alone", () => {
    const own = library.room(library.get("sizeOfSingleSlotAllocator"));
    library.ok("singleSlotAllocInitRaw", own, cnode, 256);
    const slot = library.cap("singleSlotAlloc", own);
    const foreign = cnode ^ (5n << 32n);
    library.ok("singleSlotAllocInitRaw", single, foreign, 256);
    library.lib.singleSlotAllocDestroy!(single);
    library.ok("slotFree", slot);
  });

  it("for a CNode of another allocator is refused, and the other one keeps working", () => {
    library.ok("singleSlotAllocInitRaw", single, cnode, 256);
    const slot = library.cap("singleSlotAlloc", single);
    const second = library.room(library.get("sizeOfSingleSlotAllocator"));
    expect(library.try("singleSlotAllocInitRaw", second, cnode, 256)).toMatch(/^LIB_ERR_SINGLE_SLOT_ALLOC_INIT_RAW/);
    library.ok("slotFree", slot);
  });

  it("is found by slotFree until it is destroyed", () => {
    library.ok("singleSlotAllocInitRaw", single, cnode, 256);
    const slot = library.cap("singleSlotAlloc", single);
    library.ok("slotFree", slot);
    expect(library.try("slotFree", slot)).toBe("LIB_ERR_SLOT_UNALLOCATED");
    library.lib.singleSlotAllocDestroy!(single);
    expect(library.try("slotFree", slot)).toBe("LIB_ERR_SLOT_ALLOC_WRONG_CNODE");
  });
});

describe("a single slot allocator for a CNode of another CSpace", () => {
  it("leaves the own CNode with the same number alone when it is destroyed, even twice", () => {
    library.ok("cnodeCreateL2");
    const own = library.big("outCNode");
    const root = library.cap("cnodeCreateL1");
    const foreignRoot = library.big("buildCNodeRef", root, CNodeType.ROOT);
    const foreign = library.big("buildCNodeRef", library.big("capref", foreignRoot, rootSlotOf(own)), CNodeType.OTHER);
    expect(library.get("capAddr", foreign)).toBe(library.get("capAddr", own));
    const [ofOwn, ofForeign] = [1, 2].map(() => library.room(library.get("sizeOfSingleSlotAllocator")));
    library.ok("singleSlotAllocInitRaw", ofForeign!, foreign, 256);
    library.ok("singleSlotAllocInitRaw", ofOwn!, own, 256);
    const slot = library.cap("singleSlotAlloc", ofOwn!);
    const foreignSlot = library.cap("singleSlotAlloc", ofForeign!);
    library.lib.singleSlotAllocDestroy!(ofForeign!);
    library.lib.singleSlotAllocDestroy!(ofForeign!);
    library.ok("slotFree", slot);
    expect(library.try("singleSlotFree", ofForeign!, foreignSlot)).toBe("LIB_ERR_SLOT_ALLOC_WRONG_CNODE");
    expect(library.try("singleSlotAllocResize", ofForeign!, 10)).toBe("LIB_ERR_SLOT_ALLOC_NO_SPACE");
  });
});

describe("a CNode whose slots already belong to an allocator", () => {
  it("is refused for a second allocator, which takes nothing from the first", () => {
    library.ok("cnodeCreateL2");
    const cnode = library.big("outCNode");
    // The refused allocator stays as it was, which is empty.
    const [first, second] = [1, 2].map(() => library.room(library.get("sizeOfSingleSlotAllocator"), 0));
    library.ok("singleSlotAllocInitRaw", first!, cnode, 256);
    const slot = library.cap("singleSlotAlloc", first!);
    expect(library.try("singleSlotAllocInitRaw", second!, cnode, 256)).toBe(
      "LIB_ERR_SINGLE_SLOT_ALLOC_INIT_RAW < LIB_ERR_SLOT_ALLOC_WRONG_CNODE",
    );
    expect(library.try("singleSlotAlloc", second!)).toBe("LIB_ERR_SLOT_ALLOC_NO_SPACE");
    library.lib.singleSlotAllocDestroy!(second!);
    library.ok("slotFree", slot);
    library.lib.singleSlotAllocDestroy!(first!);
    library.ok("singleSlotAllocInitRaw", second!, cnode, 256);
  });
});

describe("the default allocator", () => {
  it("grows by itself, and never hands out a slot twice", () => {
    const slots = Array.from({ length: 3000 }, () => library.cap("slotAlloc"));
    expect(new Set(slots).size).toBe(3000);
    for (const slot of slots) library.ok("slotFree", slot);
    // Growth permanently uses two slots for each slab page and each L2 table.
    expect(library.accounts().slots).toBe(2 * library.get("mappedRanges") + 2 * library.get("pageTables"));
    for (const slot of slots) expect(library.try("slotFree", slot)).toBe("LIB_ERR_SLOT_UNALLOCATED");
    library.check();
  });

  it("grows early, and uses its reserve if growth fails", () => {
    library.kernel.refuse = (command) => command === "retype";
    for (let i = 0; i < 512; i++) library.ok("slotAlloc");
    expect(library.try("slotAlloc")).toMatch(/^LIB_ERR_SLOT_ALLOC_NO_SPACE < /);
    library.kernel.refuse = () => false;
    library.ok("slotAlloc");
    library.check();
  });

  it("does not free slots of base pages or well-known slots", () => {
    const basePage = library.big("capref", library.big("cnodeInRootSlot", RootSlot.BASE_PAGE_CN), 3);
    expect(library.try("slotFree", basePage)).toBe("SYS_ERR_OK");
    const root = library.big("capref", 2n << 32n, RootSlot.SUPERCN);
    expect(library.try("slotFree", root)).toBe("LIB_ERR_SLOT_ALLOC_WRONG_CNODE");
    expect(library.try("slotFree", 0n)).not.toBe("SYS_ERR_OK");
  });
});

describe("the root CNode", () => {
  it("doubles before it is full, and old roots are freed", () => {
    const before = library.big("mmFreeBytes", library.get("initMm"));
    for (let i = 0; i < 1200; i++) library.ok("cnodeCreateL2");
    expect(library.get("rootCNodeSlots")).toBe(2048);
    library.check();
    // The memory is used for CNodes of 16 KiB, one root of 128 KiB, and pages of slabs.
    const used = Number(before - library.big("mmFreeBytes", library.get("initMm")));
    expect(used).toBeGreaterThanOrEqual(1200 * 16384 + 2048 * 64);
    expect(used).toBeLessThan(1200 * 16384 + 2048 * 64 + 64 * 4096);
  });

  it("does not change if it cannot be replaced", () => {
    for (let i = 0; i < 230; i++) library.ok("cnodeCreateL2");
    library.kernel.refuse = (command) => command === "resize";
    let made = 0;
    while (library.try("cnodeCreateL2") === "SYS_ERR_OK") made++;
    expect(made).toBeLessThan(30);
    expect(library.get("rootCNodeSlots")).toBe(256);
    library.check();
    const before = library.accounts();
    expect(library.try("cnodeCreateL2")).toMatch(/LIB_ERR_ROOTSA_RESIZE/);
    expect(library.accounts()).toEqual(before);
    library.kernel.refuse = () => false;
    library.ok("cnodeCreateL2");
    expect(library.get("rootCNodeSlots")).toBe(512);
  });
});

describe("a piece whose capability is in another CSpace", () => {
  it("can be freed with any number of default slots in use, although their allocator may have to grow", () => {
    const root = library.cap("cnodeCreateL1");
    library.ok("cnodeCreateForeignL2", root, 5);
    const foreign = library.big("capref", library.big("outCNode"), 9);
    const mm = library.get("initMm");
    for (let round = 0; round < 300; round++) {
      const piece = library.cap("ramAlloc", BigInt(PAGE));
      const { base } = library.range(piece);
      library.ok("capCopy", foreign, piece);
      library.ok("capDestroy", piece);
      const pieces = library.get("mmAllocatedNodes", mm);
      const answer = library.try("mmFree", mm, foreign, BigInt(base), BigInt(PAGE));
      expect(answer, `${library.get("usedDefaultSlots")} slots in use`).toBe("SYS_ERR_OK");
      library.check();
      expect(library.get("mmAllocatedNodes", mm)).toBeGreaterThanOrEqual(pieces - 1);
      library.ok("slotAlloc");
    }
  });
});

describe("a range allocator", () => {
  let range: number;
  function begin(): void {
    range = library.room(library.get("sizeOfSlotAllocator"));
    library.ok("rangeSlotAllocInit", range);
  }
  beforeEach(begin);
  const alloc = (count: number) => library.try("rangeSlotAlloc", range, count);
  const free = (cap: bigint, count: number) => library.try("rangeSlotFree", range, cap, count);

  it("hands out rows of at most a whole CNode", () => {
    expect(alloc(257)).toBe("LIB_ERR_SLOT_ALLOC_NO_SPACE");
    expect(alloc(0)).toBe("LIB_ERR_SLOT_ALLOC_NO_SPACE");
    expect(alloc(256)).toBe("SYS_ERR_OK");
    expect(alloc(1)).toBe("LIB_ERR_SLOT_ALLOC_NO_SPACE");
    library.ok("rangeSlotAllocRefill", range);
    expect(alloc(200)).toBe("SYS_ERR_OK");
    expect(library.get("rangeSlotFreecount", range)).toBe(56);
    expect(alloc(57)).toBe("LIB_ERR_SLOT_ALLOC_NO_SPACE");
  });

  it("frees all of a row or nothing", () => {
    const row = library.cap("rangeSlotAlloc", range, 10);
    expect(free(row, 11)).toBe("LIB_ERR_SLOT_UNALLOCATED");
    expect(free(row, 300)).toBe("LIB_ERR_SLOT_UNALLOCATED");
    expect(library.get("rangeSlotFreecount", range)).toBe(246);
    expect(free(library.cap("slotAlloc"), 1)).toBe("LIB_ERR_SLOT_ALLOC_WRONG_CNODE");
    expect(free(row, 10)).toBe("SYS_ERR_OK");
    expect(free(row, 10)).toBe("LIB_ERR_SLOT_UNALLOCATED");
    expect(library.get("rangeSlotFreecount", range)).toBe(256);
  });

  it("counts its growths from zero", () => {
    const at = (offset: SlotAllocatorLayout) => library.kernel.load(range + offset);
    expect(at(SlotAllocatorLayout.GROWTHS)).toBe(0);
    expect(at(SlotAllocatorLayout.FAILED_GROWTHS)).toBe(0);
  });

  it("finds a row if there is one", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat()), { maxLength: 80 }), (steps) => {
        begin();
        const taken = new Array<boolean>(256).fill(false);
        const rows: { cap: bigint; first: number; count: number }[] = [];
        const hasRow = (count: number) =>
          taken.some((_, at) => at + count <= 256 && !taken.slice(at, at + count).includes(true));
        for (const [count, pick] of steps) {
          if (hasRow(count)) {
            const cap = library.cap("rangeSlotAlloc", range, count);
            const first = slotOf(cap);
            for (let i = first; i < first + count; i++) expect(taken[i]).toBe(false);
            taken.fill(true, first, first + count);
            rows.push({ cap, first, count });
          } else {
            expect(alloc(count)).toBe("LIB_ERR_SLOT_ALLOC_NO_SPACE");
            const [row] = rows.splice(pick % rows.length, 1);
            expect(free(row!.cap, row!.count)).toBe("SYS_ERR_OK");
            taken.fill(false, row!.first, row!.first + row!.count);
          }
        }
        for (const row of rows) expect(free(row.cap, row.count)).toBe("SYS_ERR_OK");
      }),
      { numRuns: 40 },
    );
  });
});
