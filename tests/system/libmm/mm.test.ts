import { beforeEach, describe, expect, it } from "vitest";
import { type Library, MIB, PAGE } from "../../../evidence/harness/libraries/library";
import { MemoryManagerModel } from "../../../evidence/model/mm";
import { RootSlot, rootSlotAddress } from "../../../system/kpi/cspace";
import { ObjType } from "../../../system/kpi/object-types";
import { SlabsLayout } from "../../../system/libaos/layout/slab-layout";
import {
  BinsLayout,
  IndexLayout,
  MmLayout,
  MmNodeLayout,
  MmPolicy,
  MmRegionLayout,
  NodeType,
  PolicyLayout,
} from "../../../system/libmm/layout/mm-layout";
import { POLICIES } from "../../../system/libmm/layout/mm-policies";
import { fc } from "../../support/property";
import { type StandInKernel, startOnStandIn } from "./fixtures/stand-in-kernel";

const NOT_HANDED_OUT = "MM_ERR_MM_FREE < MM_ERR_NOT_FOUND";
const BLOCK = 32;

let library: Library<StandInKernel>;
let mm: number;
let model: MemoryManagerModel;
let regions: number;
let policy: number;

beforeEach(async () => {
  library = await startOnStandIn();
  regions = 0;
  policy = MmPolicy.SEGREGATED_FIT;
  begin(4000);
});

/** Makes a manager with memory for `blocks` blocks. Each word of its memory is `before` at first, if it is given. */
function begin(blocks: number, before?: number): void {
  const bytes = library.get("slabStaticSize", blocks, BLOCK);
  mm = library.room(library.get("sizeOfMm"), before);
  library.ok("smallMm", mm, library.room(bytes, before), bytes, policy);
  model = new MemoryManagerModel();
}

/** Makes a RAM capability in an unused slot of the super CNode. */
function ram(base: number, bytes: number): bigint {
  const slot = 10 + regions++;
  library.kernel.place(rootSlotAddress(RootSlot.SUPERCN) + slot, { type: ObjType.RAM, base, bytes });
  return library.big("capref", library.big("cnodeInRootSlot", RootSlot.SUPERCN), slot);
}

function add(base: number, bytes: number, cap = ram(base, bytes)): string {
  return library.try("mmAdd", mm, cap, BigInt(base), BigInt(bytes));
}

interface Piece {
  cap: bigint;
  base: number;
  size: number;
}

const attempt = (size: number | bigint, alignment: number | bigint = PAGE) =>
  library.try("alloc", mm, BigInt(size), BigInt(alignment));

/** Allocates a piece, and lets the model check its place. */
function take(size: number, alignment = PAGE): Piece {
  const cap = library.cap("alloc", mm, BigInt(size), BigInt(alignment));
  const { base, bytes } = library.range(cap);
  expect(model.take({ base, size: bytes }, size, alignment)).toEqual([]);
  return { cap, base, size };
}

const release = (piece: Piece, size = piece.size) =>
  library.try("mmFree", mm, piece.cap, BigInt(piece.base), BigInt(size));

function giveBack(piece: Piece): void {
  expect(release(piece)).toBe("SYS_ERR_OK");
  expect(model.free(piece.base, piece.size).err).toBe("SYS_ERR_OK");
}

function check(): void {
  expect(library.get("mmCheckInvariants", mm), "invariant of mm").toBe(0);
  expect(library.get("mmFreeBytes", mm)).toBe(model.freeBytes());
  expect(library.get("mmFreeNodes", mm)).toBe(model.freePieces().length);
}

const BASE = 0x90000000;

