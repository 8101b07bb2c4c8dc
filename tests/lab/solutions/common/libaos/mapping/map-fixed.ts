/**
 * Maps frames at given virtual addresses.
 *
 * A mapping is made of chunks. Each chunk lies in one L2 table, and has a copy of the frame of its own, because a
 * capability can be mapped only once. If a chunk fails, all chunks of the mapping are undone.
 */
import {
  ARM_L2_ENTRIES,
  arml2Alloc,
  BASE_PAGE_BITS,
  BASE_PAGE_MASK,
  BASE_PAGE_SIZE,
  capCopy,
  capDestroy,
  capref,
  errIsFail,
  errPush,
  errval_t,
  frameIdentify,
  LIB_ERR_CAP_COPY,
  LIB_ERR_NOT_IMPLEMENTED,
  LIB_ERR_PMAP_ADDR_NOT_FREE,
  LIB_ERR_PMAP_FRAME_SIZE,
  LIB_ERR_SLOT_ALLOC,
  LIB_ERR_VNODE_MAP,
  LIB_ERR_VREGION_BAD_ALIGNMENT,
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

/** The part of the address space that programs may map. */
const USER_START: u32 = 0x02000000;
const USER_END: u32 = 0x80000000;
/** An L1 entry stands for 1 MiB. */
const L1_SHIFT: u32 = 20;

/** Number of the L1 entry for an address. */
function l1Entry(va: lvaddr_t): u32 {
  return va >>> L1_SHIFT;
}

/** Number of the entry in its L2 table for an address. */
function l2Entry(va: lvaddr_t): u32 {
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

/** Maps `pages` pages, which lie in one L2 table, with a copy of the frame. -> Out.cap: the mapping's capability */
function mapCopy(st: PagingState, va: lvaddr_t, copy: capref, offset: u64, pages: u32, flags: u32): errval_t {
  let err = ensureTable(st, l1Entry(va));
  if (errIsFail(err)) return err;
  const table = st.table(l1Entry(va)).cap;
  err = vnodeMap(table, copy, l2Entry(va), flags, offset, pages);
  return errIsFail(err) ? errPush(err, LIB_ERR_VNODE_MAP) : err;
}

/** Makes a copy of a frame in a new slot. -> Out.cap */
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

/** Maps `pages` pages of the frame, from `offset` on, at `va`: first the chunk in this L2 table, then the others. */
function mapChunks(st: PagingState, va: lvaddr_t, frame: capref, offset: u64, pages: u32, flags: u32): errval_t {
  const count = min(pages, ARM_L2_ENTRIES - l2Entry(va));
  let err = copyOf(frame);
  if (errIsFail(err)) return err;
  const copy = Out.cap;
  err = mapCopy(st, va, copy, offset, count, flags);
  if (errIsFail(err)) {
    capDestroy(copy);
    return err;
  }
  const mapping = Out.cap;
  if (count == pages) return SYS_ERR_OK;

  const bytes = count << BASE_PAGE_BITS;
  err = mapChunks(st, va + bytes, frame, offset + bytes, pages - count, flags);
  if (errIsFail(err)) {
    vnodeUnmap(st.table(l1Entry(va)).cap, mapping);
    capDestroy(mapping);
    capDestroy(copy);
  }
  return err;
}

export function pagingMapFixedAttr(st: PagingState, va: lvaddr_t, frame: capref, bytes: u64, flags: u32): errval_t {
  if ((va & BASE_PAGE_MASK) != 0) return LIB_ERR_VREGION_BAD_ALIGNMENT;
  if (va < USER_START || va >= USER_END || bytes > USER_END - va) return LIB_ERR_PMAP_ADDR_NOT_FREE;
  const pages = u32((bytes + BASE_PAGE_MASK) >> BASE_PAGE_BITS);
  const err = frameIdentify(frame);
  if (errIsFail(err)) return err;
  if (pages == 0 || u64(pages) * BASE_PAGE_SIZE > Out.bytes) return LIB_ERR_PMAP_FRAME_SIZE;
  return mapChunks(st, va, frame, 0, pages, flags);
}

export function pagingUnmap(_st: PagingState, _va: lvaddr_t): errval_t {
  return LIB_ERR_NOT_IMPLEMENTED;
}
