/**
 * The arena, a place for hostile calls: 4 MiB of RAM and a CNode of 256 slots. The calls get nothing else. Slots are
 * named by number. The end of the arena deletes everything that was made in it.
 *
 * The window is the part of the address space that one L2 table maps and that nothing else uses. Through it the
 * scenarios see what the MMU maps.
 */

import { SYS_ERR_CAP_NOT_FOUND } from "../../kpi/errno";
import { errval_t } from "../../kpi/errval";
import { ObjType } from "../../kpi/object-types";
import { BASE_PAGE_SIZE, BYTES_PER_SECTION } from "../../kpi/types";
import { capCopy, capDelete, capIdentify, capRetype, capRevoke } from "../../libaos/capabilities";
import { capref, cnoderef } from "../../libaos/capref";
import { cnodeCreateL2 } from "../../libaos/cnode-create";
import { invokeMap } from "../../libaos/invocations";
import { Out } from "../../libaos/out";
import { ramAllocAligned, ramFree } from "../../libaos/ram-alloc";
import { vnodeUnmap } from "../../libaos/vnode";
import { capVroot } from "../../libaos/well-known";
import { fails, ok } from "./check";

const ARENA_BYTES: u64 = 4 * BYTES_PER_SECTION;

/** Number of the window's entry in the L1 table. */
const WINDOW_ENTRY: u32 = 0x1f0;
export const WINDOW: u32 = WINDOW_ENTRY * BYTES_PER_SECTION;
/** Slot for the mapping of the window's table. */
const WINDOW_MAPPING: u32 = 255;

@unmanaged
class Arena {
  ram: capref;
  cnodeCap: capref;
  cnode: cnoderef;
}

const arena = changetype<Arena>(memory.data(24, 8));

/** Sets up the arena. */
export function arenaBegin(): bool {
  if (!ok(ramAllocAligned(ARENA_BYTES, BYTES_PER_SECTION), "RAM for an arena")) return false;
  arena.ram = Out.cap;
  if (!ok(cnodeCreateL2(), "a CNode for an arena")) {
    ok(ramFree(arena.ram), "free the RAM of the arena");
    return false;
  }
  arena.cnodeCap = Out.cap;
  arena.cnode = Out.cnode;
  return true;
}

/** Deletes everything that was made in the arena. */
export function arenaEnd(): void {
  ok(capRevoke(arena.ram), "revoke the RAM of the arena");
  ok(ramFree(arena.cnodeCap), "free the CNode of the arena");
  ok(ramFree(arena.ram), "free the RAM of the arena");
}

/** The RAM capability of the arena: 4 MiB at a multiple of 1 MiB. */
export function arenaRam(): capref {
  return arena.ram;
}

/** The arena's CNode, as invocations name it. */
export function arenaCNode(): capref {
  return arena.cnodeCap;
}

/** Slot `index` of the arena's CNode. */
export function slot(index: u32): capref {
  return arena.cnode | index;
}

/** Retypes the arena's RAM. */
export function fromRam(dest: u32, offset: u64, type: u32, objsize: u64, count: u32): errval_t {
  return capRetype(slot(dest), arena.ram, offset, type, objsize, count);
}

/** Retypes the capability in a slot. */
export function retype(source: u32, dest: u32, offset: u64, type: u32, objsize: u64, count: u32): errval_t {
  return capRetype(slot(dest), slot(source), offset, type, objsize, count);
}

/** Makes objects that later calls need. */
export function make(dest: u32, offset: u64, type: u32, objsize: u64, count: u32 = 1): bool {
  return ok(fromRam(dest, offset, type, objsize, count), "set-up of the attack, slot", dest);
}

/** Maps `source` in `table`. All capabilities are given by slot numbers. */
export function map(table: u32, source: u32, entry: u32, flags: u32, offset: u32, count: u32, mapping: u32): errval_t {
  return invokeMap(slot(table), slot(source), entry, flags, offset, count, slot(mapping));
}

export function unmap(table: u32, mapping: u32): errval_t {
  return vnodeUnmap(slot(table), slot(mapping));
}

export function copy(source: u32, dest: u32): errval_t {
  return capCopy(slot(dest), slot(source));
}

export function remove(index: u32): errval_t {
  return capDelete(slot(index));
}

export function revoke(index: u32): errval_t {
  return capRevoke(slot(index));
}

/** Checks that a slot is empty. */
export function isEmpty(index: u32, what: string): bool {
  // Identify pushes its own code on the code of the look-up.
  const err = capIdentify(slot(index));
  return fails(err >> 10, SYS_ERR_CAP_NOT_FOUND, what, index);
}

/** Checks that a slot holds a capability. */
export function isThere(index: u32, what: string): bool {
  return ok(capIdentify(slot(index)), what, index);
}

/** Installs the L2 table in a slot as the window's table, so that its pages can be seen from `WINDOW` on. */
export function openWindow(table: u32): bool {
  return ok(invokeMap(capVroot, slot(table), WINDOW_ENTRY, 3, 0, 1, slot(WINDOW_MAPPING)), "install the table");
}

/** Removes the window's table. */
export function closeWindow(): bool {
  return ok(remove(WINDOW_MAPPING), "take the table out");
}

/**
 * Makes an L2 table in slot `dest`, at the start of the arena's RAM, and a frame of `pages` pages in slot `frame`, at
 * offset 0x10000 (64 KiB).
 */
export function makeTableAndFrame(dest: u32, frame: u32, pages: u32): bool {
  return make(dest, 0, ObjType.VNode_ARM_l2, 1024) && make(frame, 0x10000, ObjType.Frame, pages * BASE_PAGE_SIZE);
}
