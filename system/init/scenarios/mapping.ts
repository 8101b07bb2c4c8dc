/** Scenarios that map frames and write and read them through the MMU. */
import {
  LIB_ERR_OUT_OF_VIRTUAL_ADDR,
  LIB_ERR_PMAP_ADDR_NOT_FREE,
  LIB_ERR_PMAP_FRAME_SIZE,
  LIB_ERR_PMAP_NOT_MAPPED,
  LIB_ERR_VNODE_MAP,
  LIB_ERR_VREGION_BAD_ALIGNMENT,
  LIB_ERR_VREGION_MAP_FIXED,
  SYS_ERR_INVARGS_SYSCALL,
  SYS_ERR_WRONG_MAPPING,
} from "../../kpi/errno";
import { errPop, errval_t } from "../../kpi/errval";
import { INIT_SEGMENTS_VBASE } from "../../kpi/init-space";
import { BASE_PAGE_SIZE, KERNEL_WINDOW, VRegionFlags } from "../../kpi/types";
import { mappedPages } from "../../libaos/accounts";
import { capref } from "../../libaos/capref";
import { pagingMapFixedAttr, pagingUnmap } from "../../libaos/mapping/map-fixed";
import { Out } from "../../libaos/out";
import { getCurrentPagingState } from "../../libaos/paging/init";
import { pagingAlloc, pagingMapFixed, pagingMapFrame, pagingMapFrameAttr } from "../../libaos/paging/map";
import { equal, failed, fails, holds, note, ok } from "./check";
import { add, ScenarioFlag } from "./list";
import {
  countMisnumbered,
  countOtherBytes,
  fillBytes,
  isNotMapped,
  isNotWritable,
  isReadable,
  isWritable,
  numberPages,
  textIs,
  writeText,
} from "./mapped-memory";
import { giveBackAll, lastPiece, pieceAt, piecesBegin, takeFrame, takeRam } from "./pieces";

/** The scenarios that choose their addresses start here. The library itself chooses higher addresses. */
const CHOSEN: u32 = 0x10000000;
const CHOSEN_STEP: u32 = 0x40000;

/** Maps all of a frame at an address that the library chooses. -> Out.buffer */
export function mapAnywhere(frame: capref, bytes: u64): bool {
  return ok(pagingMapFrame(getCurrentPagingState(), bytes, frame), "map a frame");
}

export function unmap(address: u32): bool {
  return ok(pagingUnmap(getCurrentPagingState(), address), "unmap");
}

/** Maps ten frames of 30 + 1000 i bytes at chosen addresses. Returns the number of mapped frames. */
function mapTen(): u32 {
  piecesBegin();
  let mapped: u32 = 0;
  while (mapped < 10 && takeFrame(30 + 1000 * mapped)) {
    const address = CHOSEN + mapped * CHOSEN_STEP;
    if (
      !ok(
        pagingMapFixed(getCurrentPagingState(), address, lastPiece().cap, lastPiece().bytes),
        "map at a chosen address",
        mapped + 1,
      )
    )
      break;
    equal(Out.buffer, address, "the address of the mapping");
    mapped++;
  }
  return mapped;
}

function unmapTen(mapped: u32): void {
  for (let i: u32 = 0; i < mapped; i++) unmap(CHOSEN + i * CHOSEN_STEP);
  giveBackAll();
}

function t09(): void {
  piecesBegin();
  if (takeFrame(3000) && takeFrame(6000)) {
    for (let i: u32 = 0; i < 2; i++) {
      const frame = pieceAt(i);
      if (!mapAnywhere(frame.cap, frame.bytes)) break;
      const address = Out.buffer;
      fillBytes(address, u32(frame.bytes), 0xa5);
      equal(countOtherBytes(address, u32(frame.bytes), 0xa5), 0, "bytes that differ");
      unmap(address);
    }
    note("%lu and %lu bytes", pieceAt(0).bytes, pieceAt(1).bytes);
  }
  giveBackAll();
}

function t14(): void {
  const before = mappedPages();
  const mapped = mapTen();
  for (let i: u32 = 0; i < mapped; i++) isWritable(CHOSEN + i * CHOSEN_STEP, "the first bytes of the frame");
  const pages = mappedPages() - before;
  unmapTen(mapped);
  note("%u frames, %u pages from 0x%08lx on", mapped, pages, CHOSEN);
}

