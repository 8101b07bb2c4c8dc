import { beforeEach, describe, expect, it } from "vitest";
import type { CpuDriver } from "../../../evidence/harness/libraries/cpu-driver";
import { Library, MIB, PAGE } from "../../../evidence/harness/libraries/library";
import { ObjType } from "../../../system/kpi/object-types";
import { ChunkLayout, PagingStateLayout, RangeLayout, RangeState } from "../../../system/libaos/layout/paging-layout";
import { fc } from "../../support/property";
import { auditEach } from "./fixtures/audit-each";

auditEach();

const READ_WRITE = 3;
const GUARD = 0x20;
const FIRST = 0x2000000;
const END = 0x80000000;

let library: Library<CpuDriver>;
let st: number;
async function start(): Promise<void> {
  library = await Library.start();
  st = library.get("currentPaging");
}
beforeEach(start);

const canWrite = (va: number) => library.kernel.system.user.canWrite(va);
const canRead = (va: number) => library.kernel.system.user.canRead(va);
const frame = (bytes: number) => library.cap("frameAlloc", BigInt(bytes));
const unmap = (va: number) => library.try("pagingUnmap", st, va);
const mapFixed = (va: number, cap: bigint, bytes: number, flags = READ_WRITE) =>
  library.try("pagingMapFixedAttr", st, va, cap, BigInt(bytes), flags);
function map(cap: bigint, bytes: number): number {
  library.ok("pagingMapFrameAttr", st, BigInt(bytes), cap, READ_WRITE);
  return library.get("outBuffer");
}
function reserve(bytes: number): number {
  library.ok("pagingAlloc", st, BigInt(bytes));
  return library.get("outBuffer");
}

