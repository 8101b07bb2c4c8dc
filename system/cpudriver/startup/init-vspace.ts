/**
 * Makes init's first address space: an L1 table, 30 L2 tables for 0x200000 to 0x2000000, and frames mapped in them.
 * `system/kpi/init-space.ts` draws it.
 *
 * No program runs yet that could invoke capabilities, so start-up makes the requests itself. The map operation carries
 * them out as it does a program's. Every entry therefore has a Mapping capability, and init can delete the tables,
 * frames and mappings of start-up like its own.
 *
 *     page CNode      0 L1 table | 1..30 L2 tables | 31..60 their mappings | 61.. mappings of the frames
 *     segment CNode   the frames: one Frame or DevFrame for each part of a range that one L2 table covers
 */
import {
  INIT_FRAMES_MAX,
  INIT_L2_TABLES,
  PAGECN_SLOT_FRAME_MAPPINGS,
  PAGECN_SLOT_TABLE_MAPPINGS,
  PAGECN_SLOT_TABLES,
  PAGECN_SLOT_VROOT,
  RootSlot,
} from "../../kpi/cspace";
import { INIT_SPACE_LIMIT, INIT_VBASE } from "../../kpi/init-space";
import { ObjType } from "../../kpi/object-types";
import { sysErrIsFail } from "../../kpi/syserr";
import { BASE_PAGE_BITS, BASE_PAGE_SIZE, OBJSIZE_VNODE_ARM_L1, OBJSIZE_VNODE_ARM_L2 } from "../../kpi/types";
import { commitCopy } from "../cap/copy";
import { createCaps } from "../cap/create";
import { Cte } from "../cap/cte";
import { LOG_NOTE, log } from "../debug/log";
import { kernelAssert } from "../debug/panic";
import { Dcb } from "../dispatch/dcb";
import { MapRequest, map } from "../paging/map";
import { bootAlloc } from "./boot-memory";
import { initSlot } from "./init-cspace";

const SECTION_BITS: u32 = 20;
const SECTION_SIZE: u32 = 1 << SECTION_BITS;
const L2_INDEX_MASK: u32 = 0xff;

if (INIT_SPACE_LIMIT - INIT_VBASE != INIT_L2_TABLES << SECTION_BITS) ERROR("init's L2 tables cover its space");

class Frames {
  /** Slots of the segment CNode in use. */
  static used: u32 = 0;
}

function mapAtStart(table: Cte, entry: u32, source: Cte, count: u32, flags: u32, mapping: Cte): void {
  MapRequest.table = table;
  MapRequest.source = source;
  MapRequest.entry = entry;
  MapRequest.flags = flags;
  MapRequest.offset = 0;
  MapRequest.count = count;
  MapRequest.mapping = mapping;
  kernelAssert(!sysErrIsFail(map()), "start-up: mapping init's memory is refused");
}

/** Makes the tables and maps the L2 tables into the L1 table. Copies the L1 table's capability to the dispatcher. */
export function makeInitTables(dcb: Dcb): void {
  const l1 = initSlot(RootSlot.PAGECN, PAGECN_SLOT_VROOT);
  createCaps(ObjType.VNode_ARM_l1, bootAlloc(OBJSIZE_VNODE_ARM_L1, OBJSIZE_VNODE_ARM_L1), OBJSIZE_VNODE_ARM_L1, 1, l1);
  const l2 = initSlot(RootSlot.PAGECN, PAGECN_SLOT_TABLES);
  const tables = bootAlloc(INIT_L2_TABLES * OBJSIZE_VNODE_ARM_L2);
  createCaps(ObjType.VNode_ARM_l2, tables, OBJSIZE_VNODE_ARM_L2, INIT_L2_TABLES, l2);
  for (let i: u32 = 0; i < INIT_L2_TABLES; i++) {
    const table = initSlot(RootSlot.PAGECN, PAGECN_SLOT_TABLES + i);
    mapAtStart(
      l1,
      (INIT_VBASE >>> SECTION_BITS) + i,
      table,
      1,
      0,
      initSlot(RootSlot.PAGECN, PAGECN_SLOT_TABLE_MAPPINGS + i),
    );
  }
  commitCopy(l1, dcb.vspace);
  log(LOG_NOTE, "init_page_tables done: init_l1=%08x init_l2=%08x", u32(l1.base), tables);
}

/** Number of frames for a range of addresses: one for each L2 table that covers a part of it. */
export function framesOfRange(address: u32, bytes: u32): u32 {
  return bytes == 0 ? 0 : ((address + bytes - 1) >>> SECTION_BITS) - (address >>> SECTION_BITS) + 1;
}

/** Number of frames that start-up can still map for init. */
export function framesLeft(): u32 {
  return INIT_FRAMES_MAX - Frames.used;
}

/**
 * Makes capabilities of `type` (Frame or DevFrame) for `bytes` of memory at physical address `physical`, and maps them
 * from `address` on. All three numbers are multiples of the page size. The L2 tables must cover the range, and it must
 * take at most `framesLeft` frames.
 */
export function mapForInit(type: i32, address: u32, physical: u32, bytes: u32, flags: u32): void {
  for (let done: u32 = 0; done < bytes; ) {
    const start = address + done;
    const part = min(bytes - done, SECTION_SIZE - (start & (SECTION_SIZE - 1)));
    const frame = initSlot(RootSlot.SEGCN, Frames.used);
    createCaps(type, physical + done, part, 1, frame);
    const table = initSlot(RootSlot.PAGECN, PAGECN_SLOT_TABLES + ((start - INIT_VBASE) >>> SECTION_BITS));
    const entry = (start >>> BASE_PAGE_BITS) & L2_INDEX_MASK;
    const mapping = initSlot(RootSlot.PAGECN, PAGECN_SLOT_FRAME_MAPPINGS + Frames.used);
    mapAtStart(table, entry, frame, part / BASE_PAGE_SIZE, flags, mapping);
    Frames.used++;
    done += part;
  }
}
