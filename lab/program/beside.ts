/** A manager beside init's, with slots from the library's default allocator, for programs that a host drives. */

import { errIsFail, errval_t } from "../../system/kpi/errval";
import { ObjType } from "../../system/kpi/object-types";
import { slabGrow } from "../../system/libaos/slab";
import { slotAlloc } from "../../system/libaos/slot/default";
import { MM_SIZE, Mm, mmInit } from "../../system/libmm/mm";

/** A word of the memory that `besideInit` fills with old contents. */
const OLD_WORD: u32 = 0xa5a5a5a5;

function slotFromDefault(_instance: usize, _count: u32): errval_t {
  return slotAlloc();
}

function nothingToRefill(_instance: usize): errval_t {
  return 0;
}

/** A manager that keeps its records elsewhere need not set up its slabs. */
function hasSlabs(manager: Mm): bool {
  return manager.slabs.blockSize != 0 && manager.slabs.blockSize != OLD_WORD;
}

/** Starts a manager over memory with old contents. Its nodes lie in `nodeBytes` bytes at `nodes`. */
export function besideInit(manager: Mm, nodes: usize, nodeBytes: u32): errval_t {
  memory.fill(changetype<usize>(manager), 0xa5, MM_SIZE);
  const err = mmInit(manager, ObjType.RAM, null, slotFromDefault, nothingToRefill, 0);
  return errIsFail(err) || !hasSlabs(manager) ? err : slabGrow(manager.slabs, nodes, nodeBytes);
}

/** Number of blocks in use of the manager's slab allocator; 0 if the manager does not set its slabs up. */
export function besideNodes(manager: Mm): u32 {
  return hasSlabs(manager) ? manager.slabs.total - manager.slabs.free : 0;
}

/** Bytes of one block; 0 if the manager does not set its slabs up. */
export function besideNodeBytes(manager: Mm): u32 {
  return hasSlabs(manager) ? manager.slabs.blockSize : 0;
}
