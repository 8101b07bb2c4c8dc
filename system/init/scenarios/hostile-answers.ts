/**
 * Hostile calls, third part: calls that the original answered wrongly, or that did too little, too much, or only half
 * of their work.
 */
import { CapLevel, CPTR_ROOTCN } from "../../kpi/cspace";
import {
  SYS_ERR_CAP_LOOKUP_DEPTH,
  SYS_ERR_DEST_TYPE_INVALID,
  SYS_ERR_ILLEGAL_DEST_TYPE,
  SYS_ERR_INVALID_EPLEN,
  SYS_ERR_INVALID_SIZE,
  SYS_ERR_INVALID_SOURCE_TYPE,
  SYS_ERR_RETYPE_INVALID_OFFSET,
  SYS_ERR_RETYPE_MAPPING_EXPLICIT,
  SYS_ERR_VM_MAP_SIZE,
  SYS_ERR_VNODE_SLOT_RESERVED,
} from "../../kpi/errno";
import { errval_t } from "../../kpi/errval";
import { ObjType } from "../../kpi/object-types";
import { CallWords, CNodeCmd, DebugCall, retypeWord } from "../../kpi/system-calls";
import { BASE_PAGE_SIZE, BYTES_PER_SECTION, VRegionFlags } from "../../kpi/types";
import { capMint } from "../../libaos/capabilities";
import { capAddr, capSlot } from "../../libaos/capref";
import { invoke } from "../../libaos/system-calls";
import { capRoot } from "../../libaos/well-known";
import { ask } from "./accounts";
import {
  arenaCNode,
  arenaRam,
  copy,
  fromRam,
  isEmpty,
  isThere,
  make,
  makeTableAndFrame,
  map,
  remove,
  retype,
  revoke,
  slot,
} from "./arena";
import { equal, fails, note, ok } from "./check";
import { add, ScenarioFlag } from "./list";

const RW: u32 = VRegionFlags.READ_WRITE;

/** Revoke keeps the capability that it is invoked on, whatever the order of the copies in the mapping database. */
function h16(): void {
  const copies: u32 = 8;
  for (let target: u32 = 0; target < copies; target++) {
    make(20, 0, ObjType.RAM, 16384);
    for (let i: u32 = 1; i < copies; i++) ok(copy(20, 20 + i), "copy", i);
    ok(revoke(20 + target), "revoke one of eight copies", target);
    for (let i: u32 = 0; i < copies; i++) {
      if (i == target) isThere(20 + i, "the copy that revoke was invoked on");
      else isEmpty(20 + i, "another copy");
    }
    ok(remove(20 + target), "delete that copy");
  }
  note("of eight copies, the copy that revoke is invoked on is left");
}

/**
 * Revokes RAM from which RAM was made, and from that a frame, a dispatcher with an end point, a CNode and a page table.
 */
function h17(): void {
  make(10, 0, ObjType.RAM, 0x10000);
  ok(retype(10, 20, 0, ObjType.RAM, 0x4000, 4), "four parts");
  ok(retype(20, 30, 0, ObjType.Frame, BASE_PAGE_SIZE, 1), "a frame");
  ok(retype(21, 31, 0, ObjType.Dispatcher, 1024, 1), "a dispatcher");
  ok(retype(31, 32, 0, ObjType.EndPoint, 0, 1), "an endpoint");
  ok(retype(22, 33, 0, ObjType.L2CNode, 16384, 1), "a CNode");
  ok(retype(23, 34, 0, ObjType.VNode_ARM_l2, 1024, 1), "a page table");
  ok(revoke(10), "revoke");
  for (let i: u32 = 20; i < 24; i++) isEmpty(i, "a part");
  for (let i: u32 = 30; i < 35; i++) isEmpty(i, "what was made of a part");
  isThere(10, "the RAM that was revoked");
  ok(fromRam(11, 0x10000, ObjType.Frame, 0x10000, 1), "retype of the neighbouring memory");
  ok(retype(10, 20, 0, ObjType.Frame, 0x10000, 1), "retype of all of the RAM again");
  note("revoke deletes descendants of every type");
}

/** Capabilities of size zero (mappings and end points) do not make a retype fail. */
function h18(): void {
  makeTableAndFrame(10, 12, 1);
  ok(map(10, 12, 0, RW, 0, 1, 13), "map a frame");
  ok(fromRam(14, 0x10000 - BASE_PAGE_SIZE, ObjType.Frame, BASE_PAGE_SIZE, 1), "the page just below the mapped frame");
  ok(fromRam(15, 0x11000, ObjType.Frame, BASE_PAGE_SIZE, 1), "the page just above the mapped frame");
  ok(retype(12, 16, 0, ObjType.Frame, BASE_PAGE_SIZE, 1), "the mapped frame itself, split");
  make(20, 0x20000, ObjType.Dispatcher, 1024);
  ok(retype(20, 21, 0, ObjType.EndPoint, 0, 1), "an endpoint");
  ok(fromRam(22, 0x20000 - 1024, ObjType.Dispatcher, 1024, 1), "a dispatcher just below");
  note("the memory next to a mapped frame can be retyped");
}

