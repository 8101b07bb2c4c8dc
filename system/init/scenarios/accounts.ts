/**
 * Accounts: counts of what is free and what is in use. They are taken before and after each scenario.
 *
 * Allocators may keep what they have got: CNodes of slots, pages of slabs, L2 tables, a larger root CNode. The accounts
 * count these, too, and each of them explains certain differences in the other counts:
 *
 *                          free pages   mm's pieces   slots in use   root slots   capabilities   mappings
 *     CNode of 256 slots           -4             1              -            1              1          -
 *     page of a slab               -1             1              2            -              2          1
 *     L2 table                     -1             1              2            -              2          1
 *     larger root CNode       -(size)             1              -            -              -          -
 *
 * (A page of a slab has two capabilities: the mapped copy of its frame, and the mapping. The memory of the first root
 * CNode came from the CPU driver; the memory of later ones belongs to mm.) A scenario leaks nothing if the differences
 * are exactly these.
 */
import { DebugCall } from "../../kpi/system-calls";
import { BASE_PAGE_SIZE, L2_CNODE_SLOTS, OBJSIZE_CTE, OBJSIZE_L2CNODE } from "../../kpi/types";
import {
  mappedPages,
  pageTables,
  rootCNodeSlots,
  slabRefills,
  usedDefaultSlots,
  usedPagingBlocks,
  usedRootSlots,
  usedSlotBlocks,
} from "../../libaos/accounts";
import { domain } from "../../libaos/domain";
import { Out } from "../../libaos/out";
import { getCurrentPagingState } from "../../libaos/paging/init";
import { debugPrintf, printPart } from "../../libaos/print";
import { SlotAllocator } from "../../libaos/slot/allocator";
import { getDefaultSlotAllocator } from "../../libaos/slot/default";
import { sysDebug } from "../../libaos/system-calls";
import { mmCheckInvariants } from "../../libmm/invariants";
import { Mm } from "../../libmm/mm";
import { equal } from "./check";

/** init's memory manager. */
export function initMm(): Mm {
  return changetype<Mm>(domain.mm);
}

/** The slot allocator of init's memory manager. */
export function preallocSlots(): SlotAllocator {
  return changetype<SlotAllocator>(domain.prealloc);
}

/** Free RAM in pages. */
export function freePages(): u32 {
  return initMm().freePages;
}

@unmanaged
export class Accounts {
  freePages: u32;
  /** Number of pieces that mm has handed out. */
  pieces: u32;
  /** Slots in use of the default allocator, of mm's allocator, and of the root CNode. */
  slots: u32;
  mmSlots: u32;
  rootSlots: u32;
  /** Number of capabilities in the mapping database, and of mappings in page tables. */
  caps: u32;
  mappings: u32;
  mappedPages: u32;
  /** Memory that no capability covers any more, in pages. */
  droppedPages: u32;
  /** Slab blocks in use that belong to no CNode, range or mapping. */
  strayBlocks: u32;

  /** What the allocators may keep. */
  cnodes: u32;
  slabPages: u32;
  tables: u32;
  rootPages: u32;

  /** Size of what the allocators keep, in pages. */
  get keptPages(): u32 {
    return this.cnodes * (OBJSIZE_L2CNODE / BASE_PAGE_SIZE) + this.slabPages + this.tables + this.rootPages;
  }
}

const ACCOUNTS = 6;
const ACCOUNTS_SIZE = 56;
if (offsetof<Accounts>() != ACCOUNTS_SIZE) ERROR("Accounts: size");

const records: usize = memory.data(336, 8);
if (ACCOUNTS * ACCOUNTS_SIZE != 336) ERROR("accounts: room for all");

/** The accounts: before and after a scenario at two levels, at the start, and one for temporary use. */
export const enum AccountsOf {
  BEFORE = 0,
  AFTER = 1,
  NESTED_BEFORE = 2,
  NESTED_AFTER = 3,
  START = 4,
  /** For temporary use by a scenario. */
  SCRATCH = 5,
}

export function accountsOf(which: u32): Accounts {
  return changetype<Accounts>(records + which * ACCOUNTS_SIZE);
}

/** The CPU driver's answer to a `DebugCall` question. */
export function ask(question: u32): u32 {
  sysDebug(question);
  return Out.value;
}

