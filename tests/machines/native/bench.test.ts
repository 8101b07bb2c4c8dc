/** The figures of docs/benchmarks.md: they keep their limits, and two runs give the same figures. */
import { expect, it } from "vitest";
import { type Figure, measure } from "../../../evidence/bench/measure-native";
import { findNativeBoard, type NativeBoard } from "../../../machines/native/boards";
import { kernelFile, readNative } from "../../../machines/native/built";
import { sectionSizes } from "../../../machines/native/elf";
import { describeNative } from "./support/tools";

const TIMEOUT_MS = 120_000;
const AIM = 3_000;
const native = findNativeBoard("vexpress-a9") as NativeBoard;

function median(figures: Figure[], wanted: string): number {
  return figures.find(({ operation }) => operation === wanted)?.median ?? Number.NaN;
}

describeNative("instruction counts", { timeout: TIMEOUT_MS }, () => {
  it.each([100, 5_000])(
    "of mm_alloc and mm_free beside %i regions are at most 3,000 each, including system calls",
    async (size) => {
      const figures = await measure(native, size);
      expect(median(figures, "mm-alloc")).toBeLessThanOrEqual(AIM);
      expect(median(figures, "mm-free")).toBeLessThanOrEqual(AIM);
    },
  );

  it("stay below those of seL4 where they are, and below the aims that are reached", async () => {
    const figures = await measure(native);
    const each = (operation: string, count: number) =>
      (figures.find((figure) => figure.operation === operation && figure.size === count)?.median ?? Number.NaN) / count;
    expect(median(figures, "null")).toBeLessThanOrEqual(98);
    for (const count of [1_000, 10_000, 65_536]) expect(each("revoke-descendants", count)).toBeLessThanOrEqual(70);
    expect(each("revoke-copies", 10_000)).toBeLessThanOrEqual(200);
    expect(each("vnode-unmap", 1)).toBeLessThanOrEqual(400);
    expect(256 * each("vnode-map", 256)).toBeLessThanOrEqual(134_403);
    expect(256 * each("vnode-unmap", 256)).toBeLessThanOrEqual(120_066);
  });

  it("leave the CPU driver's text below 48,000 bytes", () => {
    expect(sectionSizes(readNative(kernelFile(native))).get(".text")).toBeLessThanOrEqual(48_000);
  });

  it("are the same in every run", async () => {
    const [first, second] = [await measure(native, 100), await measure(native, 100)];
    expect(second).toEqual(first);
  });
});
