/**
 * A policy by itself: libmm's account of pieces, on memory as it is, with nobody asked for capabilities. The host runs one
 * instance of this module for each policy and plays the same trace to all.
 *
 *     __heap_base              + ids * 4              + operations * 12
 *     +-----------------------+----------------------+-----------------------+
 *     | page of each id       | trace: operations    | nodes                 |
 *     +-----------------------+----------------------+-----------------------+
 *
 *     an operation
 *      0    4       8           12
 *     +----+-------+-----------+
 *     | id | pages | alignment |      pages 0: give back; alignment in pages; bit 31 of it: from the high end
 *     +----+-------+-----------+
 */
import { errIsFail } from "../../../system/kpi/errval";
import { ObjType } from "../../../system/kpi/object-types";
import { BASE_PAGE_MASK, BASE_PAGE_SIZE } from "../../../system/kpi/types";
import { slabGrow } from "../../../system/libaos/slab";
import { accountGive, accountTake, MmEnd } from "../../../system/libmm/account";
import { enterRegion } from "../../../system/libmm/add";
import { alignPageDown } from "../../../system/libmm/fit";
import { indexFind } from "../../../system/libmm/index";
import { mmCheckInvariants } from "../../../system/libmm/invariants";
import { MmLayout } from "../../../system/libmm/layout/mm-layout";
import { Mm, mmInitWith, mmLargestFree } from "../../../system/libmm/manager";
import { pieceCutNodes } from "../../../system/libmm/node";
import { policyFind, policyFindHigh, policyPlace } from "../../../system/libmm/policy/policy";

@unmanaged
class Operation {
  id: u32;
  pages: u32;
  private alignmentAndEnd: u32;

  get alignment(): u32 {
    return this.alignmentAndEnd & ~HIGH_END;
  }
  get end(): MmEnd {
    return (this.alignmentAndEnd & HIGH_END) != 0 ? MmEnd.HIGH : MmEnd.LOW;
  }
}

const HIGH_END: u32 = 0x80000000;
const OPERATION_SIZE: u32 = 12;
if (offsetof<Operation>() != OPERATION_SIZE) ERROR("Operation: size");

@unmanaged
class PageOf {
  page: u32;
}

@unmanaged
class RaceState {
  /** Addresses. */
  pages: u32;
  trace: u32;
  failures: u32;
  /** Free pages when a request failed for the first time. */
  freeAtFailure: u32;
  /** Blocks in use at most; of these, tables of the index and pieces that were live then. */
  peakBlocks: u32;
  tablesAtPeak: u32;
  liveAtPeak: u32;
  live: u32;
  peakLive: u32;
}

/** No page: the id is not live. */
const NOWHERE: u32 = 0xffffffff;
/** Page numbers begin with that of 1 GiB, as on a board. */
const FIRST_PAGE: u32 = 0x40000;

const mm = changetype<Mm>(memory.data(MmLayout.SIZE, 8));
const state = changetype<RaceState>(memory.data(offsetof<RaceState>(), 4));

function pageOf(id: u32): PageOf {
  return changetype<PageOf>(usize(state.pages + (id << 2)));
}

/** Sets up a policy over `pages` pages. Returns the address for the trace; 0 if the memory is too small. */
export function begin(policy: u32, pages: u32, ids: u32, operations: u32, nodeBytes: u32): u32 {
  state.pages = u32(__heap_base);
  state.trace = state.pages + (ids << 2);
  state.failures = 0;
  state.peakBlocks = 0;
  state.live = 0;
  state.peakLive = 0;
  for (let id: u32 = 0; id < ids; id++) pageOf(id).page = NOWHERE;
  const nodes = (state.trace + operations * OPERATION_SIZE + BASE_PAGE_MASK) & ~BASE_PAGE_MASK;
  mmInitWith(
    mm,
    ObjType.RAM,
    null,
    () => 0,
    () => 0,
    0,
    policy,
  );
  if (errIsFail(slabGrow(mm.slabs, nodes, nodeBytes & ~BASE_PAGE_MASK))) return 0;
  return errIsFail(enterRegion(mm, 0, 0, FIRST_PAGE, pages)) ? 0 : state.trace;
}

/** Room for the static part, the ids and the trace, before the nodes. */
export function bytesBefore(ids: u32, operations: u32): u32 {
  return u32(__heap_base) + (ids << 2) + operations * OPERATION_SIZE + BASE_PAGE_SIZE;
}

function take(operation: Operation): void {
  const pages = operation.pages;
  const alignment = operation.alignment;
  const isHigh = operation.end == MmEnd.HIGH;
  const piece = isHigh ? policyFindHigh(mm.policy, pages, alignment) : policyFind(mm.policy, pages, alignment);
  if (!piece) {
    if (state.failures == 0) state.freeAtFailure = mm.freePages;
    state.failures++;
    return;
  }
  const lowest = policyPlace(mm.policy, piece, pages, alignment);
  const page = u32(isHigh ? alignPageDown(piece.end - pages, alignment) : lowest);
  if (pieceCutNodes(piece, page, pages) > mm.slabs.free) return unreachable();
  accountTake(mm, piece, page, pages, operation.end);
  pageOf(operation.id).page = page;
  state.live++;
  state.peakLive = max(state.peakLive, state.live);
  const blocks = mm.slabs.total - mm.slabs.free;
  if (blocks > state.peakBlocks) {
    state.peakBlocks = blocks;
    state.tablesAtPeak = mm.index.tables;
    state.liveAtPeak = state.live;
  }
}

function give(id: u32): void {
  const page = pageOf(id).page;
  // What could not be had need not be given back.
  if (page == NOWHERE) return;
  pageOf(id).page = NOWHERE;
  const node = indexFind(mm.index, page);
  if (!node) return unreachable();
  accountGive(mm, node);
  state.live--;
}

/** Carries out the operations from number `from` to before `to`. */
export function run(from: u32, to: u32): void {
  for (let i = from; i < to; i++) {
    const operation = changetype<Operation>(usize(state.trace + i * OPERATION_SIZE));
    if (operation.pages != 0) take(operation);
    else give(operation.id);
  }
}

/**
 * Carries out the first operation, a request, and undoes it: in the trace, it then finds in the caches what it needs, as
 * the others do.
 */
export function rehearse(): void {
  run(0, 1);
  give(changetype<Operation>(usize(state.trace)).id);
  state.failures = 0;
  state.peakBlocks = 0;
  state.peakLive = 0;
}

/** Requests that have failed so far. */
export function failures(): u32 {
  return state.failures;
}

/** Free pages when a request failed for the first time, if one did. */
export function freeAtFailure(): u32 {
  return state.freeAtFailure;
}

export function freePages(): u32 {
  return mm.freePages;
}

export function freePieces(): u32 {
  return mm.freeNodes;
}

/** Pages of the largest free piece. */
export function largestFree(): u32 {
  return u32(mmLargestFree(mm) >> 12);
}

/** Blocks in use at most. */
export function peakBlocks(): u32 {
  return state.peakBlocks;
}

/** Tables of the index then, of one block each. */
export function tablesAtPeak(): u32 {
  return state.tablesAtPeak;
}

/** Pieces that were live then. */
export function liveAtPeak(): u32 {
  return state.liveAtPeak;
}

export function peakLive(): u32 {
  return state.peakLive;
}

/** The first broken invariant, 0 if all hold. */
export function check(): u32 {
  return mmCheckInvariants(mm);
}
