/**
 * A refill function for slab allocators in layers below the code that can refill them. It calls the function that
 * start-up installed.
 */
import { LIB_ERR_SLAB_REFILL } from "../kpi/errno";
import { errval_t } from "../kpi/errval";
import { domain } from "./domain";
import { Slabs } from "./slab";

export function slabDefaultRefill(slabs: Slabs): errval_t {
  const refill = domain.defaultRefill;
  return refill === null ? LIB_ERR_SLAB_REFILL : refill(changetype<usize>(slabs));
}
