/**
 * Checks from outside what must hold of the CPU driver's memory after any request (specification of capabilities, 3.4
 * and 8.7). Each rule returns one message for each violation; none if all is well.
 */

import { auditTranslations } from "../../observe/audit/translations";
import { CteLayout } from "../../system/cpudriver/layout/cte-layout";
import { ObjType, typeName } from "../../system/kpi/object-types";
import { BASE_PAGE_SIZE } from "../../system/kpi/types";
import type { KernelMemory, SlotContents } from "./slots";

const hex = (value: number) => `0x${value.toString(16)}`;
const describe = ({ type, base, bytes }: SlotContents) => `${typeName(type)} ${hex(base)}..${hex(base + bytes)}`;

/** Returns all violations: first in what the MMU walks, then in the capabilities. */
export function audit(memory: KernelMemory): string[] {
  const slots = memory.slots();
  return [
    ...auditTranslations(memory.machine),
    ...nullPageIsUntouched(memory),
    ...slotsAreInDatabase(memory, slots),
    ...regionsNest(slots),
    ...mappingsAreSound(memory, slots),
    ...entriesAreOwned(memory, slots),
    ...fingersAreRight(memory, slots),
  ];
}

/** The CPU driver's pointers count from the start of DRAM, and it keeps nothing there, because null is 0. */
function nullPageIsUntouched(memory: KernelMemory): string[] {
  return memory.isZero(memory.dramBase, BASE_PAGE_SIZE) ? [] : ["the CPU driver has written through a null pointer"];
}

/** A slot with a capability must be in the database, and an empty slot must be all zero. */
function slotsAreInDatabase(memory: KernelMemory, slots: SlotContents[]): string[] {
  const known = new Set(slots.map((slot) => slot.at));
  const broken: string[] = [];
  for (const at of memory.places()) {
    const isEmpty = (memory.word(at + CteLayout.TYPE) & 0xff) === ObjType.Null;
    if (!isEmpty && !known.has(at)) broken.push(`the slot at ${hex(at)} holds a capability that nobody knows of`);
    if (isEmpty && !memory.isZero(at, CteLayout.SIZE)) broken.push(`the empty slot at ${hex(at)} is not all zero`);
  }
  return broken;
}

/** Types whose memory can be made into other objects. */
const isDivisible = (type: ObjType) => type === ObjType.RAM || type === ObjType.PhysAddr;
const isSplittable = (type: ObjType) => type === ObjType.Frame || type === ObjType.DevFrame;

/** Two regions must be disjoint, or one must lie inside the other. Objects of different kinds must not share a byte. */
function regionsNest(slots: SlotContents[]): string[] {
  const broken: string[] = [];
  const around: SlotContents[] = [];
  // The order of the database: by start address, larger regions first.
  for (const region of slots.filter((slot) => slot.bytes > 0)) {
    while (around.length > 0 && endOf(around.at(-1)!) <= region.base) around.pop();
    const outer = around.at(-1);
    if (outer) {
      if (endOf(region) > endOf(outer)) broken.push(`${describe(region)} sticks out of ${describe(outer)}`);
      const isSame = outer.base === region.base && outer.bytes === region.bytes && outer.type === region.type;
      const isPart = isSplittable(outer.type) && outer.type === region.type;
      if (!isSame && !isPart && !isDivisible(outer.type)) broken.push(`${describe(region)} lies in ${describe(outer)}`);
    }
    around.push(region);
  }
  return broken;
}

const endOf = (slot: SlotContents) => slot.base + slot.bytes;

/**
 * A mapping must refer to a slot that holds what it maps. A live mapping must have a table, and its slot no other
 * mapping.
 */
function mappingsAreSound(memory: KernelMemory, slots: SlotContents[]): string[] {
  const broken: string[] = [];
  const known = new Map(slots.map((slot) => [slot.at, slot]));
  const tables = slots.filter(({ type }) => type === ObjType.VNode_ARM_l1 || type === ObjType.VNode_ARM_l2);
  const mapped = new Set<number>();
  for (const { at, type, base, mapping } of slots) {
    if (!mapping) continue;
    const frame = known.get(mapping.frame);
    const name = `the mapping at ${hex(at)}`;
    if (!frame || frame.base !== base || frame.type + 1 !== type)
      broken.push(`${name} maps a slot with something else`);
    if (!mapping.live) continue;
    if (mapped.has(mapping.frame)) broken.push(`the slot at ${hex(mapping.frame)} is mapped twice`);
    mapped.add(mapping.frame);
    const end = mapping.pte + mapping.count * 4;
    if (!tables.some((table) => mapping.pte >= table.base && end <= endOf(table))) broken.push(`${name} has no table`);
    for (let pte = mapping.pte; pte < end; pte += 4) {
      if ((memory.word(pte) & 3) === 0) broken.push(`${name} claims the entry at ${hex(pte)}, which is not valid`);
    }
  }
  return broken;
}

/** Every valid page-table entry, in an installed table or not, must belong to exactly one live mapping. */
function entriesAreOwned(memory: KernelMemory, slots: SlotContents[]): string[] {
  const owners = new Map<number, number>();
  for (const { mapping } of slots) {
    if (!mapping?.live) continue;
    for (let i = 0; i < mapping.count; i++) {
      const pte = mapping.pte + i * 4;
      owners.set(pte, (owners.get(pte) ?? 0) + 1);
    }
  }
  const valid = new Set(slots.flatMap((slot) => memory.validEntries(slot)));
  return [...valid]
    .filter((pte) => owners.get(pte) !== 1)
    .map((pte) => `the entry at ${hex(pte)} belongs to ${owners.get(pte) ?? 0} mappings`);
}

/** A finger of a page must lead to a slot that starts in that page. A mapping is in no tree, so no finger leads to it. */
function fingersAreRight(memory: KernelMemory, slots: SlotContents[]): string[] {
  const pageOf = new Map(
    slots.filter(({ mapping }) => !mapping).map(({ at, base }) => [at, base - (base % BASE_PAGE_SIZE)]),
  );
  return [...memory.fingers()]
    .filter(([page, at]) => pageOf.get(at) !== page)
    .map(([page, at]) => `the finger of the page at ${hex(page)} leads to ${hex(at)}, where no slot of that page is`);
}
