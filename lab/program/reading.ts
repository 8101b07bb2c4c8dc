/**
 * The program whose runs the reading exercises ask about. It takes the place of init's own tests. Its environment names
 * the exercise and the seed: `READING=leak SEED=17 init`.
 *
 * It prints where the part of the run begins that a question is about, where it ends, and which address the question is
 * about. It does not print answers: the page and the command find them in the recording.
 */
import { ObjType } from "../../system/kpi/object-types";
import { BASE_PAGE_SIZE, VRegionFlags } from "../../system/kpi/types";
import { getenv, parseDecimal, textEquals } from "../../system/libaos/arguments";
import { capDestroy } from "../../system/libaos/cap-destroy";
import { capCopy, capDelete, capRetype, capRevoke } from "../../system/libaos/capabilities";
import { capref } from "../../system/libaos/capref";
import { frameAlloc, frameFree } from "../../system/libaos/frame";
import { Out } from "../../system/libaos/out";
import { getCurrentPagingState } from "../../system/libaos/paging/init";
import { arml2Alloc } from "../../system/libaos/paging/l2-table";
import { printf } from "../../system/libaos/print";
import { ramAlloc, ramFree } from "../../system/libaos/ram-alloc";
import { slotAlloc } from "../../system/libaos/slot/default";
import { sysExit } from "../../system/libaos/system-calls";
import { mappingModifyFlags, vnodeMap, vnodeUnmap } from "../../system/libaos/vnode";

/** Random numbers from the seed. */
let state: u32 = 0;

function below(limit: u32): u32 {
  state = state * 1664525 + 1013904223;
  return u32((u64(state) * limit) >> 32);
}

function begin(): void {
  printf("reading: begin\n");
}

function end(): void {
  printf("reading: end\n");
}

/** Capabilities and flags of a few pages. */
const PAGES: u32 = 4;
const caps: usize = memory.data(64 * 8, 8);

function capAt(index: u32): capref {
  return load<u64>(caps + (index << 3));
}

function setCap(index: u32, cap: capref): void {
  store<u64>(caps + (index << 3), cap);
}

function newSlot(): capref {
  slotAlloc();
  return Out.cap;
}

// ---- leak: everything is freed, except for one piece ----

const MOST_LIVE: u32 = 5;

/** Makes a Frame of RAM and deletes the capability of the RAM, as a program without `frameAlloc` does. */
function frameFromRam(bytes: u64): capref {
  ramAlloc(bytes);
  const ram = Out.cap;
  slotAlloc();
  const frame = Out.cap;
  capRetype(frame, ram, 0, ObjType.Frame, bytes, 1);
  capDestroy(ram);
  return frame;
}

function allocatePiece(): capref {
  const bytes = u64(below(3) + 1) * BASE_PAGE_SIZE;
  if (below(2) != 0) return frameFromRam(bytes);
  ramAlloc(bytes);
  return Out.cap;
}

function leak(): void {
  // Slots and nodes are refilled before the question begins.
  for (let i = 0; i < 4; i++) {
    frameAlloc(BASE_PAGE_SIZE);
    frameFree(Out.cap);
  }
  const pieces = below(4) + 7;
  const kept = below(pieces - 2) + 1;
  let live: u32 = 0;
  begin();
  for (let piece: u32 = 0; piece < pieces; piece++) {
    const cap = allocatePiece();
    if (piece != kept) setCap(live++, cap);
    while (live > 0 && (live >= MOST_LIVE || below(3) == 0)) freeOne(--live);
  }
  while (live > 0) freeOne(--live);
  end();
}

/** Frees one of `last + 1` pieces; the last one takes its place. */
function freeOne(last: u32): void {
  const index = below(last + 1);
  ramFree(capAt(index));
  setCap(index, capAt(last));
}

// ---- writable and fault: pages are mapped, changed and unmapped ----

/** Number of the L1 entry, and first entry in the L2 table, of the pages. */
let section: u32 = 0;
let entry: u32 = 0;
let table: capref = 0;

function addressOf(page: u32): u32 {
  return (section << 20) + ((entry + page) << 12);
}

const frames: u32 = 8;
const mappings: u32 = 16;
const rights: usize = memory.data(PAGES * 4, 8);

function rightsOf(page: u32): u32 {
  return load<u32>(rights + (page << 2));
}

/** Maps a page with a copy of its frame, or changes or undoes its mapping. `flags` 0 undoes it. */
function setRights(page: u32, flags: u32): void {
  const present = rightsOf(page);
  if (present == flags) return;
  if (present == 0) {
    const copy = newSlot();
    capCopy(copy, capAt(page));
    vnodeMap(table, copy, entry + page, flags, 0, 1);
    setCap(frames + page, copy);
    setCap(mappings + page, Out.cap);
  } else if (flags == 0) {
    vnodeUnmap(table, capAt(mappings + page));
    capDestroy(capAt(mappings + page));
    capDestroy(capAt(frames + page));
  } else mappingModifyFlags(capAt(mappings + page), 0, 1, flags);
  store<u32>(rights + (page << 2), flags);
}

function makePages(): void {
  section = 0x200 + below(0x100);
  entry = below(250);
  const st = getCurrentPagingState();
  arml2Alloc(st);
  table = Out.cap;
  vnodeMap(st.pdir, table, section, VRegionFlags.READ_WRITE, 0, 1);
  for (let page: u32 = 0; page < PAGES; page++) {
    frameAlloc(BASE_PAGE_SIZE);
    setCap(page, Out.cap);
  }
  // The default slots are refilled before the question begins.
  for (let i = 0; i < 4; i++) capDestroyNew();
}

function capDestroyNew(): void {
  const slot = newSlot();
  capCopy(slot, capAt(0));
  capDestroy(slot);
}