function h19(): void {
  make(10, 0, ObjType.Dispatcher, 1024, 2);
  ok(retype(11, 12, 0, ObjType.EndPoint, 0, 1), "an endpoint of the second dispatcher");
  ok(retype(10, 13, 0, ObjType.EndPoint, 0, 1), "an endpoint of the first dispatcher");
  ok(revoke(10), "revoke the first dispatcher");
  isThere(12, "the endpoint of the second dispatcher");
  isEmpty(13, "the endpoint of the first dispatcher");
  ok(remove(11), "delete the second dispatcher");
  isEmpty(12, "the endpoint of the deleted dispatcher");
  note("the neighbour keeps its endpoint");
}

function h21(): void {
  make(10, 0, ObjType.RAM, BASE_PAGE_SIZE);
  make(11, 0x10000, ObjType.Dispatcher, 1024);
  ok(retype(11, 12, 0, ObjType.EndPoint, 0, 1), "an endpoint");
  const before = ask(DebugCall.COUNT_CAPS);
  fails(capMint(slot(20), slot(10), 0, 0), SYS_ERR_INVALID_SOURCE_TYPE, "mint of RAM");
  fails(capMint(slot(20), slot(12), 4096, 0), SYS_ERR_INVALID_EPLEN, "mint of an endpoint without a buffer");
  fails(capMint(slot(20), slot(12), 0, 16), SYS_ERR_INVALID_EPLEN, "mint of a buffer over the dispatcher structure");
  fails(
    capMint(slot(20), slot(12), 0xfffffff0, 16),
    SYS_ERR_INVALID_EPLEN,
    "mint of a buffer past the end of the dispatcher frame",
  );
  isEmpty(20, "the destination");
  equal(ask(DebugCall.COUNT_CAPS), before, "capabilities");
  ok(capMint(slot(20), slot(12), 4096, 16), "mint of a buffer inside the dispatcher frame");
  ok(remove(20), "delete the minted endpoint");
  note("refused; the slot stays empty");
}

function h22(): void {
  makeTableAndFrame(10, 12, 1);
  fails(map(10, 12, 0, RW, 0, 0, 13), SYS_ERR_VM_MAP_SIZE, "map of no pages");
  isEmpty(13, "slot for the mapping");
  note("refused");
}

function h23(): void {
  make(1, 0, ObjType.VNode_ARM_l1, 16384);
  make(2, BYTES_PER_SECTION, ObjType.Frame, 2 * BYTES_PER_SECTION);
  make(3, 0x8000, ObjType.VNode_ARM_l2, 1024);
  fails(map(1, 2, 2048, RW, 0, 1, 13), SYS_ERR_VNODE_SLOT_RESERVED, "the first section of the CPU driver's half");
  fails(
    map(1, 2, 2047, RW, 0, 2, 13),
    SYS_ERR_VNODE_SLOT_RESERVED,
    "two sections, the second in the CPU driver's half",
  );
  fails(map(1, 2, 4095, RW, 0, 1, 13), SYS_ERR_VNODE_SLOT_RESERVED, "the last section");
  fails(map(1, 3, 2048, 0, 0, 1, 13), SYS_ERR_VNODE_SLOT_RESERVED, "an L2 table");
  ok(map(1, 2, 2046, RW, 0, 2, 13), "the last two sections of the program's half");
  note("refused from entry 2048 on");
}

function h24(): void {
  fails(fromRam(10, 4096, ObjType.VNode_ARM_l1, 16384, 1), SYS_ERR_RETYPE_INVALID_OFFSET, "an L1 table at 4 KiB");
  fails(fromRam(10, 0x8400, ObjType.Frame, BASE_PAGE_SIZE, 1), SYS_ERR_RETYPE_INVALID_OFFSET, "a frame at 1 KiB");
  fails(fromRam(10, 512, ObjType.VNode_ARM_l2, 1024, 1), SYS_ERR_RETYPE_INVALID_OFFSET, "an L2 table at 512 bytes");
  ok(fromRam(10, 1024, ObjType.VNode_ARM_l2, 1024, 3), "three L2 tables in the rest of a page");
  ok(fromRam(14, 16384, ObjType.VNode_ARM_l1, 16384, 1), "an L1 table at 16 KiB");
  note("each table must have the alignment that the hardware needs");
}

function h25(): void {
  fails(fromRam(10, 0, ObjType.RAM, 6144, 2), SYS_ERR_INVALID_SIZE, "RAM of a page and a half");
  fails(fromRam(10, 0, ObjType.Frame, 6144, 1), SYS_ERR_INVALID_SIZE, "a frame of a page and a half");
  fails(fromRam(10, 0, ObjType.L1CNode, 20480, 1), SYS_ERR_INVALID_SIZE, "an L1CNode of 320 slots");
  fails(fromRam(10, 0, ObjType.L2CNode, 32768, 1), SYS_ERR_INVALID_SIZE, "an L2CNode of 512 slots");
  isEmpty(10, "destination");
  note("refused");
}

