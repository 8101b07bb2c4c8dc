/** A broken ELF file of init stops the machine with a message, and never crashes the CPU driver. */
import { describe, expect, it } from "vitest";
import { BOUNDARY_WORDS, MIB, PAGE } from "../../../../evidence/harness/well-known";
import { createBooter } from "../../../support/boot";
import { fc } from "../../../support/property";

const boot = createBooter();

interface Segment {
  type?: number;
  offset?: number;
  address?: number;
  fileBytes?: number;
  memoryBytes?: number;
  flags?: number;
}

const HEADER = 52;
const PROGRAM_HEADER = 32;

/** An ELF32 file for ARM with these segments, and a page of contents after the headers. */
function elf(segments: Segment[], change: (view: DataView) => void = () => {}): Uint8Array {
  const headers = HEADER + segments.length * PROGRAM_HEADER;
  const file = new Uint8Array(headers + PAGE);
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  file.fill(0xaa, headers);
  view.setUint16(16, 2, true);
  view.setUint16(18, 40, true);
  view.setUint32(20, 1, true);
  view.setUint32(24, 0x400000, true);
  view.setUint32(28, HEADER, true);
  view.setUint16(40, HEADER, true);
  view.setUint16(42, PROGRAM_HEADER, true);
  view.setUint16(44, segments.length, true);
  segments.forEach((segment, index) => {
    const { type = 1, offset = headers, address = 0x400000, fileBytes = 64, memoryBytes = 4096, flags = 7 } = segment;
    const words = [type, offset, address, address, fileBytes, memoryBytes, flags, PAGE];
    for (const [i, word] of words.entries()) view.setUint32(HEADER + index * PROGRAM_HEADER + 4 * i, word, true);
  });
  change(view);
  return file;
}

const entry = (address: number, segments: Segment[]) => elf(segments, (view) => view.setUint32(24, address, true));
const load = (file: Uint8Array) => boot({ modules: [{ string: "init", elf: file }] });
const booted = { kind: "booted", entry: 0x400000 };
const noElf = { kind: "panic", message: "the CPU driver panicked: init: not an ELF32 executable for ARM" };
const broken = { kind: "panic", message: expect.stringMatching(/^the CPU driver panicked: init: broken ELF file: /) };

it("a file with a segment boots", () => {
  expect(load(elf([{}]))).toEqual(booted);
});

describe("the header", () => {
  const half = (offset: number, value: number) => elf([{}], (view) => view.setUint16(offset, value, true));

  it.each([
    ["is cut off", elf([{}]).subarray(0, 51)],
    ["has no magic number", half(0, 0x457e)],
    ["says 64 bits", half(4, 0x0102)],
    ["says big-endian", half(4, 0x0201)],
    ["says that it is not executable", half(16, 3)],
    ["is for another machine", half(18, 62)],
    ["has its entry in no segment", entry(0x500000, [{}])],
    ["has its entry in a segment that is not executable", entry(0x400000, [{ flags: 6 }])],
    ["has its entry in the segment that is not executable", entry(0x800000, [{}, { address: 0x800000, flags: 6 }])],
    [
      "has its entry in a segment without bytes",
      entry(0x800000, [{}, { address: 0x800000, fileBytes: 0, memoryBytes: 0 }]),
    ],
    ["has its entry at an odd address", entry(0x400001, [{}])],
    ["has its entry at a halfword address", entry(0x400002, [{}])],
    ["has its entry just below a segment", entry(0x3ffffc, [{}])],
    ["has its entry just past the end of a segment", entry(0x400000 + PAGE, [{}])],
    ["has half of its first instruction past the end of a segment", entry(0x400040, [{ memoryBytes: 66 }])],
    ["is text", new TextEncoder().encode("#!/bin/sh\n".repeat(100))],
  ])("is refused if it %s", (_name, file) => {
    expect(load(file)).toEqual(noElf);
  });

  it.each([
    ["none", half(44, 0)],
    ["more than the file holds", half(44, 0xffff)],
    ["of the wrong size", half(42, 56)],
    ["past the end of the file", elf([{}], (view) => view.setUint32(28, 0x10000, true))],
    ["at the end of all addresses", elf([{}], (view) => view.setUint32(28, 0xfffffffc, true))],
    ["at an unaligned offset", elf([{}], (view) => view.setUint32(28, 53, true))],
  ])("is refused with program headers %s", (_name, file) => {
    expect(load(file)).toEqual(broken);
  });
});