describe("a region", () => {
  it("must have whole pages, be inside the capability, and not be present already", () => {
    expect(add(BASE, 0)).toBe("MM_ERR_OUT_OF_BOUNDS");
    expect(add(BASE + 1, PAGE, ram(BASE, MIB))).toBe("MM_ERR_OUT_OF_BOUNDS");
    expect(add(BASE, 2 * MIB, ram(BASE, MIB))).toBe("MM_ERR_OUT_OF_BOUNDS");
    expect(add(BASE - PAGE, MIB, ram(BASE, MIB))).toBe("MM_ERR_OUT_OF_BOUNDS");
    expect(library.try("mmAdd", mm, ram(BASE, MIB), (1n << 64n) - 4096n, 8192n)).toBe("MM_ERR_OUT_OF_BOUNDS");
    expect(library.try("mmAdd", mm, 0n, BigInt(BASE), BigInt(MIB))).toMatch(/^MM_ERR_MM_ADD|^LIB_ERR/);
    expect(library.get("mmTotalBytes", mm)).toBe(0);

    const cap = ram(BASE, MIB);
    expect(add(BASE + 100, MIB - 200, cap)).toBe("SYS_ERR_OK");
    expect(library.get("mmTotalBytes", mm)).toBe(MIB - 2 * PAGE);
    expect(add(BASE + PAGE, PAGE, cap)).toBe("MM_ERR_ALREADY_PRESENT");
    expect(add(BASE, MIB, cap)).toBe("MM_ERR_ALREADY_PRESENT");
    expect(library.get("mmCheckInvariants", mm)).toBe(0);
  });

  it("must have the type of the manager", () => {
    library.kernel.place(rootSlotAddress(RootSlot.SUPERCN) + 9, { type: ObjType.PhysAddr, base: BASE, bytes: MIB });
    const cap = library.big("capref", library.big("cnodeInRootSlot", RootSlot.SUPERCN), 9);
    expect(add(BASE, MIB, cap)).toBe("MM_ERR_OUT_OF_BOUNDS");
  });

  it("needs two blocks", () => {
    begin(1);
    expect(add(BASE, MIB)).toBe("MM_ERR_NEW_NODE < LIB_ERR_SLAB_REFILL");
    expect(library.get("mmFreeBlocks", mm)).toBe(1);
    begin(2);
    expect(add(BASE, MIB)).toBe("SYS_ERR_OK");
    expect(library.get("mmFreeBlocks", mm)).toBe(0);
  });

  it("may be at any address, and offsets are relative to its capability", () => {
    const far = 0xf_0000_0000;
    expect(add(far + 4 * PAGE, 8 * PAGE, ram(far, MIB))).toBe("SYS_ERR_OK");
    const piece = library.cap("alloc", mm, BigInt(2 * PAGE), 0n);
    expect(library.range(piece)).toEqual({ base: far + 4 * PAGE, bytes: 2 * PAGE });
  });
});