describe("a mapping", () => {
  it("begins at or above 1 GiB, covers the whole frame, and frees everything on unmap", () => {
    const cap = frame(5 * PAGE);
    map(cap, 5 * PAGE);
    const before = library.accounts();
    const va = map(cap, 5 * PAGE);
    expect(va).toBeGreaterThanOrEqual(0x40000000);
    expect(library.accounts().entries).toBe(before.entries + 5);
    expect([va, va + 4 * PAGE, va + 5 * PAGE].map(canWrite)).toEqual([true, true, false]);
    expect(unmap(va)).toBe("SYS_ERR_OK");
    expect([va, va + 4 * PAGE].map(canRead)).toEqual([false, false]);
    expect(library.accounts()).toEqual(before);
    expect(unmap(va)).toBe("LIB_ERR_PMAP_NOT_MAPPED");
    library.check();
  });

  it("of 68 pages across a table boundary has 62 in one table and 6 in the next", () => {
    const cap = frame(68 * PAGE);
    const slots = () => library.kernel.system.memory.slots();
    const before = new Set(slots().map(({ at }) => at));
    expect(mapFixed(0x55c2000, cap, 278528)).toBe("SYS_ERR_OK");
    const isNew = ({ at }: { at: number }) => !before.has(at);
    const mappings = slots()
      .filter(isNew)
      .flatMap(({ mapping }) => mapping?.count ?? []);
    // Mappings of one entry are tables and pages of slabs.
    expect(mappings.filter((count) => count > 1).sort()).toEqual([6, 62]);
    library.check();
  });

  it("keeps its tables, which cannot be freed before the pages are unmapped", () => {
    const before = library.accounts();
    expect(mapFixed(0x30ff0000, frame(32 * PAGE), 32 * PAGE)).toBe("SYS_ERR_OK");
    const free = (index: number) => library.try("pagingTableFree", library.get("currentPaging"), index);
    for (const index of [0x30f, 0x310]) expect(free(index)).toBe("LIB_ERR_PMAP_EXISTING_MAPPING");
    expect(canRead(0x30ff0000)).toBe(true);
    library.check();
    expect(unmap(0x30ff0000)).toBe("SYS_ERR_OK");
    for (const index of [0x30f, 0x310]) expect(free(index)).toBe("SYS_ERR_OK");
    expect(library.accounts().mappedPages).toBe(before.mappedPages);
    library.check();
  });

  it("in another CSpace cannot be unmapped, and the own one with the same address stays", () => {
    const cap = frame(PAGE);
    const table = library.cap("slotAlloc");
    library.ok("vnodeCreate", table, ObjType.VNode_ARM_l2);
    const mapping = library.cap("mapEntries", table, cap, 0, 0n, 1n);
    const entries = library.accounts().entries;
    const foreign = (mapping & ~(0x7fffffffn << 32n)) | (BigInt(library.get("capAddr", cap)) << 32n);
    expect(library.try("vnodeUnmap", table, foreign)).toBe("LIB_ERR_CAP_INVOKE");
    expect(library.accounts().entries).toBe(entries);
    library.ok("vnodeUnmap", table, mapping);
    expect(library.accounts().entries).toBe(entries - 1);
  });

  it("that ends at a table boundary uses one table", () => {
    const tables = library.get("pageTables");
    expect(mapFixed(0x30000000, frame(MIB), MIB)).toBe("SYS_ERR_OK");
    expect(library.get("pageTables")).toBe(tables + 1);
  });

  it("rounds bytes up to pages", () => {
    expect(mapFixed(0x30000000, frame(PAGE), 30)).toBe("SYS_ERR_OK");
    expect(mapFixed(0x30001000, frame(2 * PAGE), PAGE + 1)).toBe("SYS_ERR_OK");
    expect(mapFixed(0x30002000, frame(PAGE), PAGE)).toMatch(/^LIB_ERR_VREGION_MAP_FIXED < LIB_ERR_PMAP_ADDR_NOT_FREE/);
    library.check();
  });

  it("is refused for impossible addresses, sizes, attributes and frames", () => {
    const cap = frame(PAGE);
    const emptySlot = library.cap("slotAlloc");
    const before = library.accounts();
    const taken = /^LIB_ERR_VREGION_MAP_FIXED < LIB_ERR_PMAP_ADDR_NOT_FREE/;
    expect(mapFixed(0x400000, cap, PAGE)).toMatch(taken);
    expect(mapFixed(FIRST - PAGE, cap, PAGE)).toMatch(taken);
    expect(mapFixed(END, cap, PAGE)).toMatch(taken);
    expect(mapFixed(0xfffff000, cap, PAGE)).toMatch(taken);
    expect(mapFixed(0x30000800, cap, PAGE)).toBe("LIB_ERR_VREGION_BAD_ALIGNMENT");
    expect(mapFixed(0x30000000, cap, 0)).toBe("LIB_ERR_PMAP_FRAME_SIZE");
    expect(mapFixed(0x30000000, cap, 2 * PAGE)).toBe("LIB_ERR_PMAP_FRAME_SIZE");
    expect(mapFixed(0x30000000, cap, PAGE, 0x40)).toBe("SYS_ERR_INVARGS_SYSCALL");
    const noFrame = /^LIB_ERR_PMAP_FRAME_IDENTIFY < /;
    expect(mapFixed(0x30000000, 0n, PAGE)).toMatch(noFrame);
    expect(mapFixed(0x30000000, emptySlot, PAGE)).toMatch(noFrame);
    expect(library.try("pagingAlloc", st, 1n << 40n)).toBe("LIB_ERR_PMAP_FRAME_SIZE");
    expect(library.try("pagingAlloc", st, BigInt(END - FIRST + PAGE))).toBe("LIB_ERR_OUT_OF_VIRTUAL_ADDR");
    expect(library.accounts()).toEqual(before);
    library.check();
  });

  it("that fails in its second table, and whose first part cannot be undone, is not counted", () => {
    const VA = 0x5600000 - 4 * PAGE;
    const cap = frame(8 * PAGE);
    // Page tables stay, so the second mapping needs none.
    expect(mapFixed(VA, cap, 8 * PAGE)).toBe("SYS_ERR_OK");
    expect(unmap(VA)).toBe("SYS_ERR_OK");
    const mappedPages = () => library.kernel.load(st + PagingStateLayout.MAPPED_PAGES);
    const before = mappedPages();
    let maps = 0;
    library.kernel.refuse = (change) => (change === "map" ? ++maps === 2 : change === "delete" && maps === 2);
    expect(mapFixed(VA, cap, 8 * PAGE)).toMatch(/SYS_ERR_RETYPE_CREATE$/);
    library.kernel.refuse = () => false;
    expect(maps).toBe(2);
    expect(mappedPages()).toBe(before);
    expect(library.get("checkPaging")).toBe(0);
  });

  it("undoes its steps, wherever it fails", () => {
    const bytes = 3 * MIB;
    const cap = frame(bytes);
    // Makes the tables, which are kept.
    library.ok("pagingMapFixedAttr", st, 0x30080000, cap, BigInt(bytes), READ_WRITE);
    library.ok("pagingUnmap", st, 0x30080000);
    const before = library.accounts();
    for (const command of ["copy", "map"]) {
      let nth = 0;
      for (let failing = 1; ; failing++) {
        nth = 0;
        library.kernel.refuse = (name) => name === command && ++nth === failing;
        const answer = mapFixed(0x30080000, cap, bytes);
        library.kernel.refuse = () => false;
        library.check();
        if (answer === "SYS_ERR_OK") break;
        expect(library.accounts()).toEqual(before);
      }
      expect(nth).toBe(4);
      library.ok("pagingUnmap", st, 0x30080000);
      expect(library.accounts()).toEqual(before);
    }
  });
});

