/**
 * Hostile calls, first part: calls that gave a program access to memory of others in the original CPU driver. Typefish
 * refuses each with the right error, or does exactly what the call says.
 *
 * H01 to H35 repeat the attacks on the original that have the same numbers. H20 is an exception and repeats attack 36,
 * because no program can see the answer that attack 20 is about.
 */
import { CapLevel, CPTR_ROOTCN } from "../../kpi/cspace";
import {
  SYS_ERR_DEST_CNODE_INVALID,
  SYS_ERR_FRAME_OFFSET_INVALID,
  SYS_ERR_INVALID_SIZE,
  SYS_ERR_L1_CNODE_INDEX,
  SYS_ERR_RETYPE_INVALID_OFFSET,
  SYS_ERR_REVOKE_FIRST,
  SYS_ERR_SLOTS_INVALID,
  SYS_ERR_VM_MAP_SIZE,
  SYS_ERR_WRONG_MAPPING,
} from "../../kpi/errno";
import { ObjType } from "../../kpi/object-types";
import { CallWords, CNodeCmd, retypeWord } from "../../kpi/system-calls";
import { BASE_PAGE_SIZE, BYTES_PER_SECTION, VRegionFlags } from "../../kpi/types";
import { rootCNodeSlots } from "../../libaos/accounts";
import { capAddr } from "../../libaos/capref";
import { invoke } from "../../libaos/system-calls";
import { mappingModifyFlags } from "../../libaos/vnode";
import { capRoot } from "../../libaos/well-known";
import {
  arenaCNode,
  arenaRam,
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
  retype,
  slot,
  unmap,
  WINDOW,
} from "./arena";
import { equal, fails, note, ok } from "./check";
import { add, ScenarioFlag } from "./list";
import { isNotMapped, isNotWritable, isWritable } from "./mapped-memory";

const RW: u32 = VRegionFlags.READ_WRITE;

function h01(): void {
  make(10, 0, ObjType.VNode_ARM_l2, 1024);
  make(11, BYTES_PER_SECTION, ObjType.Frame, BASE_PAGE_SIZE);
  fails(map(10, 11, 0, RW, 0xfffff000, 1, 12), SYS_ERR_FRAME_OFFSET_INVALID, "the page below a frame");
  make(13, 4096, ObjType.VNode_ARM_l2, 1024);
  make(14, 0x8000, ObjType.VNode_ARM_l1, 16384);
  fails(map(14, 13, 0, RW, 0xfffffc00, 1, 12), SYS_ERR_FRAME_OFFSET_INVALID, "1 KiB below an L2 table");
  make(15, 2 * BYTES_PER_SECTION, ObjType.Frame, BYTES_PER_SECTION);
  fails(map(14, 15, 0, RW, 0xfff00000, 1, 12), SYS_ERR_FRAME_OFFSET_INVALID, "the section below a frame");
  fails(map(10, 11, 0, RW, 0, 0x100000, 12), SYS_ERR_FRAME_OFFSET_INVALID, "2^20 pages, which are 2^32 bytes");
  isEmpty(12, "slot for the mapping");
  note("refused; the slot for the mapping stays empty");
}

function h02(): void {
  makeTableAndFrame(10, 11, 2);
  fails(map(10, 11, 1, RW, 4096, 0xffffffff, 12), SYS_ERR_FRAME_OFFSET_INVALID, "2^32 - 1 pages");
  fails(map(10, 11, 255, RW, 0, 2, 12), SYS_ERR_VM_MAP_SIZE, "two pages from the last entry on");
  isEmpty(12, "slot for the mapping");
  note("refused");
}

function h03(): void {
  make(10, 0, ObjType.RAM, 16384);
  fails(
    retype(10, 20, 16384, ObjType.VNode_ARM_l2, 0, 16),
    SYS_ERR_RETYPE_INVALID_OFFSET,
    "16 tables past the end of the source",
  );
  make(11, 16384, ObjType.Frame, BASE_PAGE_SIZE);
  fails(fromRam(20, 16384, ObjType.VNode_ARM_l2, 0, 4), SYS_ERR_REVOKE_FIRST, "tables over a live frame");
  make(12, 36864, ObjType.Frame, BASE_PAGE_SIZE);
  fails(fromRam(20, 32768, ObjType.Dispatcher, 0, 8), SYS_ERR_REVOKE_FIRST, "dispatchers over a live frame");
  fails(fromRam(20, 32768, ObjType.Dispatcher, 1, 8), SYS_ERR_INVALID_SIZE, "dispatchers of 1 byte over a live frame");
  fails(fromRam(20, 65536, ObjType.Dispatcher, 1026, 1), SYS_ERR_INVALID_SIZE, "a dispatcher of 1026 bytes");
  fails(fromRam(20, 65536, ObjType.VNode_ARM_l2, 4096, 2), SYS_ERR_INVALID_SIZE, "L2 tables of 4096 bytes");
  isEmpty(20, "destination");
  note("refused; the CPU driver uses the true size of each type");
}

