/**
 * Why refills end: how much each allocator keeps in reserve, counted.
 *
 * An allocator that runs low gets more by way of the others: a slab is a frame, which needs RAM, slots and a mapping; a
 * CNode of slots needs RAM, a root slot and a slab block; RAM needs slots and nodes. So refilling one may refill all.
 * Two rules end this:
 *
 *   1. An allocator never refills while its own refill is in progress; it serves nested requests from what it has.
 *      There are seven refills (below), so they nest at most seven deep.
 *   2. A refill yields more than all refills together consume. So within one outermost operation each of the seven
 *      happens at most once, and what an allocator can lose before its own refill is done is at most one row of each:
 *
 *                                   mm slots   mm nodes   slots   paging blocks   root slots   slot blocks   segments
 *     slab refill, one page, maps
 *       into a fresh L2 table              2          4       5               4            -             -          -
 *     ... four slab allocators: x 4        8         16      20              16            -             -          -
 *     mm's slots: a CNode                  1          2       -               -            1             1          -
 *     the default slots: a CNode           1          2       -               -            1             1          -
 *     a larger root CNode                  1          2       1               -            -             -          1
 *     -------------------------------------------------------------------------------------------------------------
 *     all of them                         11         22      21              16            2             2          1
 *
 * Each reserve is at least its column's sum plus what the operation itself needs, and each refill yields more than the
 * sum. When memory has run out refills fail: then requests are served from the reserve until that is gone too, and
 * nothing nests deeper than before.
 */
import { L2_CNODE_SLOTS } from "../kpi/types";

/** Slab allocators: nodes of mm, blocks of paging, slot blocks, root segments. */
const SLAB_ALLOCATORS: u32 = 4;
const SLOT_CNODES: u32 = 2;

/** A slab refill: the RAM of the frame and that of an L2 table. */
const SLAB_MM_SLOTS: u32 = 2;
/** ... each of which may be cut out of the middle of a piece. */
const SLAB_MM_NODES: u32 = 4;
/** Frame, L2 table, its mapping, the frame's copy that is mapped, its mapping. */
const SLAB_SLOTS: u32 = 5;
/** A range cut out of the middle of a free one, and a chunk; a table in a retry. */
const SLAB_PAGING_BLOCKS: u32 = 4;

const WORST_MM_SLOTS: u32 = SLAB_ALLOCATORS * SLAB_MM_SLOTS + SLOT_CNODES + 1;
const WORST_MM_NODES: u32 = SLAB_ALLOCATORS * SLAB_MM_NODES + 2 * SLOT_CNODES + 2;
const WORST_SLOTS: u32 = SLAB_ALLOCATORS * SLAB_SLOTS + 1;
const WORST_PAGING_BLOCKS: u32 = SLAB_ALLOCATORS * SLAB_PAGING_BLOCKS;
const WORST_ROOT_SLOTS: u32 = SLOT_CNODES;
const WORST_SLOT_BLOCKS: u32 = SLOT_CNODES;

/** Nodes that mm keeps. An allocation needs two. */
export const MM_NODE_RESERVE: u32 = 32;
/** Free slots at which mm's allocator asks for another CNode: one of its two is used up. An allocation needs one. */
export const PREALLOC_RESERVE: u32 = L2_CNODE_SLOTS;
/** Free slots at which the default allocator grows: its reserve CNode is begun. */
export const DEFAULT_SLOT_RESERVE: u32 = L2_CNODE_SLOTS;
/** Blocks that paging keeps. A mapping needs three and one for each further L2 table, and asks before each of them. */
export const PAGING_BLOCK_RESERVE: u32 = 24;
/** Free root slots at which the root CNode is enlarged. */
export const ROOT_SLOT_RESERVE: u32 = 8;
/** Slot blocks that growing allocators leave. */
export const SLOT_BLOCK_RESERVE: u32 = 6;
/** Root segments that an enlargement leaves. */
export const ROOT_SEGMENT_RESERVE: u32 = 2;

if (MM_NODE_RESERVE < WORST_MM_NODES + 2) ERROR("mm's nodes: the reserve is too small");
if (PREALLOC_RESERVE < WORST_MM_SLOTS + 1) ERROR("mm's slots: the reserve is too small");
if (DEFAULT_SLOT_RESERVE < WORST_SLOTS + SLAB_SLOTS) ERROR("slots: the reserve is too small");
if (PAGING_BLOCK_RESERVE < WORST_PAGING_BLOCKS + 4) ERROR("paging blocks: the reserve is too small");
if (ROOT_SLOT_RESERVE < WORST_ROOT_SLOTS + 1) ERROR("root slots: the reserve is too small");
if (SLOT_BLOCK_RESERVE < WORST_SLOT_BLOCKS + 1) ERROR("slot blocks: the reserve is too small");
if (ROOT_SEGMENT_RESERVE < 2) ERROR("root segments: the reserve is too small");
