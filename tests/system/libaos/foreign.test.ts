/** The libraries with capabilities of another CSpace, and with parts of a larger capability. */
import { beforeEach, describe, expect, it } from "vitest";
import { Library, MIB, PAGE } from "../../../evidence/harness/libraries/library";
import { ObjType } from "../../../system/kpi/object-types";
import { L2_CNODE_SLOTS } from "../../../system/kpi/types";
import { auditEach } from "./fixtures/audit-each";

auditEach();

let library: Library;
let mm: number;
/** An L2CNode in another CSpace. */
let foreign: bigint;

beforeEach(async () => {
  library = await Library.start();
  mm = library.get("initMm");
  const root = library.cap("cnodeCreateL1");
  library.ok("cnodeCreateForeignL2", root, 5);
  foreign = library.big("outCNode");
});

const inForeign = (slot: number) => library.big("capref", foreign, slot);

/** Moves a capability into the other CSpace. */
function moveAway(cap: bigint, slot: number): bigint {
  library.ok("capCopy", inForeign(slot), cap);
  library.ok("capDestroy", cap);
  return inForeign(slot);
}

function piece(bytes: number, end: "alloc" | "allocHigh" = "alloc"): { cap: bigint; base: number } {
  const cap = library.cap(end, mm, BigInt(bytes), BigInt(PAGE));
  return { cap, base: library.range(cap).base };
}

const free = (cap: bigint, base: number, bytes: number) => library.try("mmFree", mm, cap, BigInt(base), BigInt(bytes));

describe("a piece whose capability is in another CSpace", () => {
  it("can be freed, and its slot is empty and still belongs to the client", () => {
    const before = library.big("mmFreeBytes", mm);
    const { cap, base } = piece(3 * PAGE);
    expect(free(moveAway(cap, 0), base, 3 * PAGE)).toBe("SYS_ERR_OK");
    expect(library.big("mmFreeBytes", mm)).toBe(before);
    const other = piece(PAGE);
    library.ok("capCopy", inForeign(0), other.cap);
    library.checkAll();
  });

  it("can be freed even if the slots that this needs change the manager's index", () => {
    // Identifying a foreign capability needs a slot. The next slot makes the default slots grow, which needs 16 KiB of RAM.
    while (library.get("usedDefaultSlots") < L2_CNODE_SLOTS) library.ok("slotAlloc");
    // Two pieces at the start of eight pages that share an entry of the index. The only hole is in the same eight pages.
    let group = piece(PAGE);
    while (((group.base - regionBase()) / PAGE) % 8 !== 0) group = piece(PAGE);
    const second = piece(PAGE);
    expect(second.base).toBe(group.base + PAGE);
    const hole = 6 * PAGE;
    const rest = Number(library.big("mmLargestFree", mm)) - hole;
    piece(rest, "allocHigh");
    expect(library.big("mmLargestFree", mm)).toBe(BigInt(hole));
    const cap = moveAway(group.cap, 1);
    // A capability with a copy is identified before it is deleted.
    library.ok("capCopy", inForeign(2), cap);
    expect(free(cap, group.base, PAGE)).toBe("SYS_ERR_OK");
    expect(library.big("mmLargestFree", mm), "the hole has been taken").toBeLessThan(BigInt(hole));
    library.checkAll();
    expect(free(second.cap, second.base, PAGE)).toBe("SYS_ERR_OK");
    library.checkAll();
  });
});

it("a piece whose capability cannot be looked up is not freed", () => {
  const { cap, base } = piece(PAGE);
  const before = library.big("mmFreeBytes", mm);
  const beyondTheRoot = library.big("capref", library.big("cnodeInRootSlot", 60_000), 0);
  expect(free(beyondTheRoot, base, PAGE)).toMatch(/^MM_ERR_MM_FREE < .*SYS_ERR_L1_CNODE_INDEX$/);
  expect(library.big("mmFreeBytes", mm)).toBe(before);
  library.checkAll();
  expect(free(cap, base, PAGE)).toBe("SYS_ERR_OK");
  library.checkAll();
});

/** The first address of the manager's region. */
function regionBase(): number {
  const region = library.kernel.load(mm + 16);
  return library.kernel.load(region + 16) * PAGE;
}

describe("a manager of a part of a capability", () => {
  let small: number;
  let ram: { cap: bigint; base: number };

  beforeEach(() => {
    const bytes = library.get("slabStaticSize", 100, 32);
    small = library.room(library.get("sizeOfMm"));
    library.ok("smallMm", small, library.room(bytes), bytes, 0);
    ram = piece(MIB);
  });

  /** Makes a frame of a page of the same capability, as another client would. */
  function frameAt(offset: number): bigint {
    const slot = library.cap("slotAlloc");
    library.ok("capRetype", slot, ram.cap, BigInt(offset), ObjType.Frame, BigInt(PAGE), 1);
    return slot;
  }

  function addAndReturnAll(offset: number, bytes: number): void {
    library.ok("mmAdd", small, ram.cap, BigInt(ram.base + offset), BigInt(bytes));
    const cap = library.cap("alloc", small, BigInt(bytes), BigInt(PAGE));
    const { base } = library.range(cap);
    expect(base).toBe(ram.base + offset);
    expect(library.try("mmFree", small, cap, BigInt(base), BigInt(bytes))).toBe("SYS_ERR_OK");
  }

  it("leaves other objects in the capability alone when all of the part is freed", () => {
    const frame = frameAt(0);
    addAndReturnAll(PAGE, MIB - PAGE);
    expect(library.try("capIdentify", frame)).toBe("SYS_ERR_OK");
    expect(library.range(frame)).toEqual({ base: ram.base, bytes: PAGE });
  });

  it("leaves the pieces of another part alone, and objects between the two", () => {
    const frame = frameAt(MIB / 2);
    library.ok("mmAdd", small, ram.cap, BigInt(ram.base + MIB / 2 + PAGE), BigInt(MIB / 4));
    const other = library.cap("alloc", small, BigInt(MIB / 4), BigInt(PAGE));
    addAndReturnAll(0, MIB / 2);
    for (const cap of [frame, other]) expect(library.try("capIdentify", cap)).toBe("SYS_ERR_OK");
  });

  it("that is all of the capability still deletes every copy when it is freed", () => {
    library.ok("mmAdd", small, ram.cap, BigInt(ram.base), BigInt(MIB));
    const cap = library.cap("alloc", small, BigInt(MIB), BigInt(PAGE));
    const copy = library.cap("slotAlloc");
    library.ok("capCopy", copy, cap);
    expect(library.try("mmFree", small, cap, BigInt(ram.base), BigInt(MIB))).toBe("SYS_ERR_OK");
    expect(library.try("capIdentify", copy)).toMatch(/SYS_ERR_CAP_NOT_FOUND/);
  });
});

describe("an unmap", () => {
  it("of a mapping in another CSpace with the same address as an own one is refused", () => {
    const table = library.cap("slotAlloc");
    library.ok("vnodeCreate", table, ObjType.VNode_ARM_l2);
    const frame = library.cap("frameAlloc", BigInt(PAGE));
    const mapping = library.cap("mapEntries", table, frame, 0, 0n, 1n);
    const namesake = (foreign & ~0xffffffffn) | (mapping & 0xffffffffn);
    expect(library.try("vnodeUnmap", table, namesake)).toBe("LIB_ERR_CAP_INVOKE");
    expect(library.try("mapEntries", table, frame, 1, 0n, 1n)).toBe("SYS_ERR_VM_ALREADY_MAPPED");
    expect(library.try("vnodeUnmap", table, mapping)).toBe("SYS_ERR_OK");
  });
});
