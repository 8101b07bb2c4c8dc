/**
 * Revocation and deletion of deep, numerous and circular structures. The accounts must be the same afterwards as before.
 * The CPU driver checks all its invariants while the structure exists and again when it is gone.
 */
import { beforeEach, describe, expect, it } from "vitest";
import type { Accounts } from "../../../../evidence/harness/system";
import { inRootSlot, L1_TABLE, MIB, PAGE, RAM, slot } from "../../../../evidence/harness/well-known";
import { CapLevel } from "../../../../system/kpi/cspace";
import { ObjType } from "../../../../system/kpi/object-types";
import { DebugCall } from "../../../../system/kpi/system-calls";
import { useSystem } from "../../../support/use-system";

const system = await useSystem();
const { do: call } = system;

const CNODE = 16384;
/** First slot of the root for CNodes of a test. */
const FIRST = 12;
const inOwnRoot = (index: number) => ({ cnode: 0, level: CapLevel.ROOT, slot: index });
/** The n-th slot of the CNodes that `makeSlots` made. */
const nth = (n: number) => inRootSlot(FIRST + (n >> 8), n & 255);

/** Makes CNodes for n capabilities, 32 MiB past the start of the RAM. The RAM below is for the test. */
function makeSlots(n: number): void {
  const count = Math.ceil(n / 256);
  call.retype({ from: RAM, type: ObjType.L2CNode, bytes: CNODE, offset: 32 * MIB, count, to: inOwnRoot(FIRST) });
}

const invariantsHold = () => call.debug(DebugCall.CHECK_INVARIANTS) === 1;

beforeEach(() => {
  system.checkEachCall = false;
});

describe("a chain of nested RAM, 1,000 deep,", () => {
  const DEPTH = 1000;
  let before: Accounts;

  function makeChain(): void {
    makeSlots(DEPTH);
    before = system.accounts();
    let from = RAM;
    for (let i = 0; i < DEPTH; i++) {
      const bytes = (DEPTH - i) * PAGE;
      call.retype({ from, type: ObjType.RAM, bytes, offset: i === 0 ? 0 : PAGE, to: nth(i) });
      from = nth(i);
    }
    expect(system.accounts().capabilities).toBe(before.capabilities + DEPTH);
    expect(invariantsHold()).toBe(true);
  }

  it("is deleted by a revoke of its first capability", () => {
    makeChain();
    call.revoke(nth(0));
    expect(system.accounts().capabilities).toBe(before.capabilities + 1);
    expect(invariantsHold()).toBe(true);
    call.retype({ from: nth(0), type: ObjType.Frame, bytes: DEPTH * PAGE, to: slot(0) });
  });

  it("is deleted below its middle by a revoke there", () => {
    makeChain();
    call.revoke(nth(500));
    expect(system.accounts().capabilities).toBe(before.capabilities + 501);
    expect(invariantsHold()).toBe(true);
  });

  it("can be deleted one capability at a time, from both ends", () => {
    makeChain();
    for (let i = 0; i < DEPTH / 2; i++) {
      call.delete(nth(i));
      call.delete(nth(DEPTH - 1 - i));
    }
    expect(system.accounts()).toEqual(before);
    expect(invariantsHold()).toBe(true);
  });
});

it("one revoke deletes 65,536 descendants", () => {
  const n = 65536;
  // The root is too small for that many CNodes, so the test makes a larger one first.
  call.retype({ from: RAM, type: ObjType.L1CNode, bytes: 2 * CNODE, offset: 30 * MIB, to: slot(0) });
  call.resize(slot(0), slot(1));
  call.delete(slot(1));
  const place = inOwnRoot(256);
  call.retype({ from: RAM, type: ObjType.L2CNode, bytes: CNODE, offset: 32 * MIB, count: 256, to: place });
  const before = system.accounts();
  call.retype({ from: RAM, type: ObjType.RAM, bytes: 16 * MIB, to: slot(1) });
  // 16,384 tables of 1 KiB, and three copies of each.
  for (let i = 0; i < 256; i++) {
    const original = i % 64;
    if (i < 64) {
      const offset = i * 256 * 1024;
      call.retype({ from: slot(1), type: ObjType.VNode_ARM_l2, offset, count: 256, to: inRootSlot(256 + i) });
    } else {
      for (let j = 0; j < 256; j++) call.copy(inRootSlot(256 + original, j), inRootSlot(256 + i, j));
    }
  }
  expect(system.accounts().capabilities).toBe(before.capabilities + 1 + n);
  expect(invariantsHold()).toBe(true);
  call.revoke(slot(1));
  expect(system.accounts().capabilities).toBe(before.capabilities + 1);
  call.delete(slot(1));
  expect(system.accounts()).toEqual(before);
  expect(invariantsHold()).toBe(true);
}, 60_000);

