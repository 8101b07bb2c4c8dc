/**
 * Hostile calls, second part: pages that stayed mapped after their capability was deleted, and page-table entries that
 * lost their owner. The scenarios read the mapped pages through the MMU, from `WINDOW` on.
 */
import { BASE_PAGE_COUNT, INIT_L2_TABLES, PAGECN_SLOT_TABLE_MAPPINGS, PAGECN_SLOT_TABLES } from "../../kpi/cspace";
import {
  SYS_ERR_REVOKE_FIRST,
  SYS_ERR_VM_ALREADY_MAPPED,
  SYS_ERR_VNODE_NOT_INSTALLED,
  SYS_ERR_VNODE_SLOT_INUSE,
} from "../../kpi/errno";
import { INIT_VBASE } from "../../kpi/init-space";
import { ObjType } from "../../kpi/object-types";
import { DebugCall } from "../../kpi/system-calls";
import {
  BASE_PAGE_SIZE,
  BYTES_PER_SECTION,
  OBJSIZE_L2CNODE,
  OBJSIZE_VNODE_ARM_L2,
  VRegionFlags,
} from "../../kpi/types";
import { capDelete, capRetype } from "../../libaos/capabilities";
import { capref } from "../../libaos/capref";
import { invokeMap } from "../../libaos/invocations";
import { capIo, capVroot, cnodeBase, cnodePage } from "../../libaos/well-known";
import { ask } from "./accounts";
import {
  closeWindow,
  copy,
  fromRam,
  isEmpty,
  isThere,
  make,
  makeTableAndFrame,
  map,
  openWindow,
  remove,
  revoke,
  slot,
  unmap,
  WINDOW,
} from "./arena";
import { equal, fails, note, ok } from "./check";
import { add, ScenarioFlag } from "./list";
import { isNotMapped, isWritable } from "./mapped-memory";

const RW: u32 = VRegionFlags.READ_WRITE;

function mappings(): u32 {
  return ask(DebugCall.COUNT_MAPPINGS);
}

function h11(): void {
  const before = mappings();
  makeTableAndFrame(10, 12, 1);
  ok(map(10, 12, 0, RW, 0, 1, 13), "map a page");
  if (openWindow(10)) {
    isWritable(WINDOW, "the page");
    ok(remove(13), "delete the mapping");
    isNotMapped(WINDOW, "the page, without its mapping");
    closeWindow();
  }
  ok(remove(12), "delete the frame");
  equal(mappings(), before, "mappings");
  ok(fromRam(12, 0x10000, ObjType.Frame, BASE_PAGE_SIZE, 1), "retype of the memory again");
  note("delete of the mapping clears its entry");
}

function h12(): void {
  makeTableAndFrame(10, 12, 1);
  ok(map(10, 12, 0, RW, 0, 1, 13), "map a page");
  if (openWindow(10)) {
    isWritable(WINDOW, "the page");
    ok(revoke(12), "revoke the frame");
    isEmpty(13, "the mapping after revoke");
    isThere(12, "the frame after revoke");
    isNotMapped(WINDOW, "the page");
    ok(map(10, 12, 0, RW, 0, 1, 13), "map it again");
    isWritable(WINDOW, "the page");
    ok(revoke(10), "revoke the table");
    isNotMapped(WINDOW, "the page, after revoke of its table");
    isEmpty(255, "the mapping of the table after revoke");
  }
  note("revoke clears the entries");
}