/** The words of a copy whose destination slot can be any number. */
function copyToSlotNumber(number: u32): u64 {
  return invoke(
    capRoot,
    CallWords.Copy,
    CNodeCmd.Copy,
    CPTR_ROOTCN,
    capAddr(arenaCNode()),
    number,
    CPTR_ROOTCN,
    capAddr(slot(10)),
    CapLevel.L1,
    CapLevel.L2,
  );
}

function h04(): void {
  make(10, 0, ObjType.Frame, BASE_PAGE_SIZE);
  fails(copyToSlotNumber(256), SYS_ERR_SLOTS_INVALID, "copy to slot 256");
  fails(copyToSlotNumber(100000), SYS_ERR_SLOTS_INVALID, "copy to slot 100000");
  fails(copyToSlotNumber(0xffffffff), SYS_ERR_SLOTS_INVALID, "copy to slot 2^32 - 1");
  ok(copyToSlotNumber(255), "copy to slot 255");
  note("refused; slot 255 works");
}

/** The words of a create whose CNode can be any capability address. */
function createIn(address: u32, level: u32, number: u32, bytes: u32): u64 {
  return invoke(capRoot, CallWords.Create, CNodeCmd.Create, ObjType.ID, bytes, address, level, number);
}

function h05(): void {
  make(10, 0, ObjType.Frame, BASE_PAGE_SIZE);
  fails(createIn(capAddr(slot(10)), CapLevel.L2, 0, 0), SYS_ERR_DEST_CNODE_INVALID, "create in a frame");
  fails(createIn(capAddr(arenaRam()), CapLevel.L2, 0, 0), SYS_ERR_DEST_CNODE_INVALID, "create in RAM");
  fails(createIn(capAddr(arenaCNode()), CapLevel.L1, 256, 0), SYS_ERR_SLOTS_INVALID, "create in slot 256");
  ok(createIn(capAddr(arenaCNode()), CapLevel.L1, 20, 0), "create in slot 20");
  note("refused; an L2CNode works");
}

/** The words of a retype whose destination slot can be any number. */
function retypeToSlotNumber(number: u32, count: u32): u64 {
  return invoke(
    capRoot,
    CallWords.Retype,
    CNodeCmd.Retype,
    CPTR_ROOTCN,
    capAddr(arenaRam()),
    0,
    retypeWord(CapLevel.L2, CapLevel.L1, ObjType.Frame),
    BASE_PAGE_SIZE,
    count,
    CPTR_ROOTCN,
    capAddr(arenaCNode()),
    number,
  );
}

function h06(): void {
  fails(retypeToSlotNumber(0xffffffff, 1), SYS_ERR_SLOTS_INVALID, "retype to slot 2^32 - 1");
  fails(retypeToSlotNumber(0xffffffff, 2), SYS_ERR_SLOTS_INVALID, "retype from slot 2^32 - 1 on");
  fails(retypeToSlotNumber(256, 1), SYS_ERR_SLOTS_INVALID, "retype to slot 256");
  fails(retypeToSlotNumber(255, 2), SYS_ERR_SLOTS_INVALID, "retype from slot 255 on");
  ok(retypeToSlotNumber(254, 2), "retype to the last two slots");
  note("refused; the last slots work");
}

function h07(): void {
  const behind = rootCNodeSlots() << 8;
  const words: u32 = CallWords.GetState;
  fails(
    invoke(capRoot, words, CNodeCmd.GetState, behind, CapLevel.L1),
    SYS_ERR_L1_CNODE_INDEX,
    "the slot after the root CNode",
  );
  fails(
    invoke(capRoot, words, CNodeCmd.GetState, behind, CapLevel.L2),
    SYS_ERR_L1_CNODE_INDEX,
    "a slot of an L2CNode in that slot",
  );
  fails(
    invoke(capRoot, words, CNodeCmd.GetState, 0xffffffff, CapLevel.L2),
    SYS_ERR_L1_CNODE_INDEX,
    "the last capability address",
  );
  note("refused");
}

