import { beforeEach, describe, expect, it } from "vitest";
import { LibraryReader } from "../../../evidence/fuzz/libraries/library-reader";
import { Library, PAGE } from "../../../evidence/harness/libraries/library";
import { decodeSlabs } from "../../../observe/decode/user/slabs";
import { SlabsLayout } from "../../../system/libaos/layout/slab-layout";
import { fc } from "../../support/property";
import { auditEach } from "./fixtures/audit-each";

auditEach();

let library: Library;
let slabs: number;
beforeEach(async () => {
  library = await Library.start();
  slabs = library.room(library.get("sizeOfSlabs"));
});

const alloc = () => library.get("slabAlloc", slabs);
const free = (block: number) => library.try("slabFree", slabs, block);
const count = () => library.get("slabFreecount", slabs);

function withBlocks(blocks: number, size: number): number {
  const bytes = library.get("slabStaticSize", blocks, size);
  const buffer = library.room(bytes);
  library.lib.slabInitBare!(slabs, size);
  library.ok("slabGrow", slabs, buffer, bytes);
  return buffer;
}

describe("a slab", () => {
  it("of the static size holds exactly the given number of blocks", () => {
    withBlocks(64, 32);
    expect(count()).toBe(64);
  });

  it("of the static size has room for all its blocks, wherever the buffer begins", () => {
    const page = library.room(64 * PAGE) + PAGE;
    const start = page & ~(PAGE - 1);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.oneof(fc.integer({ min: 1, max: 600 }), fc.constantFrom(1352, 2028, 2048, 4056, 4064)),
        fc.oneof(
          fc.constant(0),
          fc.integer({ min: 0, max: 511 }).map((n) => n * 8),
        ),
        (blocks, size, offset) => {
          const bytes = library.get("slabStaticSize", blocks, size);
          fc.pre(offset + bytes <= 60 * PAGE);
          library.lib.slabInitBare!(slabs, size);
          library.ok("slabGrow", slabs, start + offset, bytes);
          expect(count()).toBeGreaterThanOrEqual(blocks);
        },
      ),
    );
    library.lib.slabInitBare!(slabs, 32);
    library.ok("slabGrow", slabs, start, library.get("slabStaticSize", 127, 32));
    expect(count()).toBe(127);
  });

  it("gets a static size of 2^32-1 if the true size exceeds 32 bits", () => {
    for (const [blocks, size] of [
      [0x10000000, 32],
      [0xffffffff, 0x10000],
      [0x20000000, 8],
    ] as const)
      expect(library.get("slabStaticSize", blocks, size) >>> 0).toBe(0xffffffff);
  });

  it("has blocks for the requested bytes after a refill without page fault", () => {
    for (const [size, bytes] of [
      [2048, 8192],
      [32, 8192],
      [1000, 12288],
      [5000, 8192],
    ] as const) {
      library.lib.slabInitBare!(slabs, size);
      library.ok("slabRefillNoPagefault", slabs, library.cap("slotAlloc"), BigInt(bytes));
      expect(count() * size).toBeGreaterThanOrEqual(bytes);
    }
    const slot = library.cap("slotAlloc");
    expect(library.try("slabRefillNoPagefault", slabs, slot, (1n << 64n) - 1n)).toBe("LIB_ERR_SLAB_REFILL");
  });

  it("hands out each block once, aligned and zeroed, and then 0", () => {
    withBlocks(20, 12);
    const blocks = Array.from({ length: 20 }, alloc);
    expect(new Set(blocks).size).toBe(20);
    for (const block of blocks) {
      expect(block % 8).toBe(0);
      for (const word of [0, 4, 8]) library.kernel.store(block + word, 0xffffffff);
    }
    expect(alloc()).toBe(0);
    for (const block of blocks) expect(free(block)).toBe("SYS_ERR_OK");
    for (let i = 0; i < 20; i++) {
      const block = alloc();
      expect([0, 4, 8].map((word) => library.kernel.load(block + word))).toEqual([0, 0, 0]);
    }
  });

  it("refuses to free double, misaligned and foreign blocks", () => {
    const buffer = withBlocks(4, 32);
    const block = alloc();
    expect(free(block + 8)).toBe("LIB_ERR_SLAB_ALLOC_FAIL");
    expect(free(buffer)).toBe("LIB_ERR_SLAB_ALLOC_FAIL");
    expect(free(0x2ff000)).toBe("LIB_ERR_SLAB_ALLOC_FAIL");
    expect(free(0)).toBe("SYS_ERR_OK");
    expect(free(block)).toBe("SYS_ERR_OK");
    expect(free(block)).toBe("LIB_ERR_SLAB_ALLOC_FAIL");
    expect(count()).toBe(4);
  });

  it("gives the block that its owner gave back to the next allocation, cleared", () => {
    withBlocks(4, 32);
    const [first, second] = [alloc(), alloc()];
    library.kernel.store(second, 0xffffffff);
    library.lib.slabGive!(slabs, first);
    library.lib.slabGive!(slabs, second);
    expect(count()).toBe(4);
    expect(free(second), "the spare block").toBe("LIB_ERR_SLAB_ALLOC_FAIL");
    expect(free(first), "a block that is free").toBe("LIB_ERR_SLAB_ALLOC_FAIL");
    expect(alloc()).toBe(second);
    expect(library.kernel.load(second)).toBe(0);
    expect(new Set([second, alloc(), alloc(), alloc()]).size).toBe(4);
    expect([alloc(), count()]).toEqual([0, 0]);
  });

  it("refuses to free a block that was never handed out, and places past its last block", () => {
    const size = 2000;
    const pages = (library.room(3 * PAGE) + PAGE - 1) & ~(PAGE - 1);
    library.lib.slabInitBare!(slabs, size);
    library.ok("slabGrow", slabs, pages, 2 * PAGE);
    const block = alloc();
    const page = block & ~(PAGE - 1);
    expect(free(block + size), "never handed out").toBe("LIB_ERR_SLAB_ALLOC_FAIL");
    expect(block + 2 * size, "in the same page").toBeLessThan(page + PAGE);
    expect(free(block + 2 * size), "past the last block").toBe("LIB_ERR_SLAB_ALLOC_FAIL");
    expect(count()).toBe(3);
    expect(free(block)).toBe("SYS_ERR_OK");
  });

  it("counts its refills from zero", () => {
    const refills = () =>
      [SlabsLayout.REFILLS, SlabsLayout.FAILED_REFILLS].map((at) => library.kernel.load(slabs + at));
    library.lib.slabInitRefilled!(slabs, 32);
    expect(refills()).toEqual([0, 0]);
    library.kernel.refuse = (command) => command === "retype";
    expect(alloc()).toBe(0);
    library.kernel.refuse = () => false;
    expect(refills()).toEqual([0, 1]);
    expect(alloc()).not.toBe(0);
    expect(refills()).toEqual([1, 1]);
  });

  it("frees an allocated block that looks free by chance", () => {
    withBlocks(4, 32);
    const [one, other] = [alloc(), alloc()];
    free(one);
    // Writes the mark of a free block into the other block.
    const mark = library.kernel.load(one + 4) ^ one ^ other;
    library.kernel.store(other + 4, mark);
    expect(free(other)).toBe("SYS_ERR_OK");
    expect(free(other)).toBe("LIB_ERR_SLAB_ALLOC_FAIL");
  });

  it("is refused if its buffer has no room for a block", () => {
    library.lib.slabInitBare!(slabs, 32);
    expect(library.try("slabGrow", slabs, library.room(64), 40)).toBe("LIB_ERR_SLAB_REFILL");
  });
});

