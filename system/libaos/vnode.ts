/** Functions that make page tables and change their entries. */
import {
  LIB_ERR_CAP_INVOKE,
  LIB_ERR_RAM_ALLOC,
  LIB_ERR_RAM_ALLOC_WRONG_SIZE,
  LIB_ERR_SLOT_ALLOC,
  LIB_ERR_VNODE_CREATE,
  SYS_ERR_FRAME_OFFSET_INVALID,
  SYS_ERR_VM_MAP_SIZE,
  SYS_ERR_VNODE_SLOT_INUSE,
} from "../kpi/errno";
import { errIsFail, errNo, errPush, errval_t } from "../kpi/errval";
import { ObjType, typeFixedSize, typeIsVNode } from "../kpi/object-types";
import { BASE_PAGE_SIZE } from "../kpi/types";
import { identity } from "./capabilities";
import { capref, isNullCap, isOwnCSpace } from "./capref";
import { faultDue } from "./faults";
import { objectFromRam } from "./from-ram";
import { invokeMap, invokeModifyFlags, invokeUnmap, invokeVNodeIdentify } from "./invocations";
import { FaultKind } from "./layout/fault-kind";
import { Out } from "./out";
import { ramAllocAligned } from "./ram-alloc";
import { slotAlloc } from "./slot/default";
import { slotFree } from "./slot/root";

/**
 * Allocates RAM for a page table, aligned to the table's size. While the allocator has only single pages, it takes one
 * page.
 */
function allocateTable(type: u32): errval_t {
  const bytes = u64(typeFixedSize(type));
  const err = ramAllocAligned(bytes, bytes);
  if (errNo(err) != u32(LIB_ERR_RAM_ALLOC_WRONG_SIZE) || type == ObjType.VNode_ARM_l1) return err;
  return ramAllocAligned(BASE_PAGE_SIZE, BASE_PAGE_SIZE);
}

/** Makes an empty page table of type `type` in the empty slot `dest`. */
export function vnodeCreate(dest: capref, type: u32): errval_t {
  if (!typeIsVNode(type) || faultDue(FaultKind.TABLE)) return LIB_ERR_VNODE_CREATE;
  const err = allocateTable(type);
  if (errIsFail(err)) return errPush(err, LIB_ERR_RAM_ALLOC);
  return objectFromRam(dest, Out.cap, type, typeFixedSize(type));
}

/**
 * Maps `source` (a Frame or an L2 table) into a page table. Writes `pteCount` entries from number `entry` on, which map
 * the source's bytes from `offset` on with the `VRegionFlags` in `attributes`. The slot `mapping` receives the mapping
 * capability that stands for these entries. If `mapping` is null, the function takes a slot of the default allocator.
 * -> Out.cap: that slot
 *
 * @param table an L1 table for an L2 table, an L2 table for the pages of a Frame
 * @param source a capability that is not mapped: each copy can be mapped once
 * @param entry number of the first entry: bits 20 to 31 of the address in an L1 table, bits 12 to 19 in an L2 table
 * @param attributes rights for the pages of a Frame; an L2 table takes any, such as `VRegionFlags.READ_WRITE`
 * @param offset bytes from the first byte of the source, a multiple of the page size; 0 for an L2 table
 * @param pteCount number of entries, at least 1, all in this table; 1 for an L2 table
 * @param mapping an empty slot, or `NULL_CAP`
 * @returns SYS_ERR_OK; `LIB_ERR_SLOT_ALLOC`, with the cause; or an error of the CPU driver, such as
 * `SYS_ERR_VM_ALREADY_MAPPED` (this copy is mapped), `SYS_ERR_VNODE_SLOT_INUSE` (an entry is not empty),
 * `SYS_ERR_FRAME_OFFSET_INVALID` (the range does not lie in the source), `SYS_ERR_VM_MAP_SIZE` (no entry, or entries
 * past the end of the table), `SYS_ERR_WRONG_MAPPING` (this table cannot refer to this type)
 * @example
 * const made = arml2Alloc(st);
 * if (errIsFail(made)) return made;
 * const table = Out.cap;
 * const err = vnodeMap(st.pdir, table, 0x100, VRegionFlags.READ_WRITE, 0, 1); // for 0x10000000 to 0x100fffff
 * return errIsFail(err) ? err : vnodeMap(table, frame, 5, VRegionFlags.READ_WRITE, 0, 1); // at 0x10005000
 */
export function vnodeMap(
  table: capref,
  source: capref,
  entry: u32,
  attributes: u32,
  offset: u64,
  pteCount: u64,
  mapping: capref = 0,
): errval_t {
  // Do offset and count fit into the 32-bit words of the call?
  if (offset > 0xffffffff) return SYS_ERR_FRAME_OFFSET_INVALID;
  if (pteCount > 0xffffffff) return SYS_ERR_VM_MAP_SIZE;
  let slot = mapping;
  if (isNullCap(mapping)) {
    const err = slotAlloc();
    if (errIsFail(err)) return errPush(err, LIB_ERR_SLOT_ALLOC);
    slot = Out.cap;
  }
  const err = faultDue(FaultKind.ENTRY)
    ? SYS_ERR_VNODE_SLOT_INUSE
    : invokeMap(table, source, entry, attributes, u32(offset), u32(pteCount), slot);
  if (errIsFail(err) && isNullCap(mapping)) slotFree(slot);
  Out.cap = slot;
  return err;
}

/**
 * Clears the entries that a mapping capability stands for. The capability stays and has no effect; delete it with
 * `capDestroy`. Table and mapping must lie in the caller's own CSpace, or else the error is `LIB_ERR_CAP_INVOKE`. If the
 * mapping does not belong to this table, the CPU driver refuses the call.
 *
 * @example
 * const record = st.table(0x100);
 * const err = vnodeUnmap(st.pdir, record.mapping);
 * if (errIsFail(err)) return err;
 */
export function vnodeUnmap(table: capref, mapping: capref): errval_t {
  // The call names the mapping by its address only, without a root.
  return isOwnCSpace(mapping) ? invokeUnmap(table, mapping) : LIB_ERR_CAP_INVOKE;
}

/** Changes the flags of `pages` pages of a mapping, starting at page `offset` of the mapping. */
export function mappingModifyFlags(mapping: capref, offset: u32, pages: u32, flags: u32, address: u32 = 0): errval_t {
  return invokeModifyFlags(mapping, offset, pages, flags, address);
}

/** Base and size of a page table; both 0 on failure. -> Out.base, Out.bytes, Out.type */
export function vnodeIdentify(table: capref): errval_t {
  Out.base = 0;
  Out.bytes = 0;
  Out.type = 0;
  const err = invokeVNodeIdentify(table, changetype<usize>(identity));
  if (errIsFail(err)) return err;
  Out.base = identity.base;
  Out.bytes = identity.bytes;
  Out.type = identity.type;
  return err;
}