function t15(): void {
  const mapped = mapTen();
  let bytes: u64 = 0;
  for (let i: u32 = 0; i < mapped; i++) fillBytes(CHOSEN + i * CHOSEN_STEP, u32(pieceAt(i).bytes), u8(0x11 * i));
  for (let i: u32 = 0; i < mapped; i++) {
    equal(
      countOtherBytes(CHOSEN + i * CHOSEN_STEP, u32(pieceAt(i).bytes), u8(0x11 * i)),
      0,
      "bytes that differ in frame",
      i + 1,
    );
    bytes += pieceAt(i).bytes;
  }
  unmapTen(mapped);
  note("%lu bytes equal", bytes);
}

/** The text that was read back, for the result line. */
const greeting: usize = memory.data(16, 8);

function t17(): void {
  const text = "Hello, world!";
  piecesBegin();
  if (takeFrame(BASE_PAGE_SIZE) && mapAnywhere(lastPiece().cap, BASE_PAGE_SIZE)) {
    const address = Out.buffer;
    writeText(address, text);
    holds(textIs(address, text), "the text can be read back");
    memory.copy(greeting, address, text.length);
    unmap(address);
    note("'%z' at 0x%08lx", greeting, lastPiece().base);
  }
  giveBackAll();
}

function t18(): void {
  const text = "on the second page";
  piecesBegin();
  if (takeFrame(2 * BASE_PAGE_SIZE) && mapAnywhere(lastPiece().cap, 2 * BASE_PAGE_SIZE)) {
    const address = Out.buffer;
    writeText(address + 5000, text);
    holds(textIs(address + 5000, text), "the text can be read back");
    equal(countOtherBytes(address, 5000, 0), 0, "bytes before it that are not zero");
    unmap(address);
    note("%u characters at 0x%08lx", text.length, lastPiece().base + 5000);
  }
  giveBackAll();
}

function t21(): void {
  const address: u32 = 0x055c2000;
  const pages: u32 = 68;
  const bytes = u64(pages) * BASE_PAGE_SIZE;
  piecesBegin();
  if (takeFrame(bytes)) {
    const frame = lastPiece().cap;
    if (ok(pagingMapFixed(getCurrentPagingState(), address, frame, bytes), "map across two L2 tables")) {
      numberPages(address, pages, 1);
      // A second mapping of the same frame, which lies in one table.
      if (mapAnywhere(frame, bytes)) {
        const other = Out.buffer;
        equal(countMisnumbered(other, pages, 1), 0, "pages at the wrong place");
        numberPages(other, pages, 100);
        unmap(other);
      }
      equal(countMisnumbered(address, pages, 100), 0, "pages at the wrong place, written through the other mapping");
      isNotMapped(address - BASE_PAGE_SIZE, "the page before");
      isNotMapped(address + u32(bytes), "the page after");
      unmap(address);
      isNotMapped(address, "the first page, after unmap");
      isNotMapped(address + u32(bytes) - BASE_PAGE_SIZE, "the last page, after unmap");
    }
  }
  giveBackAll();
  note("62 pages in one table, 6 in the next");
}

function t40(): void {
  const text = "carried from place to place";
  piecesBegin();
  if (takeFrame(BASE_PAGE_SIZE)) {
    const frame = lastPiece().cap;
    for (let i: u32 = 0; i < 8 && !failed(); i++) {
      const address = CHOSEN + i * 0x123000;
      if (!ok(pagingMapFixed(getCurrentPagingState(), address, frame, BASE_PAGE_SIZE), "map", i + 1)) break;
      if (i == 0) writeText(address, text);
      holds(textIs(address, text), "the text can be read back", i + 1);
      unmap(address);
      isNotMapped(address, "the address of the old mapping");
    }
  }
  giveBackAll();
  note("8 addresses, each inaccessible after unmap");
}

/** Checks that a mapping is refused because its pages are not free. */
function addressRefused(err: errval_t, what: string): void {
  fails(err, LIB_ERR_VREGION_MAP_FIXED, what);
  fails(errPop(err), LIB_ERR_PMAP_ADDR_NOT_FREE, what);
}

