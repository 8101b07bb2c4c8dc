/**
 * init's first address space: an L1 table and 30 L2 tables for the first 32 MiB, written by hand, as there is nobody yet
 * who could invoke a capability. `kpi/init-space.ts` draws it.
 */
import { INIT_L2_TABLES } from "../../kpi/cspace";
import { INIT_SPACE_LIMIT, INIT_VBASE } from "../../kpi/init-space";
import { BASE_PAGE_SIZE, OBJSIZE_VNODE_ARM_L1, OBJSIZE_VNODE_ARM_L2 } from "../../kpi/types";
import { LOG_NOTE, log } from "../debug/log";
import { smallPage, tablePointer } from "../paging/descriptors";
import { entryAddress, writeEntries } from "../paging/page-table";
import { bootAlloc } from "./boot-memory";

const SECTION_BITS: u32 = 20;
const PAGE_BITS: u32 = 12;

@unmanaged
class InitSpace {
  /** Physical addresses of the L1 table and of the first of the L2 tables, which lie in a row. */
  l1: u32;
  l2: u32;
}

export const initSpace = changetype<InitSpace>(memory.data(offsetof<InitSpace>(), 4));

if (INIT_SPACE_LIMIT - INIT_VBASE != INIT_L2_TABLES << SECTION_BITS) ERROR("init's L2 tables cover its space");

/** Makes the tables and wires them up. */
export function makeInitTables(): void {
  initSpace.l1 = bootAlloc(OBJSIZE_VNODE_ARM_L1, OBJSIZE_VNODE_ARM_L1);
  initSpace.l2 = bootAlloc(INIT_L2_TABLES * OBJSIZE_VNODE_ARM_L2);
  const first = entryAddress(initSpace.l1, INIT_VBASE >>> SECTION_BITS);
  writeEntries(first, INIT_L2_TABLES, tablePointer(initSpace.l2), OBJSIZE_VNODE_ARM_L2);
  log(LOG_NOTE, "init_page_tables done: init_l1=%08x init_l2=%08x", initSpace.l1, initSpace.l2);
}

/** The L2 table and entry for a page at `address`. */
function tableOf(address: u32): u32 {
  return initSpace.l2 + ((address - INIT_VBASE) >>> SECTION_BITS) * OBJSIZE_VNODE_ARM_L2;
}

function entryOf(address: u32): u32 {
  return (address >>> PAGE_BITS) & 0xff;
}

/** Maps `bytes` of memory at `physical` to `address`; both page aligned, all within what the tables cover. */
export function mapForInit(address: u32, physical: u32, bytes: u32, flags: u32): void {
  for (let done: u32 = 0; done < bytes; done += BASE_PAGE_SIZE) {
    const page = address + done;
    writeEntries(entryAddress(tableOf(page), entryOf(page)), 1, smallPage(physical + done, flags), 0);
  }
}
