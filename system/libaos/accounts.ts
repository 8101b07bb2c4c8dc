/** Counts of the resources that a domain holds. Tests compare them before and after a scenario. */
import { domain } from "./domain";
import { getCurrentPagingState } from "./paging/init";
import { PagingState } from "./paging/state";
import { Slabs } from "./slab";
import { SlotAllocator } from "./slot/allocator";
import { getDefaultSlotAllocator } from "./slot/default";
import { rootSlots } from "./slot/root";

/** Free slots of the default allocator. */
export function freeDefaultSlots(): u32 {
  return getDefaultSlotAllocator().space;
}

/** Slots of the default allocator that are handed out. */
export function usedDefaultSlots(): u32 {
  return getDefaultSlotAllocator().total - getDefaultSlotAllocator().space;
}

/** Slots of the root CNode that are handed out: one for each CNode made so far. */
export function usedRootSlots(): u32 {
  const roots: SlotAllocator = rootSlots().allocator;
  return roots.total - roots.space;
}

/** Slots of the root CNode. */
export function rootCNodeSlots(): u32 {
  return rootSlots().slots;
}

/** Slot blocks in use: one for each CNode whose slots an allocator hands out. */
export function usedSlotBlocks(): u32 {
  const slabs = changetype<Slabs>(domain.slotBlockSlabs);
  return slabs.total - slabs.free;
}

/** Mappings that exist now. */
export function mappedRanges(): u32 {
  return getCurrentPagingState().mappedRanges;
}

/** Pages that are mapped. */
export function mappedPages(): u32 {
  return getCurrentPagingState().mappedPages;
}

/** L2 tables made so far. */
export function pageTables(): u32 {
  return getCurrentPagingState().tableCount;
}

/** Blocks of the address space's slab allocator that are in use. */
export function usedPagingBlocks(): u32 {
  const st: PagingState = getCurrentPagingState();
  return st.slabs.total - st.slabs.free;
}

/** Pages that slab allocators have taken so far. */
export function slabRefills(): u32 {
  return domain.refills;
}
