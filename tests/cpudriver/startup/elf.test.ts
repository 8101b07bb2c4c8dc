/** init's ELF file is a claim, too: broken ones stop the machine with a sentence, none breaks it. */
import { describe, expect, it } from "vitest";
import { createBooter } from "../../support/boot";
import { fc } from "../../support/property";
import { BOUNDARY_WORDS, MIB, PAGE } from "../../support/well-known";

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

/** An ELF32 file for ARM with these segments, and a page of contents behind the headers. */
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
    ["says it is no executable", half(16, 3)],
    ["is for another machine", half(18, 62)],
    ["has its entry in no segment", entry(0x500000, [{}])],
    ["has its entry in a segment that is not executable", entry(0x400000, [{ flags: 6 }])],
    ["has its entry in the segment that is not executable", entry(0x800000, [{}, { address: 0x800000, flags: 6 }])],
    [
      "has its entry in a segment without bytes",
      entry(0x800000, [{}, { address: 0x800000, fileBytes: 0, memoryBytes: 0 }]),
    ],
    ["has its entry at a byte", entry(0x400001, [{}])],
    ["has its entry at a halfword", entry(0x400002, [{}])],
    ["has its entry just in front of a segment", entry(0x3ffffc, [{}])],
    ["has its entry just behind a segment", entry(0x400000 + PAGE, [{}])],
    ["has half of its first instruction behind a segment", entry(0x400040, [{ memoryBytes: 66 }])],
    ["is that of a text", new TextEncoder().encode("#!/bin/sh\n".repeat(100))],
  ])("%s: no executable", (_name, file) => {
    expect(load(file)).toEqual(noElf);
  });

  it.each([
    ["none", half(44, 0)],
    ["more than the file holds", half(44, 0xffff)],
    ["of another size", half(42, 56)],
    ["behind the file", elf([{}], (view) => view.setUint32(28, 0x10000, true))],
    ["at the end of all addresses", elf([{}], (view) => view.setUint32(28, 0xfffffffc, true))],
    ["at no word boundary", elf([{}], (view) => view.setUint32(28, 53, true))],
  ])("with program headers %s is broken", (_name, file) => {
    expect(load(file)).toEqual(broken);
  });
});

describe("segments", () => {
  it.each([
    ["behind the file", { offset: 0x10000 }],
    ["over the end of the file", { offset: PAGE, fileBytes: 4096 }],
    ["whose place in the file wraps", { offset: 0xfffffff0, fileBytes: 64 }],
    ["larger in the file than in memory", { fileBytes: 2048, memoryBytes: 1024 }],
    ["at null", { address: 0 }],
    ["over the dispatcher frame", { address: 0x224000 }],
    ["just below where segments may be", { address: 0x3ff000, memoryBytes: 2 * PAGE }],
    ["over the end of init's space", { address: 0x1fff000, memoryBytes: 2 * PAGE }],
    ["in the CPU driver's half", { address: 0x80000000 }],
    ["whose addresses wrap", { address: 0xfffff000, memoryBytes: 2 * PAGE }],
    ["as large as all addresses", { memoryBytes: 0xffffffff }],
  ])("%s are refused", (_name, segment) => {
    expect(load(elf([{}, { address: 0x800000, ...segment }]))).toEqual(broken);
  });

  it.each([
    ["behind the file", { offset: 0x10000, memoryBytes: 0 }],
    ["in the file", { memoryBytes: 0 }],
    ["of a byte", { fileBytes: 1, memoryBytes: 0 }],
    ["of all bytes", { fileBytes: 0xffffffff, memoryBytes: 0 }],
  ])("without memory are refused with bytes %s", (_name, segment) => {
    const tooLong = { kind: "panic", message: expect.stringMatching(/do not fit in the file or in its memory/) };
    expect(load(elf([{}, { address: 0x800000, ...segment }]))).toEqual(tooLong);
    expect(load(elf([segment, {}]))).toEqual(tooLong);
  });

  it.each([
    ["just behind the file", HEADER + 2 * PROGRAM_HEADER + PAGE],
    ["far behind the file", 0x10000],
    ["at the last word of all offsets", 0xfffffffc],
    ["at the last byte of all offsets", 0xffffffff],
  ])("without bytes in the file boot with an offset %s", (_name, offset) => {
    expect(load(elf([{}, { address: 0x800000, offset, fileBytes: 0 }]))).toEqual(booted);
    expect(load(elf([{ offset, fileBytes: 0 }]))).toEqual(booted);
    expect(load(elf([{}, { address: 0, offset, fileBytes: 0, memoryBytes: 0 }]))).toEqual(booted);
  });

  it("hold the entry anywhere, the last instruction included", () => {
    expect(load(entry(0x400000 + PAGE - 4, [{}]))).toEqual({ kind: "booted", entry: 0x400000 + PAGE - 4 });
    const second = entry(0x800040, [{ flags: 6 }, { address: 0x800000, flags: 5 }]);
    expect(load(second)).toEqual({ kind: "booted", entry: 0x800040 });
  });

  it("that overlap are refused, and that share a page", () => {
    const other = (address: number, memoryBytes = PAGE) => load(elf([{}, { address, memoryBytes }]));
    expect(other(0x400000)).toEqual(broken);
    expect(other(0x400800)).toEqual(broken);
    expect(load(elf([{ memoryBytes: 100 }, { address: 0x400800, memoryBytes: 100 }]))).toEqual(broken);
    expect(other(0x401000)).toEqual(booted);
  });

  it("that are larger than the memory stop with a reason", () => {
    const result = load(elf([{ memoryBytes: 27 * MIB }, { address: 0x1f00000, memoryBytes: MIB }]));
    expect(result).toEqual(booted);
    const small = { base: 0x80000000, bytes: 16 * MIB, type: 1 };
    const module = { string: "init", elf: elf([{ memoryBytes: 27 * MIB }]) };
    const message = expect.stringMatching(/not enough RAM to start/);
    expect(boot({ memoryMap: [small], modules: [module] })).toEqual({ kind: "panic", message });
  });

  it("of other kinds, and empty ones, are passed over", () => {
    expect(load(elf([{}, { type: 0x70000001, address: 0, fileBytes: 0xffffffff }]))).toEqual(booted);
    expect(load(elf([{}, { memoryBytes: 0, fileBytes: 0, address: 0 }]))).toEqual(booted);
    expect(load(elf([{ type: 2 }]))).toEqual(noElf);
  });

  it("may be as many as start-up has slots for frames: bootinfo, arguments and dispatcher frame take three of 195", () => {
    const many = (length: number, memoryBytes = PAGE) =>
      elf(Array.from({ length }, (_, i) => ({ address: 0x400000 + i * 2 * PAGE, memoryBytes })));
    const tooMany = { kind: "panic", message: expect.stringMatching(/init: too many segments/) };
    expect(load(many(192))).toEqual(booted);
    expect(load(many(193))).toEqual(tooMany);
    expect(load(many(2000))).toEqual(tooMany);
  });

  it("take a frame for each L2 table that they reach", () => {
    const crossing = { address: 0x500000 - PAGE, memoryBytes: 2 * PAGE };
    const small = (length: number) =>
      Array.from({ length }, (_, i) => ({ address: 0x600000 + i * 2 * PAGE, memoryBytes: 64 }));
    expect(load(elf([{}, crossing, ...small(189)]))).toEqual(booted);
    expect(load(elf([{}, crossing, ...small(190)]))).toMatchObject({ kind: "panic" });
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
