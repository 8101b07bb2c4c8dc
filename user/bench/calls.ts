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
import { LivePage, livePage, regionOf } from "./live-pages";
import { must, start, stop } from "./stopwatch";

const BATCHES: u32 = 40;
const BATCH: u32 = 256;
const NULL_BATCH: u32 = 4096;

/** Into the CPU driver and out again. */
export function benchNullCall(): void {
  for (let batch: u32 = 0; batch < BATCHES; batch++) {
    start();
    for (let i: u32 = 0; i < NULL_BATCH; i++) must(sysNop(), "null call");
    stop("null", 0, NULL_BATCH);
  }
}

/** Not a multiple of anything. */
const NO_OFFSET: u32 = 1;

/** Asks for `page` once more, in the slot where it is: it cannot be had. */
function refused(page: LivePage, type: u32, extraOffset: u32): errval_t {
  const region = regionOf(page);
  return capRetype(page.cap, region.cap, page.base - region.capBase + extraOffset, type, BASE_PAGE_SIZE, 1);
}

function stage(name: string, size: u32, type: u32, extraOffset: u32, expected: errval_t): void {
  for (let batch: u32 = 0; batch < BATCHES; batch++) {
    start();
    for (let i: u32 = 0; i < BATCH; i++) {
      const err = refused(livePage(randomBelow(size)), type, extraOffset);
      if (errNo(err) != u32(expected)) userPanic("user/bench/calls.ts", name);
    }
    stop(name, size, BATCH);
  }
}

/** Retypes that end after the look-up of the invoked capability, after all look-ups, and after the check of the range. */
export function benchStages(size: u32): void {
  stage("retype-invoked", size, ObjType.Null, 0, SYS_ERR_ILLEGAL_DEST_TYPE);
  stage("retype-looked-up", size, ObjType.RAM, NO_OFFSET, SYS_ERR_RETYPE_INVALID_OFFSET);
  stage("retype-checked", size, ObjType.RAM, 0, SYS_ERR_REVOKE_FIRST);
}
