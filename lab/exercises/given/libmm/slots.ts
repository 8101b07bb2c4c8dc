/** Takes slots for the capabilities that the manager hands out. */
import { errval_t } from "../libaos";
import { Mm } from "./node";

/**
 * Allocates a slot for a new capability. It is called at the start of each allocation, before the list is looked at.
 *
 * @returns SYS_ERR_OK and the slot in `Out.cap`, or the error of the slot allocator
 */
export function takeSlot(mm: Mm): errval_t {
  const slotRefill = mm.slotRefill;
  // If it fails, slots may be left. If none is left, slotAlloc says so.
  slotRefill(mm.slotAllocInst);
  const slotAlloc = mm.slotAlloc;
  return slotAlloc(mm.slotAllocInst, 1);
}
