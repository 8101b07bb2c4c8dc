/**
 * The program of a race: a memory manager, the learner's or ours, serves a trace of requests. The host first makes the
 * requests one by one (`take`, `give`) and checks every answer. It writes what it has found into `base` of each
 * operation. Then it has the same requests made in rows (`run`), which it times, and the same system calls without the
 * manager (`replay`).
 *
 *     an operation
 *      0       4       8           12     16
 *     +-------+-------+-----------+------+
 *     | place | pages | alignment | base |      pages 0: give back; alignment and base in pages
 *     +-------+-------+-----------+------+      base 0: the request is refused
 *
 *     a place, of one live piece
 *      0     8      12      16
 *     +-----+------+-------+
 *     | cap | base | pages |
 *     +-----+------+-------+
 */
import { errIsFail, errval_t } from "../../system/kpi/errval";
import { syscall } from "../../system/kpi/kernel";
import { ObjType } from "../../system/kpi/object-types";
import { BASE_PAGE_BITS, BASE_PAGE_MASK, BASE_PAGE_SIZE, OBJSIZE_L2CNODE } from "../../system/kpi/types";
import { capIdentify, capRetype } from "../../system/libaos/capabilities";
import { capref, capSlot, cnodeInRootSlot } from "../../system/libaos/capref";
import { SlabLayout } from "../../system/libaos/layout/slab-layout";
import { SlotBlockLayout } from "../../system/libaos/layout/slot-layout";
import { Out } from "../../system/libaos/out";
import { SlotBlock } from "../../system/libaos/slot/block";
import { getDefaultSlotAllocator, slotAlloc, slotAllocatorAddExisting } from "../../system/libaos/slot/default";
import { slotAllocRoot } from "../../system/libaos/slot/root";
import { libraryInit } from "../../system/libaos/startup";
import { cnodeSuper } from "../../system/libaos/well-known";
import { MM_NODE_SIZE, MM_SIZE, Mm, mmAdd, mmAllocAligned, mmFree } from "../../system/libmm/mm";
import { besideInit, besideNodeBytes, besideNodes } from "./beside";

@unmanaged
class Operation {
  place: u32;
  pages: u32;
  alignment: u32;
  base: u32;
}

@unmanaged
class Place {
  cap: capref;
  base: u32;
  pages: u32;
}

@unmanaged
class RaceState {
  /** Requests of `run` whose answer differs from the checked one. */
  surprises: u32;
  /** Base of the region in pages. */
  regionPage: u32;
}

/** Pages of the region at most. */
const PAGES: u32 = 4096;
/** Pieces that the trace allocates and does not free, at most: more than fit. */
const PLACES: u32 = 4352;
const OPERATIONS: u32 = 131072;
const CALL_WORDS: u32 = 12;
/** System calls of one `replay` at most. */
const CALLS: u32 = 8192;

/** CNodes for the slots of all pieces, so that no allocator needs memory during the race. */
const CNODES: u32 = 18;
/** A node for each piece, and as many for an index. */
const NODES: u32 = 2 * PAGES + 512;
const NODE_STEP: u32 = (MM_NODE_SIZE + 7) & ~7;
const NODES_IN_PAGE: u32 = (BASE_PAGE_SIZE - SlabLayout.SIZE) / NODE_STEP;
const NODE_BYTES: u32 = (NODES / NODES_IN_PAGE + 1) * BASE_PAGE_SIZE;

const REGION_ALIGNMENT: u64 = 0x100000;
const allRam: capref = capref(cnodeSuper, 0);

const state = changetype<RaceState>(memory.data(offsetof<RaceState>(), 8));
const manager = changetype<Mm>(memory.data(MM_SIZE, 16));
const nodes: usize = memory.data(NODE_BYTES + BASE_PAGE_SIZE, 16);
const slotBlocks: usize = memory.data(CNODES * SlotBlockLayout.SIZE, 16);
const operations: usize = memory.data(OPERATIONS * 16, 16);
const places: usize = memory.data(PLACES * 16, 16);
const calls: usize = memory.data(CALLS * CALL_WORDS * 4, 16);

function operationAt(index: u32): Operation {
  return changetype<Operation>(operations + (usize(index) << 4));
}

function placeAt(index: u32): Place {
  return changetype<Place>(places + (usize(index) << 4));
}

export function operationsAddress(): u32 {
  return u32(operations);
}

export function callsAddress(): u32 {
  return u32(calls);
}

/** Base of the region in pages. */
export function regionBase(): u32 {
  return state.regionPage;
}