describe("an allocation", () => {
  beforeEach(() => {
    expect(add(BASE, MIB)).toBe("SYS_ERR_OK");
    model.add(BASE, MIB);
  });

  it("of nothing, or of more than the free memory, is refused", () => {
    expect(attempt(0)).toBe("LIB_ERR_RAM_ALLOC_WRONG_SIZE");
    expect(attempt(MIB + 1)).toBe("MM_ERR_NOT_FOUND");
    expect(attempt((1n << 64n) - 1n)).toBe("MM_ERR_NOT_FOUND");
    expect(attempt(1n << 50n)).toBe("MM_ERR_NOT_FOUND");
    expect(attempt(PAGE, 1n << 63n)).toBe("MM_ERR_NOT_FOUND");
    expect(library.accounts().slots).toBe(0);
    check();
  });

  it("honours any alignment of the base, and loses neither head nor tail", () => {
    for (const alignment of [0, 1, 100, 512, 4096, 6144, 12288, 16384, 20480, 65536]) {
      const page = take(PAGE);
      const piece = take(5000, alignment);
      check();
      giveBack(piece);
      giveBack(page);
      check();
    }
    expect(library.get("mmLargestFree", mm)).toBe(MIB);
  });

  it("that fits exactly leaves no free piece", () => {
    const all = take(MIB);
    expect(library.get("mmFreeNodes", mm)).toBe(0);
    check();
    expect(attempt(1)).toBe("MM_ERR_NOT_FOUND");
    giveBack(all);
    check();
  });

  it("of a whole region can be freed, and the region's capability stays", () => {
    for (let i = 0; i < 3; i++) giveBack(take(MIB));
    expect(library.kernel.at(rootSlotAddress(RootSlot.SUPERCN) + 10)).toBeDefined();
  });

  it("makes one capability and uses one slot", () => {
    const before = library.kernel.caps.size;
    const pieces = Array.from({ length: 100 }, () => take(PAGE));
    expect(library.kernel.caps.size).toBe(before + 100);
    expect(library.accounts().slots).toBe(100);
    for (const piece of pieces) giveBack(piece);
    expect(library.kernel.caps.size).toBe(before);
    expect(library.accounts().slots).toBe(0);
  });

  it("from the upper end is placed downwards from the end of the region", () => {
    const high = [1, 2, 3].map(() => library.range(library.cap("allocHigh", mm, BigInt(PAGE), 0n)).base);
    expect(high).toEqual([1, 2, 3].map((i) => BASE + MIB - i * PAGE));
  });

  it("fails without slots, without blocks or if the CPU driver refuses, and takes nothing", () => {
    const before = library.accounts();
    library.lib.limitSlots!(0);
    expect(attempt(PAGE)).toBe("MM_ERR_CHUNK_SLOT_ALLOC < LIB_ERR_SLOT_ALLOC_NO_SPACE");
    library.lib.limitSlots!(0xffffffff);
    library.kernel.refuse = (command) => command === "retype";
    expect(attempt(PAGE)).toBe("LIB_ERR_CAP_RETYPE < SYS_ERR_RETYPE_CREATE");
    library.kernel.refuse = () => false;
    check();
    expect(library.accounts()).toEqual(before);

    begin(4);
    expect(add(BASE + MIB, MIB)).toBe("SYS_ERR_OK");
    const noNode = "MM_ERR_NEW_NODE < LIB_ERR_SLAB_REFILL";
    expect([1, 2, 3].map(() => attempt(PAGE))).toEqual(["SYS_ERR_OK", "SYS_ERR_OK", noNode]);
    expect(library.get("mmCheckInvariants", mm)).toBe(0);
  });

  it("avoids memory that a client still holds, and uses it again later", () => {
    const piece = take(4 * PAGE);
    const copy = library.cap("slotAlloc");
    library.ok("capRetype", copy, piece.cap, 0n, ObjType.Frame, BigInt(PAGE), 1);
    // This frees the piece by its address only, so the capabilities stay.
    expect(library.try("mmFree", mm, 0n, BigInt(piece.base), BigInt(piece.size))).toBe("SYS_ERR_OK");
    model.free(piece.base, piece.size);
    const others = Array.from({ length: 20 }, () => take(PAGE));
    expect(others.every(({ base }) => base >= piece.base + 4 * PAGE)).toBe(true);
    check();
    library.ok("capDestroy", copy);
    library.ok("capDestroy", piece.cap);
    for (const one of others) giveBack(one);
    giveBack(take(MIB));
    check();
  });

  it("is placed right after memory that a client still holds, if it fits there", () => {
    const piece = take(4 * PAGE);
    // This frees the piece by its address only, so its capability stays.
    expect(library.try("mmFree", mm, 0n, BigInt(piece.base), BigInt(piece.size))).toBe("SYS_ERR_OK");
    model.free(piece.base, piece.size);
    expect(take(4 * PAGE).base).toBe(piece.base + 4 * PAGE);
    check();
  });
});