function h13(): void {
  make(10, 0, ObjType.VNode_ARM_l2, 1024, 2);
  make(20, 0x8000, ObjType.VNode_ARM_l1, 16384);
  make(12, 0x10000, ObjType.Frame, 4 * BASE_PAGE_SIZE);
  ok(copy(12, 14), "copy of the frame");
  ok(map(10, 12, 2, RW, 0, 1, 13), "map a page");
  fails(map(10, 14, 2, RW, 4096, 1, 15), SYS_ERR_VNODE_SLOT_INUSE, "map at an entry in use");
  fails(map(10, 14, 0, RW, 0, 4, 15), SYS_ERR_VNODE_SLOT_INUSE, "map of four pages, the third entry in use");
  fails(map(10, 12, 5, RW, 0, 1, 15), SYS_ERR_VM_ALREADY_MAPPED, "a second mapping of the same copy");
  ok(map(20, 10, 0, 0, 0, 1, 16), "install a table");
  fails(map(20, 11, 0, 0, 0, 1, 17), SYS_ERR_VNODE_SLOT_INUSE, "install another table over it");
  isEmpty(15, "slot for the mapping");
  isEmpty(17, "slot for the mapping");
  note("refused; a copy can be mapped only once");
}

/** After an unmap, another mapping may use the entries. Nothing that happens to the old mapping may change them. */
function h14(): void {
  makeTableAndFrame(10, 12, 2);
  ok(copy(12, 20), "copy of the frame");
  ok(map(10, 12, 0, RW, 0, 1, 13), "map a page");
  ok(unmap(10, 13), "unmap it");
  fails(unmap(10, 13), SYS_ERR_VNODE_NOT_INSTALLED, "unmap it again");
  ok(map(10, 20, 0, RW, 4096, 1, 14), "map the copy at the same entry");
  if (openWindow(10)) {
    fails(unmap(10, 13), SYS_ERR_VNODE_NOT_INSTALLED, "unmap the old mapping");
    isWritable(WINDOW, "the page");
    ok(remove(13), "delete the old mapping");
    isWritable(WINDOW, "the page");
    ok(remove(12), "delete the first copy");
    isWritable(WINDOW, "the page");
    closeWindow();
  }
  isThere(14, "the mapping of the copy");
  sectionsAfterUnmap();
  note("a mapping that was unmapped changes no entries, nor sections");
}

/** Does the same with sections of device memory in an L1 table. */
function sectionsAfterUnmap(): void {
  const before = mappings();
  make(1, 0x8000, ObjType.VNode_ARM_l1, 16384);
  ok(capRetype(slot(2), capIo, 0, ObjType.DevFrame, 32 * BYTES_PER_SECTION, 1), "a device frame");
  ok(map(1, 2, 4, RW, 0, 11, 58), "map 11 sections");
  ok(copy(2, 54), "copy of the device frame");
  ok(unmap(1, 58), "unmap them");
  ok(map(1, 54, 8, RW, 15 * BYTES_PER_SECTION, 1, 96), "map a section of the copy among them");
  ok(remove(2), "delete the first copy");
  equal(mappings() - before, 1, "mappings");
  fails(map(1, 54, 8, RW, 0, 1, 97), SYS_ERR_VM_ALREADY_MAPPED, "map the copy again");
}

/** The TLB keeps no translation after its entry is cleared, in whatever way the entry is cleared. */
function h15(): void {
  make(10, 0, ObjType.VNode_ARM_l2, 1024);
  make(12, 0x10000, ObjType.Frame, BASE_PAGE_SIZE);
  make(14, 0x20000, ObjType.Frame, BASE_PAGE_SIZE);
  ok(copy(10, 11), "copy of the table");
  if (openWindow(10)) {
    for (let i: u32 = 0; i < 3; i++) {
      ok(map(10, 12, 0, RW, 0, 1, 13), "map the first frame", i);
      store<u32>(WINDOW, 0x1111);
      equal(load<u32>(WINDOW), 0x1111, "the first frame's word", i);
      // The three ways: unmap through a copy of the table, delete the mapping, revoke the frame.
      if (i == 0) ok(unmap(11, 13), "unmap through a copy of the table");
      if (i == 1) ok(remove(13), "delete the mapping");
      if (i == 2) ok(revoke(12), "revoke the frame");
      if (i == 0) ok(remove(13), "delete the void mapping");
      ok(map(10, 14, 0, RW, 0, 1, 15), "map the second frame", i);
      equal(load<u32>(WINDOW), i == 0 ? 0 : 0x2222, "the second frame's word", i);
      store<u32>(WINDOW, 0x2222);
      ok(remove(15), "delete the mapping of the second frame");
    }
    closeWindow();
  }
  note("3 ways to unmap; the next page is seen at once");
}

