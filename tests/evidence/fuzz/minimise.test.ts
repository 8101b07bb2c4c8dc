import { expect, it } from "vitest";
import { minimise } from "../../../evidence/fuzz/minimise";

const numbers = Array.from({ length: 500 }, (_, i) => i);

it("keeps the items that the failure needs, in order", () => {
  const needs = (wanted: number[]) => (items: readonly number[]) => wanted.every((item) => items.includes(item));
  expect(minimise(numbers, needs([17, 18, 433]))).toEqual([17, 18, 433]);
  expect(minimise(numbers, needs([499]))).toEqual([499]);
});

it("removes items in pairs if they can only be removed together", () => {
  const isEven = (items: readonly number[]) => items.length % 2 === 0 && items.includes(3);
  const left = minimise(numbers, isEven);
  expect(left).toContain(3);
  expect(left.length % 2).toBe(0);
});
