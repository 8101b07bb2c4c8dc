/**
 * What a system call costs, and where the time of a retype goes: calls that are refused further and further on their
 * way. The difference of two of them is the cost of a stage.
 */
import { SYS_ERR_ILLEGAL_DEST_TYPE, SYS_ERR_RETYPE_INVALID_OFFSET, SYS_ERR_REVOKE_FIRST } from "../../kpi/errno";
import { errNo, errval_t } from "../../kpi/errval";
import { ObjType } from "../../kpi/object-types";
import { BASE_PAGE_SIZE } from "../../kpi/types";
import { randomBelow } from "../init/scenarios/random";
import { capRetype } from "../libaos/capabilities";
import { userPanic } from "../libaos/debug";
import { sysNop } from "../libaos/system-calls";
import { livePage, regionOf } from "./live-pages";
import { measure, must } from "./stopwatch";

const BATCHES: u32 = 40;
const BATCH: u32 = 256;
const NULL_BATCH: u32 = 4096;

function nullCalls(_size: u32, operations: u32): void {
  for (let i: u32 = 0; i < operations; i++) must(sysNop(), "null call");
}

/** Into the CPU driver and out again. */
export function benchNullCall(): void {
  measure("null", 0, NULL_BATCH, BATCHES, nullCalls);
}

/** Asks for live pages, chosen by chance, once more, in the slots where they are: they cannot be had. */
function refusals(size: u32, operations: u32, type: u32, extraOffset: u32, expected: errval_t): void {
  const region = regionOf(livePage(0));
  for (let i: u32 = 0; i < operations; i++) {
    const page = livePage(randomBelow(size));
    const offset = page.base - region.capBase + extraOffset;
    const err = capRetype(page.cap, region.cap, offset, type, BASE_PAGE_SIZE, 1);
    if (errNo(err) != u32(expected)) userPanic("user/bench/calls.ts", "a call was not refused as expected");
  }
}

/** Ends when the capability that was invoked has been looked up. */
function invokedOnly(size: u32, operations: u32): void {
  refusals(size, operations, ObjType.Null, 0, SYS_ERR_ILLEGAL_DEST_TYPE);
}

/** Ends when everything has been looked up: the offset is no multiple of anything. */
function lookedUp(size: u32, operations: u32): void {
  refusals(size, operations, ObjType.RAM, 1, SYS_ERR_RETYPE_INVALID_OFFSET);
}

/** Ends when the range has been checked. */
function checked(size: u32, operations: u32): void {
  refusals(size, operations, ObjType.RAM, 0, SYS_ERR_REVOKE_FIRST);
}

export function benchStages(size: u32): void {
  measure("retype-invoked", size, BATCH, BATCHES, invokedOnly);
  measure("retype-looked-up", size, BATCH, BATCHES, lookedUp);
  measure("retype-checked", size, BATCH, BATCHES, checked);
}
