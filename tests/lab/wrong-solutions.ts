/**
 * Wrong solutions of the lab: small changes of correct ones, each with a mistake that learners make. The grader must
 * find each, and its first explanation must name the mistake.
 */
import type { Kind } from "../../lab/grade/kinds";
import type { ManagerName } from "./managers";

export interface WrongSolution {
  /** The mistake, as a clause that completes "finds that". */
  name: string;
  base: ManagerName;
  /** The file that changes. `replace` occurs there exactly once. */
  file: string;
  replace: string;
  by: string;
  /** Kind of the first failure. It describes the mistake, or what the mistake leads to first. */
  kind: Kind;
}

type Change = Omit<WrongSolution, "base" | "file">;

const inFile =
  (base: ManagerName, file: string) =>
  (...changes: Change[]): WrongSolution[] =>
    changes.map((change) => ({ ...change, base, file }));

const list = inFile("list", "libmm/mm.ts");
const bitmap = inFile("bitmap", "libmm/mm.ts");
const buddy = inFile("buddy", "libmm/mm.ts");
const tree = inFile("tree", "libmm/mm.ts");
const mapping = inFile("list", "libaos/mapping/map-fixed.ts");
const refill = inFile("list", "libaos/slab-refill.ts");

const START = list(
  {
    name: "mmInit does not set the head of the list",
    replace: "  mm.head = null;\n",
    by: "",
    kind: "bad-pointer",
  },
  {
    name: "mmInit does not set up the slabs",
    replace: "  slabInit(mm.slabs, MM_NODE_SIZE, mm.slabRefill);\n",
    by: "",
    kind: "bad-pointer",
  },
  {
    name: "mmInit does not keep the type",
    replace: "  mm.objtype = objtype;\n",
    by: "",
    kind: "wrong-type",
  },
  {
    name: "mmInit does not keep the function that allocates slots",
    replace: "  mm.slotAlloc = slotAlloc;\n",
    by: "",
    kind: "bad-pointer",
  },
  {
    name: "mmInit does not clear the mark of a refill in progress",
    replace: "  mm.refilling = false;\n  slabInit",
    by: "  mm.refilling = true;\n  slabInit",
    kind: "no-nodes",
  },
  {
    name: "new memory is added as handed out",
    replace: "  node.state = FREE;\n\n  // Find",
    by: "  node.state = ALLOCATED;\n\n  // Find",
    kind: "nothing-found",
  },
  {
    name: "the size of a region is kept in 8 bits",
    replace: "  node.bytes = size;\n",
    by: "  node.bytes = u64(u8(size));\n",
    kind: "nothing-found",
  },
  {
    name: "the node of a region is not put into the list",
    replace: "  insertAfter(mm, prev, node);\n  return SYS_ERR_OK;",
    by: "  return SYS_ERR_OK;",
    kind: "nothing-found",
  },
);

