/**
 * Failure at every request: the test repeats each operation and refuses its first, second, third ... request of a kind,
 * until the operation makes no more requests. Each time, the operation must report the error, leave everything
 * unchanged, and succeed when it is repeated.
 *
 * Every attempt starts with fresh libraries, so an operation always makes the same requests. The table has their numbers.
 */
import { describe, expect, it } from "vitest";
import { Library, MIB, PAGE } from "../../../evidence/harness/libraries/library";
import { ObjType } from "../../../system/kpi/object-types";
import { FaultKind } from "../../../system/libaos/layout/fault-kind";
import { MmPolicy } from "../../../system/libmm/layout/mm-layout";
import { POLICIES } from "../../../system/libmm/layout/mm-policies";
import { auditEach } from "./fixtures/audit-each";

auditEach();

const L2_CNODE_BYTES = 16384n;

/** The last page of one MiB, all of the next, and the first page of a third one. They need three unused L2 tables. */
const ADDRESS = 0x180ff000;
/** The numbers of these tables, and of the first table for addresses that the library chooses. */
const TABLES = [0x180, 0x181, 0x182, 0x400];
const MAPPED_BYTES = BigInt(MIB + 2 * PAGE);

/** Refuses the `nth` request from now on. Returns a function that ends this and returns whether there was such a request. */
type Refusal = (library: Library, nth: number) => () => boolean;

interface Kind {
  name: string;
  refuse: Refusal;
  /** A pattern for the end of the error. */
  says: string;
}

/** The libraries themselves refuse the request. */
const fault =
  (kind: FaultKind): Refusal =>
  (library, nth) => {
    library.lib.faultArm!(kind, nth);
    return () => {
      const isMet = library.get("faultWasMet") !== 0;
      library.lib.faultDisarm!();
      return isMet;
    };
  };

/** Refuses a system call that makes a capability. Calls that only delete are never refused. */
const refuseCall: Refusal = (library, nth) => {
  let calls = 0;
  library.kernel.refuse = (change) => !["delete", "revoke"].includes(change) && ++calls === nth;
  return () => {
    library.kernel.refuse = () => false;
    return calls >= nth;
  };
};

const KINDS: Kind[] = [
  { name: "RAM", refuse: fault(FaultKind.RAM), says: "MM_ERR_NOT_FOUND" },
  { name: "slot", refuse: fault(FaultKind.SLOT), says: "LIB_ERR_SLOT_ALLOC_NO_SPACE" },
  { name: "block", refuse: fault(FaultKind.SLAB), says: "(LIB_ERR_SLAB_ALLOC_FAIL|MM_ERR_NEW_NODE)" },
  { name: "retype", refuse: fault(FaultKind.RETYPE), says: "SYS_ERR_RETYPE_CREATE" },
  { name: "piece", refuse: fault(FaultKind.PIECE), says: "MM_ERR_NOT_FOUND" },
  { name: "root slot", refuse: fault(FaultKind.ROOT_SLOT), says: "LIB_ERR_SLOT_ALLOC_NO_SPACE" },
  { name: "slot of mm", refuse: fault(FaultKind.MM_SLOT), says: "MM_ERR_SLOT_NOSLOTS" },
  { name: "table", refuse: fault(FaultKind.TABLE), says: "LIB_ERR_VNODE_CREATE" },
  { name: "entry", refuse: fault(FaultKind.ENTRY), says: "SYS_ERR_VNODE_SLOT_INUSE" },
  { name: "address", refuse: fault(FaultKind.ADDRESS), says: "LIB_ERR_OUT_OF_VIRTUAL_ADDR" },
  { name: "system call", refuse: refuseCall, says: "SYS_ERR_RETYPE_CREATE" },
];

/** Performs the prepared operation and returns its error. */
type Attempt = () => string;

interface Operation {
  name: string;
  /** The number of requests of each kind, in the order of `KINDS`: RAM, slots, blocks, ... */
  asks: readonly number[];
  prepare: (library: Library) => Attempt;
}

/** A call that needs only its arguments. */
const call =
  (name: string, ...args: (number | bigint)[]) =>
  (library: Library): Attempt =>
  () =>
    library.try(name, ...args);

/** A call that gets an empty slot and other arguments. */
const callInto =
  (name: string, ...args: (number | bigint)[]) =>
  (library: Library): Attempt => {
    const slot = library.cap("slotAlloc");
    return () => library.try(name, slot, ...args);
  };

function mapOverTables(library: Library): Attempt {
  const frame = library.cap("frameAlloc", MAPPED_BYTES);
  return () => library.try("pagingMapFixedAttr", library.get("currentPaging"), ADDRESS, frame, MAPPED_BYTES, 3);
}

