import { describe, expect, it } from "vitest";
import { typefish } from "./run";

/** A board with little memory, which is quicker. */
const BOARD = ["--memory", "64M"];

function inspectJson(...args: string[]) {
  const { stdout, stderr, status } = typefish(["inspect", ...args, ...BOARD, "--json"]);
  expect([stderr, status]).toEqual(["", 0]);
  return JSON.parse(stdout);
}

describe("inspect", () => {
  it("caps shows the capabilities that the CPU driver gives to init", () => {
    const caps = inspectJson("caps", "--at-call", "0");
    expect(caps).toContainEqual(
      expect.objectContaining({ address: 1, level: 2, name: "dispatcher", type: "Dispatcher" }),
    );
    expect(caps).toContainEqual(
      expect.objectContaining({ address: 2, name: "root CNode", type: "L1CNode", copies: true }),
    );
    const ram = caps.find(({ address, level }: { address: number; level: number }) => address === 0x300 && level === 2);
    expect(ram).toMatchObject({ type: "RAM", rights: "rwxgi", ancestors: false });
    expect(ram.base + ram.bytes).toBe(0x84000000);
  });

  it("cspace shows the well-known CNodes by name", () => {
    const cspace = inspectJson("cspace");
    expect(cspace.size).toBe(256);
    const names = cspace.cnodes.slice(0, 4).map(({ name }: { name: string }) => name);
    expect(names).toEqual(["task", "page", "base page", "super"]);
    const [{ slots }] = cspace.cnodes.filter(({ name }: { name: string }) => name === "base page");
    expect(slots).toHaveLength(256);
  });

  it("mdb shows each object after its parent", () => {
    const objects = inspectJson("mdb", "--scenario", "T09");
    for (const { id, parent, base, bytes } of objects) {
      if (parent === null) continue;
      expect(parent).toBeLessThan(id);
      const outer = objects[parent];
      expect(base).toBeGreaterThanOrEqual(outer.base);
      expect(base + bytes).toBeLessThanOrEqual(outer.base + outer.bytes);
    }
    expect(objects.some(({ type }: { type: string }) => type === "VNode_ARM_l2_Mapping")).toBe(true);
  });

  it("mm shows pieces that tile the regions", () => {
    const mm = inspectJson("mm", "--scenario", "T03");
    expect(mm.problems).toEqual([]);
    const [region] = mm.regions;
    const sum = region.pieces.reduce((bytes: number, piece: { bytes: number }) => bytes + piece.bytes, 0);
    expect(sum).toBe(region.bytes);
    expect(mm.totalBytes).toBe(region.bytes);
  });

  it("slots shows maps that agree with the number of free slots", () => {
    const allocators = inspectJson("slots", "--scenario", "T03");
    expect(allocators.map(({ name }: { name: string }) => name)).toEqual(["default", "memory manager", "root CNode"]);
    for (const { free, blocks } of allocators) {
      const dots = blocks.map(({ map }: { map: string }) => map.replace(/#/g, "").length);
      expect(dots.reduce((sum: number, count: number) => sum + count, 0)).toBe(free);
    }
  });

  it("pages shows the initial address space of init", () => {
    const { ranges, tables, mappings } = inspectJson("pages", "--at-call", "0");
    expect(tables).toHaveLength(30);
    // A mapping for each table and for bootinfo, arguments, dispatcher frame, and the program's segments.
    const types = mappings.map(({ source }: { source: { type: string } }) => source.type);
    expect(types.filter((type: string) => type === "VNode_ARM_l2")).toHaveLength(30);
    expect(types.filter((type: string) => type === "DevFrame")).toHaveLength(1);
    expect(types.filter((type: string) => type === "Frame").length).toBeGreaterThanOrEqual(3);
    expect(ranges[0]).toMatchObject({ va: 0x200000, bytes: 16384, kind: "page", access: "rw", cached: true });
    expect(ranges.map(({ va }: { va: number }) => va)).toContain(0x400000);
  });

  it("memory accounts for every byte of RAM", () => {
    const { dram, bootInfo, regions } = inspectJson("memory");
    expect(dram).toEqual({ base: 0x80000000, bytes: 64 << 20 });
    const ram = bootInfo.find(({ type }: { type: string }) => type === "RAM");
    const region = regions.find(({ base }: { base: number }) => base === ram.base);
    expect(region).toMatchObject({ type: "RAM", bytes: ram.bytes });
    const used = Object.values(region.usage as Record<string, number>).reduce((sum, bytes) => sum + bytes, 0);
    expect(used).toBe(region.bytes);
  });

  it.each(["caps", "cspace", "mdb", "mm", "slots", "pages", "memory"])("%s prints readable text", (what) => {
    const { lines, stderr, status } = typefish(["inspect", what, ...BOARD, "--scenario", "T0*"]);
    expect([stderr, status]).toEqual(["", 0]);
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.every((line) => line === line.trimEnd())).toBe(true);
  });
});
