/** The figures of docs/benchmarks.md: they keep their limits, and two runs give the same figures. */
import { expect, it } from "vitest";
import { type Figure, measure } from "../../../evidence/bench/measure-native";
import { findNativeBoard, type NativeBoard } from "../../../machines/native/boards";
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

  it("are the same in every run", async () => {
    const [first, second] = [await measure(native, 100), await measure(native, 100)];
    expect(second).toEqual(first);
  });
});
