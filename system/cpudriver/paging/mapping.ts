/**
 * Mapping capabilities: the records of which page-table entries were written for which slot.
 *
 * A live mapping owns its entries: every valid entry of a user's table belongs to exactly one. Two lists lead to it,
 * both through the mapping's own words:
 *
 *     slot that is mapped (Frame, DevFrame, VNode)  --mappings-->  m1 <-> m2 ...   the latest first; all others are void
 *     page table that holds the entries (VNode)     --entries--->  m1 <-> m3 ...   live ones only
 *
 * A page table has as many slots as copies; the mappings made through a copy hang at that copy, and move to another
 * when it is deleted. When the last one goes, they become void: the record stays where it is, without effect.
 */
import { mappingType } from "../../kpi/object-types";
import { CapRights } from "../../kpi/types";
import { tlbFlushAll } from "../arch/armv7/hw";
import { Cte } from "../cap/cte";
import { kernelAssert } from "../debug/panic";
import { kernel } from "../kernel-state";
import { CteFlag } from "../layout/cte-layout";
import { mdbInsert, mdbRemove } from "../mdb/tree";
import { clearEntries } from "./page-table";

function linkToFrame(mapping: Cte, frame: Cte): void {
  const head = frame.mappings;
  mapping.word2 = u32(changetype<usize>(head));
  mapping.word3 = 0;
  if (head) head.word3 = u32(changetype<usize>(mapping));
  frame.mappings = mapping;
}

function unlinkFromFrame(mapping: Cte): void {
  const next = mappingOfSameSlotAfter(mapping);
  const previous = changetype<Cte | null>(usize(mapping.word3));
  if (next) next.word3 = mapping.word3;
  if (previous) previous.word2 = mapping.word2;
  else mapping.frame.mappings = next;
}

function linkToTable(mapping: Cte, table: Cte): void {
  const head = table.entries;
  mapping.word4 = u32(changetype<usize>(head));
  // The first of a list points back to the table's slot, so that it can be taken out without knowing the table.
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

function mappingOfSameSlotAfter(mapping: Cte): Cte | null {
  return changetype<Cte | null>(usize(mapping.word2));
}

function mappingOfSameTableAfter(mapping: Cte): Cte | null {
  return changetype<Cte | null>(usize(mapping.word4));
}

/** Fills an empty slot with the record of `count` entries, from physical address `pte` on, for `frame` in `table`. */
export function createMapping(slot: Cte, frame: Cte, table: Cte, pte: u32, count: u32): void {
  kernelAssert(slot.isEmpty, "map: the slot is in use");
  slot.fill(mappingType(frame.type), frame.base, 0);
  slot.rights = CapRights.NONE;
  slot.count = u16(count);
  slot.word0 = u32(changetype<usize>(frame));
  slot.word1 = pte;
  linkToFrame(slot, frame);
  linkToTable(slot, table);
  mdbInsert(slot, frame);
  kernel.liveMappings++;
}

/** Is the slot's capability mapped? Only the mapping that was made last can be live: it had to be void before another was. */
export function isMapped(frame: Cte): bool {
  const latest = frame.mappings;
  return latest !== null && !latest.isVoid;
}

/** Does a live mapping have its entries in the table at `base` of `bytes`? */
export function mappingIsIn(mapping: Cte, base: u64, bytes: u64): bool {
  return mapping.pte >= base && mapping.pte < base + bytes;
}

/** The record stays, its entries are nobody's. */
function voidMapping(mapping: Cte): void {
  unlinkFromTable(mapping);
  mapping.setFlag(CteFlag.VOID);
  kernel.liveMappings--;
}

/** Clears the entries of a live mapping and makes it void; no translation survives. */
export function unmapMapping(mapping: Cte): void {
  clearEntries(mapping.pte, mapping.count);
  voidMapping(mapping);
  tlbFlushAll();
}

/** Deletes the record and what it stands for. */
export function deleteMapping(mapping: Cte): void {
  if (!mapping.isVoid) unmapMapping(mapping);
  unlinkFromFrame(mapping);
  mdbRemove(mapping);
  mapping.clear();
}

/** Undoes all mappings made from a slot that is about to become empty. */
export function deleteMappingsOf(frame: Cte): void {
  for (let m = frame.mappings; m; m = frame.mappings) deleteMapping(m);
}

/** A copy of a page table goes: what was mapped through it belongs to another copy from now on. */
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

/** A page table goes for good: mappings in it become void. Its memory is not touched any more. */
export function voidEntries(table: Cte): void {
  const any = table.entries !== null;
  for (let m = table.entries; m; m = table.entries) voidMapping(m);
  if (any) tlbFlushAll();
}
