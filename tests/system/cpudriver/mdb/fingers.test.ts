/** The fingers of pages: what makes one, what clears it, and where the table ends. */
import { expect, it } from "vitest";
import { board, memoryMap } from "../../../../evidence/harness/system";
import { otherSlot, PAGE, PHYS, RAM, slot } from "../../../../evidence/harness/well-known";
import { KernelStateLayout } from "../../../../system/cpudriver/layout/kernel-state-layout";
import { MultibootMapType } from "../../../../system/kpi/multiboot";
import { ObjType } from "../../../../system/kpi/object-types";
import { useSystem } from "../../../support/use-system";

const { dram } = board;
const END = dram.base + dram.bytes;
/** The capability of memory that begins where RAM ends. */
const BEHIND = PHYS + 2;
const behind = { base: END, bytes: 4 * PAGE, type: MultibootMapType.RESERVED };
const system = await useSystem({ memoryMap: [...memoryMap, behind] });
const { do: call } = system;

const wordOf = (page: number) =>
  dram.base + system.memory.stateField(KernelStateLayout.FINGERS) + ((page - dram.base) / PAGE) * 4;
/** The address of the slot that the finger of a page leads to; `dram.base` if there is none. */
const fingerOf = (page: number) => dram.base + system.memory.word(wordOf(page));
const pages = (offset: number, to: number, count = 1) =>
  call.retype({ from: RAM, type: ObjType.RAM, bytes: PAGE, offset, to, count });

it("a retype makes its object the finger of the page, until the object is deleted", () => {
  pages(3 * PAGE, slot(0));
  const { base } = system.identity(slot(0));
  expect(fingerOf(base)).toBe(system.slotMemory(slot(0)));
  call.delete(slot(0));
  expect(fingerOf(base)).toBe(dram.base);
});

it("a copy is no finger, and the deletion of one leaves the finger alone", () => {
  pages(3 * PAGE, slot(1));
  for (const copy of [slot(0), slot(2)]) call.copy(slot(1), copy);
  const { base } = system.identity(slot(1));
  expect(fingerOf(base)).toBe(system.slotMemory(slot(1)));
  for (const copy of [slot(0), slot(2)]) call.delete(copy);
  expect(fingerOf(base)).toBe(system.slotMemory(slot(1)));
});

it("every other object of many is a finger, and a revoke clears them all", () => {
  pages(0, slot(0), 20);
  const { base } = system.identity(slot(0));
  const found = Array.from({ length: 20 }, (_, i) => fingerOf(base + i * PAGE) !== dram.base);
  expect(found.filter((isFinger) => isFinger).length).toBeGreaterThanOrEqual(10);
  call.revoke(RAM);
  for (let i = 0; i < 20; i++) expect(fingerOf(base + i * PAGE)).toBe(dram.base);
});

it("the page behind the end of RAM has no word", () => {
  const before = system.memory.word(wordOf(END));
  call.retype({ from: BEHIND, type: ObjType.DevFrame, bytes: PAGE, to: otherSlot(0) });
  expect(system.identity(otherSlot(0)).base).toBe(END);
  expect(system.memory.word(wordOf(END))).toBe(before);
});