describe("an address space of another L1 table", () => {
  const counts = (space: number) =>
    [PagingStateLayout.MAPPED_PAGES, PagingStateLayout.MAPPED_RANGES, PagingStateLayout.TABLE_COUNT].map((at) =>
      library.kernel.load(space + at),
    );

  it("starts empty in memory that is not zero, and is separate from the own one", () => {
    const table = library.cap("slotAlloc");
    library.ok("vnodeCreate", table, ObjType.VNode_ARM_l1);
    const bytes = library.get("slabStaticSize", 64, RangeLayout.SIZE);
    const space = library.room(library.get("sizeOfPagingState"));
    library.ok("addressSpaceInit", space, FIRST, table, library.room(bytes), bytes);
    expect(library.get("checkAddressSpace", space)).toBe(0);
    expect(counts(space)).toEqual([0, 0, 0]);
    const own = counts(st);

    const cap = frame(3 * PAGE);
    library.ok("pagingMapFixedAttr", space, 0x300ff000, cap, BigInt(3 * PAGE), READ_WRITE);
    expect(counts(space)).toEqual([3, 1, 2]);
    expect(counts(st)).toEqual(own);
    expect(canRead(0x300ff000)).toBe(false);
    expect(library.get("checkAddressSpace", space)).toBe(0);

    library.ok("pagingUnmap", space, 0x300ff000);
    expect(counts(space)).toEqual([0, 0, 2]);
    for (const index of [0x300, 0x301]) library.ok("pagingTableFree", space, index);
    expect(counts(space)).toEqual([0, 0, 0]);
    library.checkAll();
  });
});

