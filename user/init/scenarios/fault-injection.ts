/**
 * Group 3, second part: T39. The first, second, third ... request for RAM, a slot, a slab block or a retype fails, until
 * the work comes to its end without meeting the failure; each time everything must be given back.
 */
import { errIsFail, errval_t } from "../../../kpi/errval";
import { ObjType } from "../../../kpi/object-types";
import { BASE_PAGE_SIZE, BYTES_PER_SECTION } from "../../../kpi/types";
import { capref } from "../../libaos/capref";
import { cnodeCreateL2 } from "../../libaos/cnode-create";
import { FaultKind, faultArm, faultDisarm, faultWasMet } from "../../libaos/faults";
import { frameAlloc, frameFree } from "../../libaos/frame";
import { Out } from "../../libaos/out";
import { getCurrentPagingState } from "../../libaos/paging/init";
import { pagingMapFixed, pagingUnmap } from "../../libaos/paging/map";
import { pagingTableFree } from "../../libaos/paging/table";
import { ramFree } from "../../libaos/ram-alloc";
import { slotAlloc } from "../../libaos/slot/default";
import { slotFree } from "../../libaos/slot/root";
import { vnodeCreate } from "../../libaos/vnode";
import { AccountsOf, accountsCompare, accountsOf, accountsTake } from "./accounts";
import { failed, holds, note, ok } from "./check";
import { add } from "./list";

/** The last page of one MiB and the first of the next: two L2 tables, which nobody else uses. */
const FIRST_TABLE: u32 = 0x180;
const ADDRESS: u32 = (FIRST_TABLE + 1) * BYTES_PER_SECTION - BASE_PAGE_SIZE;

const POSITIONS_MAX: u32 = 500;

/** Makes an L1 page table and frees it. */
function workOnTable(): errval_t {
  let err = slotAlloc();
  if (errIsFail(err)) return err;
  const slot = Out.cap;
  err = vnodeCreate(slot, ObjType.VNode_ARM_l1);
  if (errIsFail(err)) {
    slotFree(slot);
    return err;
  }
  return ramFree(slot);
}

/** Makes a CNode, and a page table, and frees both. */
function workOnCNode(): errval_t {
  let err = cnodeCreateL2();
  if (errIsFail(err)) return err;
  const cnode = Out.cap;
  err = workOnTable();
  const freed = ramFree(cnode);
  return errIsFail(err) ? err : freed;
}

/** Maps a frame across two tables; then the rest; then undoes it. */
function workOnFrame(frame: capref): errval_t {
  const st = getCurrentPagingState();
  let err = pagingMapFixed(st, ADDRESS, frame, 2 * BASE_PAGE_SIZE);
  if (errIsFail(err)) return err;
  store<u64>(ADDRESS + BASE_PAGE_SIZE - 8, 0x1122334455667788);
  store<u64>(ADDRESS + BASE_PAGE_SIZE, 0x99aabbccddeeff00);
  err = workOnCNode();
  const unmapped = pagingUnmap(st, ADDRESS);
  return errIsFail(err) ? err : unmapped;
}

/** Something of everything that the library does. Whatever fails, nothing is left behind. */
function work(): errval_t {
  let err = frameAlloc(2 * BASE_PAGE_SIZE);
  if (errIsFail(err)) return err;
  const frame = Out.cap;
  err = workOnFrame(frame);
  const freed = frameFree(frame);
  // Address spaces keep their tables; these two are to be made anew each time.
  const st = getCurrentPagingState();
  ok(pagingTableFree(st, FIRST_TABLE), "free the first table");
  ok(pagingTableFree(st, FIRST_TABLE + 1), "free the second table");
  return errIsFail(err) ? err : freed;
}

/** Fails the requests of one kind, one after the other; returns how many there are. */
function failEach(kind: u32): u32 {
  const before = accountsOf(AccountsOf.NESTED_BEFORE);
  const after = accountsOf(AccountsOf.NESTED_AFTER);
  for (let position: u32 = 1; position <= POSITIONS_MAX; position++) {
    accountsTake(before);
    faultArm(kind, position);
    const err = work();
    const met = faultWasMet();
    faultDisarm();
    accountsTake(after);
    accountsCompare(before, after);
    if (!met) {
      ok(err, "the work, when nothing fails");
      return position - 1;
    }
    if (failed()) return position;
    holds(errIsFail(err), "the work fails when a request fails", position);
  }
  return POSITIONS_MAX;
}

function t39(): void {
  const ram = failEach(FaultKind.RAM);
  const slots = failEach(FaultKind.SLOT);
  const blocks = failEach(FaultKind.SLAB);
  const retypes = failEach(FaultKind.RETYPE);
  holds(min(min(ram, slots), min(blocks, retypes)) > 0, "requests of each kind were met");
  note("%u failures of RAM, %u of slots, %u of slab blocks, %u of retypes", ram, slots, blocks, retypes);
}

export function registerFaults(): void {
  add("T39", "every request for RAM, slots, blocks, retypes fails once", t39);
}
