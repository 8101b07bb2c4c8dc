/**
 * A memory manager without nodes: two bits for each page.
 *
 * The bit in `used` says that the page is handed out, the bit in `first` that a piece starts there. Free neighbours need
 * no joining. The bits of all regions follow each other in the manager's record.
 */
import {
  BASE_PAGE_BITS,
  BASE_PAGE_MASK,
  BASE_PAGE_SIZE,
  capDelete,
  capDestroy,
  capRetype,
  capref,
  errIsFail,
  errPush,
  errval_t,
  genpaddr_t,
  gensize_t,
  LIB_ERR_CAP_RETYPE,
  LIB_ERR_RAM_ALLOC_WRONG_SIZE,
  MM_ERR_CHUNK_SLOT_ALLOC,
  MM_ERR_MM_ADD,
  MM_ERR_MM_FREE,
  MM_ERR_NOT_FOUND,
  MM_ERR_OUT_OF_BOUNDS,
  Out,
  SLABS_SIZE,
  SlabRefillFunction,
  Slabs,
  SYS_ERR_OK,
  slabInit,
  slotFree,
} from "../libaos";

export type SlotAllocFunction = (instance: usize, count: u32) => errval_t;
export type SlotRefillFunction = (instance: usize) => errval_t;

/** Room for 1 GiB in up to 16 regions. */
const MAX_PAGES: u32 = 0x40000;
const MAX_REGIONS: u32 = 16;
const WORD_BITS: u32 = 32;
const FULL_WORD: u32 = 0xffffffff;

@unmanaged
class Region {
  cap: capref;
  base: genpaddr_t;
  pages: u32;
  /** Number of the bit that stands for the first page. */
  firstBit: u32;

  /** Number of the page at `address`, counted from the first page of the region. */
  pageAt(address: genpaddr_t): u64 {
    return (address - this.base) >> BASE_PAGE_BITS;
  }
}

/** The slabs are not used, but init expects them. */
@unmanaged
export class MmNode {
  unused: u64;
}

@unmanaged
export class Mm {
  objtype: u32;
  slotAlloc: SlotAllocFunction;
  slotRefill: SlotRefillFunction;
  slotAllocInst: usize;
  regionCount: u32;
  /** Number of bits in use: the pages of all regions. */
  bitCount: u32;

  get slabs(): Slabs {
    return changetype<Slabs>(changetype<usize>(this) + SLABS_OFFSET);
  }
  region(index: u32): Region {
    return changetype<Region>(changetype<usize>(this) + REGIONS_OFFSET + index * REGION_SIZE);
  }
  get used(): usize {
    return changetype<usize>(this) + USED_OFFSET;
  }
  get first(): usize {
    return changetype<usize>(this) + FIRST_OFFSET;
  }
}

/** The record: the fields of `Mm`, the slabs, the regions, and the two bitmaps. */
const SLABS_OFFSET: u32 = (<u32>offsetof<Mm>() + 7) & ~7;
const REGIONS_OFFSET: u32 = (SLABS_OFFSET + SLABS_SIZE + 7) & ~7;
const REGION_SIZE: u32 = (<u32>offsetof<Region>() + 7) & ~7;
const USED_OFFSET: u32 = REGIONS_OFFSET + MAX_REGIONS * REGION_SIZE;
const FIRST_OFFSET: u32 = USED_OFFSET + MAX_PAGES / 8;
export const MM_SIZE: u32 = FIRST_OFFSET + MAX_PAGES / 8;
export const MM_NODE_SIZE: u32 = <u32>offsetof<MmNode>();

// ---- bits ----

function wordOf(bitmap: usize, bit: u32): usize {
  return bitmap + (bit / WORD_BITS) * 4;
}

function maskOf(bit: u32): u32 {
  return u32(1) << (bit % WORD_BITS);
}

