/**
 * T39, second part: failures while a slot allocator grows. The scenario takes slots until the next request makes the
 * allocator grow. Then each request that the growth makes fails once. The allocator still serves the original request
 * from its reserve. The failed growth leaves nothing behind, and the next request tries it again.
 */
import { errIsFail, errval_t } from "../../kpi/errval";
import { BASE_PAGE_SIZE } from "../../kpi/types";
import { faultArm, faultDisarm, faultWasMet } from "../../libaos/faults";
import { FaultKind } from "../../libaos/layout/fault-kind";
import { Out } from "../../libaos/out";
import { ramFree } from "../../libaos/ram-alloc";
import { DEFAULT_SLOT_RESERVE, PREALLOC_RESERVE } from "../../libaos/reserves";
import { getDefaultSlotAllocator, slotAlloc } from "../../libaos/slot/default";
import { slotFree } from "../../libaos/slot/root";
import { mmAlloc } from "../../libmm/alloc";
import { AccountsOf, accountsCompare, accountsOf, accountsTake, initMm, preallocSlots } from "./accounts";
import { vectorBegin, vectorCount, vectorEnd, vectorIsFull, vectorPop, vectorPush } from "./cap-vector";
import { failed, holds, ok } from "./check";

/** Room for one CNode of slots for each allocator and each kind of failure, and for the slots that are free before. */
const HELD_MAX: u32 = 4096;
const POSITIONS_MAX: u32 = 100;
/** The kinds that every growth requests: RAM, slots, slab blocks, retypes. */
const KINDS: u32 = FaultKind.RETYPE + 1;

function takePage(): errval_t {
  return mmAlloc(initMm(), BASE_PAGE_SIZE);
}

/** Takes slots until the next request makes the default allocator grow. */
function exhaustDefaultSlots(): void {
  while (getDefaultSlotAllocator().space > DEFAULT_SLOT_RESERVE && !vectorIsFull()) {
    if (!ok(slotAlloc(), "slot_alloc")) return;
    vectorPush(Out.cap);
  }
}

/** Takes pages until the next request makes the allocator of mm's slots grow. */
function exhaustMmSlots(): void {
  while (preallocSlots().space > PREALLOC_RESERVE && !vectorIsFull()) {
    if (!ok(takePage(), "mm_alloc")) return;
    vectorPush(Out.cap);
  }
}

/** Makes each request of one kind that `take` makes during growth fail once. Returns the number of these requests. */
function failEachInGrowth(kind: u32, take: () => errval_t, give: (cap: u64) => errval_t): u32 {
  const before = accountsOf(AccountsOf.NESTED_BEFORE);
  const after = accountsOf(AccountsOf.NESTED_AFTER);
  let refused = 0;
  for (let position: u32 = 1; position <= POSITIONS_MAX; position++) {
    accountsTake(before);
    faultArm(kind, position);
    const err = take();
    const cap = Out.cap;
    const met = faultWasMet();
    faultDisarm();
    if (!errIsFail(err)) ok(give(cap), "give the page back", position);
    else refused++;
    // At most one of these failures hits the original request itself; all others hit the growth.
    holds(refused <= 1 && (met || !errIsFail(err)), "the request is served from the reserve", position);
    accountsTake(after);
    accountsCompare(before, after);
    if (!met || failed()) return position - 1;
  }
  return POSITIONS_MAX;
}

/** Makes both allocators grow, with each kind of failure in turn. Returns the number of failures. */
export function failGrowth(): u32 {
  let met: u32 = 0;
  if (!vectorBegin(HELD_MAX)) return met;
  for (let kind: u32 = 0; kind < KINDS && !failed(); kind++) {
    exhaustDefaultSlots();
    const growths = getDefaultSlotAllocator().growths;
    met += failEachInGrowth(kind, slotAlloc, slotFree);
    holds(getDefaultSlotAllocator().growths > growths, "the default slot allocator has grown", kind + 1);
  }
  const slots = vectorCount();
  for (let kind: u32 = 0; kind < KINDS && !failed(); kind++) {
    exhaustMmSlots();
    const growths = preallocSlots().growths;
    met += failEachInGrowth(kind, takePage, ramFree);
    holds(preallocSlots().growths > growths, "the slot allocator of libmm has grown", kind + 1);
  }
  while (vectorCount() > slots) ok(ramFree(vectorPop()), "give a page back");
  while (vectorCount() != 0) ok(slotFree(vectorPop()), "slot_free");
  vectorEnd();
  return met;
}