const OPERATIONS: Operation[] = [
  { name: "frame_alloc", asks: [1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1], prepare: call("frameAlloc", BigInt(3 * PAGE)) },
  { name: "cnode_create_l1", asks: [1, 2, 1, 2, 1, 0, 1, 0, 0, 0, 2], prepare: call("cnodeCreateL1") },
  { name: "cnode_create_l2", asks: [1, 2, 1, 2, 1, 1, 1, 0, 0, 0, 2], prepare: call("cnodeCreateL2") },
  {
    name: "cnode_create_foreign_l2",
    asks: [1, 1, 1, 2, 1, 0, 1, 0, 0, 0, 2],
    prepare(library) {
      const root = library.cap("cnodeCreateL1");
      return () => library.try("cnodeCreateForeignL2", root, 5);
    },
  },
  {
    name: "cnode_create_from_mem",
    asks: [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1],
    prepare(library) {
      const ram = library.cap("ramAlloc", L2_CNODE_BYTES);
      const slot = library.cap("slotAlloc");
      return () => library.try("cnodeCreateFromMem", slot, ram, ObjType.L2CNode, 256);
    },
  },
  {
    name: "vnode_create, L1",
    asks: [1, 1, 1, 2, 1, 0, 1, 1, 0, 0, 2],
    prepare: callInto("vnodeCreate", ObjType.VNode_ARM_l1),
  },
  {
    name: "vnode_create, L2",
    asks: [1, 1, 1, 2, 1, 0, 1, 1, 0, 0, 2],
    prepare: callInto("vnodeCreate", ObjType.VNode_ARM_l2),
  },
  {
    name: "mm_alloc_aligned",
    asks: [0, 1, 1, 1, 1, 0, 1, 0, 0, 0, 1],
    prepare: (library) => () => library.try("alloc", library.get("initMm"), BigInt(3 * PAGE), BigInt(4 * PAGE)),
  },
  {
    name: "mm_add",
    asks: [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0],
    prepare(library) {
      const ram = library.cap("ramAlloc", BigInt(MIB));
      const { base } = library.range(ram);
      const mm = library.room(library.get("sizeOfMm"));
      library.ok("smallMm", mm, library.room(PAGE), PAGE, MmPolicy.SEGREGATED_FIT);
      const blocks = library.get("mmFreeBlocks", mm);
      return () => {
        const answer = library.try("mmAdd", mm, ram, BigInt(base), BigInt(MIB));
        const isAdded = answer === "SYS_ERR_OK";
        expect(library.get("mmFreeBlocks", mm)).toBe(isAdded ? blocks - 2 : blocks);
        expect(library.get("mmTotalBytes", mm)).toBe(isAdded ? MIB : 0);
        return answer;
      };
    },
  },
  { name: "growth of the default slots", asks: [1, 2, 2, 2, 1, 1, 1, 0, 0, 0, 2], prepare: call("growDefaultSlots") },
  {
    name: "slot_prealloc_refill",
    asks: [0, 2, 2, 2, 1, 1, 1, 0, 0, 0, 2],
    prepare(library) {
      const slots = library.get("preallocSlots");
      while (library.get("freeMmSlots") > 256) library.ok("slotAllocPrealloc", slots, 1);
      return () => library.try("slotPreallocRefill", slots);
    },
  },
  {
    name: "growth of a range allocator",
    asks: [1, 2, 2, 2, 1, 1, 1, 0, 0, 0, 2],
    prepare(library) {
      const range = library.room(library.get("sizeOfSlotAllocator"));
      library.ok("rangeSlotAllocInit", range);
      return () => library.try("rangeSlotAllocRefill", range);
    },
  },
  {
    name: "a row of slots",
    asks: [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    prepare(library) {
      const range = library.room(library.get("sizeOfSlotAllocator"));
      library.ok("rangeSlotAllocInit", range);
      return () => library.try("rangeSlotAlloc", range, 10);
    },
  },
  {
    name: "a single slot allocator",
    asks: [1, 2, 1, 2, 1, 1, 1, 0, 0, 0, 2],
    prepare: (library) => {
      const single = library.room(library.get("sizeOfSingleSlotAllocator"));
      return () => library.try("singleSlotAllocInit", single);
    },
  },
  {
    name: "growth of the root CNode",
    asks: [1, 2, 2, 2, 1, 0, 1, 0, 0, 0, 3],
    prepare(library) {
      // Without this, the segments would be refilled as well, and a failed refill is tried again at once.
      library.ok("slabRefillPages", library.get("rootSegmentSlabs"), BigInt(PAGE));
      return () => library.try("growRoot");
    },
  },
  {
    name: "slab refill",
    asks: [2, 6, 5, 3, 2, 0, 1, 1, 2, 1, 6],
    prepare: (library) => () => library.try("slabRefillDefault", library.get("rootSegmentSlabs")),
  },
  {
    name: "slab refill into a slot",
    asks: [2, 5, 5, 3, 2, 0, 1, 1, 2, 1, 6],
    prepare(library) {
      const slot = library.cap("slotAlloc");
      return () => library.try("slabRefillNoPagefault", library.get("rootSegmentSlabs"), slot, BigInt(PAGE / 2));
    },
  },
  {
    name: "paging_map_fixed_attr over three tables",
    asks: [3, 15, 8, 6, 3, 0, 3, 3, 6, 1, 15],
    prepare: mapOverTables,
  },
  {
    name: "paging_alloc",
    asks: [0, 0, 2, 0, 0, 0, 0, 0, 0, 1, 0],
    prepare: (library) => () => library.try("pagingAlloc", library.get("currentPaging"), BigInt(PAGE)),
  },
  {
    name: "paging_unmap",
    asks: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    prepare(library) {
      expect(mapOverTables(library)()).toBe("SYS_ERR_OK");
      return () => library.try("pagingUnmap", library.get("currentPaging"), ADDRESS);
    },
  },
];

/** Everything that a failure must leave unchanged. Blocks of mm's index count as free, because its shape may change. */
function accounts(library: Library) {
  const mm = library.get("initMm");
  return {
    ...library.accounts(),
    mmBlocks: library.get("mmFreeBlocks", mm) + library.get("mmIndexTables", mm),
    segments: library.get("slabFreecount", library.get("rootSegmentSlabs")),
    rootCNodeSlots: library.get("rootCNodeSlots"),
    mappedRanges: library.get("mappedRanges"),
    tables: library.get("pageTables"),
  };
}

/** Frees the page tables that a failed attempt left. Address spaces keep tables, and the test compares the rest. */
function freeTables(library: Library): void {
  for (const index of TABLES) library.ok("pagingTableFree", library.get("currentPaging"), index);
}

/** Makes one attempt with the `nth` request of a kind refused. Returns false if there is no such request. */
async function refuse({ prepare }: Operation, kind: Kind, nth: number, environment = ""): Promise<boolean> {
  const library = await Library.start(environment);
  const attempt = prepare(library);
  const before = accounts(library);
  const disarm = kind.refuse(library, nth);
  const answer = attempt();
  const isMet = disarm();
  library.checkAll();
  if (!isMet) {
    expect(answer).toBe("SYS_ERR_OK");
    return false;
  }
  expect(answer).toMatch(new RegExp(`\\b${kind.says}$`));
  if (library.get("pageTables") !== before.tables) freeTables(library);
  expect(accounts(library)).toEqual(before);
  expect(attempt()).toBe("SYS_ERR_OK");
  library.checkAll();
  return true;
}

describe.each(OPERATIONS)("$name", (operation) => {
  it.each(KINDS)("reports the error and leaves nothing when any $name request is refused", async (kind) => {
    let met = 0;
    while (await refuse(operation, kind, met + 1)) met++;
    expect(met).toBe(operation.asks[KINDS.indexOf(kind)]);
  });
});

describe("paging_unmap, which only deletes", () => {
  it("reports each refused deletion, changes nothing, and can be repeated", async () => {
    let met = 0;
    for (let isMet = true; isMet; met += Number(isMet)) {
      const library = await Library.start();
      const unmap = () => library.try("pagingUnmap", library.get("currentPaging"), ADDRESS);
      // Page tables stay, so the second mapping only makes objects that unmap deletes again.
      expect(mapOverTables(library)()).toBe("SYS_ERR_OK");
      expect(unmap()).toBe("SYS_ERR_OK");
      const frame = library.cap("frameAlloc", MAPPED_BYTES);
      const before = accounts(library);
      const paging = library.get("currentPaging");
      expect(library.try("pagingMapFixedAttr", paging, ADDRESS, frame, MAPPED_BYTES, 3)).toBe("SYS_ERR_OK");
      const mapped = accounts(library);

      let deletions = 0;
      library.kernel.refuse = (change) => change === "delete" && ++deletions === met + 1;
      const answer = unmap();
      library.kernel.refuse = () => false;
      isMet = deletions > met;
      library.checkAll();
      if (isMet) {
        expect(answer).toMatch(/SYS_ERR_RETYPE_CREATE$/);
        expect(accounts(library)).toEqual(mapped);
        expect(unmap()).toBe("SYS_ERR_OK");
        library.checkAll();
      }
      expect(unmap()).toMatch(/LIB_ERR_PMAP_NOT_MAPPED$/);
      expect(accounts(library)).toEqual(before);
    }
    // There is a copy of the frame for each of three tables.
    expect(met).toBe(3);
  });
});

describe.each(POLICIES)("with the policy %s", (policy) => {
  const ofLibmm = OPERATIONS.filter(({ name }) =>
    ["mm_alloc_aligned", "mm_add", "slot_prealloc_refill"].includes(name),
  );

  it.each(ofLibmm)("$name reports the error and leaves nothing when any request is refused", async (operation) => {
    for (const kind of KINDS) {
      let met = 0;
      while (await refuse(operation, kind, met + 1, `LIBMM=${policy}`)) met++;
      expect(met, kind.name).toBe(operation.asks[KINDS.indexOf(kind)]);
    }
  });
});
