/**
 * The reserves of all allocators, and why a chain of refills always ends.
 *
 * An allocator that runs low uses the other allocators to get more. A slab is a frame, which needs RAM, slots and a
 * mapping. A CNode of slots needs RAM, a root slot and a slot block. RAM needs slots and nodes. So one refill may cause
 * all the others. Two rules make this end:
 *
 *   1. An allocator never refills while its own refill is in progress. It serves nested requests from its reserve.
 *      There are seven refills (see the table), so they nest at most seven deep.
 *   2. A refill yields more than all refills together consume. So each of the seven happens at most once within one
 *      outermost operation. Until its own refill is done, an allocator loses at most the sum of its column here:
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
 * Each reserve is at least the sum of its column plus the needs of the operation itself, and each refill yields more
 * than that sum. When memory has run out, refills fail. Then the reserve serves requests until it is used up, and
 * nothing nests deeper than before.
 */
import { L2_CNODE_SLOTS } from "../kpi/types";

/** The slab allocators: nodes of mm, paging blocks, slot blocks, root segments. */
const SLAB_ALLOCATORS: u32 = 4;
const SLOT_CNODES: u32 = 2;

/** mm slots for one slab refill: the RAM of the frame and the RAM of an L2 table. */
const SLAB_MM_SLOTS: u32 = 2;
/** mm nodes for one slab refill: each of the two pieces of RAM may be cut out of the middle of a free piece. */
const SLAB_MM_NODES: u32 = 4;
/** Slots for one slab refill: the frame, the L2 table and its mapping, the mapped copy of the frame and its mapping. */
const SLAB_SLOTS: u32 = 5;
/** Paging blocks for one slab refill: a range cut out of the middle of a free one, a chunk, and a table in a retry. */
const SLAB_PAGING_BLOCKS: u32 = 4;

const WORST_MM_SLOTS: u32 = SLAB_ALLOCATORS * SLAB_MM_SLOTS + SLOT_CNODES + 1;
const WORST_MM_NODES: u32 = SLAB_ALLOCATORS * SLAB_MM_NODES + 2 * SLOT_CNODES + 2;
const WORST_SLOTS: u32 = SLAB_ALLOCATORS * SLAB_SLOTS + 1;
const WORST_PAGING_BLOCKS: u32 = SLAB_ALLOCATORS * SLAB_PAGING_BLOCKS;
const WORST_ROOT_SLOTS: u32 = SLOT_CNODES;
const WORST_SLOT_BLOCKS: u32 = SLOT_CNODES;

/** Nodes that mm keeps free. An allocation needs two. */
export const MM_NODE_RESERVE: u32 = 32;
/**
 * mm's slot allocator asks for another CNode when this many slots are free: one of its two CNodes is then used up. An
 * allocation needs one slot.
 */
export const PREALLOC_RESERVE: u32 = L2_CNODE_SLOTS;
/** The default allocator grows when this many slots are free: it has then started to use its reserve CNode. */
export const DEFAULT_SLOT_RESERVE: u32 = L2_CNODE_SLOTS;
/**
 * Blocks that paging keeps free. A mapping needs three, and one more for each further L2 table. It calls `slabEnsure`
 * before each of them.
 */
export const PAGING_BLOCK_RESERVE: u32 = 24;
/** The root CNode is enlarged when this many of its slots are free. */
export const ROOT_SLOT_RESERVE: u32 = 8;
/** Slot blocks that stay free for slot allocators that grow. */
export const SLOT_BLOCK_RESERVE: u32 = 6;
/** Root segments that stay free for an enlargement of the root CNode. */
export const ROOT_SEGMENT_RESERVE: u32 = 2;

if (MM_NODE_RESERVE < WORST_MM_NODES + 2) ERROR("mm's nodes: the reserve is too small");
if (PREALLOC_RESERVE < WORST_MM_SLOTS + 1) ERROR("mm's slots: the reserve is too small");
if (DEFAULT_SLOT_RESERVE < WORST_SLOTS + SLAB_SLOTS) ERROR("slots: the reserve is too small");
if (PAGING_BLOCK_RESERVE < WORST_PAGING_BLOCKS + 4) ERROR("paging blocks: the reserve is too small");
if (ROOT_SLOT_RESERVE < WORST_ROOT_SLOTS + 1) ERROR("root slots: the reserve is too small");
if (SLOT_BLOCK_RESERVE < WORST_SLOT_BLOCKS + 1) ERROR("slot blocks: the reserve is too small");
if (ROOT_SEGMENT_RESERVE < 2) ERROR("root segments: the reserve is too small");