describe("mm_free", () => {
  beforeEach(() => {
    add(BASE, MIB);
    model.add(BASE, MIB);
  });

  it("refuses addresses and sizes that were not allocated", () => {
    const [piece, next] = [take(3 * PAGE), take(PAGE)];
    const free = (base: number, size: number) => library.try("mmFree", mm, piece.cap, BigInt(base), BigInt(size));
    expect(free(piece.base + PAGE, 2 * PAGE)).toBe(NOT_HANDED_OUT);
    expect(free(piece.base, PAGE)).toBe(NOT_HANDED_OUT);
    expect(free(piece.base, 2 * PAGE)).toBe(NOT_HANDED_OUT);
    expect(free(piece.base, 4 * PAGE)).toBe(NOT_HANDED_OUT);
    expect(free(piece.base, 0)).toBe(NOT_HANDED_OUT);
    expect(free(next.base + PAGE, PAGE)).toBe(NOT_HANDED_OUT);
    expect(free(0, PAGE)).toBe(NOT_HANDED_OUT);
    expect(free(BASE + MIB, PAGE)).toBe(NOT_HANDED_OUT);
    expect(library.try("mmFree", mm, piece.cap, (1n << 63n) + 4096n, 4096n)).toBe(NOT_HANDED_OUT);
    check();
    giveBack(piece);
    expect(release(piece)).toBe(NOT_HANDED_OUT);
    giveBack(next);
    check();
  });

  it("accepts any size that rounds to the pages of the allocation", () => {
    const piece = take(5000);
    expect(release(piece, 4096)).toBe(NOT_HANDED_OUT);
    expect(release(piece, 8192)).toBe("SYS_ERR_OK");
  });

  it("deletes the object that the memory was retyped to, and frees its slot", () => {
    const before = library.accounts();
    const piece = take(2 * PAGE);
    const frame = library.cap("slotAlloc");
    library.ok("capRetype", frame, piece.cap, 0n, ObjType.Frame, BigInt(2 * PAGE), 1);
    library.ok("capDestroy", piece.cap);
    expect(release({ ...piece, cap: frame })).toBe("SYS_ERR_OK");
    expect(library.accounts()).toEqual(before);
  });

  it("deletes copies and descendants of the memory", () => {
    const piece = take(2 * PAGE);
    const [frame, copy] = [library.cap("slotAlloc"), library.cap("slotAlloc")];
    library.ok("capRetype", frame, piece.cap, 0n, ObjType.Frame, BigInt(PAGE), 1);
    library.ok("capCopy", copy, piece.cap);
    giveBack(piece);
    expect(library.try("capDelete", frame)).toBe("SYS_ERR_CAP_NOT_FOUND");
    expect(library.try("capDelete", copy)).toBe("SYS_ERR_CAP_NOT_FOUND");
  });

  it("succeeds if the capability was already deleted", () => {
    const piece = take(PAGE);
    library.ok("capDestroy", piece.cap);
    giveBack(piece);
    check();
  });

  it("is refused if the capability cannot be copied to identify it, whatever the reason", () => {
    const piece = take(PAGE);
    const inOtherCSpace =
      (library.big("capref", library.big("cnodeInRootSlot", 50), 0) & ~(0x7fffffffn << 32n)) | (5n << 32n);
    expect(release({ ...piece, cap: inOtherCSpace })).toBe("MM_ERR_MM_FREE < LIB_ERR_CAP_COPY < SYS_ERR_CAP_NOT_FOUND");
    check();
    giveBack(piece);
  });

  it("refuses a capability of other memory, and the region's own capability", () => {
    const [piece, other] = [take(PAGE), take(PAGE)];
    expect(release({ ...piece, cap: other.cap })).toBe(NOT_HANDED_OUT);
    giveBack(piece);
    giveBack(other);
    const all = take(MIB);
    const region = library.big("capref", library.big("cnodeInRootSlot", RootSlot.SUPERCN), 10);
    expect(release({ ...all, cap: region })).toBe(NOT_HANDED_OUT);
    giveBack(all);
  });

  it("changes nothing if the CPU driver refuses", () => {
    const piece = take(2 * PAGE);
    library.ok("capRetype", library.cap("slotAlloc"), piece.cap, 0n, ObjType.Frame, BigInt(PAGE), 1);
    for (const refused of ["revoke", "delete"]) {
      library.kernel.refuse = (command) => command === refused;
      expect(release(piece)).toMatch(/^MM_ERR_MM_FREE < LIB_ERR_CAP_/);
      library.kernel.refuse = () => false;
      check();
    }
    giveBack(piece);
  });
});

