import { describe, expect, it } from "vitest";
import { boards, findBoard } from "../../../machines/boards";
import { withMemory } from "../../../machines/boards/board";
import { pandaboardEs } from "../../../machines/boards/pandaboard-es";

const MIB = 0x100000;

describe("a board", () => {
  it("is found by its name", () => {
    expect(boards.map((board) => board.name)).toEqual(["pandaboard-es", "vexpress-a9"]);
    expect(findBoard("pandaboard-es")).toBe(pandaboardEs);
    expect(findBoard("pandaboard")).toBeUndefined();
  });

  it.each(boards)(
    "$name has DRAM that does not overlap its devices, which are one aligned block",
    ({ dram, devices }) => {
      expect(devices.base + devices.bytes <= dram.base || dram.base + dram.bytes <= devices.base).toBe(true);
      expect(Math.log2(devices.bytes) % 1).toBe(0);
      expect(devices.base % devices.bytes).toBe(0);
      expect(dram.base + dram.bytes).toBeLessThanOrEqual(2 ** 32);
    },
  );

  it.each(boards)("$name has its console among the devices", ({ devices, console }) => {
    expect(console.address).toBeGreaterThanOrEqual(devices.base);
    expect(console.address).toBeLessThan(devices.base + devices.bytes);
  });
});

describe("another amount of memory", () => {
  it.each([16, 17, 64, 1024])("can be %i MiB", (mib) => {
    const board = withMemory(pandaboardEs, mib * MIB);
    expect(board).toEqual({ ...pandaboardEs, dram: { base: 0x80000000, bytes: mib * MIB } });
  });

  it.each([0, -MIB, 15 * MIB, 1025 * MIB, 16 * MIB + 4096, 16.5 * MIB + 0.5, Number.NaN, Number.POSITIVE_INFINITY])(
    "cannot be %d bytes",
    (bytes) => {
      expect(() => withMemory(pandaboardEs, bytes)).toThrow(/multiple of 1 MiB from 16 MiB to 1 GiB/);
    },
  );
});