it("a slab that leaves the middle of the list of full slabs leaves the others in it", () => {
  const pages = 3;
  const perPage = 2;
  const buffer = (library.room((pages + 1) * PAGE) + PAGE - 1) & ~(PAGE - 1);
  library.lib.slabInitBare!(slabs, 2000);
  library.ok("slabGrow", slabs, buffer, pages * PAGE);
  const blocks = Array.from({ length: pages * perPage }, alloc);
  const free = () => decodeSlabs(new LibraryReader(library), slabs).slabs.map((slab) => [slab.at, slab.free]);
  const [, middle] = free();
  const block = blocks.find((candidate) => (candidate & ~(PAGE - 1)) === middle![0])!;
  expect(library.try("slabFree", slabs, block)).toBe("SYS_ERR_OK");
  const each = [0, 1, 2].map((page) => buffer + page * PAGE);
  expect(free().sort()).toEqual(each.map((at) => [at, at === middle![0] ? 1 : 0]).sort());
});

describe("refill", () => {
  it("maps whole pages, and makes a slab in each", () => {
    library.lib.slabInitBare!(slabs, 32);
    library.ok("slabRefillPages", slabs, BigInt(3 * PAGE - 100));
    expect(count()).toBe(3 * Math.floor((PAGE - 40) / 32));
    const blocks = Array.from({ length: count() }, alloc);
    expect(blocks.every((block) => block >= 0x40000000)).toBe(true);
    for (const block of blocks) expect(free(block)).toBe("SYS_ERR_OK");
    library.check();
  });

  it("into a slot of the caller leaves it empty and owned by the caller if it fails", () => {
    library.lib.slabInitBare!(slabs, 32);
    const slot = library.cap("slotAlloc");
    const before = library.accounts();
    library.kernel.refuse = (command) => command === "map";
    expect(library.try("slabRefillNoPagefault", slabs, slot, 100n)).toMatch(/^LIB_ERR_VSPACE_MAP < LIB_ERR_VNODE_MAP/);
    library.kernel.refuse = () => false;
    // The free bytes may differ, because a page table may have been made.
    expect({ ...library.accounts(), freeBytes: 0n }).toEqual({ ...before, freeBytes: 0n });
    library.ok("slabRefillNoPagefault", slabs, slot, 4096n);
    expect(count()).toBeGreaterThanOrEqual(128);
  });
});

