/**
 * More memory for slab allocators. This is the last part of step 2 of the assignment.
 *
 * The library calls this function when an allocator of its own, or the one of your memory manager, has few blocks left.
 */
import { errval_t, LIB_ERR_NOT_IMPLEMENTED, Slabs } from "./index";

/**
 * Gives a slab allocator at least `bytes` bytes more: allocates a Frame, maps it, and passes the mapped memory to
 * `slabGrow`.
 *
 * The memory for the Frame comes from your memory manager, which takes blocks from its own slab allocator, which may be
 * the one that is being refilled.
 *
 * @returns SYS_ERR_OK, or an error; then nothing has changed
 */
export function slabRefillPages(_slabs: Slabs, _bytes: u64): errval_t {
  return LIB_ERR_NOT_IMPLEMENTED;
}