/** The words of a retype of the arena's RAM, with any type number and any level. */
function retypeWords(levelsAndType: u32, cnode: u32, number: u32): errval_t {
  const words: u32 = CallWords.Retype;
  return invoke(
    capRoot,
    words,
    CNodeCmd.Retype,
    CPTR_ROOTCN,
    capAddr(arenaRam()),
    0,
    levelsAndType,
    BASE_PAGE_SIZE,
    1,
    CPTR_ROOTCN,
    cnode,
    number,
  );
}

function h26(): void {
  const cnode = capAddr(arenaCNode());
  fails(retypeWords(retypeWord(CapLevel.L2, CapLevel.L1, 258), cnode, 20), SYS_ERR_ILLEGAL_DEST_TYPE, "type 258");
  fails(
    retypeWords(retypeWord(CapLevel.L2, CapLevel.L1, ObjType.Null), cnode, 20),
    SYS_ERR_ILLEGAL_DEST_TYPE,
    "type 0",
  );
  const intoRoot = retypeWords(retypeWord(CapLevel.L2, CapLevel.ROOT, ObjType.Frame), 0, capSlot(arenaCNode()) + 1);
  fails(intoRoot, SYS_ERR_DEST_TYPE_INVALID, "a frame in the root CNode");
  const words: u32 = CallWords.Delete;
  fails(invoke(capRoot, words, CNodeCmd.Delete, cnode, 256), SYS_ERR_CAP_LOOKUP_DEPTH, "delete at level 256");
  fails(invoke(capRoot, words, CNodeCmd.Delete, cnode, 3), SYS_ERR_CAP_LOOKUP_DEPTH, "delete at level 3");
  fails(fromRam(20, 0, ObjType.Frame_Mapping, 0, 1), SYS_ERR_RETYPE_MAPPING_EXPLICIT, "a mapping by retype");
  make(10, 0, ObjType.Frame, BASE_PAGE_SIZE);
  isEmpty(20, "destination");
  note("refused; numbers are not cut to 8 bits");
}

/** A CNode that holds a capability of itself stays until the last capability outside of it is deleted. */
function h27(): void {
  const before = ask(DebugCall.COUNT_CAPS);
  make(10, 0, ObjType.L1CNode, 16384);
  make(11, 16384, ObjType.L2CNode, 16384);
  make(12, 32768, ObjType.Frame, BASE_PAGE_SIZE);
  // The L2CNode goes into the L1CNode. Copies of both, and of the frame, go into the L2CNode.
  ok(copyInto(0, capAddr(slot(11)), CapLevel.ROOT), "the L2CNode into the L1CNode");
  ok(copyInto(1, capAddr(slot(10)), CapLevel.L1), "the L1CNode into the L2CNode");
  ok(copyInto(2, capAddr(slot(12)), CapLevel.L1), "the frame into the L2CNode");
  ok(remove(11), "delete the L2CNode in this CSpace");
  ok(remove(12), "delete the frame in this CSpace");
  isThere(10, "the L1CNode");
  ok(remove(10), "delete the L1CNode in this CSpace");
  equal(ask(DebugCall.COUNT_CAPS), before, "capabilities");
  note("the cycle goes with the last capability outside of it");
}

/**
 * Copies a capability into the CSpace whose root is in slot 10: into slot `number` of that root, or of the L2CNode in
 * its slot 0.
 */
function copyInto(number: u32, source: u32, cnodeLevel: u32): errval_t {
  const words: u32 = CallWords.Copy;
  return invoke(
    capRoot,
    words,
    CNodeCmd.Copy,
    capAddr(slot(10)),
    0,
    number,
    CPTR_ROOTCN,
    source,
    cnodeLevel,
    CapLevel.L2,
  );
}

export function registerHostileAnswers(): void {
  const flags: u32 = ScenarioFlag.REPEATABLE | ScenarioFlag.IN_ARENA;
  add("H16", "revoke of each of eight copies", h16, flags);
  add("H17", "revoke reaches descendants of every type", h17, flags);
  add("H18", "retype next to mappings and endpoints", h18, flags);
  add("H19", "revoke of a dispatcher keeps its neighbour's endpoint", h19, flags);
  add("H21", "a failed mint leaves the slot empty", h21, flags);
  add("H22", "map of no pages", h22, flags);
  add("H23", "map of sections in the CPU driver's half", h23, flags);
  add("H24", "page tables at addresses that the hardware cannot use", h24, flags);
  add("H25", "objects of invalid sizes", h25, flags);
  add("H26", "types and levels beyond 8 bits", h26, flags);
  add("H27", "a CNode that contains itself", h27, flags);
}
