/**
 * Defines a system so small that all states within a few calls can be checked, and the calls.
 *
 *     slot 0      RAM of four pages, 16 KiB aligned: as large as a CNode or an L1 table
 *     slot 2      root of a second CSpace with one CNode, of which one slot is used
 *     slots 8..   three for objects (four in the wide system), two for mappings; only those that the calls below name
 *     1/0, 1/30   init's L1 table, and the last of the L2 tables that start-up made and installed
 *     1/60        the mapping of that L2 table
 */
import { type Operation, PAGE_CNODE_ENTRY, type SlotName } from "../../../observe/traces/operation";
import type { Setting } from "../../../observe/traces/trace";

const PAGE = 4096;
const SECTION = 256 * PAGE;
const KIB = 1024;
const CNODE_BYTES = 16 * KIB;

export const FIRST_PAGE = 0x81000000;
export const RAM_BYTES = 4 * PAGE;
/** Physical address of the second CSpace: its root, then its CNode. */
export const SECOND_SPACE = 0x81100000;

export const SETTING: Setting = {
  dram: { base: FIRST_PAGE, bytes: 64 << 20 },
  slots: 1024,
  caps: [
    { slot: 0, type: "RAM", base: FIRST_PAGE, bytes: RAM_BYTES },
    { slot: 1, type: "RAM", base: SECOND_SPACE, bytes: 2 * CNODE_BYTES },
  ],
};

const RAM = 0;
const ROOT = 2;
const [A, B, C] = [8, 9, 10];
const [M, N] = [11, 12];
/** One more slot for objects, in the wide system only. */
const D = 13;
const CNODE: SlotName = { root: ROOT, cnode: 0 };
/** A slot of the second CSpace. */
const P: SlotName = { root: ROOT, cnode: 0, slot: 0 };
const PAGE_CNODE: SlotName = { cnode: PAGE_CNODE_ENTRY };
const L1: SlotName = { cnode: PAGE_CNODE_ENTRY, slot: 0 };
const TABLE: SlotName = { cnode: PAGE_CNODE_ENTRY, slot: 30 };
const TABLE_MAPPING: SlotName = { cnode: PAGE_CNODE_ENTRY, slot: 60 };
/** Entry of the L1 table that leads to `TABLE`. */
const TABLE_ENTRY = 31;

/** Addresses at which the calls may map something: in the table from start-up, and in the one after it. */
export const WATCHED = [0, 1, 2, 3, 256].map((page) => TABLE_ENTRY * SECTION + page * PAGE);

/** Number of slots in use in the first CNode. */
export const FLAT_SLOTS = D + 1;

function retype(src: SlotName, dst: SlotName, type: string, offset: number, objsize: number, count = 1): Operation {
  return { op: "retype", src, dst, offset, type, objsize, count };
}

const copy = (src: SlotName, dst: SlotName): Operation => ({ op: "copy", src, dst });
const remove = (slot: SlotName): Operation => ({ op: "delete", slot });
const revoke = (slot: SlotName): Operation => ({ op: "revoke", slot });
const unmap = (vnode: SlotName, mapping: SlotName): Operation => ({ op: "unmap", vnode, mapping });

function map(
  [vnode, entry]: [SlotName, number],
  src: SlotName,
  mapping: SlotName,
  { count = 1, flags = 3, offset = 0 } = {},
): Operation {
  return { op: "map", vnode, src, entry, flags, offset, count, mapping };
}

function modify(mapping: SlotName, offset: number, pages: number, flags: number): Operation {
  return { op: "modify", mapping, offset, pages, flags };
}

/** Makes the second CSpace. No other capability covers its memory. */
export const SET_UP: readonly Operation[] = [
  retype(1, ROOT, "L1CNode", 0, CNODE_BYTES),
  retype(1, CNODE, "L2CNode", CNODE_BYTES, CNODE_BYTES),
  remove(1),
];

/** The calls that are tried in every state. */
export const ALPHABET: readonly Operation[] = [
  // Halves, quarters, parts of parts, and objects that take all of the RAM.
  retype(RAM, A, "Frame", 0, PAGE),
  retype(RAM, A, "Frame", 0, 2 * PAGE),
  retype(RAM, B, "RAM", 2 * PAGE, 2 * PAGE),
  retype(RAM, B, "Frame", 2 * PAGE, PAGE, 2),
  retype(A, B, "Frame", 0, PAGE),
  retype(A, C, "Frame", PAGE, PAGE),
  retype(B, C, "VNode_ARM_l2", 0, 0),
  retype(RAM, C, "VNode_ARM_l2", 3 * PAGE, KIB),
  retype(RAM, A, "L1CNode", 0, CNODE_BYTES),
  retype(RAM, P, "Frame", PAGE, PAGE),
  retype(P, C, "Frame", 0, PAGE),
  retype(RAM, C, "VNode_ARM_l1", 0, 0),
  retype(RAM, A, "Dispatcher", PAGE, 0),
  retype(A, C, "EndPoint", 0, 0),
  // Calls that are wrong in one respect or in several.
  retype(RAM, A, "Frame", 2048, PAGE),
  retype(RAM, B, "RAM", 0, 6144),
  retype(RAM, B, "Frame", 0, PAGE, 5),
  retype(RAM, A, "Dispatcher", PAGE, 12, 13),
  copy(A, C),
  copy(A, P),
  copy(P, B),
  copy(TABLE, B),
  copy(ROOT, A),
  copy(M, C),
  copy(RAM, CNODE),
  { op: "mint", src: C, dst: B, param1: KIB, param2: 8 },
  remove(RAM),
  remove(A),
  remove(B),
  remove(C),
  remove(M),
  remove(N),
  remove(P),
  remove(CNODE),
  remove(ROOT),
  remove(TABLE),
  remove(TABLE_MAPPING),
  remove(PAGE_CNODE),
  revoke(RAM),
  revoke(A),
  revoke(B),
  revoke(C),
  revoke(P),
  revoke(M),
  revoke(TABLE),
  revoke(ROOT),
  map([TABLE, 0], A, M),
  map([TABLE, 0], A, M, { count: 2 }),
  map([TABLE, 1], B, N),
  map([TABLE, 0], C, N, { flags: 5 }),
  map([TABLE, 2], P, N),
  map([C, 0], A, M),
  map([B, 0], A, M),
  map([L1, TABLE_ENTRY + 1], C, N),
  map([L1, TABLE_ENTRY], C, N),
  map([L1, 2048], C, N, { count: 0 }),
  map([L1, 0], B, N),
  map([TABLE, 256], A, M),
  map([TABLE, 0], RAM, M, { flags: 16 }),
  map([TABLE, 3], A, M, { offset: PAGE }),
  unmap(TABLE, M),
  unmap(TABLE, N),
  unmap(C, M),
  unmap(L1, N),
  unmap(L1, TABLE_MAPPING),
  modify(M, 0, 1, 1),
  modify(M, 1, 1, 11),
  modify(N, 0, 1, 16),
  { op: "destroy", mapping: M },
  { op: "resize", invoked: null, root: A, dst: C },
  { op: "resize", invoked: null, root: ROOT, dst: C },
];

/** The calls of the wide system, which has millions of states: the same, and calls for one more slot. */
export const WIDE_ALPHABET: readonly Operation[] = [
  ...ALPHABET,
  retype(RAM, D, "Frame", 3 * PAGE, PAGE),
  retype(B, D, "Frame", PAGE, PAGE),
  copy(A, D),
  copy(B, D),
  copy(C, D),
  copy(D, B),
  remove(D),
  revoke(D),
  map([TABLE, 0], D, M),
];
