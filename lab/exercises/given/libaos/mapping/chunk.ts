/** Maps what lies in one L2 table. */
import {
  ARM_L2_ENTRIES,
  arml2Alloc,
  BASE_PAGE_BITS,
  capCopy,
  capDestroy,
  capref,
  errIsFail,
  errPush,
  errval_t,
  LIB_ERR_CAP_COPY,
  LIB_ERR_SLOT_ALLOC,
  LIB_ERR_VNODE_MAP,
  lvaddr_t,
  Out,
  PagingState,
  ramFree,
  SYS_ERR_OK,
  slotAlloc,
  slotFree,
  VRegionFlags,
  vnodeMap,
  vnodeUnmap,
} from "../index";

/** An L1 entry stands for 1 MiB. */
const L1_SHIFT: u32 = 20;

/** Number of the L1 entry for an address, 0 to 4095. It selects the L2 table. */
export function l1Entry(va: lvaddr_t): u32 {
  return va >>> L1_SHIFT;
}

/** Number of the entry in its L2 table for an address, 0 to 255. */
export function l2Entry(va: lvaddr_t): u32 {
  return (va >>> BASE_PAGE_BITS) & (ARM_L2_ENTRIES - 1);
}

/** Makes sure that the L2 table for L1 entry `index` exists. */
function ensureTable(st: PagingState, index: u32): errval_t {
  if (st.table(index).cap != 0) return SYS_ERR_OK;
  let err = slotAlloc();
  if (errIsFail(err)) return errPush(err, LIB_ERR_SLOT_ALLOC);
  const mapping = Out.cap;
  err = arml2Alloc(st);
  if (errIsFail(err)) {
    slotFree(mapping);
    return err;
  }
  const table = Out.cap;
  // The calls above may have refilled a slab allocator, and that may have made the same table.
  if (st.table(index).cap != 0) {
    slotFree(mapping);
    return ramFree(table);
  }
  err = vnodeMap(st.pdir, table, index, VRegionFlags.READ_WRITE, 0, 1, mapping);
  if (errIsFail(err)) {
    slotFree(mapping);
    ramFree(table);
    return errPush(err, LIB_ERR_VNODE_MAP);
  }
  st.table(index).cap = table;
  st.table(index).mapping = mapping;
  return SYS_ERR_OK;
}

/** Makes a copy of a frame in a new slot, because each copy can be mapped once. -> Out.cap */
function copyOf(frame: capref): errval_t {
  let err = slotAlloc();
  if (errIsFail(err)) return errPush(err, LIB_ERR_SLOT_ALLOC);
  const copy = Out.cap;
  err = capCopy(copy, frame);
  if (errIsFail(err)) {
    slotFree(copy);
    return errPush(err, LIB_ERR_CAP_COPY);
  }
  Out.cap = copy;
  return SYS_ERR_OK;
}

/** What `mapInOneTable` has made. Copy the fields at once: the next call changes them. */
export class Mapped {
  /** The copy of the frame that is mapped, and the capability of the mapping. */
  static copy: capref = 0;
  static mapping: capref = 0;
}

/**
 * Maps `pages` pages of a frame at `va`, with a copy of the frame. Makes the L2 table if it is missing. All pages must lie
 * in the same L2 table.
 *
 * @param offset the first byte of the frame that is mapped, counted from the start of the frame; a multiple of the page
 * size
 * @returns SYS_ERR_OK and what it has made in `Mapped`; or an error, and then nothing is mapped
 */
export function mapInOneTable(
  st: PagingState,
  va: lvaddr_t,
  frame: capref,
  offset: u64,
  pages: u32,
  flags: u32,
): errval_t {
  let err = ensureTable(st, l1Entry(va));
  if (errIsFail(err)) return err;
  err = copyOf(frame);
  if (errIsFail(err)) return err;
  const copy = Out.cap;
  err = vnodeMap(st.table(l1Entry(va)).cap, copy, l2Entry(va), flags, offset, pages);
  if (errIsFail(err)) {
    capDestroy(copy);
    return errPush(err, LIB_ERR_VNODE_MAP);
  }
  Mapped.copy = copy;
  Mapped.mapping = Out.cap;
  return SYS_ERR_OK;
}

/** Undoes `mapInOneTable` at the same `va`. `copy` and `mapping` are what it left in `Mapped`. */
export function unmapInOneTable(st: PagingState, va: lvaddr_t, copy: capref, mapping: capref): void {
  vnodeUnmap(st.table(l1Entry(va)).cap, mapping);
  capDestroy(mapping);
  capDestroy(copy);
}