const LINKS = list(
  {
    name: "an insertion does not set the forward link of the piece before",
    replace: "  if (prev) prev.next = node;\n  else mm.head = node;",
    by: "  if (!prev) mm.head = node;",
    kind: "memory-lost",
  },
  {
    name: "an insertion does not set the back link of the piece behind",
    replace: "  if (next) next.prev = node;\n",
    by: "",
    kind: "free-refused",
  },
  {
    name: "an insertion follows the null link in front of the first piece",
    replace: "  if (prev) prev.next = node;\n  else mm.head = node;",
    by: "  changetype<MmNode>(prev).next = node;\n  if (!prev) mm.head = node;",
    kind: "null-pointer",
  },
  {
    name: "an insertion follows the null link behind the last piece",
    replace: "  if (next) next.prev = node;\n",
    by: "  changetype<MmNode>(next).prev = node;\n",
    kind: "null-pointer",
  },
  {
    name: "an insertion in front of the first piece does not change the head",
    replace: "  if (prev) prev.next = node;\n  else mm.head = node;",
    by: "  if (prev) prev.next = node;\n  else if (!mm.head) mm.head = node;",
    kind: "memory-lost",
  },
  {
    name: "an insertion links a node to itself",
    replace: "  node.next = next;\n",
    by: "  node.next = node;\n",
    kind: "endless-loop",
  },
  {
    name: "a removal does not set the forward link of the piece before",
    replace: "  if (prev) prev.next = next;\n  else mm.head = next;\n  if (next) next.prev = prev;",
    by: "  if (!prev) mm.head = next;\n  if (next) next.prev = prev;",
    kind: "memory-lost",
  },
  {
    name: "a removal follows the null link behind the last piece",
    replace: "  if (next) next.prev = prev;\n  slabFree",
    by: "  changetype<MmNode>(next).prev = prev;\n  slabFree",
    kind: "null-pointer",
  },
  {
    name: "a search does not move on",
    replace:
      "      if (skipped <= node.bytes && bytes <= node.bytes - skipped) return node;\n    }\n    node = node.next;",
    by: "      if (skipped <= node.bytes && bytes <= node.bytes - skipped) return node;\n      node = node.next;\n    }",
    kind: "endless-loop",
  },
  {
    name: "a search looks at the first piece only",
    replace: "    if (node.state == FREE) {\n      const",
    by: "    if (node.state != FREE) return null;\n    {\n      const",
    kind: "memory-lost",
  },
);

const SPLITTING = list(
  {
    name: "a split gives the upper part the base of the lower",
    replace: "  upper.base = base;\n",
    by: "  upper.base = node.base;\n",
    kind: "wrong-offset",
  },
  {
    name: "a split counts the size of the old piece from the wrong base",
    replace: "  if (bytes < node.bytes) split(mm, node, base + bytes);",
    by: "  if (bytes < node.bytes) split(mm, node, base + node.bytes);",
    kind: "memory-lost",
  },
  {
    name: "a split does not shorten the lower part",
    replace: "  node.bytes = base - node.base;\n",
    by: "",
    kind: "handed-out-twice",
  },
  {
    name: "a split gives the upper part the size of the whole",
    replace: "  upper.bytes = node.end - base;\n",
    by: "  upper.bytes = node.bytes;\n",
    kind: "handed-out-twice",
  },
  {
    name: "the remaining piece is lost",
    replace: "  if (bytes < node.bytes) split(mm, node, base + bytes);",
    by: "  if (bytes < node.bytes) node.bytes = bytes;",
    kind: "memory-lost",
  },
  {
    name: "the remaining piece is marked as handed out",
    replace: "  if (bytes < node.bytes) split(mm, node, base + bytes);",
    by: "  if (bytes < node.bytes) split(mm, node, base + bytes).state = ALLOCATED;",
    kind: "memory-lost",
  },
  {
    name: "a piece that is handed out stays free in the list",
    replace: "  node.state = ALLOCATED;\n  return",
    by: "  return",
    kind: "handed-out-twice",
  },
  {
    name: "the offset of capRetype is always 0",
    replace: "  const offset = base - piece.regionBase;\n",
    by: "  const offset: u64 = 0;\n",
    kind: "wrong-offset",
  },
  {
    name: "the offset of capRetype is the physical address",
    replace: "  const offset = base - piece.regionBase;\n",
    by: "  const offset = base;\n",
    kind: "wrong-offset",
  },
  {
    name: "the offset counts from the piece instead of the region",
    replace: "  const offset = base - piece.regionBase;\n",
    by: "  const offset = base - piece.base;\n",
    kind: "wrong-offset",
  },
  {
    name: "the offset counts from the first region",
    replace: "  const offset = base - piece.regionBase;\n",
    by: "  const offset = base - changetype<MmNode>(mm.head).regionBase;\n",
    kind: "wrong-offset",
  },
  {
    name: "capabilities are made from the first region only",
    replace: "capRetype(slot, piece.regionCap, offset",
    by: "capRetype(slot, changetype<MmNode>(mm.head).regionCap, offset",
    kind: "wrong-offset",
  },
  {
    name: "the upper part does not get the region's capability",
    replace: "  upper.regionCap = node.regionCap;\n",
    by: "",
    kind: "wrong-offset",
  },
  {
    name: "the result of capRetype is ignored",
    replace: "  if (errIsFail(err)) return errPush(err, LIB_ERR_CAP_RETYPE);\n\n  let node",
    by: "\n  let node",
    kind: "capability-missing",
  },
  {
    name: "the capability is not returned",
    replace: "  Out.cap = slot;\n",
    by: "  Out.cap = 0;\n",
    kind: "capability-missing",
  },
  {
    name: "the capability of the region is handed out",
    replace: "  Out.cap = slot;\n",
    by: "  Out.cap = changetype<MmNode>(mm.head).regionCap;\n",
    kind: "wrong-size",
  },
  {
    name: "no slot is allocated",
    replace: "  let err = slotAlloc(mm.slotAllocInst, 1);\n",
    by: "  let err: errval_t = SYS_ERR_OK;\n  Out.cap = 0;\n",
    kind: "no-destination",
  },
);