describe("the table of a MiB", () => {
  const INDEX = 0x300;
  const free = (index: number) => library.try("pagingTableFree", st, index);

  it("is not freed while it has pages, and they stay mapped", () => {
    // Pages at the beginning of the second MiB, in all of the third, and at the end of the fourth.
    for (const [va, bytes] of [
      [0x30180000, MIB],
      [0x302ff000, MIB + 2 * PAGE],
      [0x304ff000, PAGE],
    ] as const)
      expect(mapFixed(va, frame(bytes), bytes)).toBe("SYS_ERR_OK");
    const before = { ...library.accounts(), tables: library.get("pageTables") };
    for (const table of [1, 2, 3, 4]) {
      expect(free(INDEX + table)).toBe("LIB_ERR_PMAP_EXISTING_MAPPING");
    }
    expect({ ...library.accounts(), tables: library.get("pageTables") }).toEqual(before);
    expect([0x30180000, 0x3027f000, 0x302ff000, 0x30400000, 0x304ff000].map(canWrite)).toEqual(Array(5).fill(true));
    library.checkAll();
  });

  it("is freed after its last page is unmapped, and is made again for a new one", () => {
    const cap = frame(PAGE);
    expect(mapFixed(0x30000000, cap, PAGE)).toBe("SYS_ERR_OK");
    expect(mapFixed(0x300ff000, cap, PAGE)).toBe("SYS_ERR_OK");
    const tables = library.get("pageTables");
    expect(unmap(0x30000000)).toBe("SYS_ERR_OK");
    expect(free(INDEX)).toBe("LIB_ERR_PMAP_EXISTING_MAPPING");
    expect(unmap(0x300ff000)).toBe("SYS_ERR_OK");
    expect([free(INDEX), free(INDEX)]).toEqual(["SYS_ERR_OK", "SYS_ERR_OK"]);
    expect(library.get("pageTables")).toBe(tables - 1);
    expect(mapFixed(0x30000000, cap, PAGE)).toBe("SYS_ERR_OK");
    expect(canWrite(0x30000000)).toBe(true);
    library.checkAll();
  });

  it("must be in user space", () => {
    for (const index of [0x800, 0xfff, 0x1000, 0xffffffff]) expect(free(index)).toBe("SYS_ERR_VNODE_SLOT_INVALID");
    expect(free(0x7ff)).toBe("SYS_ERR_OK");
  });
});

describe("the check of the invariants", () => {
  const VA = 0x30000000;
  const load = (va: number) => library.kernel.load(va);

  /** The records of all ranges, in the order of their addresses. */
  function ranges(): number[] {
    const records: number[] = [];
    for (let at = load(st + PagingStateLayout.FIRST); at !== 0; at = load(at + RangeLayout.NEXT)) records.push(at);
    return records;
  }
  const mapped = () => ranges().find((at) => load(at + RangeLayout.BASE) === VA)!;
  const behind = () => load(mapped() + RangeLayout.NEXT);
  const root = () => load(st + PagingStateLayout.RANGES);
  const chunk = () => load(mapped() + RangeLayout.CHUNKS);
  /** A range that is a child of the root of the tree. */
  const child = () => load(root() + RangeLayout.LEFT) || load(root() + RangeLayout.RIGHT);

  /** Rotates the tree at its root, so that a child of lower priority becomes the new root. */
  function turned(): Damage {
    const top = root();
    const [here, there] =
      load(top + RangeLayout.LEFT) !== 0
        ? [RangeLayout.LEFT, RangeLayout.RIGHT]
        : [RangeLayout.RIGHT, RangeLayout.LEFT];
    const pivot = load(top + here);
    return [
      [st + PagingStateLayout.RANGES, pivot],
      [top + here, load(pivot + there)],
      [pivot + there, top],
    ];
  }

  type Damage = [address: number, value: number][];
  const more = (address: number): Damage => [[address, load(address) + 1]];

  it.each<[number, string, () => Damage]>([
    [1, "a range that begins at a wrong address", () => [[mapped() + RangeLayout.BASE, VA + PAGE]]],
    [1, "a range that is too long", () => more(mapped() + RangeLayout.PAGES)],
    [1, "a last range that is too long", () => more(ranges().at(-1)! + RangeLayout.PAGES)],
    [2, "a neighbour without its back link", () => [[mapped() + RangeLayout.PREVIOUS, 0]]],
    [3, "free neighbours", () => [[mapped() + RangeLayout.STATE, RangeState.Free]]],
    [4, "no tree", () => [[st + PagingStateLayout.RANGES, 0]]],
    [
      4,
      "a root without children",
      () => [
        [root() + RangeLayout.LEFT, 0],
        [root() + RangeLayout.RIGHT, 0],
      ],
    ],
    [
      4,
      "children that are exchanged",
      () => [
        [root() + RangeLayout.LEFT, load(root() + RangeLayout.RIGHT)],
        [root() + RangeLayout.RIGHT, load(root() + RangeLayout.LEFT)],
      ],
    ],
    [5, "a lower priority above a higher one", turned],
    [6, "a largest free range that is too large", () => more(root() + RangeLayout.MAX_FREE)],
    [6, "a largest free range of a child that is too large", () => more(child() + RangeLayout.MAX_FREE)],
    [7, "a chunk with an additional page", () => more(chunk() + ChunkLayout.PAGES)],
    [7, "a mapped range without chunks", () => [[mapped() + RangeLayout.CHUNKS, 0]]],
    [7, "a free range with chunks", () => [[behind() + RangeLayout.CHUNKS, chunk()]]],
    [8, "a count of ranges that is wrong", () => more(st + PagingStateLayout.RANGE_COUNT)],
    [8, "a count of pages that is wrong", () => more(st + PagingStateLayout.MAPPED_PAGES)],
  ])("returns %i for %s", (invariant, _, damage) => {
    expect(mapFixed(VA, frame(3 * PAGE), 3 * PAGE)).toBe("SYS_ERR_OK");
    expect(library.get("checkPaging")).toBe(0);
    const words = damage();
    const old = words.map(([address]) => load(address));
    for (const [address, value] of words) library.kernel.store(address, value);
    expect(library.get("checkPaging")).toBe(invariant);
    for (const [i, [address]] of words.entries()) library.kernel.store(address, old[i]!);
    expect(library.get("checkPaging")).toBe(0);
  });
});

