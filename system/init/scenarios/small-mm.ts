/**
 * A separate memory manager for a piece of RAM from init's manager. It is small enough to check completely. Its slots
 * come from the default allocator. Its nodes come from a buffer that never grows, so that a scenario can use up the
 * nodes.
 *
 * The piece is cut into parts, each with a RAM capability. Any of them can be added as regions, in any order.
 */
import { LIB_ERR_SLAB_REFILL, SYS_ERR_OK } from "../../kpi/errno";
import { errval_t } from "../../kpi/errval";
import { ObjType } from "../../kpi/object-types";
import { BASE_PAGE_SIZE } from "../../kpi/types";
import { capDestroyIfAny } from "../../libaos/cap-destroy";
import { capRetype } from "../../libaos/capabilities";
import { capref } from "../../libaos/capref";
import { frameIdentify } from "../../libaos/frame";
import { SlabLayout } from "../../libaos/layout/slab-layout";
import { Out } from "../../libaos/out";
import { ramAllocAligned, ramFree } from "../../libaos/ram-alloc";
import { Slabs, slabGrow } from "../../libaos/slab";
import { slotAlloc } from "../../libaos/slot/default";
import { MmLayout, MmNodeLayout } from "../../libmm/layout/mm-layout";
import { Mm, mmAdd, mmInit } from "../../libmm/mm";
import { equal, ok } from "./check";

/** Enough nodes for four parts of 1 MiB in which each page is a piece of its own. */
export const SMALL_MM_NODES: u32 = 1100;
const NODE_BYTES = 35240;
if (SMALL_MM_NODES * MmNodeLayout.SIZE + SlabLayout.SIZE != NODE_BYTES) ERROR("small-mm: room for the nodes");

const manager = changetype<Mm>(memory.data(MmLayout.SIZE, 8));
const nodes: usize = memory.data(NODE_BYTES, 8);

const PARTS: u32 = 4;

@unmanaged
class SmallState {
  ram: capref;
  base: u64;
  partBytes: u64;
  part0: capref;
  part1: capref;
  part2: capref;
  part3: capref;

  getPart(index: u32): capref {
    return load<u64>(changetype<usize>(this) + offsetof<SmallState>("part0") + (index << 3));
  }
  setPart(index: u32, cap: capref): void {
    store<u64>(changetype<usize>(this) + offsetof<SmallState>("part0") + (index << 3), cap);
  }
}

const state = changetype<SmallState>(memory.data(56, 8));
if (offsetof<SmallState>() != 56) ERROR("SmallState: size");

export function smallMm(): Mm {
  return manager;
}

/** Base of part `index`. */
export function smallPartBase(index: u32): u64 {
  return state.base + index * state.partBytes;
}

export function smallPartCap(index: u32): capref {
  return state.getPart(index);
}

function oneSlot(_instance: usize, _count: u32): errval_t {
  return slotAlloc();
}

function noSlotRefill(_instance: usize): errval_t {
  return SYS_ERR_OK;
}

function noMoreNodes(_slabs: Slabs): errval_t {
  return LIB_ERR_SLAB_REFILL;
}

/** Starts a manager without memory, with blocks for `nodeCount` nodes and regions. */
export function smallMmInit(nodeCount: u32): bool {
  const bytes = nodeCount * MmNodeLayout.SIZE + SlabLayout.SIZE;
  return (
    ok(mmInit(manager, ObjType.RAM, noMoreNodes, oneSlot, noSlotRefill, 0), "mm_init") &&
    ok(slabGrow(manager.slabs, nodes, bytes), "slab_grow") &&
    equal(manager.slabs.total, nodeCount, "nodes in the buffer")
  );
}

/**
 * Takes four parts of `pages` pages each, which are adjacent and aligned to their size. Starts a manager with
 * `nodeCount` nodes.
 */
export function smallMmBegin(pages: u32, nodeCount: u32): bool {
  state.partBytes = u64(pages) * BASE_PAGE_SIZE;
  state.ram = 0;
  for (let i: u32 = 0; i < PARTS; i++) state.setPart(i, 0);
  if (!smallMmInit(nodeCount)) return false;
  if (!ok(ramAllocAligned(PARTS * state.partBytes, state.partBytes), "RAM for a memory manager of its own"))
    return false;
  state.ram = Out.cap;
  if (!ok(frameIdentify(state.ram), "identify")) return false;
  state.base = Out.base;
  for (let i: u32 = 0; i < PARTS; i++) {
    if (!ok(slotAlloc(), "slot for a part")) return false;
    const slot = Out.cap;
    state.setPart(i, slot);
    if (!ok(capRetype(slot, state.ram, i * state.partBytes, ObjType.RAM, state.partBytes, 1), "a part of the RAM"))
      return false;
  }
  return true;
}

/** Adds part `index` as a region. */
export function smallAddPart(index: u32): bool {
  return ok(mmAdd(manager, state.getPart(index), smallPartBase(index), state.partBytes), "mm_add", index + 1);
}

/** Frees all memory. Capabilities that are still handed out are deleted; the caller must free their slots. */
export function smallMmEnd(): void {
  for (let i: u32 = 0; i < PARTS; i++) {
    const part = state.getPart(i);
    if (part != 0) ok(capDestroyIfAny(part), "destroy a part", i + 1);
  }
  if (state.ram != 0) ok(ramFree(state.ram), "give the RAM of the manager back");
}