const SIZES = list(
  {
    name: "sizes are not rounded up to pages",
    replace: "  const bytes = (size + BASE_PAGE_MASK) & ~u64(BASE_PAGE_MASK);\n  if (bytes < size)",
    by: "  const bytes = size;\n  if (bytes < size)",
    kind: "wrong-size",
  },
  {
    name: "sizes are rounded down to pages",
    replace:
      "  const bytes = (size + BASE_PAGE_MASK) & ~u64(BASE_PAGE_MASK);\n  if (bytes < size) return MM_ERR_NOT_FOUND;",
    by: "  const bytes = size & ~u64(BASE_PAGE_MASK);",
    kind: "wrong-size",
  },
  {
    name: "the size is aligned instead of the base",
    replace: "  const align = max<u64>(alignment, BASE_PAGE_SIZE);\n",
    by: "  const align: u64 = BASE_PAGE_SIZE;\n",
    kind: "misaligned",
  },
  {
    name: "the alignment adds the remainder instead of what is missing",
    replace: "  return (node.base + alignment - 1) & ~(alignment - 1);",
    by: "  return node.base + (node.base & (alignment - 1));",
    kind: "misaligned",
  },
  {
    name: "the pages before the aligned base are lost",
    replace: "  if (base > node.base) node = split(mm, node, base);",
    by: "  if (base > node.base) {\n    node.bytes -= base - node.base;\n    node.base = base;\n  }",
    kind: "memory-lost",
  },
  {
    name: "the search forgets the pages before the aligned base",
    replace: "      if (skipped <= node.bytes && bytes <= node.bytes - skipped) return node;",
    by: "      if (bytes <= node.bytes) return node;",
    kind: "handed-out-twice",
  },
  {
    name: "an alignment of 1 divides by zero",
    replace: "  const align = max<u64>(alignment, BASE_PAGE_SIZE);\n",
    by: "  const align = max<u64>((alignment / BASE_PAGE_SIZE) * BASE_PAGE_SIZE, BASE_PAGE_SIZE % (alignment / BASE_PAGE_SIZE) + BASE_PAGE_SIZE);\n",
    kind: "trap",
  },
  {
    name: "sizes have 32 bits",
    replace:
      "  if (size == 0) return LIB_ERR_RAM_ALLOC_WRONG_SIZE;\n  const bytes = (size + BASE_PAGE_MASK) & ~u64(BASE_PAGE_MASK);\n  if (bytes < size) return MM_ERR_NOT_FOUND;",
    by: "  if (size == 0) return LIB_ERR_RAM_ALLOC_WRONG_SIZE;\n  const bytes = u64((u32(size) + BASE_PAGE_MASK) & ~BASE_PAGE_MASK);",
    kind: "accepts-impossible",
  },
);

