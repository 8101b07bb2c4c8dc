import { describe, expect, it } from "vitest";
import { effectiveAlignment, MemoryManagerModel } from "../../../evidence/model/mm";

const MIB = 1 << 20;

function oneRegion(): MemoryManagerModel {
  const mm = new MemoryManagerModel();
  mm.add(0x80000000, MIB);
  return mm;
}

describe("regions", () => {
  it("are whole pages, and each is added once", () => {
    const mm = oneRegion();
    expect(mm.add(0x80200100, 8192).err).toBe("SYS_ERR_OK");
    expect(mm.nodes()).toContainEqual({ base: 0x80201000, size: 4096, free: true });
    expect(mm.add(0x80300100, 4096).err).toBe("MM_ERR_OUT_OF_BOUNDS");
    expect(mm.add(0x80300000, 0).err).toBe("MM_ERR_OUT_OF_BOUNDS");
    expect(mm.add(0x800ff000, 8192).err).toBe("MM_ERR_ALREADY_PRESENT");
  });

  it("do not merge, even when they are adjacent", () => {
    const mm = oneRegion();
    mm.add(0x80100000, MIB);
    expect(mm.freePieces()).toHaveLength(2);
    expect(mm.allocation(MIB + 4096, 4096).err).toBe("MM_ERR_NOT_FOUND");
  });
});

describe("an allocation", () => {
  it("must succeed if and only if a free piece fits", () => {
    const mm = oneRegion();
    expect(mm.allocation(0, 4096).err).toBe("LIB_ERR_RAM_ALLOC_WRONG_SIZE");
    expect(mm.allocation(MIB, 0).err).toBe("SYS_ERR_OK");
    expect(mm.take({ base: 0x80001000, size: 4096 }, 1000, 0)).toEqual([]);
    expect(mm.allocation(MIB - 8192, 4096).err).toBe("SYS_ERR_OK");
    expect(mm.allocation(MIB - 8192, 8192).err).toBe("SYS_ERR_OK");
    expect(mm.allocation(MIB - 8192, 16384).err).toBe("MM_ERR_NOT_FOUND");
  });

  it("must lie inside a free piece, aligned", () => {
    const mm = oneRegion();
    mm.take({ base: 0x80001000, size: 4096 }, 4096, 4096);
    expect(mm.take({ base: 0x80000000, size: 8192 }, 8192, 8192)).toHaveLength(1);
    expect(mm.take({ base: 0x80003000, size: 8192 }, 8192, 8192)).toHaveLength(1);
    expect(mm.take({ base: 0x80004000, size: 4096 }, 8192, 4096)).toHaveLength(1);
    expect(mm.take({ base: 0x800ff000, size: 8192 }, 8192, 4096)).toHaveLength(1);
    expect(mm.take({ base: 0x80002000, size: 8192 }, 8192, 8192)).toEqual([]);
  });

  it("honours alignments that are not powers of two", () => {
    expect(effectiveAlignment(0)).toBe(4096);
    expect(effectiveAlignment(1000)).toBe(4096);
    expect(effectiveAlignment(8192)).toBe(8192);
    expect(effectiveAlignment(6144)).toBe(12288);
  });
});

it("freed memory merges again", () => {
  const mm = oneRegion();
  for (const page of [0, 1, 2]) mm.take({ base: 0x80000000 + page * 4096, size: 4096 }, 4096, 4096);
  expect(mm.nodes()).toHaveLength(4);
  expect(mm.free(0x80001000, 4000).err).toBe("SYS_ERR_OK");
  expect(mm.free(0x80001000, 4096).stack).toEqual(["MM_ERR_MM_FREE", "MM_ERR_NOT_FOUND"]);
  expect(mm.free(0x80000000, 8192).err).toBe("MM_ERR_MM_FREE");
  expect(mm.freePieces()).toHaveLength(2);
  mm.free(0x80000000, 4096);
  expect(mm.nodes().map(({ free }) => free)).toEqual([true, false, true]);
  mm.free(0x80002000, 4096);
  expect(mm.nodes()).toEqual([{ base: 0x80000000, size: MIB, free: true }]);
  expect(mm.freeBytes()).toBe(MIB);
});