/** Adds slots for all pieces to the default allocator. They take the first RAM. */
function addSlots(): errval_t {
  for (let i: u32 = 0; i < CNODES; i++) {
    let err = slotAllocRoot();
    if (errIsFail(err)) return err;
    const slot = Out.cap;
    err = capRetype(slot, allRam, u64(i) * OBJSIZE_L2CNODE, ObjType.L2CNode, OBJSIZE_L2CNODE, 1);
    if (errIsFail(err)) return err;
    const block = changetype<SlotBlock>(slotBlocks + i * <u32>SlotBlockLayout.SIZE);
    err = slotAllocatorAddExisting(getDefaultSlotAllocator(), cnodeInRootSlot(capSlot(slot)), block);
    if (errIsFail(err)) return err;
  }
  return 0;
}

/** Starts the library, and makes the slots of the race. */
export function startLibrary(args: u32): errval_t {
  const err = libraryInit(args);
  return errIsFail(err) ? err : addSlots();
}

/** Starts the manager that races. */
export function init(): errval_t {
  return besideInit(manager, (nodes + BASE_PAGE_MASK) & ~(<usize>BASE_PAGE_MASK), NODE_BYTES);
}

/** Makes a region of `pages` pages. -> its capability in `outCap` */
export function makeRegion(pages: u32): errval_t {
  let err = capIdentify(allRam);
  if (errIsFail(err)) return err;
  const taken = Out.base + u64(CNODES) * OBJSIZE_L2CNODE;
  const base = (taken + REGION_ALIGNMENT - 1) & ~(REGION_ALIGNMENT - 1);
  const offset = base - Out.base;
  err = slotAlloc();
  if (errIsFail(err)) return err;
  const slot = Out.cap;
  err = capRetype(slot, allRam, offset, ObjType.RAM, u64(pages) << BASE_PAGE_BITS, 1);
  Out.cap = slot;
  state.regionPage = u32(base >> BASE_PAGE_BITS);
  return err;
}

export function add(cap: capref, pages: u32): errval_t {
  return mmAdd(manager, cap, u64(state.regionPage) << BASE_PAGE_BITS, u64(pages) << BASE_PAGE_BITS);
}

export function outCap(): u64 {
  return Out.cap;
}

export function nodesInUse(): u32 {
  return besideNodes(manager);
}

export function nodeBytes(): u32 {
  return besideNodeBytes(manager);
}

export function recordBytes(): u32 {
  return MM_SIZE;
}

/** Carries out a request by itself. -> outCap */
export function take(index: u32): errval_t {
  const operation = operationAt(index);
  const err = mmAllocAligned(
    manager,
    u64(operation.pages) << BASE_PAGE_BITS,
    u64(operation.alignment) << BASE_PAGE_BITS,
  );
  placeAt(operation.place).cap = errIsFail(err) ? 0 : Out.cap;
  return err;
}

/** Enters where the piece of a request is, in pages; 0 if the request was refused. */
export function enter(index: u32, base: u32): u32 {
  const operation = operationAt(index);
  operation.base = base;
  const place = placeAt(operation.place);
  place.base = base;
  place.pages = operation.pages;
  return 0;
}

/** Gives a piece back by itself. */
export function give(index: u32): errval_t {
  const place = placeAt(operationAt(index).place);
  const err = mmFree(manager, place.cap, u64(place.base) << BASE_PAGE_BITS, u64(place.pages) << BASE_PAGE_BITS);
  place.cap = 0;
  return err;
}

function takeAgain(operation: Operation): void {
  const pages = u64(operation.pages) << BASE_PAGE_BITS;
  const err = mmAllocAligned(manager, pages, u64(operation.alignment) << BASE_PAGE_BITS);
  const place = placeAt(operation.place);
  const isRefused = errIsFail(err);
  if (isRefused != (operation.base == 0)) state.surprises++;
  place.cap = isRefused ? 0 : Out.cap;
  place.base = operation.base;
  place.pages = operation.pages;
}

function giveAgain(place: Place): void {
  // What could not be had need not be given back.
  if (place.cap == 0) return;
  const bytes = u64(place.pages) << BASE_PAGE_BITS;
  if (errIsFail(mmFree(manager, place.cap, u64(place.base) << BASE_PAGE_BITS, bytes))) state.surprises++;
  place.cap = 0;
}

/** Carries out the operations from number `from` to before `to`. */
export function run(from: u32, to: u32): u32 {
  for (let i = from; i < to; i++) {
    const operation = operationAt(i);
    if (operation.pages != 0) takeAgain(operation);
    else giveAgain(placeAt(operation.place));
  }
  return state.surprises;
}

/** Makes `count` system calls whose words the host has written to `callsAddress`. */
export function replay(count: u32): u32 {
  let failures: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const at = calls + usize(i * CALL_WORDS * 4);
    const result = syscall(
      load<u32>(at),
      load<u32>(at, 4),
      load<u32>(at, 8),
      load<u32>(at, 12),
      load<u32>(at, 16),
      load<u32>(at, 20),
      load<u32>(at, 24),
      load<u32>(at, 28),
      load<u32>(at, 32),
      load<u32>(at, 36),
      load<u32>(at, 40),
      load<u32>(at, 44),
    );
    if (u32(result) != 0) failures++;
  }
  return failures;
}