const FREEING = list(
  {
    name: "mmFree does nothing",
    replace: "  const node = findAllocated(mm, base);\n  if (!node) return errPush(MM_ERR_NOT_FOUND, MM_ERR_MM_FREE);",
    by: "  if (size > 0) return SYS_ERR_OK;\n  const node = findAllocated(mm, base);\n  if (!node) return errPush(MM_ERR_NOT_FOUND, MM_ERR_MM_FREE);",
    kind: "capability-left",
  },
  {
    name: "mmFree only deletes the capability",
    replace: "  node.state = FREE;\n  const next = node.next;",
    by: "  const next = node.next;",
    kind: "memory-lost",
  },
  {
    name: "mmFree does not destroy the capability",
    replace: "  const err = capDestroy(cap);\n  if (errIsFail(err)) return errPush(err, MM_ERR_MM_FREE);\n",
    by: "",
    kind: "capability-left",
  },
  {
    name: "mmFree deletes the capability, but keeps its slot",
    replace: "  const err = capDestroy(cap);\n",
    by: "  const err = capDelete(cap);\n",
    kind: "slot-leak",
  },
  {
    name: "a second free is accepted",
    replace: "    if (node.base == base && node.state == ALLOCATED) return node;",
    by: "    if (node.base == base) return node;",
    kind: "double-free",
  },
  {
    name: "an unknown piece is no error",
    replace: "  if (!node) return errPush(MM_ERR_NOT_FOUND, MM_ERR_MM_FREE);",
    by: "  if (!node) return SYS_ERR_OK;",
    kind: "double-free",
  },
  {
    name: "mmFree does not look at the size",
    replace: "  if (bytes != node.bytes) return errPush(MM_ERR_NOT_FOUND, MM_ERR_MM_FREE);\n",
    by: "  if (bytes == 0) return errPush(MM_ERR_NOT_FOUND, MM_ERR_MM_FREE);\n",
    kind: "wrong-free",
  },
  {
    name: "mmFree accepts every size that is not too large",
    replace: "  if (bytes != node.bytes) return",
    by: "  if (bytes > node.bytes) return",
    kind: "wrong-free",
  },
  {
    name: "mmFree compares with the size that was requested",
    replace: "  if (bytes != node.bytes) return",
    by: "  if (size != node.bytes) return",
    kind: "free-refused",
  },
  {
    name: "free pieces are not merged",
    replace: "  return lower.state == FREE && upper.state == FREE && lower.regionCap == upper.regionCap;",
    by: "  return lower.state == FREE && upper.state == FREE && lower === upper;",
    kind: "not-merged",
  },
  {
    name: "a freed piece is not merged with the piece before",
    replace: "  if (prev && canMerge(prev, node)) {",
    by: "  if (prev && prev === node && canMerge(prev, node)) {",
    kind: "not-merged",
  },
  {
    name: "a freed piece is not merged with the piece behind",
    replace: "  if (next && canMerge(node, next)) {",
    by: "  if (next && next === node && canMerge(node, next)) {",
    kind: "not-merged",
  },
  {
    name: "pieces of two regions are merged",
    replace: " && lower.regionCap == upper.regionCap;",
    by: " && lower.end == upper.base;",
    kind: "outside-region",
  },
  {
    name: "a merge joins pieces with a gap between them",
    replace: " && lower.regionCap == upper.regionCap;",
    by: ";",
    kind: "outside-region",
  },
  {
    name: "a merge does not look whether the neighbour is free",
    replace: "  return lower.state == FREE && upper.state == FREE && lower",
    by: "  return lower",
    kind: "free-refused",
  },
  {
    name: "a merge does not add the sizes",
    replace: "    prev.bytes += node.bytes;\n",
    by: "",
    kind: "memory-lost",
  },
  {
    name: "a merge follows the null link behind the last piece",
    replace: "  if (next && canMerge(node, next)) {\n    node.bytes += next.bytes;\n    remove(mm, next);",
    by: "  if (canMerge(node, changetype<MmNode>(next))) {\n    node.bytes += changetype<MmNode>(next).bytes;\n    remove(mm, changetype<MmNode>(next));",
    kind: "null-pointer",
  },
  {
    name: "nodes of merged pieces are not given back",
    replace: "  if (next) next.prev = prev;\n  slabFree(mm.slabs, changetype<usize>(node));",
    by: "  if (next) next.prev = prev;",
    kind: "node-leak",
  },
  {
    name: "mmDestroy keeps the capabilities of the regions",
    replace: "    if (node.base == node.regionBase) capDelete(node.regionCap);\n",
    by: "",
    kind: "regions-left",
  },
  {
    name: "mmDestroy deletes the first region only",
    replace: "    node = next;\n  }\n}\n",
    by: "    node = null;\n  }\n}\n",
    kind: "regions-left",
  },
);

