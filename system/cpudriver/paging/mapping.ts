/**
 * A Mapping capability records which page-table entries were written for which slot. It is in the mapping database, but
 * not in its tree: the slot that it maps leads to it.
 *
 * A live mapping owns its entries: every valid entry of a user's table belongs to exactly one live mapping. A mapping
 * is in two lists, both linked through its own words:
 *
 *     slot that is mapped (Frame, DevFrame, VNode)  --mappings-->  m1 <-> m2 ...   latest first; the others are void
 *     page table that holds the entries (VNode)     --entries--->  m1 <-> m3 ...   live ones only
 *
 * Each copy of a page table's capability has its own list of the mappings made through it. When a copy is deleted, its
 * list moves to another copy. When the last copy is deleted, the mappings become void: their records stay in their
 * slots, without effect.
 */
import { mappingType } from "../../kpi/object-types";
import { tlbFlushAll } from "../arch/armv7/hw";
import { Cte } from "../cap/cte";
import { kernelAssert } from "../debug/panic";
import { kernel } from "../kernel-state";
import { CteFlag } from "../layout/cte-layout";
import { clearEntries } from "./page-table";

function linkToFrame(mapping: Cte, frame: Cte): void {
  const head = frame.mappings;
  mapping.word2 = u32(changetype<usize>(head));
  mapping.word3 = 0;
  if (head) head.word3 = u32(changetype<usize>(mapping));
  frame.mappings = mapping;
}

function unlinkFromFrame(mapping: Cte): void {
  const next = mapping.nextMapping;
  const previous = changetype<Cte | null>(usize(mapping.word3));
  if (next) next.word3 = mapping.word3;
  if (previous) previous.word2 = mapping.word2;
  else mapping.frame.mappings = next;
}

function linkToTable(mapping: Cte, table: Cte): void {
  const head = table.entries;
  mapping.word4 = u32(changetype<usize>(head));
  // The first mapping points back to the table's slot, so `unlinkFromTable` need not look for the table.
  mapping.word5 = u32(changetype<usize>(table));
  if (head) head.word5 = u32(changetype<usize>(mapping));
  table.entries = mapping;
}

function unlinkFromTable(mapping: Cte): void {
  const next = mappingOfSameTableAfter(mapping);
  const previous = changetype<Cte>(usize(mapping.word5));
  if (next) next.word5 = mapping.word5;
  if (previous.isMapping) previous.word4 = mapping.word4;
  else previous.entries = next;
}

function mappingOfSameTableAfter(mapping: Cte): Cte | null {
  return changetype<Cte | null>(usize(mapping.word4));
}

/**
 * Makes a mapping in an empty slot: it records `count` entries of `table` from physical address `pte` on, for `frame`.
 */
export function createMapping(slot: Cte, frame: Cte, table: Cte, pte: u32, count: u32): void {
  kernelAssert(slot.isEmpty, "map: the slot is in use");
  slot.fillMapping(mappingType(frame.type), frame.key, count);
  slot.word0 = u32(changetype<usize>(frame));
  slot.word1 = pte;
  linkToFrame(slot, frame);
  linkToTable(slot, table);
  kernel.mdbCount++;
  kernel.liveMappings++;
}

/**
 * Is the slot's capability mapped? Only its latest mapping can be live, because a mapped slot cannot be mapped again.
 */
export function isMapped(frame: Cte): bool {
  const latest = frame.mappings;
  return latest !== null && !latest.isVoid;
}

/** Are the entries of a live mapping in the table of `bytes` at physical address `base`? */
export function mappingIsIn(mapping: Cte, base: u64, bytes: u64): bool {
  return mapping.pte >= base && mapping.pte < base + bytes;
}

/** Makes a mapping void: it stays in its slot, but does not own its entries any more. */
function voidMapping(mapping: Cte): void {
  unlinkFromTable(mapping);
  mapping.setFlag(CteFlag.VOID);
  kernel.liveMappings--;
}

/** Clears the entries of a live mapping, makes it void and flushes the TLB. */
export function unmapMapping(mapping: Cte): void {
  clearEntries(mapping.pte, mapping.count);
  voidMapping(mapping);
  tlbFlushAll();
}

/** Deletes a mapping, and unmaps its entries if it is live. */
export function deleteMapping(mapping: Cte): void {
  if (!mapping.isVoid) unmapMapping(mapping);
  unlinkFromFrame(mapping);
  mapping.clear();
  kernel.mdbCount--;
}

/** Deletes all mappings made from a slot. The caller empties the slot next. */
export function deleteMappingsOf(frame: Cte): void {
  for (let m = frame.mappings; m; m = frame.mappings) deleteMapping(m);
}

/** Deletes the void mappings made from a slot. */
export function deleteVoidMappingsOf(frame: Cte): void {
  let next = frame.mappings;
  while (next) {
    const m = next;
    next = m.nextMapping;
    if (m.isVoid) deleteMapping(m);
  }
}

/** Deletes the mappings made from a slot that record the same entries as `mapping`, except `mapping` itself. */
export function deleteOtherMappings(frame: Cte, mapping: Cte): void {
  let next = frame.mappings;
  while (next) {
    const m = next;
    next = m.nextMapping;
    if (m !== mapping && m.pte == mapping.pte) deleteMapping(m);
  }
}

/**
 * Moves the mappings made through one copy of a page table to another copy. The caller deletes `from` next. A frame has
 * no entries, so nothing moves.
 */
export function moveEntries(from: Cte, to: Cte): void {
  const first = from.entries;
  if (!first) return;
  let last = first;
  for (let next = mappingOfSameTableAfter(last); next; next = mappingOfSameTableAfter(last)) last = next;
  const head = to.entries;
  last.word4 = u32(changetype<usize>(head));
  if (head) head.word5 = u32(changetype<usize>(last));
  first.word5 = u32(changetype<usize>(to));
  to.entries = first;
  from.entries = null;
}

/**
 * Makes all mappings in a page table void, because its last copy is being deleted. Does not write the table's memory. A
 * frame has no entries, so the function does nothing.
 */
export function voidEntries(table: Cte): void {
  const any = table.entries !== null;
  for (let m = table.entries; m; m = table.entries) voidMapping(m);
  if (any) tlbFlushAll();
}
