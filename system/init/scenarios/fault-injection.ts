/**
 * T39: the first, second, third ... request of each kind (RAM, slots, slab blocks, page tables, ...) fails, until the
 * work finishes without a failure. After each run everything must be freed.
 */
import { errIsFail, errval_t } from "../../kpi/errval";
import { ObjType } from "../../kpi/object-types";
import { BASE_PAGE_SIZE, BYTES_PER_SECTION } from "../../kpi/types";
import { capDestroy } from "../../libaos/cap-destroy";
import { capCopy } from "../../libaos/capabilities";
import { capref } from "../../libaos/capref";
import { cnodeCreateForeignL2, cnodeCreateL1, cnodeCreateL2 } from "../../libaos/cnode-create";
import { faultArm, faultDisarm, faultWasMet } from "../../libaos/faults";
import { frameAlloc, frameFree } from "../../libaos/frame";
import { FaultKind } from "../../libaos/layout/fault-kind";
import { pagingUnmap } from "../../libaos/mapping/map-fixed";
import { pagingTableFree } from "../../libaos/mapping/table";
import { dispatcherCreate, endpointCreate, idcapAlloc } from "../../libaos/objects";
import { Out } from "../../libaos/out";
import { getCurrentPagingState } from "../../libaos/paging/init";
import { pagingMapFixed } from "../../libaos/paging/map";
import { ramFree } from "../../libaos/ram-alloc";
import { slotAlloc } from "../../libaos/slot/default";
import { slotFree } from "../../libaos/slot/root";
import { vnodeCreate } from "../../libaos/vnode";
import { AccountsOf, accountsCompare, accountsOf, accountsTake } from "./accounts";
import { failed, holds, note, ok } from "./check";
import { failGrowth } from "./fault-growth";
import { add } from "./list";

/**
 * The work maps the last page of one MiB and the first page of the next, so it needs two L2 tables that nothing else
 * uses.
 */
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

/** Makes a dispatcher, an end point and an identifier, and frees them. */
function workOnObjects(): errval_t {
  let err = slotAlloc();
  if (errIsFail(err)) return err;
  const slot = Out.cap;
  err = dispatcherCreate(slot);
  if (errIsFail(err)) {
    slotFree(slot);
    return err;
  }
  err = endpointCreate();
  if (!errIsFail(err)) {
    err = capDestroy(Out.cap);
    const made = idcapAlloc();
    if (errIsFail(made)) err = made;
    else capDestroy(Out.cap);
  }
  const freed = ramFree(slot);
  return errIsFail(err) ? err : freed;
}

/**
 * Makes another CSpace: a root CNode and a CNode in it. Frees the memory of that CNode while the root still holds it.
 */
function workOnCSpace(): errval_t {
  let err = cnodeCreateL1();
  if (errIsFail(err)) return err;
  const root = Out.cap;
  err = cnodeCreateForeignL2(root, 5);
  const cnode = Out.cap;
  if (!errIsFail(err)) {
    err = freeForeign(cnode);
    // Only one request fails, so the second attempt succeeds.
    if (errIsFail(err)) freeForeign(cnode);
  }
  const freed = ramFree(root);
  return errIsFail(err) ? err : freed;
}

/** Frees memory whose capability is in another CSpace. Only a copy in the caller's own CSpace can be identified. */
function freeForeign(cap: capref): errval_t {
  let err = slotAlloc();
  if (errIsFail(err)) return err;
  const slot = Out.cap;
  err = capCopy(slot, cap);
  if (errIsFail(err)) {
    slotFree(slot);
    return err;
  }
  return ramFree(slot);
}

/** Makes a CNode, then a CSpace, a table and other objects, and frees them all. */
function workOnCNode(): errval_t {
  let err = cnodeCreateL2();
  if (errIsFail(err)) return err;
  const cnode = Out.cap;
  err = workOnTable();
  if (!errIsFail(err)) err = workOnObjects();
  if (!errIsFail(err)) err = workOnCSpace();
  const freed = ramFree(cnode);
  return errIsFail(err) ? err : freed;
}

/** Maps a frame across two tables, does the rest of the work, and unmaps the frame. */
function workOnFrame(frame: capref): errval_t {
  const st = getCurrentPagingState();
  let err = pagingMapFixed(st, ADDRESS, frame, 2 * BASE_PAGE_SIZE);
  if (errIsFail(err)) return err;
  store<u64>(ADDRESS + BASE_PAGE_SIZE - 8, 0x11223344);
  store<u64>(ADDRESS + BASE_PAGE_SIZE, 0x55667788);
  err = workOnCNode();
  const unmapped = pagingUnmap(st, ADDRESS);
  return errIsFail(err) ? err : unmapped;
}

/** Uses each part of the library once. It must leave nothing behind, whatever fails. */
function work(): errval_t {
  let err = frameAlloc(2 * BASE_PAGE_SIZE);
  if (errIsFail(err)) return err;
  const frame = Out.cap;
  err = workOnFrame(frame);
  const freed = frameFree(frame);
  // An address space keeps its tables. Free these two, so that the next run makes them again.
  const st = getCurrentPagingState();
  ok(pagingTableFree(st, FIRST_TABLE), "free the first table");
  ok(pagingTableFree(st, FIRST_TABLE + 1), "free the second table");
  return errIsFail(err) ? err : freed;
}

/** Makes the requests of one kind fail, one after the other. Returns the number of requests. */
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
      ok(err, "the work when no request fails");
      return position - 1;
    }
    if (failed()) return position;
    holds(errIsFail(err), "the work fails when a request fails", position);
  }
  return POSITIONS_MAX;
}

function t39(): void {
  let met: u32 = 0;
  for (let kind: u32 = 0; kind < <u32>FaultKind.COUNT && !failed(); kind++) {
    const requests = failEach(kind);
    holds(requests > 0, "the work makes a request of kind", kind + 1);
    met += requests;
  }
  const inGrowth: u32 = failed() ? 0 : failGrowth();
  note("%u requests, and %u more while slot allocators grow", met, inGrowth);
}

export function registerFaults(): void {
  add("T39", "each request inside the library fails once", t39);
}
