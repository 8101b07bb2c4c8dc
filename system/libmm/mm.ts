/**
 * libmm: a memory manager for capabilities of one type, in practice RAM. Its owner adds regions, and clients allocate
 * capabilities of any number of pages.
 *
 * This file is the interface of the assignment: `mmInit`, `mmAdd`, `mmAlloc`, `mmAllocAligned`, `mmFree`, `mmDestroy`,
 * and the record `Mm` with its sizes. Everything outside this folder that only uses a manager imports from here, so
 * another manager can replace the whole folder (`lab/`).
 *
 * Every piece is made by a retype of its region's capability at an offset, and never from another piece. So
 * capabilities do not nest, N allocations make N capabilities, and merging free pieces changes only the records.
 *
 * Three structures share the nodes: the pieces of a region in address order (`node.ts`), the free pieces in the order
 * of a policy (`policy/`; by default bins by size), and the allocated pieces in an index by page (`index.ts`). With the
 * default policy, an allocation or a free touches a constant number of nodes and one path of the index.
 */
import { errval_t } from "../kpi/errval";
import { capDelete } from "../libaos/capabilities";
import { SlabRefillFunction, slabFree } from "../libaos/slab";
import { indexClear } from "./index";
import { forgetAll, Mm, mmInitWith, SlotAllocFunction, SlotRefillFunction } from "./manager";
import { MmNode, MmRegion } from "./node";
import { policyOfEnvironment } from "./policy/policy";

export { mmAdd } from "./add";
export { mmAlloc, mmAllocAligned } from "./alloc";
export { mmFree } from "./free";
export { MM_NODE_SIZE, MM_SIZE, Mm } from "./manager";

/**
 * Sets up a manager without memory. Its first nodes come from `slabGrow(mm.slabs, ...)`, later ones from `slabRefill`
 * (`slabDefaultRefill` if null). Slots come from `slotAlloc` and `slotRefill`, which get `slotAllocInst` as their
 * argument. The environment variable `LIBMM` names the policy; an unknown name is refused with `MM_ERR_MM_INIT`.
 */
export function mmInit(
  mm: Mm,
  objtype: u32,
  slabRefill: SlabRefillFunction | null,
  slotAlloc: SlotAllocFunction,
  slotRefill: SlotRefillFunction,
  slotAllocInst: usize,
): errval_t {
  return mmInitWith(mm, objtype, slabRefill, slotAlloc, slotRefill, slotAllocInst, policyOfEnvironment());
}

/**
 * Ends a manager: deletes the regions' capabilities and forgets all pieces. Capabilities that were handed out stay with
 * their holders. New regions can be added afterwards.
 */
export function mmDestroy(mm: Mm): void {
  indexClear(mm.index, mm.slabs);
  let region = mm.regions;
  while (region) {
    let node: MmNode | null = region.first;
    while (node) {
      const next: MmNode | null = node.next;
      slabFree(mm.slabs, changetype<usize>(node));
      node = next;
    }
    capDelete(region.cap);
    const rest: MmRegion | null = region.next;
    slabFree(mm.slabs, changetype<usize>(region));
    region = rest;
  }
  forgetAll(mm, mm.policy.kind);
}
