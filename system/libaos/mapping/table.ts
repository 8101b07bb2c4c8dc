/** The L2 tables of an address space. A table is made when the first page of its MiB is mapped, and it is kept. */
import {
  LIB_ERR_PMAP_ALLOC_VNODE,
  LIB_ERR_PMAP_EXISTING_MAPPING,
  LIB_ERR_SLOT_ALLOC,
  LIB_ERR_VNODE_MAP,
  SYS_ERR_OK,
  SYS_ERR_VNODE_SLOT_INVALID,
} from "../../kpi/errno";
import { errIsFail, errPush, errval_t } from "../../kpi/errval";
import { ARM_L1_USER_ENTRIES, VRegionFlags } from "../../kpi/types";
import { capDestroy } from "../cap-destroy";
import { capref } from "../capref";
import { RangeState } from "../layout/paging-layout";
import { Out } from "../out";
import { arml2Alloc } from "../paging/l2-table";
import { PagingState } from "../paging/state";
import { ramFree } from "../ram-alloc";
import { slotAllocatorAlloc } from "../slot/allocator";
import { slotFree } from "../slot/root";
import { vnodeMap } from "../vnode";

const SECTION_BITS: u32 = 20;

/** Installs `table` in entry `index` of the L1 table, which must be empty. */
function installTable(st: PagingState, index: u32, table: capref, mapping: capref): errval_t {
  const err = vnodeMap(st.pdir, table, index, VRegionFlags.READ_WRITE, 0, 1, mapping);
  if (errIsFail(err)) return errPush(err, LIB_ERR_VNODE_MAP);
  const record = st.table(index);
  record.cap = table;
  record.mapping = mapping;
  st.tableCount++;
  return SYS_ERR_OK;
}

/**
 * Returns the L2 table for entry `index` of the L1 table, and makes it if it is missing. Making it allocates memory,
 * and that allocation may map something and so make the same table. Therefore the function checks again. -> Out.cap
 */
export function pagingTable(st: PagingState, index: u32): errval_t {
  const record = st.table(index);
  if (record.cap == 0) {
    let err = arml2Alloc(st);
    if (errIsFail(err)) return errPush(err, LIB_ERR_PMAP_ALLOC_VNODE);
    const table = Out.cap;
    err = slotAllocatorAlloc(st.slots);
    if (errIsFail(err)) {
      ramFree(table);
      return errPush(err, LIB_ERR_SLOT_ALLOC);
    }
    const mapping = Out.cap;
    // Is the table still missing?
    if (record.cap == 0) err = installTable(st, index, table, mapping);
    if (record.cap != table) {
      slotFree(mapping);
      ramFree(table);
      if (errIsFail(err)) return err;
    }
  }
  Out.cap = record.cap;
  return SYS_ERR_OK;
}

/** Is a page mapped in the MiB of entry `index` of the L1 table? */
function hasPages(st: PagingState, index: u32): bool {
  let range = st.first;
  while (range && range.base >>> SECTION_BITS <= index) {
    if (range.state == RangeState.Mapped && (range.end - 1) >>> SECTION_BITS >= index) return true;
    range = range.next;
  }
  return false;
}

/**
 * Removes an empty table and frees it, for callers that end an address space. A table that maps pages stays, and the
 * error is `LIB_ERR_PMAP_EXISTING_MAPPING`. An index outside user space is refused with `SYS_ERR_VNODE_SLOT_INVALID`.
 */
export function pagingTableFree(st: PagingState, index: u32): errval_t {
  if (index >= ARM_L1_USER_ENTRIES) return SYS_ERR_VNODE_SLOT_INVALID;
  const record = st.table(index);
  if (record.cap == 0) return SYS_ERR_OK;
  if (hasPages(st, index)) return LIB_ERR_PMAP_EXISTING_MAPPING;
  const err = capDestroy(record.mapping);
  if (errIsFail(err)) return err;
  const freed = ramFree(record.cap);
  record.cap = 0;
  record.mapping = 0;
  st.tableCount--;
  return freed;
}
