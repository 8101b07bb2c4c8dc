/**
 * What a system call costs, and where the time of a retype goes: calls that are refused further and further on their
 * way. The difference of two of them is the cost of a stage.
 */

import { randomBelow } from "../../../system/init/scenarios/random";
import {
  SYS_ERR_ILLEGAL_DEST_TYPE,
  SYS_ERR_RETYPE_INVALID_OFFSET,
  SYS_ERR_REVOKE_FIRST,
} from "../../../system/kpi/errno";
import { errNo, errval_t } from "../../../system/kpi/errval";
import { ObjType } from "../../../system/kpi/object-types";
import { BASE_PAGE_SIZE } from "../../../system/kpi/types";
import { capDelete, capRetype } from "../../../system/libaos/capabilities";
import { userPanic } from "../../../system/libaos/debug";
import { sysNop } from "../../../system/libaos/system-calls";
import { MmRegion } from "../../../system/libmm/node";
import { chosenCount, chosenPage, LivePage, livePage, regionOf } from "./live-pages";
import { measure, must, runBatches, start, stop } from "./stopwatch";

const BATCHES: u32 = 40;
const NULL_BATCH: u32 = 4096;

function nullCalls(_size: u32, operations: u32): void {
  for (let i: u32 = 0; i < operations; i++) must(sysNop(), "null call");
}

/** Into the CPU driver and out again. */
export function benchNullCall(): void {
  measure("null", 0, NULL_BATCH, BATCHES, nullCalls);
}

/** Where on its way a retype is refused. */
export const enum Stage {
  /** The capability that was invoked has been looked up. */
  INVOKED = 0,
  /** Everything has been looked up: the offset is no multiple of anything. */
  LOOKED_UP = 1,
  /** The range has been checked. */
  CHECKED = 2,
}

function refusalOf(stage: Stage): u32 {
  if (stage == Stage.INVOKED) return SYS_ERR_ILLEGAL_DEST_TYPE;
  return stage == Stage.LOOKED_UP ? SYS_ERR_RETYPE_INVALID_OFFSET : SYS_ERR_REVOKE_FIRST;
}

/** Asks for a live page of `region` once more, in the slot where it is: it cannot be had. */
export function refusedRetype(page: LivePage, region: MmRegion, stage: Stage): errval_t {
  const type = stage == Stage.INVOKED ? ObjType.Null : ObjType.RAM;
  const offset = page.base - region.capBase + u64(stage == Stage.LOOKED_UP);
  return capRetype(page.cap, region.cap, offset, type, BASE_PAGE_SIZE, 1);
}

export function mustBeRefused(err: errval_t, stage: Stage): void {
  if (errNo(err) != refusalOf(stage))
    userPanic("evidence/bench/programs/calls.ts", "a call was not refused as expected");
}

function refusals(size: u32, count: u32, offset: u32, stage: Stage): void {
  const region = regionOf(livePage(0));
  for (let i: u32 = 0; i < count; i++) {
    mustBeRefused(refusedRetype(chosenPage(size, count, offset, i), region, stage), stage);
  }
}

/** Has the way to each chosen page in the host's caches, so that the calls that follow can be compared. */
export function lookAt(size: u32, count: u32, offset: u32): void {
  refusals(size, count, offset, Stage.CHECKED);
}

function timedRefusals(name: string, size: u32, count: u32, offset: u32, stage: Stage): void {
  start();
  refusals(size, count, offset, stage);
  stop(name, size, count);
}

/** The same pages for all stages; at last they are deleted, and really made. */
function stages(size: u32, count: u32): void {
  const region = regionOf(livePage(0));
  const offset = randomBelow(size / count);
  lookAt(size, count, offset);
  timedRefusals("retype-invoked", size, count, offset, Stage.INVOKED);
  timedRefusals("retype-looked-up", size, count, offset, Stage.LOOKED_UP);
  timedRefusals("retype-checked", size, count, offset, Stage.CHECKED);
  start();
  for (let i: u32 = 0; i < count; i++) must(capDelete(chosenPage(size, count, offset, i).cap), "delete");
  stop("delete", size, count);
  start();
  for (let i: u32 = 0; i < count; i++) {
    const page = chosenPage(size, count, offset, i);
    must(capRetype(page.cap, region.cap, page.base - region.capBase, ObjType.RAM, BASE_PAGE_SIZE, 1), "retype");
  }
  stop("retype", size, count);
}

export function benchStages(size: u32): void {
  runBatches(size, chosenCount(size), BATCHES, stages);
}