describe("the check of the invariants", () => {
  type Damage = [address: number, value: number][];
  const load = (va: number) => library.kernel.load(va);
  const more = (address: number): Damage => [[address, load(address) + 1]];
  const region = () => load(mm + MmLayout.REGIONS);
  /** The pieces in the order of their addresses: allocated, free, allocated, free. */
  function piece(nth: number): number {
    let node = load(region() + MmRegionLayout.FIRST);
    for (let i = 0; i < nth; i++) node = load(node + MmNodeLayout.NEXT);
    return node;
  }
  const bins = () => mm + MmLayout.POLICY + PolicyLayout.STATE;
  /** The link to the first piece of the bin for single pages. */
  const firstOfBin = () => bins() + BinsLayout.RINGS + 8 + 4;
  const indexTop = (page: number) => mm + MmLayout.INDEX + IndexLayout.TOP + page * 4;

  /** Adds a node to a bin that is not a piece. */
  function stranger(): Damage {
    const node = library.room(MmNodeLayout.SIZE);
    return [
      [node + MmNodeLayout.LINK1, load(firstOfBin())],
      [firstOfBin(), node],
    ];
  }

  it.each<[number, string, () => Damage]>([
    [1, "a piece that is too long", () => more(piece(0) + MmNodeLayout.PAGES)],
    [1, "a piece without pages", () => [[piece(0) + MmNodeLayout.PAGES, 0]]],
    [1, "a piece that begins at a wrong address", () => more(piece(1) + MmNodeLayout.PAGE)],
    [1, "a region that is too long", () => more(region() + MmRegionLayout.PAGES)],
    [2, "a first piece with a predecessor", () => [[piece(0) + MmNodeLayout.PREVIOUS, piece(1)]]],
    [2, "a neighbour without its back link", () => [[piece(2) + MmNodeLayout.PREVIOUS, piece(0)]]],
    [2, "a piece of another region", () => [[piece(1) + MmNodeLayout.REGION, 0]]],
    [3, "free neighbours", () => [[piece(2) + MmNodeLayout.TYPE, NodeType.Free]]],
    [4, "a free piece that is in no bin", () => [[firstOfBin(), firstOfBin() - 4 - MmNodeLayout.LINK0]]],
    [4, "a bin with a node that is not a piece", stranger],
    [5, "an allocated piece that is not in the index", () => [[indexTop(0), 0]]],
    [5, "a piece that is in the index twice", () => [[indexTop(200), piece(0)]]],
    [5, "a free piece that is marked as allocated", () => more(piece(1) + MmNodeLayout.TYPE)],
    [
      6,
      "a bin with pieces that is not marked",
      () => [
        [bins() + BinsLayout.WORDS, 0],
        [bins() + BinsLayout.SUMMARY, load(bins() + BinsLayout.SUMMARY) - 1],
      ],
    ],
    [6, "an empty bin that is marked", () => [[bins() + BinsLayout.WORDS, load(bins() + BinsLayout.WORDS) + 0x200]]],
    [6, "a word with bits that are missing in the summary", () => [[bins() + BinsLayout.SUMMARY, 0]]],
    [7, "a count of free pieces that is wrong", () => more(mm + MmLayout.FREE_NODES)],
    [7, "a count of allocated pieces that is wrong", () => more(mm + MmLayout.ALLOCATED_NODES)],
    [7, "a count of free pages that is wrong", () => more(mm + MmLayout.FREE_PAGES)],
    [7, "a count of all pages that is wrong", () => more(mm + MmLayout.TOTAL_PAGES)],
    [
      8,
      "a block that is lost",
      () => [[mm + MmLayout.SLABS + SlabsLayout.FREE, load(mm + MmLayout.SLABS + SlabsLayout.FREE) - 1]],
    ],
    [8, "a count of index tables that is wrong", () => more(mm + MmLayout.INDEX + IndexLayout.TABLES)],
  ])("returns %i for %s", (invariant, _, damage) => {
    add(BASE, MIB);
    model.add(BASE, MIB);
    const pieces = [1, 2, 3].map(() => take(PAGE));
    giveBack(pieces[1]!);
    check();
    const words = damage();
    const old = words.map(([address]) => load(address));
    for (const [address, value] of words) library.kernel.store(address, value);
    expect(library.get("mmCheckInvariants", mm)).toBe(invariant);
    for (const [i, [address]] of words.entries()) library.kernel.store(address, old[i]!);
    check();
  });
});