describe("segments", () => {
  it.each([
    ["past the end of the file", { offset: 0x10000 }],
    ["across the end of the file", { offset: PAGE, fileBytes: 4096 }],
    ["whose offsets in the file wrap", { offset: 0xfffffff0, fileBytes: 64 }],
    ["larger in the file than in memory", { fileBytes: 2048, memoryBytes: 1024 }],
    ["at null", { address: 0 }],
    ["over the dispatcher frame", { address: 0x224000 }],
    ["just below the allowed addresses", { address: 0x3ff000, memoryBytes: 2 * PAGE }],
    ["across the end of init's space", { address: 0x1fff000, memoryBytes: 2 * PAGE }],
    ["in the CPU driver's half", { address: 0x80000000 }],
    ["whose addresses wrap", { address: 0xfffff000, memoryBytes: 2 * PAGE }],
    ["as large as all addresses", { memoryBytes: 0xffffffff }],
  ])("%s are refused", (_name, segment) => {
    expect(load(elf([{}, { address: 0x800000, ...segment }]))).toEqual(broken);
  });

  it.each([
    ["past the end of the file", { offset: 0x10000, memoryBytes: 0 }],
    ["in the file", { memoryBytes: 0 }],
    ["of a byte", { fileBytes: 1, memoryBytes: 0 }],
    ["of all bytes", { fileBytes: 0xffffffff, memoryBytes: 0 }],
  ])("without memory are refused with bytes %s", (_name, segment) => {
    const tooLong = { kind: "panic", message: expect.stringMatching(/do not fit in the file or in its memory/) };
    expect(load(elf([{}, { address: 0x800000, ...segment }]))).toEqual(tooLong);
    expect(load(elf([segment, {}]))).toEqual(tooLong);
  });

  it.each([
    ["just past the end of the file", HEADER + 2 * PROGRAM_HEADER + PAGE],
    ["far past the end of the file", 0x10000],
    ["of 0xfffffffc", 0xfffffffc],
    ["of 0xffffffff", 0xffffffff],
  ])("without bytes in the file boot with an offset %s", (_name, offset) => {
    expect(load(elf([{}, { address: 0x800000, offset, fileBytes: 0 }]))).toEqual(booted);
    expect(load(elf([{ offset, fileBytes: 0 }]))).toEqual(booted);
    expect(load(elf([{}, { address: 0, offset, fileBytes: 0, memoryBytes: 0 }]))).toEqual(booted);
  });

  it("may hold the entry anywhere, including the last instruction", () => {
    expect(load(entry(0x400000 + PAGE - 4, [{}]))).toEqual({ kind: "booted", entry: 0x400000 + PAGE - 4 });
    const second = entry(0x800040, [{ flags: 6 }, { address: 0x800000, flags: 5 }]);
    expect(load(second)).toEqual({ kind: "booted", entry: 0x800040 });
  });

  it("that overlap or share a page are refused", () => {
    const other = (address: number, memoryBytes = PAGE) => load(elf([{}, { address, memoryBytes }]));
    expect(other(0x400000)).toEqual(broken);
    expect(other(0x400800)).toEqual(broken);
    expect(load(elf([{ memoryBytes: 100 }, { address: 0x400800, memoryBytes: 100 }]))).toEqual(broken);
    expect(other(0x401000)).toEqual(booted);
    expect(load(elf([{ address: 0x401000 }, {}])), "in descending order").toEqual(booted);
  });

  it("that are larger than the memory stop the machine with a reason", () => {
    const result = load(elf([{ memoryBytes: 27 * MIB }, { address: 0x1f00000, memoryBytes: MIB }]));
    expect(result).toEqual(booted);
    const small = { base: 0x80000000, bytes: 16 * MIB, type: 1 };
    const module = { string: "init", elf: elf([{ memoryBytes: 27 * MIB }]) };
    const message = expect.stringMatching(/not enough RAM to start/);
    expect(boot({ memoryMap: [small], modules: [module] })).toEqual({ kind: "panic", message });
  });

  it("of other types, and empty ones, are ignored", () => {
    expect(load(elf([{}, { type: 0x70000001, address: 0, fileBytes: 0xffffffff }]))).toEqual(booted);
    expect(load(elf([{}, { memoryBytes: 0, fileBytes: 0, address: 0 }]))).toEqual(booted);
    expect(load(elf([{ type: 2 }]))).toEqual(noElf);
  });

  it("may be at most 192, because bootinfo, arguments and dispatcher frame use three of 195 slots", () => {
    const many = (length: number, memoryBytes = PAGE) =>
      elf(Array.from({ length }, (_, i) => ({ address: 0x400000 + i * 2 * PAGE, memoryBytes })));
    const tooMany = { kind: "panic", message: expect.stringMatching(/init: too many segments/) };
    expect(load(many(192))).toEqual(booted);
    expect(load(many(193))).toEqual(tooMany);
    expect(load(many(2000))).toEqual(tooMany);
  });

  it("use a frame for each L2 table that they reach", () => {
    const crossing = { address: 0x500000 - PAGE, memoryBytes: 2 * PAGE };
    const small = (length: number) =>
      Array.from({ length }, (_, i) => ({ address: 0x600000 + i * 2 * PAGE, memoryBytes: 64 }));
    expect(load(elf([{}, crossing, ...small(189)]))).toEqual(booted);
    expect(load(elf([{}, crossing, ...small(190)]))).toMatchObject({ kind: "panic" });
    const upToTheBoundary = { address: 0x500000 - PAGE, memoryBytes: PAGE };
    expect(load(elf([{}, upToTheBoundary, ...small(190)]))).toEqual(booted);
  });
});

it("any file with words of its headers replaced boots or stops with a reason", () => {
  const word = fc.oneof(
    fc.constantFrom(...BOUNDARY_WORDS, 0x400000, 0x401000),
    fc.integer({ min: 0, max: 0xffffffff }),
  );
  const place = fc.integer({ min: 0, max: (HEADER + 2 * PROGRAM_HEADER) / 4 - 1 });
  const property = fc.property(fc.array(fc.tuple(place, word), { minLength: 1, maxLength: 3 }), (words) => {
    const file = elf([{}, { address: 0x800000 }], (view) => {
      for (const [index, value] of words) view.setUint32(index * 4, value, true);
    });
    const result = load(file);
    if (result.kind !== "booted") expect([noElf, broken]).toContainEqual(result);
  });
  fc.assert(property, { numRuns: 500 });
}, 120_000);

it("any bytes boot or stop with a reason", () => {
  const bytes = fc.tuple(fc.nat({ max: 115 }), fc.uint8Array({ minLength: 1, maxLength: 16 }));
  const property = fc.property(bytes, ([at, noise]) => {
    const file = elf([{}, { address: 0x800000 }]);
    file.set(noise, at);
    const result = load(file);
    if (result.kind !== "booted") expect(result).toMatchObject({ message: expect.stringMatching(/panicked: init: /) });
  });
  fc.assert(property, { numRuns: 500 });
}, 120_000);
