/** The figures of docs/benchmarks.md: they keep their limits, and two runs give the same figures. */
import { expect, it } from "vitest";
import { type Figure, measure } from "../../../evidence/bench/measure-native";
import { LIVE, SEL4_ROWS, TEXT_AIM } from "../../../evidence/bench/sel4-table";
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

  it("keep every aim of the table beside seL4", async () => {
    const figures = [...(await measure(native, LIVE)), ...(await measure(native))];
    const figure = (operation: string, size: number) =>
      figures.find((candidate) => candidate.operation === operation && candidate.size === size)?.median ?? null;
    const missed = SEL4_ROWS.filter(({ aim, typefish }) => !((typefish(figure) ?? Number.NaN) <= aim));
    expect(missed.map(({ operation }) => operation)).toEqual([]);
  });

  it("leave the CPU driver's text below 48,000 bytes", () => {
    expect(sectionSizes(readNative(kernelFile(native))).get(".text")).toBeLessThanOrEqual(TEXT_AIM);
  });

  it("are the same in every run", async () => {
    const [first, second] = [await measure(native, 100), await measure(native, 100)];
    expect(second).toEqual(first);
  });
});
