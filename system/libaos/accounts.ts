/** Accounts of what a domain has: for tests before and after a scenario, and for people who look. */
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

/** Slots of the default allocator that are in use. */
export function usedDefaultSlots(): u32 {
  return getDefaultSlotAllocator().total - getDefaultSlotAllocator().space;
}

/** Root slots that hand-outs have taken: one for each CNode made so far. */
export function usedRootSlots(): u32 {
  const roots: SlotAllocator = rootSlots().allocator;
  return roots.total - roots.space;
}

/** Slots of the root CNode. */
export function rootCNodeSlots(): u32 {
  return rootSlots().slots;
}

/** Slot blocks in use: one for each CNode whose slots are handed out. */
export function usedSlotBlocks(): u32 {
  const slabs = changetype<Slabs>(domain.slotBlockSlabs);
  return slabs.total - slabs.free;
}

/** Mappings that stand. */
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

/** Blocks of the address space's account in use. */
export function usedPagingBlocks(): u32 {
  const st: PagingState = getCurrentPagingState();
  return st.slabs.total - st.slabs.free;
}

/** Pages that slab allocators have taken so far. */
export function slabRefills(): u32 {
  return domain.refills;
}
