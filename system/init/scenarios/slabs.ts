/** Scenarios in which slab allocators run out of blocks and get more from mapped frames. */
import { INIT_SPACE_LIMIT } from "../../kpi/init-space";
import { BASE_PAGE_SIZE } from "../../kpi/types";
import { slabRefills } from "../../libaos/accounts";
import { MmNode } from "../../libmm/node";
import { initMm } from "./accounts";
import { failed, holds, note } from "./check";
import { add, ScenarioFlag } from "./list";
import { giveBackAll, PIECES_MAX, pieceCount, piecesBegin, takeFromMm } from "./pieces";

function t04(): void {
  const pieces: u32 = 300;
  const refills = slabRefills();
  piecesBegin();
  while (pieceCount() < pieces) if (!takeFromMm(BASE_PAGE_SIZE)) break;
  holds(initMm().slabs.refills > 0, "the slabs of libmm were refilled");
  holds(initMm().allocatedNodes > pieces, "there is a node for each page");
  giveBackAll();
  note("%u pages at once, %u nodes in the slabs; refills: %u", pieces, initMm().slabs.total, slabRefills() - refills);
}

/** Number of mm's nodes in memory that was mapped for them. Other nodes are in the program's image. */
function nodesInMappedMemory(): u32 {
  let count: u32 = 0;
  let region = initMm().regions;
  while (region) {
    let node: MmNode | null = region.first;
    while (node) {
      count += u32(changetype<usize>(node) >= INIT_SPACE_LIMIT);
      node = node.next;
    }
    region = region.next;
  }
  return count;
}

function t31(): void {
  const slabs = initMm().slabs;
  const refills = slabs.refills;
  const total = slabs.total;
  const inMapped = nodesInMappedMemory();
  piecesBegin();
  // Take pages until a refill has happened, and then until the blocks that existed before it are used up.
  while (!failed() && pieceCount() < PIECES_MAX) {
    if (slabs.refills != refills && initMm().allocatedNodes > total) break;
    takeFromMm(BASE_PAGE_SIZE);
  }
  holds(slabs.refills > refills, "slab_refill_pages ran");
  holds(slabs.total > total, "the slabs have more blocks");
  holds(nodesInMappedMemory() > inMapped, "nodes are in the memory that was mapped for them");
  const nodes = nodesInMappedMemory();
  const pages = pieceCount();
  giveBackAll();
  note("%u pages; refills: %u, nodes in mapped memory: %u", pages, slabs.refills - refills, nodes);
}

export function registerSlabs(): void {
  add("T31", "more nodes of libmm than its static buffer holds", t31);
  add("T04", "300 pages at once, with a node for each", t04, ScenarioFlag.REPEATABLE);
}