/** Reads all accounts. */
export function accountsTake(accounts: Accounts): void {
  const mm = initMm();
  const prealloc = preallocSlots();
  accounts.freePages = mm.freePages;
  accounts.pieces = mm.allocatedNodes;
  accounts.slots = usedDefaultSlots();
  accounts.mmSlots = prealloc.total - prealloc.space;
  accounts.rootSlots = usedRootSlots();
  accounts.caps = ask(DebugCall.COUNT_CAPS);
  accounts.mappings = ask(DebugCall.COUNT_MAPPINGS);
  accounts.mappedPages = mappedPages();
  accounts.droppedPages = ask(DebugCall.DROPPED_MEMORY) / BASE_PAGE_SIZE;

  accounts.cnodes = (getDefaultSlotAllocator().total + prealloc.total) / L2_CNODE_SLOTS;
  accounts.slabPages = slabRefills();
  accounts.tables = pageTables();
  const roots = rootCNodeSlots();
  accounts.rootPages = roots == L2_CNODE_SLOTS ? 0 : (roots * OBJSIZE_CTE) / BASE_PAGE_SIZE;
  // Every mapping of init belongs to an L2 table or to a chunk.
  const chunks = accounts.mappings - accounts.tables;
  accounts.strayBlocks =
    usedSlotBlocks() - accounts.cnodes + usedPagingBlocks() - getCurrentPagingState().rangeCount - chunks;
}

/** Number of pages that allocators keep now. */
export function keptPages(): u32 {
  const accounts = accountsOf(AccountsOf.SCRATCH);
  accountsTake(accounts);
  return accounts.keptPages;
}

/** Compares two accounts. What the allocators keep must explain each difference. */
export function accountsCompare(before: Accounts, after: Accounts): void {
  const cnodes = after.cnodes - before.cnodes;
  const slabPages = after.slabPages - before.slabPages;
  const tables = after.tables - before.tables;
  const rootIsNew = u32(before.rootPages == 0 && after.rootPages != 0);

  equal(after.caps, before.caps + cnodes + 2 * slabPages + 2 * tables, "accounts: capabilities");
  equal(after.mappings, before.mappings + slabPages + tables, "accounts: mappings");
  equal(after.mappedPages, before.mappedPages + slabPages, "accounts: pages mapped");
  equal(after.slots, before.slots + 2 * slabPages + 2 * tables, "accounts: slots in use");
  equal(after.mmSlots, before.mmSlots, "accounts: slots of libmm in use");
  equal(after.rootSlots, before.rootSlots + cnodes, "accounts: root slots in use");
  equal(after.pieces, before.pieces + cnodes + slabPages + tables + rootIsNew, "accounts: pieces handed out by libmm");
  // The memory of the first root CNode came from the CPU driver. No capability covers it after the root is replaced.
  const firstRootPages = rootIsNew * (OBJSIZE_L2CNODE / BASE_PAGE_SIZE);
  equal(after.droppedPages, before.droppedPages + firstRootPages, "accounts: pages that no capability covers");
  equal(after.strayBlocks, before.strayBlocks, "accounts: slab blocks that no object uses");
  equal(
    after.freePages + after.keptPages,
    before.freePages + before.keptPages,
    "accounts: pages free, or kept by allocators",
  );
  equal(mmCheckInvariants(initMm()), 0, "accounts: number of libmm's broken invariant (0: none)");
}

function printCount(count: u32, one: string, many: string): void {
  if (count == 0) return;
  printPart("%u ", count);
  printPart(count == 1 ? one : many);
  printPart(", ");
}

/** Prints what the allocators keep now and did not keep before. */
export function accountsPrintKept(before: Accounts, after: Accounts, behindNote: bool): void {
  const pages = after.keptPages - before.keptPages;
  if (pages == 0) return;
  printPart(behindNote ? "; kept: " : "kept: ");
  printCount(after.cnodes - before.cnodes, "CNode of slots", "CNodes of slots");
  printCount(after.slabPages - before.slabPages, "slab page", "slab pages");
  printCount(after.tables - before.tables, "L2 table", "L2 tables");
  if (after.rootPages != before.rootPages) printPart("a larger root CNode, ");
  printPart("%u KiB", pages * (BASE_PAGE_SIZE / 1024));
}

/** Prints an account in two lines for people. */
export function accountsPrint(accounts: Accounts): void {
  const kibPerPage = BASE_PAGE_SIZE / 1024;
  debugPrintf(
    "accounts: RAM: %u KiB free, %u KiB kept by allocators; pieces of libmm: %u handed out, %u free\n",
    accounts.freePages * kibPerPage,
    accounts.keptPages * kibPerPage,
    accounts.pieces,
    initMm().freeNodes,
  );
  debugPrintf(
    "accounts: %u capabilities, %u mappings; slots in use: %u, in libmm %u, in the root CNode %u of %u\n",
    accounts.caps,
    accounts.mappings,
    accounts.slots,
    accounts.mmSlots,
    accounts.rootSlots,
    rootCNodeSlots(),
  );
}