describe("reserved addresses", () => {
  it("are given out once, can be mapped, and stay reserved after unmap", () => {
    const base = reserve(8 * PAGE);
    expect(reserve(PAGE)).toBe(base + 8 * PAGE);
    const before = library.accounts();
    expect(mapFixed(base + 2 * PAGE, frame(PAGE), PAGE)).toBe("SYS_ERR_OK");
    library.check();
    expect(unmap(base + 2 * PAGE)).toBe("SYS_ERR_OK");
    expect(library.accounts().pagingBlocks).toBe(before.pagingBlocks);
    expect(reserve(PAGE)).not.toBe(base + 2 * PAGE);
    expect(unmap(base)).toBe("SYS_ERR_OK");
    expect(unmap(base)).toBe("LIB_ERR_PMAP_NOT_MAPPED");
    expect(reserve(8 * PAGE)).toBe(base);
  });

  it("are found, however many there are", () => {
    const starts = Array.from({ length: 300 }, () => reserve(PAGE));
    expect(new Set(starts).size).toBe(300);
    library.checkAll();
  });

  it("next to the rest of an older reservation are a separate reservation", () => {
    const base = reserve(8 * PAGE);
    expect(mapFixed(base + 3 * PAGE, frame(PAGE), PAGE)).toBe("SYS_ERR_OK");
    // This frees the first three pages, up to the mapping. The others stay reserved.
    expect(unmap(base)).toBe("SYS_ERR_OK");
    expect(unmap(base + 3 * PAGE)).toBe("SYS_ERR_OK");
    expect(reserve(3 * PAGE)).toBe(base);
    library.check();
    expect(unmap(base)).toBe("SYS_ERR_OK");
    expect(reserve(4 * PAGE)).toBe(base + 8 * PAGE);
    expect(unmap(base + 3 * PAGE)).toBe("SYS_ERR_OK");
    expect(reserve(8 * PAGE)).toBe(base);
    library.check();
  });

  it("of a guard inside a reservation stay a part of the reservation", () => {
    const base = reserve(8 * PAGE);
    expect(mapFixed(base + 3 * PAGE, 0n, PAGE, GUARD)).toBe("SYS_ERR_OK");
    library.check();
    expect(unmap(base + 3 * PAGE)).toBe("LIB_ERR_PMAP_NOT_MAPPED");
    expect(unmap(base)).toBe("SYS_ERR_OK");
    expect(reserve(8 * PAGE)).toBe(base);
    library.check();
  });

  it("of a guard are never mapped", () => {
    const before = library.accounts().entries;
    expect(mapFixed(0x30000000, 0n, PAGE, GUARD)).toBe("SYS_ERR_OK");
    expect(library.accounts().entries).toBe(before);
    expect(canRead(0x30000000)).toBe(false);
    expect(unmap(0x30000000)).toBe("SYS_ERR_OK");
    library.check();
  });

  it("below 1 GiB are used when no others are free", () => {
    reserve(0x40000000 - MIB);
    expect(reserve(2 * MIB)).toBe(FIRST);
  });

  it("of a region are handed out from the bottom, and the last piece may be short", () => {
    const region = library.room(12);
    library.ok("pagingRegionInit", st, region, BigInt(4 * PAGE));
    const base = library.kernel.load(region);
    const next = (bytes: number) => [
      library.try("pagingRegionMap", region, BigInt(bytes)),
      library.get("outBuffer"),
      library.get("outBytes"),
    ];
    expect(next(100)).toEqual(["SYS_ERR_OK", base, PAGE]);
    expect(next(2 * PAGE)).toEqual(["SYS_ERR_OK", base + PAGE, 2 * PAGE]);
    expect(next(PAGE)).toEqual(["SYS_ERR_OK", base + 3 * PAGE, PAGE]);
    expect(next(PAGE)[0]).toBe("LIB_ERR_VSPACE_MMU_AWARE_NO_SPACE");
    library.ok("pagingRegionUnmap", region, base + 3 * PAGE, BigInt(PAGE));
    expect(next(2 * PAGE)).toEqual(["SYS_ERR_OK", base + 3 * PAGE, PAGE]);
    expect(library.try("pagingRegionUnmap", region, base - PAGE, BigInt(PAGE))).toBe("LIB_ERR_VREGION_NOT_FOUND");
  });
});