const RESOURCES = list(
  {
    name: "slots are never refilled",
    replace: "  slotRefill(mm.slotAllocInst);\n",
    by: "",
    kind: "no-slots",
  },
  {
    name: "nodes are never refilled",
    replace: "    slabRefill(mm.slabs);\n",
    by: "",
    kind: "no-nodes",
  },
  {
    name: "nodes are refilled when only one is left",
    replace: "const NODE_RESERVE: u32 = 24;",
    by: "const NODE_RESERVE: u32 = 1;",
    kind: "no-nodes",
  },
  {
    name: "mmAlloc calls itself",
    replace: "  return mmAllocAligned(mm, size, BASE_PAGE_SIZE);",
    by: "  return mmAlloc(mm, size);",
    kind: "endless-recursion",
  },
  {
    name: "the mark of a refill in progress stays set",
    replace: "    mm.refilling = false;\n  }\n",
    by: "  }\n",
    kind: "no-nodes",
  },
  {
    name: "the slot of a refused request is lost",
    replace: "    slotFree(slot);\n",
    by: "",
    kind: "slot-leak",
  },
);

const MAPPING = mapping(
  {
    name: "one page is mapped, whatever the size",
    replace: "  const count = min(pages, ARM_L2_ENTRIES - l2Entry(va));\n",
    by: "  pages = 1;\n  const count: u32 = 1;\n",
    kind: "not-mapped",
  },
  {
    name: "the number of pages is rounded down",
    replace: "  const pages = u32((bytes + BASE_PAGE_MASK) >> BASE_PAGE_BITS);",
    by: "  const pages = max<u32>(u32(bytes >> BASE_PAGE_BITS), 1);",
    kind: "not-mapped",
  },
  {
    name: "one page too many is mapped",
    replace: "  return mapChunks(st, va, frame, 0, pages, flags);",
    by: "  return mapChunks(st, va, frame, 0, pages + 1, flags);",
    kind: "map-refused",
  },
  {
    name: "all pages of the frame are mapped, whatever the size",
    replace: "  return mapChunks(st, va, frame, 0, pages, flags);",
    by: "  return mapChunks(st, va, frame, 0, u32(Out.bytes >> BASE_PAGE_BITS), flags);",
    kind: "mapped-too-much",
  },
  {
    name: "the second chunk shows the start of the frame",
    replace: "mapChunks(st, va + bytes, frame, offset + bytes,",
    by: "mapChunks(st, va + bytes, frame, 0,",
    kind: "wrong-page",
  },
  {
    name: "the offset in the frame is computed from the virtual address",
    replace: "  err = vnodeMap(table, copy, l2Entry(va), flags, offset, pages);",
    by: "  err = vnodeMap(table, copy, l2Entry(va), flags, va & (BASE_PAGE_SIZE * ARM_L2_ENTRIES - 1), pages);",
    kind: "map-refused",
  },
  {
    name: "the entry in the L2 table is always 0",
    replace: "  err = vnodeMap(table, copy, l2Entry(va), flags, offset, pages);",
    by: "  err = vnodeMap(table, copy, 0, flags, offset, pages);",
    kind: "map-refused",
  },
  {
    name: "the entry in the L2 table is not reduced to its table",
    replace: "  return (va >>> BASE_PAGE_BITS) & (ARM_L2_ENTRIES - 1);",
    by: "  return va >>> BASE_PAGE_BITS;",
    kind: "map-refused",
  },
  {
    name: "the L1 entry is computed with the wrong shift",
    replace: "const L1_SHIFT: u32 = 20;",
    by: "const L1_SHIFT: u32 = 21;",
    kind: "not-mapped",
  },
  {
    name: "a mapping does not continue in the next L2 table",
    replace: "  const count = min(pages, ARM_L2_ENTRIES - l2Entry(va));\n",
    by: "  const count = pages;\n",
    kind: "map-refused",
  },
  {
    name: "the frame itself is mapped instead of a copy",
    replace: "  err = mapCopy(st, va, copy, offset, count, flags);",
    by: "  err = mapCopy(st, va, frame, offset, count, flags);",
    kind: "map-refused",
  },
  {
    name: "the L2 table is made anew each time",
    replace: "  st.table(index).cap = table;\n",
    by: "",
    kind: "map-refused",
  },
  {
    name: "no L2 table is made",
    replace: "  let err = ensureTable(st, l1Entry(va));\n  if (errIsFail(err)) return err;\n  const table",
    by: "  let err: errval_t;\n  const table",
    kind: "map-refused",
  },
  {
    name: "the flags are ignored",
    replace: "  err = vnodeMap(table, copy, l2Entry(va), flags, offset, pages);",
    by: "  err = vnodeMap(table, copy, l2Entry(va), VRegionFlags.READ_WRITE, offset, pages);",
    kind: "wrong-rights",
  },
  {
    name: "the result of vnodeMap is ignored",
    replace: "  return errIsFail(err) ? errPush(err, LIB_ERR_VNODE_MAP) : err;",
    by: "  return SYS_ERR_OK;",
    kind: "map-accepted",
  },
  {
    name: "the size of the frame is not checked",
    replace: "  if (pages == 0 || u64(pages) * BASE_PAGE_SIZE > Out.bytes) return LIB_ERR_PMAP_FRAME_SIZE;\n",
    by: "  const most = u32(Out.bytes >> BASE_PAGE_BITS);\n  if (pages > most) return mapChunks(st, va, frame, 0, most, flags);\n",
    kind: "map-accepted",
  },
  {
    name: "an address that is not aligned is rounded down",
    replace: "  if ((va & BASE_PAGE_MASK) != 0) return LIB_ERR_VREGION_BAD_ALIGNMENT;\n",
    by: "  va &= ~BASE_PAGE_MASK;\n",
    kind: "map-accepted",
  },
);

