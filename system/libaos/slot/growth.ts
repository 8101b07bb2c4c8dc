/** Growth of slot allocators by 256 slots: an L2CNode in a new root slot, and a slot block for it. */
import { LIB_ERR_CNODE_CREATE, LIB_ERR_SLOT_ALLOC, SYS_ERR_OK } from "../../kpi/errno";
import { errIsFail, errPush, errval_t } from "../../kpi/errval";
import { ObjType } from "../../kpi/object-types";
import { L2_CNODE_SLOTS } from "../../kpi/types";
import { capDestroy } from "../cap-destroy";
import { capDelete } from "../capabilities";
import { capref } from "../capref";
import { cnodeCreateFromMem } from "../cnode";
import { domain } from "../domain";
import { Out } from "../out";
import { SLOT_BLOCK_RESERVE } from "../reserves";
import { Slabs, slabAlloc, slabAllocError, slabEnsure, slabFree } from "../slab";
import { SlotAllocator, slotAllocatorAddBlock } from "./allocator";
import { SlotBlock } from "./block";
import { directoryEnter, slotAllocRoot, slotFree } from "./root";

function slotBlockSlabs(): Slabs {
  return changetype<Slabs>(domain.slotBlockSlabs);
}

/**
 * Call this before allocating the RAM for `slotAllocatorAddCNode`. It refills the slot blocks, which may allocate RAM
 * itself.
 */
export function slotGrowthPrepare(): errval_t {
  return slabEnsure(slotBlockSlabs(), SLOT_BLOCK_RESERVE);
}

/** Gives the root slot and the block back after a CNode could not be made. */
function giveUp(rootSlot: capref, block: usize, err: errval_t): errval_t {
  slabFree(slotBlockSlabs(), block);
  slotFree(rootSlot);
  return err;
}

/**
 * Adds 256 slots to an allocator, in an L2CNode made from the RAM `ram` of 16 KiB. On success that capability is gone.
 * On failure nothing has changed and `ram` still belongs to the caller.
 */
export function slotAllocatorAddCNode(allocator: SlotAllocator, ram: capref): errval_t {
  let err = slotAllocRoot();
  if (errIsFail(err)) return errPush(err, LIB_ERR_SLOT_ALLOC);
  const rootSlot = Out.cap;
  const block = slabAlloc(slotBlockSlabs());
  if (block == 0) return giveUp(rootSlot, block, slabAllocError());
  err = cnodeCreateFromMem(rootSlot, ram, ObjType.L2CNode, L2_CNODE_SLOTS);
  if (errIsFail(err)) return giveUp(rootSlot, block, errPush(err, LIB_ERR_CNODE_CREATE));

  const cnode = Out.cnode;
  const slots = changetype<SlotBlock>(block);
  slots.init(cnode, 0, L2_CNODE_SLOTS);
  err = directoryEnter(cnode, slots);
  if (errIsFail(err)) {
    capDelete(rootSlot);
    return giveUp(rootSlot, block, err);
  }
  slotAllocatorAddBlock(allocator, slots);
  // The CNode keeps the memory, so the RAM capability is no longer needed.
  capDestroy(ram);
  return SYS_ERR_OK;
}