function badRequests(frame: capref, ram: capref): void {
  const st = getCurrentPagingState();
  const page: u64 = BASE_PAGE_SIZE;
  addressRefused(pagingMapFixed(st, CHOSEN, frame, page), "an address in use");
  addressRefused(pagingMapFixed(st, CHOSEN - BASE_PAGE_SIZE, frame, 2 * page), "a range whose second page is in use");
  addressRefused(pagingMapFixed(st, INIT_SEGMENTS_VBASE, frame, page), "the program's own code");
  addressRefused(pagingMapFixed(st, 0, frame, page), "the null page");
  addressRefused(pagingMapFixed(st, KERNEL_WINDOW, frame, page), "the CPU driver's half");
  addressRefused(pagingMapFixed(st, KERNEL_WINDOW - BASE_PAGE_SIZE, frame, 2 * page), "the end of the program's half");
  fails(
    pagingMapFixed(st, CHOSEN + 0x100800, frame, page),
    LIB_ERR_VREGION_BAD_ALIGNMENT,
    "an address that is not aligned",
  );
  fails(pagingMapFixed(st, CHOSEN + 0x100000, frame, 3 * page), LIB_ERR_PMAP_FRAME_SIZE, "map of more than the frame");
  fails(pagingMapFrame(st, 0, frame), LIB_ERR_PMAP_FRAME_SIZE, "map of no bytes");
  fails(pagingMapFrameAttr(st, page, frame, 0x100), SYS_ERR_INVARGS_SYSCALL, "flags that do not exist");
  const err = pagingMapFrame(st, page, ram);
  fails(err, LIB_ERR_VNODE_MAP, "map of RAM that is not a frame");
  fails(errPop(err), SYS_ERR_WRONG_MAPPING, "map of RAM that is not a frame");
  fails(pagingUnmap(st, CHOSEN + BASE_PAGE_SIZE), LIB_ERR_PMAP_NOT_MAPPED, "unmap from the middle of a mapping");
  fails(pagingUnmap(st, CHOSEN + 0x100000), LIB_ERR_PMAP_NOT_MAPPED, "unmap where nothing is mapped");
  fails(pagingAlloc(st, KERNEL_WINDOW), LIB_ERR_OUT_OF_VIRTUAL_ADDR, "address space of 2 GiB");
}

function t41(): void {
  piecesBegin();
  if (takeFrame(2 * BASE_PAGE_SIZE) && takeRam(BASE_PAGE_SIZE)) {
    const frame = pieceAt(0).cap;
    const st = getCurrentPagingState();
    if (ok(pagingMapFixed(st, CHOSEN, frame, 2 * BASE_PAGE_SIZE), "map")) {
      badRequests(frame, pieceAt(1).cap);
      unmap(CHOSEN);
    }
    // A read-only mapping must refuse writes.
    if (ok(pagingMapFixedAttr(st, CHOSEN, frame, BASE_PAGE_SIZE, VRegionFlags.READ), "map read-only")) {
      isReadable(CHOSEN, "a read-only page");
      isNotWritable(CHOSEN, "a read-only page");
      unmap(CHOSEN);
    }
    // A guard reserves pages and maps nothing.
    if (ok(pagingMapFixedAttr(st, CHOSEN, frame, BASE_PAGE_SIZE, VRegionFlags.GUARD), "map a guard page")) {
      isNotMapped(CHOSEN, "a guard page");
      unmap(CHOSEN);
    }
  }
  giveBackAll();
  note("each refused with its own error; read-only and guard pages work");
}

export function registerMapping(): void {
  add("T09", "frames of 3000 and 6000 bytes, mapped", t09, ScenarioFlag.REPEATABLE);
  add("T14", "10 frames mapped at chosen addresses", t14, ScenarioFlag.REPEATABLE);
  add("T15", "10 frames mapped, every byte written and read back", t15, ScenarioFlag.REPEATABLE);
  add("T17", "a greeting written and read through the MMU", t17, ScenarioFlag.REPEATABLE);
  add("T18", "a text on the second page of a frame", t18, ScenarioFlag.REPEATABLE);
  add("T21", "68 pages mapped across two L2 tables", t21, ScenarioFlag.REPEATABLE);
  add("T40", "mapped, written, unmapped, mapped elsewhere, read back", t40, ScenarioFlag.REPEATABLE);
  add("T41", "addresses, sizes and flags that cannot be mapped", t41, ScenarioFlag.REPEATABLE);
}
