/**
 * init's first address space consists of ordinary capabilities. When a table, a frame or a mapping of start-up is
 * deleted, the access to its memory ends. (Specification of capabilities, section 6.5.)
 */
import { describe, expect, it } from "vitest";
import { inRootSlot, L1_TABLE, MIB, PAGE, RAM, slot } from "../../../../evidence/harness/well-known";
import {
  CapLevel,
  INIT_L2_TABLES,
  PAGECN_SLOT_FRAME_MAPPINGS,
  PAGECN_SLOT_TABLE_MAPPINGS,
  PAGECN_SLOT_TABLES,
  RootSlot,
} from "../../../../system/kpi/cspace";
import {
  INIT_ARGS_VBASE,
  INIT_BOOTINFO_VBASE,
  INIT_DISPATCHER_VBASE,
  INIT_VBASE,
} from "../../../../system/kpi/init-space";
import { ObjType } from "../../../../system/kpi/object-types";
import { VRegionFlags } from "../../../../system/kpi/types";
import { useSystem } from "../../../support/use-system";

const system = await useSystem();
const { do: call } = system;

const page = (index: number) => inRootSlot(RootSlot.PAGECN, index);
const table = (index: number) => page(PAGECN_SLOT_TABLES + index);
const tableMapping = (index: number) => page(PAGECN_SLOT_TABLE_MAPPINGS + index);
const segment = (index: number) => inRootSlot(RootSlot.SEGCN, index);
const frameMapping = (index: number) => page(PAGECN_SLOT_FRAME_MAPPINGS + index);
const addressOf = (index: number) => INIT_VBASE + index * MIB;

const FRAME = slot(0);
const MAPPING = slot(1);

/** Maps a page of RAM in entry 0 of the table with that index, and loads the translation into the TLB. */
function mapIn(index: number): number {
  const va = addressOf(index);
  call.retype({ from: RAM, type: ObjType.Frame, bytes: PAGE, to: FRAME });
  call.map({ table: table(index), source: FRAME, entry: 0, flags: VRegionFlags.READ_WRITE, mapping: MAPPING });
  system.user.store(va, 0x5eed);
  return va;
}

function expectNoAccess(va: number): void {
  expect(system.user.canRead(va)).toBe(false);
  expect(system.user.canWrite(va)).toBe(false);
}

describe("a page that a program maps in an L2 table of start-up", () => {
  const indices = [3, 15, INIT_L2_TABLES - 1];

  it.each(indices)("is unmapped when table %i is deleted, and then its frame", (index) => {
    const va = mapIn(index);
    call.delete(table(index));
    expectNoAccess(va);
    call.delete(FRAME);
    expectNoAccess(va);
    call.retype({ from: RAM, type: ObjType.L2CNode, bytes: 16384, to: slot(2) });
    expectNoAccess(va);
  });

  it.each(indices)("is unmapped when table %i is revoked and deleted through a copy", (index) => {
    const va = mapIn(index);
    call.copy(table(index), slot(3));
    call.revoke(slot(3));
    call.delete(slot(3));
    expectNoAccess(va);
  });

  it.each(indices)("is unmapped from table %i when only the frame is deleted", (index) => {
    const va = mapIn(index);
    call.delete(FRAME);
    expectNoAccess(va);
  });

  it.each(indices)("is unmapped when the mapping of table %i in the L1 table is deleted", (index) => {
    const va = mapIn(index);
    call.delete(tableMapping(index));
    expectNoAccess(va);
  });

  it("is unmapped with the whole page CNode", () => {
    const va = mapIn(20);
    call.delete({ address: inRootSlot(RootSlot.PAGECN), level: CapLevel.L1 });
    for (const at of [va, INIT_BOOTINFO_VBASE, INIT_ARGS_VBASE, INIT_DISPATCHER_VBASE]) expectNoAccess(at);
    call.delete(FRAME);
    call.retype({ from: RAM, type: ObjType.L2CNode, bytes: 16384, to: slot(2) });
    expectNoAccess(va);
  });

  it("is unmapped when all tables are unmapped one by one", () => {
    const va = mapIn(20);
    for (let i = 0; i < INIT_L2_TABLES; i++) call.unmap(L1_TABLE, tableMapping(i));
    expectNoAccess(va);
    call.map({ table: L1_TABLE, source: table(20), entry: addressOf(20) / MIB, mapping: slot(4) });
    expect(system.user.load(va)).toBe(0x5eed);
  });
});

describe("memory that start-up mapped", () => {
  const places = [INIT_BOOTINFO_VBASE, INIT_ARGS_VBASE, INIT_DISPATCHER_VBASE, 0x400000];

  it.each([...places.keys()])(
    "is unmapped with its capability in the segment CNode, number %i, and nothing else is",
    (i) => {
      call.delete(segment(i));
      expect(places.map((va) => system.user.canRead(va))).toEqual(places.map((_, other) => other !== i));
      expect(system.isEmpty(frameMapping(i))).toBe(true);
    },
  );

  it.each([...places.keys()])("is unmapped with its mapping, number %i", (i) => {
    call.delete(frameMapping(i));
    expectNoAccess(places[i]!);
  });

  it("can be unmapped and mapped again like any other frame", () => {
    const va = INIT_DISPATCHER_VBASE;
    call.unmap(table(0), frameMapping(2));
    expectNoAccess(va);
    call.map({ table: table(0), source: segment(2), entry: 0x24, count: 64, mapping: slot(4) });
    expect(system.user.canWrite(va)).toBe(true);
  });

  it("is unmapped when its table is deleted", () => {
    call.delete(table(0));
    for (const va of places.slice(0, 3)) expectNoAccess(va);
    expect(system.user.canRead(0x400000)).toBe(true);
  });
});
