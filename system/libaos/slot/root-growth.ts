/**
 * Growth of the root CNode. A new root CNode of twice the size replaces the old one, and every reference stays valid.
 *
 *     RAM of twice the size ── slot A      retype into slot B, delete A
 *     the new L1CNode       ── slot B      resize(new = B, return slot = A)
 *     the old L1CNode       ── slot A      delete both: the CSpace holds its own copy of the new root
 *
 * (Specification of the memory libraries, section 3.6.)
 */
import {
  LIB_ERR_CAP_DELETE,
  LIB_ERR_CNODE_CREATE_FROM_MEM,
  LIB_ERR_ROOTSA_RESIZE,
  LIB_ERR_SLOT_ALLOC,
  LIB_ERR_SLOT_ALLOC_NO_SPACE,
  MM_ERR_SLOT_MM_ALLOC,
  SYS_ERR_OK,
} from "../../kpi/errno";
import { errIsFail, errPush, errval_t } from "../../kpi/errval";
import { ObjType } from "../../kpi/object-types";
import { L2_CNODE_SLOTS, OBJSIZE_CTE } from "../../kpi/types";
import { capDestroy } from "../cap-destroy";
import { capDelete, rootCNodeResize } from "../capabilities";
import { capref } from "../capref";
import { cnodeCreateFromMem } from "../cnode";
import { domain } from "../domain";
import { ROOT_SEGMENTS_MAX } from "../layout/slot-layout";
import { Out } from "../out";
import { ramAlloc, ramAllocForLibraryBegin, ramAllocForLibraryEnd, ramFree } from "../ram-alloc";
import { ROOT_SEGMENT_RESERVE } from "../reserves";
import { Slabs, slabAlloc, slabAllocError, slabEnsure, slabFree } from "../slab";
import { SlotAllocator } from "./allocator";
import { slotAlloc } from "./default";
import { RootSegment, rootSlots, rootSlotsAddSegment, slotFree } from "./root";

function segmentSlabs(): Slabs {
  return changetype<Slabs>(domain.rootSegmentSlabs);
}

/**
 * Makes a root CNode of `slots` slots from the RAM `ram` and replaces the present root with it. If that fails, `ram` is
 * freed.
 */
function replaceRoot(ram: capref, slots: u32): errval_t {
  let err = slotAlloc();
  if (errIsFail(err)) {
    ramFree(ram);
    return errPush(err, LIB_ERR_SLOT_ALLOC);
  }
  const newRoot = Out.cap;
  err = cnodeCreateFromMem(newRoot, ram, ObjType.L1CNode, slots);
  if (errIsFail(err)) {
    slotFree(newRoot);
    ramFree(ram);
    return errPush(err, LIB_ERR_CNODE_CREATE_FROM_MEM);
  }
  err = capDelete(ram);
  if (errIsFail(err)) {
    capDestroy(newRoot);
    ramFree(ram);
    return errPush(err, LIB_ERR_CAP_DELETE);
  }
  const oldRoot = ram;
  err = rootCNodeResize(newRoot, oldRoot);
  if (errIsFail(err)) {
    // The slot of the RAM is empty now, and the new root holds the memory.
    slotFree(oldRoot);
    ramFree(newRoot);
    return errPush(err, LIB_ERR_ROOTSA_RESIZE);
  }
  rootSlots().slots = slots;
  capDestroy(newRoot);
  // The first root came from the CPU driver, and no memory manager owns its memory. Later roots go back to the memory
  // manager.
  if (errIsFail(ramFree(oldRoot))) capDestroy(oldRoot);
  return SYS_ERR_OK;
}

/** Replaces the root CNode with one that has twice as many slots. */
function doubleRoot(): errval_t {
  const slots = rootSlots().slots * 2;
  ramAllocForLibraryBegin();
  const err = ramAlloc(u64(slots) * OBJSIZE_CTE);
  const ram = Out.cap;
  ramAllocForLibraryEnd();
  if (errIsFail(err)) return errPush(err, MM_ERR_SLOT_MM_ALLOC);
  return replaceRoot(ram, slots);
}

/** Adds 256 root slots to the allocator. Enlarges the root CNode if necessary. */
export function rootSlotsGrow(_: SlotAllocator): errval_t {
  const roots = rootSlots();
  if (roots.segmentsUsed == ROOT_SEGMENTS_MAX) return LIB_ERR_SLOT_ALLOC_NO_SPACE;
  slabEnsure(segmentSlabs(), ROOT_SEGMENT_RESERVE);
  const segment = slabAlloc(segmentSlabs());
  if (segment == 0) return slabAllocError();
  if (roots.segmentsUsed * L2_CNODE_SLOTS >= roots.slots) {
    const err = doubleRoot();
    if (errIsFail(err)) {
      slabFree(segmentSlabs(), segment);
      return err;
    }
  }
  rootSlotsAddSegment(roots, changetype<RootSegment>(segment), 0);
  return SYS_ERR_OK;
}
