/** Divides a mapping among L2 tables. */
import {
  ARM_L2_ENTRIES,
  BASE_PAGE_BITS,
  capref,
  errIsFail,
  errval_t,
  lvaddr_t,
  PagingState,
  SYS_ERR_OK,
} from "../index";
import { l2Entry, Mapped, mapInOneTable, unmapInOneTable } from "./chunk";

/**
 * Maps `pages` pages of a frame at `va`. They may lie in several L2 tables.
 *
 * @param offset the first byte of the frame that is mapped, counted from the start of the frame
 * @returns SYS_ERR_OK; or an error, and then nothing is mapped
 */
export function mapPages(st: PagingState, va: lvaddr_t, frame: capref, offset: u64, pages: u32, flags: u32): errval_t {
  const count = min(pages, ARM_L2_ENTRIES - l2Entry(va));
  let err = mapInOneTable(st, va, frame, offset, count, flags);
  if (errIsFail(err)) return err;
  const copy = Mapped.copy;
  const mapping = Mapped.mapping;
  if (count == pages) return SYS_ERR_OK;

  const bytes = count << BASE_PAGE_BITS;
  err = mapPages(st, va + bytes, frame, offset + bytes, pages - count, flags);
  if (errIsFail(err)) unmapInOneTable(st, va, copy, mapping);
  return err;
}