describe("a region that is a part of a capability", () => {
  it("can be freed, and other objects in the capability stay", () => {
    const cap = ram(BASE, 2 * MIB);
    const other = library.cap("slotAlloc");
    library.ok("capRetype", other, cap, BigInt(MIB), ObjType.Frame, BigInt(PAGE), 1);
    expect(add(BASE, MIB, cap)).toBe("SYS_ERR_OK");
    model.add(BASE, MIB);
    giveBack(take(MIB));
    expect(library.range(other)).toEqual({ base: BASE + MIB, bytes: PAGE });
    check();
  });

  it("can be freed, and another region in the same capability stays", () => {
    const cap = ram(BASE, 2 * MIB);
    for (const base of [BASE, BASE + MIB]) {
      expect(add(base, MIB, cap)).toBe("SYS_ERR_OK");
      model.add(base, MIB);
    }
    const [low, high] = [take(MIB), take(MIB)];
    giveBack(low);
    expect(library.range(high.cap)).toEqual({ base: high.base, bytes: MIB });
    giveBack(high);
    check();
  });
});

describe("a piece whose capability is in a CNode of the client", () => {
  it("can be freed, and the slot stays with the client", () => {
    expect(add(BASE, MIB)).toBe("SYS_ERR_OK");
    model.add(BASE, MIB);
    const piece = take(PAGE);
    const own = library.big("capref", library.big("cnodeInRootSlot", RootSlot.SUPERCN), 200);
    library.ok("capCopy", own, piece.cap);
    library.ok("capDestroy", piece.cap);
    giveBack({ ...piece, cap: own });
    check();
    // The slot is empty and no allocator hands it out, so the client can use it again.
    const other = take(PAGE);
    library.ok("capCopy", own, other.cap);
    library.ok("capDelete", own);
    giveBack(other);
  });

  it("is freed even if its slot cannot be freed", () => {
    expect(add(BASE, MIB)).toBe("SYS_ERR_OK");
    model.add(BASE, MIB);
    const piece = take(PAGE);
    library.ok("slotFree", piece.cap);
    expect(release(piece)).toBe("LIB_ERR_WHILE_FREEING_SLOT < LIB_ERR_SLOT_UNALLOCATED");
    model.free(piece.base, piece.size);
    check();
    expect(release(piece)).toBe(NOT_HANDED_OUT);
    giveBack(take(MIB));
  });
});

describe("destruction of a manager", () => {
  it("frees every block and leaves the allocated pieces", () => {
    add(BASE, MIB);
    add(BASE + 2 * MIB, MIB);
    const blocks = library.get("mmFreeBlocks", mm);
    const caps = Array.from({ length: 200 }, () => library.cap("alloc", mm, BigInt(PAGE), 0n));
    library.lib.mmDestroy!(mm);
    expect(library.get("mmFreeBlocks", mm)).toBe(blocks + 4);
    expect(library.range(caps[7]!).bytes).toBe(PAGE);
    expect(attempt(PAGE)).toBe("MM_ERR_NOT_FOUND");
    expect(add(BASE + 4 * MIB, MIB)).toBe("SYS_ERR_OK");
    expect(attempt(PAGE)).toBe("SYS_ERR_OK");
    expect(library.get("mmCheckInvariants", mm)).toBe(0);
  });
});