function isSet(bitmap: usize, bit: u32): bool {
  return (load<u32>(wordOf(bitmap, bit)) & maskOf(bit)) != 0;
}

function setBit(bitmap: usize, bit: u32): void {
  store<u32>(wordOf(bitmap, bit), load<u32>(wordOf(bitmap, bit)) | maskOf(bit));
}

function clearBit(bitmap: usize, bit: u32): void {
  store<u32>(wordOf(bitmap, bit), load<u32>(wordOf(bitmap, bit)) & ~maskOf(bit));
}

// ---- the manager ----

export function mmInit(
  mm: Mm,
  objtype: u32,
  slabRefill: SlabRefillFunction | null,
  slotAlloc: SlotAllocFunction,
  slotRefill: SlotRefillFunction,
  slotAllocInst: usize,
): errval_t {
  mm.objtype = objtype;
  mm.slotAlloc = slotAlloc;
  mm.slotRefill = slotRefill;
  mm.slotAllocInst = slotAllocInst;
  mm.regionCount = 0;
  mm.bitCount = 0;
  slabInit(mm.slabs, MM_NODE_SIZE, slabRefill);
  return SYS_ERR_OK;
}

export function mmAdd(mm: Mm, cap: capref, base: genpaddr_t, size: gensize_t): errval_t {
  const pages = size >> BASE_PAGE_BITS;
  if (pages == 0 || (base & BASE_PAGE_MASK) != 0) return MM_ERR_OUT_OF_BOUNDS;
  if (mm.regionCount == MAX_REGIONS || pages > u64(MAX_PAGES - mm.bitCount)) return MM_ERR_MM_ADD;
  const region = mm.region(mm.regionCount++);
  region.cap = cap;
  region.base = base;
  region.pages = u32(pages);
  region.firstBit = mm.bitCount;
  mm.bitCount += region.pages;
  for (let bit = region.firstBit; bit < mm.bitCount; bit++) {
    clearBit(mm.used, bit);
    clearBit(mm.first, bit);
  }
  return SYS_ERR_OK;
}

/** The place that the last search found. */
let foundRegion: u32 = 0;
let foundPage: u32 = 0;

/** Searches a region for `pages` free pages whose address is a multiple of `alignment`. -> foundPage */
function searchRegion(mm: Mm, region: Region, pages: u64, alignment: u64): bool {
  const start = (region.base + alignment - 1) & ~(alignment - 1);
  let page = region.pageAt(start);
  while (page < u64(region.pages) && pages <= u64(region.pages) - page) {
    // Look for a page in use among those that we would take.
    let free: u64 = 0;
    while (free < pages) {
      const bit = region.firstBit + u32(page + free);
      if (bit % WORD_BITS == 0 && pages - free >= u64(WORD_BITS) && load<u32>(wordOf(mm.used, bit)) == 0) {
        free += WORD_BITS;
      } else if (isSet(mm.used, bit)) {
        break;
      } else free++;
    }
    if (free == pages) {
      foundPage = u32(page);
      return true;
    }
    // Go on behind that page, and behind all that follow it in full words.
    let past = page + free + 1;
    while (past + WORD_BITS <= u64(region.pages)) {
      const bit = region.firstBit + u32(past);
      if (bit % WORD_BITS != 0 || load<u32>(wordOf(mm.used, bit)) != FULL_WORD) break;
      past += WORD_BITS;
    }
    const address = region.base + (past << BASE_PAGE_BITS);
    page = region.pageAt((address + alignment - 1) & ~(alignment - 1));
  }
  return false;
}

/** Searches all regions. -> foundRegion, foundPage */
function search(mm: Mm, pages: u64, alignment: u64): bool {
  for (let index: u32 = 0; index < mm.regionCount; index++) {
    if (searchRegion(mm, mm.region(index), pages, alignment)) {
      foundRegion = index;
      return true;
    }
  }
  return false;
}