const REFILL = refill(
  {
    name: "the slabs grow at the address of the capability",
    replace: "  err = slabGrow(slabs, buffer, u32(size));",
    by: "  err = slabGrow(slabs, usize(frame), u32(size));",
    kind: "bad-buffer",
  },
  {
    name: "the slabs grow by a page more than is mapped",
    replace: "  err = slabGrow(slabs, buffer, u32(size));",
    by: "  err = slabGrow(slabs, buffer, u32(size) + 4096);",
    kind: "bad-buffer",
  },
  {
    name: "the slabs grow by one page, whatever the size",
    replace: "  err = slabGrow(slabs, buffer, u32(size));",
    by: "  err = slabGrow(slabs, buffer, 4096);",
    kind: "refill-failed",
  },
  {
    name: "the slabs do not grow",
    replace: "  err = slabGrow(slabs, buffer, u32(size));",
    by: "  err = SYS_ERR_OK;",
    kind: "refill-failed",
  },
  {
    name: "the frame is not mapped",
    replace: "  err = pagingMapFixedAttr(st, buffer, frame, size, VRegionFlags.READ_WRITE);",
    by: "  err = SYS_ERR_OK;",
    kind: "bad-buffer",
  },
  {
    name: "only the first page is mapped",
    replace: "  err = pagingMapFixedAttr(st, buffer, frame, size, VRegionFlags.READ_WRITE);",
    by: "  err = pagingMapFixedAttr(st, buffer, frame, 4096, VRegionFlags.READ_WRITE);",
    kind: "bad-buffer",
  },
  {
    name: "every refill takes the same address",
    replace: "  const buffer = Out.buffer;",
    by: "  const buffer: u32 = 0x60000000;",
    kind: "refill-failed",
  },
);

