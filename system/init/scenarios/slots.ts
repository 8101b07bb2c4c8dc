/** Scenarios with more slots than one CNode has, and more CNodes than the root CNode has slots. */
import { BASE_PAGE_SIZE } from "../../kpi/types";
import { rootCNodeSlots, slabRefills, usedDefaultSlots } from "../../libaos/accounts";
import { capDestroy } from "../../libaos/cap-destroy";
import { capCopy, capIdentify } from "../../libaos/capabilities";
import { capref } from "../../libaos/capref";
import { cnodeCreateL2 } from "../../libaos/cnode-create";
import { pagingUnmap } from "../../libaos/mapping/map-fixed";
import { Out } from "../../libaos/out";
import { getCurrentPagingState } from "../../libaos/paging/init";
import { pagingMapFrame } from "../../libaos/paging/map";
import { ramFree } from "../../libaos/ram-alloc";
import { getDefaultSlotAllocator, slotAlloc } from "../../libaos/slot/default";
import { slotFree } from "../../libaos/slot/root";
import { capDispatcher, capKernel, capRoot, capVroot } from "../../libaos/well-known";
import { freePages, preallocSlots } from "./accounts";
import { vectorAt, vectorBegin, vectorCount, vectorEnd, vectorIsFull, vectorPop, vectorPush } from "./cap-vector";
import { equal, failed, holds, note, ok } from "./check";
import { add, ScenarioFlag } from "./list";
import {
  giveBack,
  giveBackAll,
  lastPiece,
  pieceCount,
  piecesAreDisjoint,
  piecesBegin,
  takeFrame,
  takeFromMm,
} from "./pieces";

function t03(): void {
  const pieces: u32 = 600;
  const cnodes = preallocSlots().growths;
  const refills = slabRefills();
  piecesBegin();
  while (pieceCount() < pieces) if (!takeFromMm(BASE_PAGE_SIZE)) break;
  piecesAreDisjoint();
  holds(preallocSlots().total > 512, "libmm has more slots than two CNodes hold");
  giveBackAll();
  note(
    "%u allocations; slot refills: %u, slab refills: %u",
    pieces,
    preallocSlots().growths - cnodes,
    slabRefills() - refills,
  );
}

function t12(): void {
  const frames: u32 = 300;
  const freeBefore = freePages();
  piecesBegin();
  while (pieceCount() < frames) if (!takeFrame(30 + 100 * pieceCount())) break;
  piecesAreDisjoint();
  holds(usedDefaultSlots() > 256, "more slots are in use than a CNode has");
  const used = freeBefore - freePages();
  for (let i: u32 = 0; i < pieceCount(); i++) giveBack(i);
  note("%u frames, %u KiB at once", frames, used * 4);
}

function t13(): void {
  for (let round = 0; round < 3; round++) {
    const pieces: u32 = round == 2 ? 600 : 500;
    piecesBegin();
    while (pieceCount() < pieces) if (!takeFromMm(30)) break;
    giveBackAll();
    if (failed()) return;
  }
  note("500, 500 and 600 pages");
}

/** Takes `count` slots of the default allocator. */
function takeSlots(count: u32): void {
  while (vectorCount() < count) {
    if (!ok(slotAlloc(), "slot_alloc", vectorCount() + 1)) return;
    vectorPush(Out.cap);
  }
  for (let i: u32 = 1; i < vectorCount(); i++) holds(vectorAt(i) != vectorAt(i - 1), "each slot is a different one", i);
}

function giveSlots(): void {
  while (vectorCount() != 0) ok(slotFree(vectorPop()), "slot_free", vectorCount() + 1);
}

function t30(): void {
  const count: u32 = 300;
  const growths = getDefaultSlotAllocator().growths + preallocSlots().growths;
  if (!vectorBegin(count)) return;
  piecesBegin();
  while (pieceCount() < count) if (!takeFromMm(BASE_PAGE_SIZE)) break;
  takeSlots(count);
  while (pieceCount() < 2 * count) if (!takeFrame(BASE_PAGE_SIZE)) break;
  holds(usedDefaultSlots() > 2 * 256, "more slots are in use than two CNodes have");
  giveSlots();
  giveBackAll();
  vectorEnd();
  note(
    "%u of each at once; CNodes added: %u",
    count,
    getDefaultSlotAllocator().growths + preallocSlots().growths - growths,
  );
}

/** Makes L2CNodes until the root CNode has been enlarged or the list is full. */
function makeCNodes(rootSlots: u32): void {
  while (rootCNodeSlots() == rootSlots && !vectorIsFull()) {
    if (!ok(cnodeCreateL2(), "cnode_create_l2", vectorCount() + 1)) return;
    vectorPush(Out.cap);
  }
}

/** Checks capabilities from before the growth, in every kind of place. */
function referencesWork(frame: capref, buffer: u32): void {
  ok(capIdentify(capRoot), "the root CNode");
  ok(capIdentify(capDispatcher), "the dispatcher");
  ok(capIdentify(capKernel), "the kernel capability");
  ok(capIdentify(capVroot), "the L1 page table");
  ok(capIdentify(frame), "a frame from before");
  equal(load<u32>(buffer), 0x51075107, "the first word of that frame");
  if (!ok(slotAlloc(), "slot")) return;
  const copy = Out.cap;
  ok(capCopy(copy, frame), "copy of a frame from before");
  ok(capDestroy(copy), "destroy that copy");
}

function t38(): void {
  const rootSlots = rootCNodeSlots();
  piecesBegin();
  if (!takeFrame(BASE_PAGE_SIZE)) return;
  const frame = lastPiece().cap;
  const mapped = ok(pagingMapFrame(getCurrentPagingState(), BASE_PAGE_SIZE, frame), "map a frame");
  const buffer = Out.buffer;
  if (mapped && vectorBegin(min<u32>(rootSlots, freePages() / 5))) {
    store<u32>(buffer, 0x51075107);
    makeCNodes(rootSlots);
    equal(rootCNodeSlots(), 2 * rootSlots, "slots of the root CNode");
    const cnodes = vectorCount();
    referencesWork(frame, buffer);
    while (vectorCount() != 0) ok(ramFree(vectorPop()), "free a CNode", vectorCount() + 1);
    referencesWork(frame, buffer);
    vectorEnd();
    note("%u CNodes made; the root CNode grows from %u to %u slots", cnodes, rootSlots, rootCNodeSlots());
  }
  if (mapped) ok(pagingUnmap(getCurrentPagingState(), buffer), "unmap the frame");
  giveBackAll();
}

export function registerSlots(): void {
  add("T03", "600 pages allocated one by one, then freed", t03, ScenarioFlag.REPEATABLE);
  add("T12", "300 frames of growing size, then freed", t12, ScenarioFlag.REPEATABLE);
  add("T13", "500 pieces of 30 bytes, twice, then 600", t13, ScenarioFlag.REPEATABLE);
  add("T30", "300 pages, 300 slots and 300 frames at once", t30, ScenarioFlag.REPEATABLE);
  add("T38", "the root CNode grows, old references stay valid", t38);
}
