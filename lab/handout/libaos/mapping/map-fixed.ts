/** Maps frames at given virtual addresses. This is step 2 of the assignment. */
import { capref, errval_t, LIB_ERR_NOT_IMPLEMENTED, lvaddr_t, PagingState } from "../index";

/**
 * Maps the first `bytes` bytes of a Frame at the virtual address `va`.
 *
 * The L1 table is `st.pdir`. Make the L2 tables that are missing with `arml2Alloc(st)` and install them with `vnodeMap`.
 * `st.table(index)` is a record for the L2 table in entry `index` of the L1 table; it is zero at the start and yours.
 *
 * @param st the address space
 * @param va virtual address, a multiple of the page size, at least 0x02000000 and below 0x80000000
 * @param frame a Frame of at least `bytes` bytes. The caller keeps this capability, and may map it again elsewhere.
 * @param bytes rounded up to whole pages
 * @param flags `VRegionFlags`, such as `VRegionFlags.READ_WRITE`
 * @returns SYS_ERR_OK, or an error; then nothing has changed
 */
export function pagingMapFixedAttr(
  _st: PagingState,
  _va: lvaddr_t,
  _frame: capref,
  _bytes: u64,
  _flags: u32,
): errval_t {
  return LIB_ERR_NOT_IMPLEMENTED;
}

/** Undoes the mapping that starts at `va`. Not asked for in this milestone. */
export function pagingUnmap(_st: PagingState, _va: lvaddr_t): errval_t {
  return LIB_ERR_NOT_IMPLEMENTED;
}