/** Changes pages other than `kept` at random. */
function changeOthers(kept: u32, steps: u32): void {
  for (let step: u32 = 0; step < steps; step++) {
    const page = (kept + below(PAGES - 1) + 1) % PAGES;
    const choice = below(3);
    setRights(page, choice == 0 ? VRegionFlags.READ : choice == 1 ? VRegionFlags.READ_WRITE : 0);
  }
}

function writable(): void {
  makePages();
  const page = below(PAGES);
  printf("reading: about 0x%x\n", addressOf(page));
  begin();
  changeOthers(page, below(4) + 2);
  setRights(page, VRegionFlags.READ);
  changeOthers(page, below(4) + 2);
  const isMappedAgain = below(2) == 0;
  if (below(2) == 0) {
    // It was writable before, and then not any more.
    setRights(page, VRegionFlags.READ_WRITE);
    changeOthers(page, below(3) + 1);
    setRights(page, VRegionFlags.READ);
    changeOthers(page, below(3) + 1);
  }
  if (isMappedAgain) {
    setRights(page, 0);
    changeOthers(page, below(3));
  }
  setRights(page, VRegionFlags.READ_WRITE);
  changeOthers(page, below(5) + 3);
  end();
}

function fault(): void {
  makePages();
  const page = below(PAGES);
  const address = addressOf(page);
  begin();
  changeOthers(page, below(3) + 1);
  setRights(page, VRegionFlags.READ_WRITE);
  changeOthers(page, below(3) + 2);
  store<u32>(address, 0x600d600d);
  changeOthers(page, below(4) + 1);
  switch (below(4)) {
    case 0:
      setRights(page, VRegionFlags.READ);
      break;
    case 1:
      setRights(page, 0);
      break;
    case 2:
      // The mapping goes with the copy of the frame that is mapped.
      capDelete(capAt(frames + page));
      break;
    default:
      // All copies go, and the mapping with them.
      capRevoke(capAt(page));
  }
  changeOthers(page, below(4) + 2);
  end();
  store<u32>(address, 0xbad0bad);
}

// ---- retype and slot: capabilities are made, copied, deleted and revoked ----

/** Makes a capability of one page of `region` in a new slot: a Frame, or RAM. */
function pageOf(region: capref, page: u32): capref {
  const slot = newSlot();
  const type: u32 = below(2) == 0 ? ObjType.Frame : ObjType.RAM;
  capRetype(slot, region, u64(page) * BASE_PAGE_SIZE, type, BASE_PAGE_SIZE, 1);
  return slot;
}

function copyOf(cap: capref): capref {
  const slot = newSlot();
  capCopy(slot, cap);
  return slot;
}

function retype(): void {
  ramAlloc(8 * BASE_PAGE_SIZE);
  const region = Out.cap;
  const target = newSlot();
  const page = below(8);
  begin();
  const others = below(3) + 3;
  for (let i: u32 = 0; i < others; i++) setCap(i, pageOf(region, (page + 1 + i) % 8));
  // The capability of the page moves from slot to slot, by copies whose originals are deleted.
  let cap = pageOf(region, page);
  const moves = below(3) + 1;
  for (let i: u32 = 0; i < moves; i++) {
    const copy = copyOf(cap);
    setCap(others + i, copyOf(capAt(below(others))));
    capDelete(cap);
    cap = copy;
  }
  capDestroy(capAt(below(others)));
  capRetype(target, region, u64(page) * BASE_PAGE_SIZE, ObjType.Frame, BASE_PAGE_SIZE, 1);
  end();
}

/** Makes, copies and deletes capabilities of pages that nothing else has. */
function moreOfTheSame(region: capref): void {
  const rounds = below(4);
  for (let i: u32 = 0; i < rounds; i++) {
    const page = pageOf(region, below(8));
    setCap(0, copyOf(page));
    if (below(2) == 0) capRevoke(page);
    else capDelete(capAt(0));
    capDelete(page);
  }
}

function slot(): void {
  ramAlloc(8 * BASE_PAGE_SIZE);
  const region = Out.cap;
  const asked = newSlot();
  const offset = u64(below(8)) * BASE_PAGE_SIZE;
  printf("reading: about 0x%x\n", u32(asked));
  begin();
  moreOfTheSame(region);
  const isFilledTwice = below(2) == 0;
  if (isFilledTwice) {
    capRetype(asked, region, offset, ObjType.RAM, BASE_PAGE_SIZE, 1);
    capDelete(asked);
  }
  const original = newSlot();
  capRetype(original, region, offset, ObjType.RAM, BASE_PAGE_SIZE, 1);
  const other = pageOf(region, (u32(offset / BASE_PAGE_SIZE) + 1) % 8);
  if (below(2) == 0) capCopy(asked, original);
  else capRetype(asked, original, 0, ObjType.Frame, BASE_PAGE_SIZE, 1);
  const copies = below(3) + 1;
  for (let i: u32 = 0; i < copies; i++) setCap(i, copyOf(other));
  for (let i: u32 = 0; i < copies; i++) capDestroy(capAt(i));
  setCap(0, copyOf(original));
  capDelete(capAt(0));
  switch (below(3)) {
    case 0:
      capRevoke(original);
      break;
    case 1:
      capRevoke(region);
      break;
    default:
      capDelete(asked);
  }
  moreOfTheSame(region);
  end();
}

export function ownTests(): void {
  const exercise = getenv("READING");
  if (exercise == 0) return;
  state = parseDecimal(getenv("SEED"));
  if (textEquals(exercise, "leak")) leak();
  else if (textEquals(exercise, "writable")) writable();
  else if (textEquals(exercise, "fault")) fault();
  else if (textEquals(exercise, "retype")) retype();
  else if (textEquals(exercise, "slot")) slot();
  sysExit(0);
}
