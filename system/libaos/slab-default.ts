/**
 * A refill function for slab allocators in layers below the code that can refill them. It calls the function that
 * start-up installed.
 */
import { LIB_ERR_SLAB_REFILL } from "../kpi/errno";
import { errval_t } from "../kpi/errval";
import { domain } from "./domain";
import { Slabs } from "./slab";

/**
 * The usual refill function: gives an allocator one more page with `slabRefillPages`, or as many pages as one block
 * needs.
 *
 * @returns SYS_ERR_OK; `LIB_ERR_SLAB_REFILL` if the library has not started yet; an error of `slabRefillPages`
 * @example
 * const err = slabFreecount(slabs) < 16 ? slabDefaultRefill(slabs) : SYS_ERR_OK;
 * if (errIsFail(err)) return errPush(err, LIB_ERR_SLAB_REFILL);
 */
export function slabDefaultRefill(slabs: Slabs): errval_t {
  const refill = domain.defaultRefill;
  return refill === null ? LIB_ERR_SLAB_REFILL : refill(changetype<usize>(slabs));
}
