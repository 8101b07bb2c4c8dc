import { describe, expect, it } from "vitest";
import { packElf } from "../../compile/elf";
import { fixtureImages } from "../machines/hosted/fixtures/images";

const BASE = 0x400000;
const TEXT = 0x1000000;

/** Reads an ELF file according to the ELF specification and its ARM supplement. */
function readElf(file: Uint8Array) {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const half = (at: number) => view.getUint16(at, true);
  const word = (at: number) => view.getUint32(at, true);
  const header = {
    ident: [...file.subarray(0, 16)],
    type: half(16),
    machine: half(18),
    version: word(20),
    entry: word(24),
    phoff: word(28),
    shoff: word(32),
    flags: word(36),
    ehsize: half(40),
    phentsize: half(42),
    phnum: half(44),
    shnum: half(48),
  };
  const programs = Array.from({ length: header.phnum }, (_, index) => {
    const at = header.phoff + index * header.phentsize;
    const [type, offset, vaddr, paddr, filesz, memsz, flags, align] = Array.from({ length: 8 }, (_, field) =>
      word(at + field * 4),
    ) as [number, number, number, number, number, number, number, number];
    return { type, offset, vaddr, paddr, filesz, memsz, flags, align, bytes: file.subarray(offset, offset + filesz) };
  });
  return { header, programs };
}

describe("the ELF image of a program", () => {
  const segments = [
    { address: BASE + 16, bytes: Uint8Array.of(1, 2, 3) },
    { address: BASE + 8, bytes: Uint8Array.of(9) },
  ];

  it("is an executable for 32-bit little-endian ARM", () => {
    const { header } = readElf(packElf({ base: BASE, end: BASE + 100, segments }));
    expect(header).toEqual({
      ident: [0x7f, 0x45, 0x4c, 0x46, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      type: 2,
      machine: 40,
      version: 1,
      entry: TEXT,
      phoff: 52,
      shoff: 0,
      flags: 0x05000000,
      ehsize: 52,
      phentsize: 32,
      phnum: 2,
      shnum: 0,
    });
  });

  it("has a read-write segment with data and zeros, and a text segment for the entry", () => {
    const { programs } = readElf(packElf({ base: BASE, end: BASE + 100, segments }));
    const bytes = new Uint8Array(19);
    bytes[8] = 9;
    bytes.set([1, 2, 3], 16);
    expect(programs).toEqual([
      { type: 1, offset: 4096, vaddr: BASE, paddr: BASE, filesz: 19, memsz: 100, flags: 6, align: 4096, bytes },
      {
        type: 1,
        offset: 116,
        vaddr: TEXT,
        paddr: TEXT,
        filesz: 4,
        memsz: 4,
        flags: 5,
        align: 4,
        bytes: Uint8Array.of(0xf0, 0x00, 0xf0, 0xe7),
      },
    ]);
  });

  it("may have no data at all", () => {
    const { programs } = readElf(packElf({ base: BASE, end: BASE + 64, segments: [] }));
    expect(programs[0]).toMatchObject({ filesz: 0, memsz: 64 });
  });

  it("refuses data outside the program's static memory", () => {
    expect(() => packElf({ base: BASE, end: BASE + 18, segments })).toThrow(/outside 400000-400012/);
    expect(() => packElf({ base: BASE + 9, end: BASE + 100, segments })).toThrow(/outside/);
    expect(() => packElf({ base: BASE, end: TEXT + 1, segments })).toThrow(/reaches the text/);
  });

  it("of a compiled program contains its data, unlike the module", async () => {
    const { elf, images } = await fixtureImages();
    const [program] = readElf(elf).programs;
    expect(Buffer.from(program?.bytes ?? []).includes("hello\n")).toBe(true);
    expect(program?.memsz).toBeGreaterThan(program?.filesz ?? 0);
    expect(Buffer.from(images.init as Uint8Array).includes("hello\n")).toBe(false);
  });
});