describe.each(POLICIES)("a manager with the policy %s", (name) => {
  /** The places of some allocations, and the state of all accounts after each. */
  function run(before: number): unknown[] {
    policy = POLICIES.indexOf(name);
    begin(400, before);
    const state = ["mmFreeBytes", "mmTotalBytes", "mmFreeNodes", "mmAllocatedNodes", "mmFreeBlocks", "mmIndexTables"];
    const states: unknown[] = [];
    const note = (what: unknown) => states.push([what, ...["mmRetries", ...state].map((get) => library.get(get, mm))]);
    note("new");
    // An index with wrong fields would have room for low addresses.
    const base = 0x10000000;
    expect(add(base, MIB)).toBe("SYS_ERR_OK");
    model.add(base, MIB);
    note("with a region");
    const pieces = [1, 2, 1, 5, 1, 1, 40, 3].map((pages) => take(pages * PAGE));
    note(pieces.map(({ base }) => base));
    const cap = library.cap("allocHigh", mm, BigInt(2 * PAGE), 0n);
    const high = { cap, base: library.range(cap).base, size: 2 * PAGE };
    model.take(high, high.size, PAGE);
    note(high.base);
    for (const piece of [...pieces, high]) giveBack(piece);
    note("after all were freed");
    expect(library.get("mmCheckInvariants", mm)).toBe(0);
    return states;
  }

  it.each(["0xa5a5a5a5", "0xffffffff", "1"])("works in memory full of words %s as in zeroed memory", (word) => {
    const expected = run(0);
    expect(run(Number(word))).toEqual(expected);
  });
});

it("a region at a higher address than the first one makes the index deeper", () => {
  expect(add(16 * PAGE, 64 * PAGE)).toBe("SYS_ERR_OK");
  model.add(16 * PAGE, 64 * PAGE);
  const low = Array.from({ length: 60 }, () => take(PAGE));
  expect(add(0x7f000000000, MIB)).toBe("SYS_ERR_OK");
  model.add(0x7f000000000, MIB);
  const high = Array.from({ length: 60 }, () => take(PAGE));
  check();
  for (const piece of [...low, ...high].reverse()) giveBack(piece);
  check();
});

it("pieces are found in a region at a lower address than the first one, and in the first one", () => {
  expect(add(BASE, 64 * PAGE)).toBe("SYS_ERR_OK");
  model.add(BASE, 64 * PAGE);
  const high = Array.from({ length: 60 }, () => take(PAGE));
  expect(release({ ...high[0]!, base: BASE - MIB })).toBe(NOT_HANDED_OUT);
  expect(add(16 * PAGE, MIB)).toBe("SYS_ERR_OK");
  model.add(16 * PAGE, MIB);
  check();
  const low = Array.from({ length: 60 }, () => take(PAGE));
  check();
  for (const piece of [...high, ...low]) giveBack(piece);
  check();
  expect(library.get("mmIndexTables", mm)).toBe(0);
});

it("a region within the span of the index is added without a rebuild of the index", () => {
  // So few blocks are free that long chains do not become tables.
  begin(36);
  const far = 256 * MIB;
  expect(add(BASE, 64 * PAGE)).toBe("SYS_ERR_OK");
  expect(add(BASE + far, 64 * PAGE)).toBe("SYS_ERR_OK");
  for (const base of [BASE, BASE + far]) model.add(base, 64 * PAGE);
  const pieces = Array.from({ length: 12 }, () => take(PAGE));
  expect(library.get("mmIndexTables", mm)).toBe(0);
  const bytes = library.get("slabStaticSize", 100, BLOCK);
  library.ok("slabGrow", mm + MmLayout.SLABS, library.room(bytes), bytes);

  expect(add(BASE + far / 2, 64 * PAGE)).toBe("SYS_ERR_OK");
  model.add(BASE + far / 2, 64 * PAGE);
  expect(library.get("mmIndexTables", mm)).toBe(0);
  check();
  expect(add(BASE + 2 * far, 64 * PAGE)).toBe("SYS_ERR_OK");
  model.add(BASE + 2 * far, 64 * PAGE);
  expect(library.get("mmIndexTables", mm), "a rebuild makes tables of the long chains").toBeGreaterThan(0);
  check();
  for (const piece of pieces) giveBack(piece);
});