function h20(): void {
  const below: u32 = 0x10000 - BASE_PAGE_SIZE;
  makeTableAndFrame(10, 12, 1);
  ok(map(10, 12, 0, RW, 0, 1, 13), "map a page");
  for (let i: u32 = 0; i < 2; i++) {
    ok(fromRam(14, below, ObjType.Frame, BASE_PAGE_SIZE, 1), "a frame of the page just below", i);
    ok(remove(14), "delete it");
  }
  fails(
    fromRam(14, below, ObjType.Frame, 2 * BASE_PAGE_SIZE, 1),
    SYS_ERR_REVOKE_FIRST,
    "a frame over that page and the mapped page",
  );
  note("the page below can be retyped, the mapped page cannot");
}

/**
 * An L2 table from start-up in which nothing is mapped, its mapping, and the first address that it translates. It is
 * the last but one, because the machine code has its stack in the last.
 */
const STARTUP_INDEX: u32 = INIT_L2_TABLES - 2;
const STARTUP_TABLE: capref = cnodePage | (PAGECN_SLOT_TABLES + STARTUP_INDEX);
const STARTUP_MAPPING: capref = cnodePage | (PAGECN_SLOT_TABLE_MAPPINGS + STARTUP_INDEX);
const STARTUP_WINDOW: u32 = INIT_VBASE + STARTUP_INDEX * BYTES_PER_SECTION;

/**
 * A page in a table from start-up disappears with the table, and with the frame. Another table then replaces the first.
 */
function h39(): void {
  make(12, 0x10000, ObjType.Frame, BASE_PAGE_SIZE);
  ok(invokeMap(STARTUP_TABLE, slot(12), 0, RW, 0, 1, slot(13)), "map a page in start-up's table");
  isWritable(STARTUP_WINDOW, "the page");
  ok(capDelete(STARTUP_TABLE), "delete the table");
  isNotMapped(STARTUP_WINDOW, "the page, without its table");
  ok(remove(12), "delete the frame");
  isNotMapped(STARTUP_WINDOW, "the page, without its frame");
  ok(fromRam(12, 0x10000, ObjType.L2CNode, OBJSIZE_L2CNODE, 1), "retype of the memory to a CNode");
  isNotMapped(STARTUP_WINDOW, "the CNode");

  const page = cnodeBase | (BASE_PAGE_COUNT - 1);
  ok(capRetype(STARTUP_TABLE, page, 0, ObjType.VNode_ARM_l2, OBJSIZE_VNODE_ARM_L2, 1), "make another table");
  const entry = STARTUP_WINDOW / BYTES_PER_SECTION;
  ok(invokeMap(capVroot, STARTUP_TABLE, entry, 0, 0, 1, STARTUP_MAPPING), "install it");
  isNotMapped(STARTUP_WINDOW, "the page, through the new table");
  note("the entry goes with the table; the frame's memory is inaccessible");
}

export function registerHostileMappings(): void {
  const flags: u32 = ScenarioFlag.REPEATABLE | ScenarioFlag.IN_ARENA;
  add("H11", "delete of a mapping capability", h11, flags);
  add("H12", "revoke of a mapped frame and of an installed table", h12, flags);
  add("H13", "map over entries in use", h13, flags);
  add("H14", "unmap twice, and delete after unmap", h14, flags);
  add("H15", "no stale translation after unmap, delete or revoke", h15, flags);
  add("H20", "the page just below a mapped frame is retyped again", h20, flags);
  add("H39", "delete of a start-up table that maps a page", h39, flags);
}