function h08(): void {
  make(10, 0, ObjType.VNode_ARM_l2, 1024, 2);
  make(12, 0x10000, ObjType.Frame, BASE_PAGE_SIZE);
  make(14, 0x20000, ObjType.VNode_ARM_l1, 16384);
  ok(map(11, 12, 0, RW, 0, 1, 13), "map in the second table");
  fails(unmap(14, 13), SYS_ERR_WRONG_MAPPING, "unmap, invoked on an L1 table");
  fails(unmap(10, 13), SYS_ERR_WRONG_MAPPING, "unmap, invoked on the first table");
  ok(unmap(11, 13), "unmap, invoked on the right table");
  note("refused; the right table works");
}

/** A table is deleted and another one is made at its address. The mappings of the first must not show in the second. */
function h09(): void {
  makeTableAndFrame(10, 12, 2);
  ok(copy(12, 20), "copy of the frame");
  ok(map(10, 12, 0, RW, 0, 1, 13), "map the frame");
  ok(remove(10), "delete the table");
  make(10, 0, ObjType.VNode_ARM_l2, 1024);
  ok(map(10, 20, 0, RW, 4096, 1, 14), "map the copy in a new table at the same address");
  if (openWindow(10)) {
    isWritable(WINDOW, "the page mapped by the copy");
    ok(remove(12), "delete the frame that the old table mapped");
    isWritable(WINDOW, "the page mapped by the copy, after delete of the first frame");
    equal(load<u64>(WINDOW + 8) != 0 ? 1 : 0, 1, "whether the CPU driver wrote there");
    closeWindow();
  }
  isThere(14, "the mapping of the copy");
  note("the new table keeps its entry");
}

function h10(): void {
  makeTableAndFrame(10, 11, 4);
  make(20, 0x20000, ObjType.Frame, BASE_PAGE_SIZE);
  ok(map(10, 11, 0, RW, 0, 2, 12), "map two pages");
  ok(map(10, 20, 2, RW, 0, 1, 13), "map the next entry");
  fails(mappingModifyFlags(slot(12), 2, 1, VRegionFlags.READ), SYS_ERR_VM_MAP_SIZE, "modify the entry after a mapping");
  fails(mappingModifyFlags(slot(12), 1, 2, VRegionFlags.READ), SYS_ERR_VM_MAP_SIZE, "modify past the end of a mapping");
  fails(
    mappingModifyFlags(slot(12), 0xffffffff, 1, VRegionFlags.READ),
    SYS_ERR_VM_MAP_SIZE,
    "modify before the start of a mapping",
  );
  fails(mappingModifyFlags(slot(12), 1, 0xffffffff, VRegionFlags.READ), SYS_ERR_VM_MAP_SIZE, "modify 2^32 - 1 entries");
  if (openWindow(10)) {
    ok(mappingModifyFlags(slot(12), 1, 1, VRegionFlags.READ), "make the second page read-only");
    isWritable(WINDOW, "the first page");
    isNotWritable(WINDOW + BASE_PAGE_SIZE, "the second page");
    isWritable(WINDOW + 2 * BASE_PAGE_SIZE, "the page of the other mapping");
    isNotMapped(WINDOW + 3 * BASE_PAGE_SIZE, "the page after");
    closeWindow();
  }
  note("refused; neighbouring entries do not change");
}

export function registerHostileMemory(): void {
  const flags: u32 = ScenarioFlag.REPEATABLE | ScenarioFlag.IN_ARENA;
  add("H01", "map below a frame, by sums that wrap at 32 bits", h01, flags);
  add("H02", "map of 2^32 - 1 pages", h02, flags);
  add("H03", "retype over live objects, with false object sizes", h03, flags);
  add("H04", "copy to slots that a CNode does not have", h04, flags);
  add("H05", "create in memory that is not a CNode", h05, flags);
  add("H06", "retype to slots before the first, by a sum that wraps", h06, flags);
  add("H07", "addresses past the end of the root CNode", h07, flags);
  add("H08", "unmap through a table that does not hold the mapping", h08, flags);
  add("H09", "mappings of a deleted table, with a new table there", h09, flags);
  add("H10", "modify of entries outside of a mapping", h10, flags);
}