describe("a piece that was looked up", () => {
  const find = ({ base }: Piece) => library.get("mmFindPiece", mm, base / PAGE);
  let first: Piece;
  let second: Piece;

  beforeEach(() => {
    expect(add(BASE, 64 * PAGE)).toBe("SYS_ERR_OK");
    model.add(BASE, 64 * PAGE);
    // The pieces of four pages share an entry of the index.
    [first, second] = [take(PAGE), take(PAGE)];
  });

  it("is taken back after another piece came to its entry of the index", () => {
    const piece = find(second);
    const third = take(PAGE);
    library.get("mmGivePiece", mm, piece);
    expect([find(first) !== 0, find(second), find(third) !== 0]).toEqual([true, 0, true]);
    expect(library.get("mmCheckInvariants", mm)).toBe(0);
  });

  it("is taken back after another piece left its entry of the index", () => {
    const [piece, other] = [find(first), find(second)];
    library.get("mmGivePiece", mm, piece);
    library.get("mmGivePiece", mm, other);
    expect([find(first), find(second)]).toEqual([0, 0]);
    expect(library.get("mmCheckInvariants", mm)).toBe(0);
  });

  it("is not found by another of its pages", () => {
    const large = take(3 * PAGE);
    expect([1, 2, 3].map((page) => find({ ...large, base: large.base + page * PAGE }))).toEqual([0, 0, 0]);
  });
});

it("a manager still works if it has no blocks for the tables of a rebuilt index", () => {
  begin(70);
  expect(add(BASE, 64 * PAGE)).toBe("SYS_ERR_OK");
  model.add(BASE, 64 * PAGE);
  const pieces = Array.from({ length: 60 }, () => take(PAGE));
  expect(add(16 * PAGE, MIB)).toBe("SYS_ERR_OK");
  model.add(16 * PAGE, MIB);
  check();
  for (const piece of pieces) giveBack(piece);
  check();
});

describe.each(POLICIES)("any sequence, with the policy %s,", (name) => {
  beforeEach(() => {
    policy = POLICIES.indexOf(name);
  });

  const size = fc.oneof(
    fc.integer({ min: 1, max: 20 * PAGE }),
    fc.integer({ min: 1, max: 200 }).map((n) => n * PAGE),
  );
  const alignment = fc.constantFrom(0, 4096, 4096, 4096, 8192, 16384, 65536, 12288, 100);
  const step = fc.record({ takes: fc.integer({ min: 0, max: 9 }).map((n) => n < 6), size, alignment, pick: fc.nat() });

  it("agrees with the model, never overlaps, and leaves all memory free at the end", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        begin(400);
        // Two adjacent regions, and a separate one.
        for (const [base, bytes] of [
          [BASE, MIB],
          [BASE + MIB, 64 * PAGE],
          [BASE + 4 * MIB, 300 * PAGE],
        ] as const) {
          expect(add(base, bytes)).toBe("SYS_ERR_OK");
          model.add(base, bytes);
        }
        const held: Piece[] = [];
        for (const { takes, size, alignment, pick } of steps) {
          if (!takes && held.length > 0) {
            giveBack(held.splice(pick % held.length, 1)[0]!);
          } else {
            const expected = model.allocation(size, alignment).err;
            if (expected === "SYS_ERR_OK") held.push(take(size, alignment));
            else expect(attempt(size, alignment)).toBe(expected);
          }
          check();
        }
        for (const piece of held) giveBack(piece);
        check();
        library.lib.mmDestroy!(mm);
        library.forget();
        regions = 0;
      }),
      { numRuns: 60 },
    );
  });
});
