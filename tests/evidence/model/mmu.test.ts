import { expect, it } from "vitest";
import { CapabilityModel } from "../../../evidence/model/capabilities";
import { mappedRanges, translate } from "../../../evidence/model/mmu";

const ROOT = 0x80100000;

/** Two read-only pages at 0x00500000 through an L2 table, a writable section at 0x00700000, devices at 0x00900000. */
function space(): CapabilityModel {
  const model = CapabilityModel.create(4, { base: 0x80000000, bytes: 0x40000000 });
  model.place(0, { type: "RAM", base: 0x81000000, bytes: 64 << 20 });
  model.place(1, { type: "VNode_ARM_l1", base: ROOT, bytes: 16384 });
  model.place(2, { type: "DevFrame", base: 0x48000000, bytes: 16 << 20 });
  model.retype({ src: 0, dst: 10, offset: 0, type: "VNode_ARM_l2", objsize: 0, count: 1 });
  model.retype({ src: 0, dst: 11, offset: 4096, type: "Frame", objsize: 8192, count: 1 });
  model.retype({ src: 0, dst: 12, offset: 0x100000, type: "Frame", objsize: 0x100000, count: 1 });
  model.map({ vnode: 1, src: 10, entry: 5, flags: 0, offset: 0, count: 1, mapping: 20 });
  model.map({ vnode: 10, src: 11, entry: 0, flags: 5, offset: 0, count: 2, mapping: 21 });
  model.map({ vnode: 1, src: 12, entry: 7, flags: 3, offset: 0, count: 1, mapping: 22 });
  model.map({ vnode: 1, src: 2, entry: 9, flags: 7, offset: 0x100000, count: 1, mapping: 23 });
  return model;
}

it("mapped addresses translate", () => {
  const { tables } = space();
  expect(translate(tables, ROOT, 0x501234, "read")).toMatchObject({ ok: true, address: 0x81002234 });
  expect(translate(tables, ROOT, 0x500000, "execute")).toMatchObject({ ok: true });
  expect(translate(tables, ROOT, 0x7ffffc, "write", 4)).toMatchObject({ ok: true, address: 0x811ffffc });
  expect(translate(tables, ROOT, 0x900010, "write")).toMatchObject({ ok: true, address: 0x48100010 });
});

it("all other accesses fault with the status that the architecture defines", () => {
  const { tables } = space();
  const status = (address: number, kind: "read" | "write" | "execute", bytes: 1 | 2 | 4 = 1): number | undefined => {
    const translation = translate(tables, ROOT, address, kind, bytes);
    return translation.ok ? undefined : translation.status;
  };
  expect(status(0x400000, "read")).toBe(5);
  expect(status(0x502000, "read")).toBe(7);
  expect(status(0x500000, "write")).toBe(15);
  expect(status(0x700000, "execute")).toBe(13);
  expect(status(0x900000, "execute")).toBe(13);
  expect(status(0x700002, "read", 4)).toBe(1);
});

it("an address space lists its mapped ranges", () => {
  const { tables } = space();
  const ranges = mappedRanges(tables, ROOT).map(({ virtual, bytes, entry }) => [virtual, bytes, entry.address]);
  expect(ranges).toEqual([
    [0x500000, 4096, 0x81001000],
    [0x501000, 4096, 0x81002000],
    [0x700000, 0x100000, 0x81100000],
    [0x900000, 0x100000, 0x48100000],
  ]);
});