it("the accounts stay right for any sequence of reserve, map and unmap", async () => {
  const WINDOW = 0x30000000;
  const operation = fc.tuple(
    fc.constantFrom("reserve", "map", "fixed", "undo"),
    fc.integer({ min: 1, max: 40 }),
    fc.nat(600),
  );
  const property = fc.asyncProperty(fc.array(operation, { maxLength: 60 }), async (operations) => {
    const cap = frame(40 * PAGE);
    const held: { base: number; pages: number }[] = [];
    const isFree = (base: number, pages: number) =>
      held.every((one) => one.base >= base + pages * PAGE || one.base + one.pages * PAGE <= base);
    for (const [kind, pages, pick] of operations) {
      if (kind === "undo") {
        const [one] = held.splice(pick % (held.length || 1), 1);
        if (one) expect(unmap(one.base)).toBe("SYS_ERR_OK");
      } else if (kind === "fixed") {
        const base = WINDOW + pick * PAGE;
        const free = isFree(base, pages);
        expect(mapFixed(base, cap, pages * PAGE) === "SYS_ERR_OK").toBe(free);
        if (free) held.push({ base, pages });
      } else {
        const base = kind === "map" ? map(cap, pages * PAGE) : reserve(pages * PAGE);
        expect(isFree(base, pages)).toBe(true);
        held.push({ base, pages });
      }
      library.check();
    }
    for (const one of held) expect(unmap(one.base)).toBe("SYS_ERR_OK");
    library.checkAll();
  });
  await fc.assert(property.beforeEach(start), { numRuns: 60 });
});