/** Hands out the pages that the last search found, with a capability in `slot`. */
function takeFound(mm: Mm, pages: u32, slot: capref): errval_t {
  const region = mm.region(foundRegion);
  const offset = u64(foundPage) << BASE_PAGE_BITS;
  const err = capRetype(slot, region.cap, offset, mm.objtype, u64(pages) << BASE_PAGE_BITS, 1);
  if (errIsFail(err)) return errPush(err, LIB_ERR_CAP_RETYPE);
  const bit = region.firstBit + foundPage;
  for (let i: u32 = 0; i < pages; i++) setBit(mm.used, bit + i);
  setBit(mm.first, bit);
  return SYS_ERR_OK;
}

export function mmAllocAligned(mm: Mm, size: u64, alignment: u64): errval_t {
  if (size == 0) return LIB_ERR_RAM_ALLOC_WRONG_SIZE;
  if (size > u64(MAX_PAGES) << BASE_PAGE_BITS) return MM_ERR_NOT_FOUND;
  const pages = (size + BASE_PAGE_MASK) >> BASE_PAGE_BITS;

  // This may allocate from this manager, so it comes before the search.
  const slotRefill = mm.slotRefill;
  slotRefill(mm.slotAllocInst);
  const slotAlloc = mm.slotAlloc;
  let err = slotAlloc(mm.slotAllocInst, 1);
  if (errIsFail(err)) return errPush(err, MM_ERR_CHUNK_SLOT_ALLOC);
  const slot = Out.cap;

  const found = search(mm, pages, max<u64>(alignment, BASE_PAGE_SIZE));
  err = found ? takeFound(mm, u32(pages), slot) : MM_ERR_NOT_FOUND;
  if (errIsFail(err)) {
    slotFree(slot);
    return err;
  }
  Out.cap = slot;
  return SYS_ERR_OK;
}

export function mmAlloc(mm: Mm, size: u64): errval_t {
  return mmAllocAligned(mm, size, BASE_PAGE_SIZE);
}

/** Number of pages of the piece that starts at page `page`; 0 if none does. */
function pagesOfPiece(mm: Mm, region: Region, page: u32): u32 {
  const bit = region.firstBit + page;
  if (!isSet(mm.used, bit) || !isSet(mm.first, bit)) return 0;
  const most = region.pages - page;
  let pages: u32 = 1;
  while (pages < most && isSet(mm.used, bit + pages) && !isSet(mm.first, bit + pages)) pages++;
  return pages;
}

/** The region that contains an address. */
function regionAt(mm: Mm, address: genpaddr_t): Region | null {
  for (let index: u32 = 0; index < mm.regionCount; index++) {
    const region = mm.region(index);
    if (address >= region.base && region.pageAt(address) < u64(region.pages)) return region;
  }
  return null;
}

export function mmFree(mm: Mm, cap: capref, base: genpaddr_t, size: gensize_t): errval_t {
  const region = regionAt(mm, base);
  if (!region || (base & BASE_PAGE_MASK) != 0 || size == 0) return errPush(MM_ERR_NOT_FOUND, MM_ERR_MM_FREE);
  const page = u32(region.pageAt(base));
  const pages = pagesOfPiece(mm, region, page);
  if (pages == 0 || (size - 1) >> BASE_PAGE_BITS != u64(pages - 1)) return errPush(MM_ERR_NOT_FOUND, MM_ERR_MM_FREE);
  const err = capDestroy(cap);
  if (errIsFail(err)) return errPush(err, MM_ERR_MM_FREE);

  const bit = region.firstBit + page;
  for (let i: u32 = 0; i < pages; i++) clearBit(mm.used, bit + i);
  clearBit(mm.first, bit);
  return SYS_ERR_OK;
}

export function mmDestroy(mm: Mm): void {
  for (let index: u32 = 0; index < mm.regionCount; index++) capDelete(mm.region(index).cap);
  mm.regionCount = 0;
  mm.bitCount = 0;
}