describe("10,000 copies", () => {
  const N = 10000;

  it.each([
    ["a frame", ObjType.Frame, PAGE],
    ["a CNode", ObjType.L2CNode, CNODE],
    ["a page table", ObjType.VNode_ARM_l2, 0],
    ["a dispatcher", ObjType.Dispatcher, 0],
  ])(
    "of %s can be deleted by one revoke, or one by one",
    (_name, type, bytes) => {
      makeSlots(N);
      const before = system.accounts();
      call.retype({ from: RAM, type, bytes, to: slot(0) });
      for (let i = 0; i < N; i++) call.copy(slot(0), nth(i));
      expect(invariantsHold()).toBe(true);
      call.revoke(slot(0));
      expect(system.accounts().capabilities).toBe(before.capabilities + 1);
      for (let i = 0; i < N; i++) call.copy(slot(0), nth(i));
      call.delete(slot(0));
      for (let i = 0; i < N; i++) call.delete(nth((i * 7919) % N));
      expect(system.accounts()).toEqual(before);
      expect(invariantsHold()).toBe(true);
    },
    60_000,
  );

  it("of one frame, each mapped, are unmapped by one revoke", () => {
    const n = 10 * 256;
    makeSlots(2 * n);
    call.retype({ from: RAM, type: ObjType.VNode_ARM_l2, count: 10, to: slot(100) });
    for (let i = 0; i < 10; i++) {
      call.map({ table: L1_TABLE, source: slot(100 + i), entry: 100 + i, mapping: slot(200 + i) });
    }
    const before = system.accounts();
    call.retype({ from: RAM, type: ObjType.Frame, bytes: PAGE, offset: MIB, to: slot(0) });
    for (let i = 0; i < n; i++) {
      call.copy(slot(0), nth(2 * i));
      call.map({ table: slot(100 + (i >> 8)), source: nth(2 * i), entry: i & 255, mapping: nth(2 * i + 1) });
    }
    const addresses = Array.from({ length: n }, (_, i) => 100 * MIB + i * PAGE);
    expect(addresses.filter((va) => !system.user.canWrite(va))).toEqual([]);
    expect(system.accounts().mappings).toBe(before.mappings + n);
    call.revoke(slot(0));
    expect(system.accounts().mappings).toBe(before.mappings);
    expect(
      addresses.filter((va) => system.user.canRead(va)),
      "no stale translation",
    ).toEqual([]);
    call.delete(slot(0));
    expect(system.accounts()).toEqual(before);
  }, 60_000);
});

describe("CNodes in CNodes", () => {
  it("nested 200 deep are deleted with the outermost one", () => {
    const before = system.accounts();
    const depth = 200;
    call.retype({ from: RAM, type: ObjType.L2CNode, bytes: CNODE, count: depth, to: slot(0) });
    // Each is copied into the next one, which is in the root meanwhile, so that its slots have addresses.
    for (let i = 0; i < depth - 1; i++) {
      call.copy(slot(i + 1), inOwnRoot(FIRST));
      call.copy(slot(i), inRootSlot(FIRST, 17));
      call.copy(RAM, inRootSlot(FIRST, 200));
      call.delete({ address: inRootSlot(FIRST), level: CapLevel.L1 });
      call.delete(slot(i));
    }
    expect(system.accounts().capabilities).toBe(before.capabilities + depth + depth - 1);
    expect(invariantsHold()).toBe(true);
    call.delete(slot(depth - 1));
    expect(system.accounts()).toEqual(before);
  });

  it("with 61,440 capabilities in 240 full ones are deleted with their root", () => {
    const before = system.accounts();
    call.retype({ from: RAM, type: ObjType.L1CNode, bytes: CNODE, to: slot(0) });
    const inside = { root: slot(0), ...inOwnRoot(0) };
    call.retype({ from: RAM, type: ObjType.L2CNode, bytes: CNODE, offset: CNODE, count: 240, to: inside });
    // 30,720 tables and as many copies.
    for (let i = 0; i < 120; i++) {
      const to = { root: slot(0), cnode: inRootSlot(i), slot: 0 };
      call.retype({ from: RAM, type: ObjType.VNode_ARM_l2, offset: 8 * MIB + i * 256 * 1024, count: 256, to });
      for (let j = 0; j < 256; j++) {
        const table = { root: slot(0), address: inRootSlot(i, j) };
        call.copy(table, { root: slot(0), cnode: inRootSlot(239 - i), slot: j });
      }
    }
    expect(system.accounts().capabilities).toBe(before.capabilities + 1 + 240 + 240 * 256);
    expect(invariantsHold()).toBe(true);
    call.delete(slot(0));
    expect(system.accounts()).toEqual(before);
    expect(invariantsHold()).toBe(true);
  }, 60_000);

  it("in a ring of 100, each with a mapped page, are deleted with the last capability outside the ring", () => {
    const n = 100;
    const before = system.accounts();
    call.retype({ from: RAM, type: ObjType.L2CNode, bytes: CNODE, count: n, to: slot(0) });
    for (let i = 0; i < n; i++) {
      call.copy(slot((i + 1) % n), inOwnRoot(FIRST));
      call.copy(slot(i), inRootSlot(FIRST, 0));
      call.retype({
        from: RAM,
        type: ObjType.Frame,
        bytes: PAGE,
        offset: 8 * MIB + i * PAGE,
        to: inRootSlot(FIRST, 1),
      });
      call.map({ table: L1_TABLE + 30, source: inRootSlot(FIRST, 1), entry: i, mapping: inRootSlot(FIRST, 2) });
      call.delete({ address: inRootSlot(FIRST), level: CapLevel.L1 });
    }
    for (let i = 0; i < n - 1; i++) call.delete(slot(i));
    expect(system.accounts().mappings).toBe(before.mappings + n);
    const last = 0x1f00000 + (n - 1) * PAGE;
    expect(system.user.canRead(last)).toBe(true);
    call.delete(slot(n - 1));
    expect(system.accounts()).toEqual(before);
    expect(system.user.canRead(last)).toBe(false);
  });
});