const OTHER_DESIGNS: WrongSolution[] = [
  ...bitmap(
    {
      name: "bitmap: only the first page of a piece is marked",
      replace: "  for (let i: u32 = 0; i < pages; i++) setBit(mm.used, bit + i);",
      by: "  setBit(mm.used, bit);",
      kind: "handed-out-twice",
    },
    {
      name: "bitmap: the bits of all regions start at 0",
      replace: "  region.firstBit = mm.bitCount;",
      by: "  region.firstBit = 0;",
      kind: "memory-lost",
    },
    {
      name: "bitmap: one bit is not cleared by a free",
      replace: "  for (let i: u32 = 0; i < pages; i++) clearBit(mm.used, bit + i);",
      by: "  for (let i: u32 = 1; i < pages; i++) clearBit(mm.used, bit + i);",
      kind: "free-refused",
    },
    {
      name: "bitmap: the bits have their old contents",
      replace: "    clearBit(mm.used, bit);\n    clearBit(mm.first, bit);\n",
      by: "    clearBit(mm.first, bit);\n",
      kind: "nothing-found",
    },
    {
      name: "bitmap: the alignment counts from the start of the region",
      replace: "    page = region.pageAt((address + alignment - 1) & ~(alignment - 1));",
      by: "    page = past;",
      kind: "misaligned",
    },
  ),
  ...buddy(
    {
      name: "buddy: blocks are not joined",
      replace: "    if (!buddy) break;",
      by: "    if (!buddy || block.order < ORDERS) break;",
      kind: "not-merged",
    },
    {
      name: "buddy: blocks of two regions are joined",
      replace: "block.base ^ bytesOf(block.order), block.region);",
      by: "block.base ^ bytesOf(block.order), null);",
      kind: "outside-region",
    },
    {
      name: "buddy: the upper half keeps the base",
      replace: "block.base + bytesOf(order), order);",
      by: "block.base, order);",
      kind: "wrong-offset",
    },
    {
      name: "buddy: a joined block keeps the upper base",
      replace: "    block.base = min(block.base, buddy.base);\n",
      by: "",
      kind: "memory-lost",
    },
  ),
  ...tree(
    {
      name: "tree: the right subtree is not searched",
      replace: "  return findFit(tree.right, bytes, alignment);",
      by: "  return null;",
      kind: "memory-lost",
    },
    {
      name: "tree: a removal loses a subtree",
      replace: "  if (tree === node) return join(node.left, node.right);",
      by: "  if (tree === node) return node.left ? node.left : node.right;",
      kind: "free-refused",
    },
    {
      name: "tree: a node keeps its old children",
      replace: "  node.left = null;\n  node.right = null;\n",
      by: "",
      kind: "endless-recursion",
    },
    {
      name: "tree: an exact fit leaves a piece of size zero",
      replace: "  if (after > 0) insert",
      by: "  insert",
      kind: "null-pointer",
    },
    {
      name: "tree: a joined piece keeps its base",
      replace: "  node.base = min(node.base, neighbour.base);\n",
      by: "",
      kind: "memory-lost",
    },
  ),
];

export const WRONG_SOLUTIONS: readonly WrongSolution[] = [
  ...START,
  ...LINKS,
  ...SPLITTING,
  ...SIZES,
  ...FREEING,
  ...RESOURCES,
  ...MAPPING,
  ...REFILL,
  ...OTHER_DESIGNS,
];