it("the count of free blocks stays right for any sequence", () => {
  const buffer = library.room(2 * PAGE);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat()), { maxLength: 300 }), (steps) => {
      const held = new Set<number>();
      library.lib.slabInitBare!(slabs, 24);
      library.ok("slabGrow", slabs, buffer, 2 * PAGE);
      const all = count();
      for (const [takes, pick] of steps) {
        const block = [...held][pick % (held.size || 1)];
        if (takes || block === undefined) {
          const fresh = alloc();
          expect(held.has(fresh)).toBe(false);
          if (fresh !== 0) held.add(fresh);
        } else {
          expect(free(block)).toBe("SYS_ERR_OK");
          held.delete(block);
        }
        expect(count()).toBe(all - held.size);
      }
    }),
    { numRuns: 50 },
  );
});

describe("the error of an operation whose slab refill fails", () => {
  const CAUSE = "LIB_ERR_FRAME_ALLOC < .*SYS_ERR_RETYPE_CREATE";

  /** Repeats an operation until it fails, while no capability can be made. */
  function firstFailure(operation: () => string): string {
    library.kernel.refuse = (command) => command === "retype";
    try {
      for (let i = 0; i < 10_000; i++) {
        const answer = operation();
        if (answer !== "SYS_ERR_OK") return answer;
      }
      return "no failure";
    } finally {
      library.kernel.refuse = () => false;
    }
  }

  it("names the cause when address space is claimed", () => {
    const space = library.get("currentPaging");
    const error = firstFailure(() => library.try("pagingAlloc", space, BigInt(PAGE)));
    expect(error).toMatch(new RegExp(`^LIB_ERR_SLAB_ALLOC_FAIL < ${CAUSE}$`));
  });

  it("names the cause when a frame is mapped", () => {
    const space = library.get("currentPaging");
    const frame = library.cap("frameAlloc", BigInt(PAGE));
    let isFull = false;
    const error = firstFailure(() => {
      if (isFull) return library.try("pagingMapFrameAttr", space, BigInt(PAGE), frame, 3);
      isFull = library.try("pagingAlloc", space, BigInt(PAGE)) !== "SYS_ERR_OK";
      return "SYS_ERR_OK";
    });
    expect(error).toMatch(new RegExp(`^LIB_ERR_SLAB_ALLOC_FAIL < ${CAUSE}$`));
  });
});
