/** A wrong multiboot block stops the machine with a message that names the error. */
import { describe, expect, it } from "vitest";
import { board, memoryMap } from "../../../../evidence/harness/system";
import { BOUNDARY_WORDS, MIB, PAGE } from "../../../../evidence/harness/well-known";
import { Multiboot, MultibootMapType } from "../../../../system/kpi/multiboot";
import { type BootImage, createBooter, plainInit } from "../../../support/boot";
import { fc } from "../../../support/property";

const boot = createBooter();
const { base } = board.dram;
const RAM = MultibootMapType.RAM;
const DEVICE = MultibootMapType.DEVICE;
const ram = { base, bytes: 64 * MIB, type: RAM };

const panics = (reason: RegExp) => ({ kind: "panic", message: expect.stringMatching(reason) });
const spoilt = (spoil: (image: BootImage) => void) => boot({ spoil });

it("boots from a valid block", () => {
  expect(boot()).toEqual({ kind: "booted", entry: 0x400000 });
});

describe("the block", () => {
  it("must be in RAM, aligned, with the magic number", () => {
    for (const block of [0, 4, base - 8, base + 64 * MIB, 0xfffffff8]) {
      expect(spoilt((image) => (image.block = block))).toEqual(panics(/the block is not in RAM/));
    }
    expect(spoilt((image) => (image.block += 4))).toEqual(panics(/the block is not in RAM/));
    expect(spoilt((image) => image.setWord(0, 0x1badb002))).toEqual(panics(/no magic number/));
  });

  it("must not lie over the CPU driver", () => {
    const moved = (image: BootImage) => {
      const bytes = image.memory.read(image.block, 256);
      image.block = base + 0x8000;
      image.memory.write(image.block, bytes);
    };
    expect(spoilt(moved)).toEqual(panics(/overlaps the CPU driver/));
  });

  it.each([0, 1, 27, 64 * MIB + 1, 0x7fffffff, 0xffffffff])("cannot have %i bytes", (bytes) => {
    expect(spoilt((image) => image.setWord(Multiboot.BYTES, bytes))).toEqual(panics(/multiboot: /));
  });

  it("must be aligned, and so must its lists", () => {
    const fields: [number, number, RegExp][] = [
      [Multiboot.MAP, 8, /the memory map is not aligned to 8 bytes/],
      [Multiboot.MODULES, 4, /the list of modules is not aligned to 4 bytes/],
    ];
    for (const [field, alignment, reason] of fields) {
      for (let by = 1; by < alignment; by++) {
        const moved = (image: BootImage) => image.setWord(field, image.word(field) + by);
        expect(spoilt(moved), `field ${field} + ${by}`).toEqual(panics(reason));
      }
    }
    for (let by = 1; by < 8; by++) {
      expect(
        spoilt((image) => (image.block += by)),
        `block + ${by}`,
      ).toEqual(panics(/not aligned to 8 bytes/));
    }
  });

  it("must contain the memory map, the modules and the strings that it names", () => {
    const fields: [number, RegExp][] = [
      [Multiboot.MAP, /the memory map is outside of the block/],
      [Multiboot.MODULES, /the list of modules is outside of the block/],
      [Multiboot.COMMAND_LINE, /the command line/],
    ];
    for (const [field, reason] of fields) {
      for (const address of [0, base - 24, base, base + 32 * MIB, base + 64 * MIB - 8, 0xfffffff0]) {
        expect(spoilt((image) => image.setWord(field, address))).toEqual(panics(reason));
      }
    }
  });
});

describe("the memory map", () => {
  const withMap = (...entries: { base: number; bytes: number; type: number }[]) => boot({ memoryMap: entries });

  it("must have RAM", () => {
    expect(withMap()).toEqual(panics(/no RAM/));
    expect(withMap({ ...board.devices, type: DEVICE })).toEqual(panics(/no RAM/));
    expect(withMap({ ...ram, bytes: 0 })).toEqual(panics(/no RAM/));
    expect(withMap({ ...ram, bytes: 4095 })).toEqual(panics(/no RAM/));
  });

  it("must have enough RAM to start, around the boot image", () => {
    expect(withMap({ ...ram, bytes: MIB })).toEqual(panics(/not enough RAM/));
    expect(withMap({ ...ram, base: base + 32 * MIB, bytes: 32 * MIB })).toEqual(panics(/not enough RAM/));
  });

  it("must name only RAM that the machine has", () => {
    for (const entry of [
      { ...ram, bytes: 65 * MIB },
      { ...ram, base: base - MIB },
      { base: 0x100000000, bytes: MIB, type: RAM },
      { base: 0xc0000000, bytes: MIB, type: RAM },
    ]) {
      expect(withMap(ram, entry), JSON.stringify(entry)).toEqual(panics(/overlap|outside of this machine's RAM/));
      expect(withMap(entry)).toEqual(panics(/outside of this machine's RAM/));
    }
  });

  it("must not have entries that overlap", () => {
    expect(withMap(ram, ram)).toEqual(panics(/overlap/));
    expect(withMap(ram, { base: base + 32 * MIB, bytes: PAGE, type: 2 })).toEqual(panics(/overlap/));
    const reserved = { base: 0xc0000000, bytes: 2 * MIB, type: 2 };
    expect(withMap(ram, reserved, { ...reserved, base: 0xc0100000 })).toEqual(panics(/overlap/));
  });

  it("must not have devices in the CPU driver's memory", () => {
    const upper = { ...ram, base: base + 0x10000, bytes: 32 * MIB };
    expect(withMap(upper, { base, bytes: 0x10000, type: DEVICE })).toEqual(panics(/a device region/));
    const beyond = { base: base + 48 * MIB, bytes: MIB, type: DEVICE };
    expect(withMap(upper, beyond)).toEqual({ kind: "booted", entry: 0x400000 });
  });

  it("may name RAM in adjacent pieces, in any order, even if each is too small for start-up", () => {
    const piece = (from: number, to: number) => ({ base: base + from, bytes: to - from, type: RAM });
    const pieces = [piece(0, MIB), piece(MIB, MIB + 100), piece(MIB + 100, 64 * MIB)];
    for (const order of [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ]) {
      const entries = order.map((index) => pieces[index]!);
      expect(withMap(...entries), order.join(" ")).toEqual({ kind: "booted", entry: 0x400000 });
    }
    expect(withMap(pieces[0]!, piece(MIB + 1, 64 * MIB))).toEqual(panics(/not enough RAM/));
    const reserved = { ...pieces[1]!, type: MultibootMapType.RESERVED };
    expect(withMap(pieces[0]!, reserved, pieces[2]!)).toEqual(panics(/not enough RAM/));
  });

  it("is cut to whole pages", () => {
    const odd = { base: base + 32 * MIB + 100, bytes: 2 * PAGE, type: RAM };
    expect(withMap({ ...ram, bytes: 32 * MIB + 100 }, odd)).toEqual({ kind: "booted", entry: 0x400000 });
    expect(withMap(ram, { base: 0xc0000001, bytes: PAGE, type: 2 })).toEqual({ kind: "booted", entry: 0x400000 });
  });

  it("may have reserved memory above 4 GiB, up to 4 TiB", () => {
    const TIB = 2 ** 40;
    const reserved = (start: number, bytes: number) => withMap(ram, { base: start, bytes, type: 2 });
    expect(reserved(2 ** 32, 2 ** 32)).toMatchObject({ kind: "booted" });
    expect(reserved(4 * TIB - 2 * MIB, MIB)).toMatchObject({ kind: "booted" });
    for (const [start, bytes] of [
      [4 * TIB - MIB, MIB],
      [4 * TIB - MIB, 2 * MIB],
      [4 * TIB, MIB],
      [4 * TIB, 0],
      [0, 2 ** 63],
      [MIB, 2 ** 64 - MIB],
      [2 ** 63, 2 ** 63],
    ] as const) {
      expect(reserved(start, bytes), `${start} + ${bytes}`).toEqual(panics(/above 4 TiB/));
    }
  });

  it("may have a hundred regions, and no more than 256", () => {
    const regions = (n: number, type: number) =>
      Array.from({ length: n }, (_, i) => ({ base: base + 32 * MIB + i * 2 * PAGE, bytes: PAGE, type }));
    const first = { ...ram, bytes: 32 * MIB };
    expect(withMap(first, ...regions(100, RAM))).toMatchObject({ kind: "booted" });
    expect(withMap(first, ...regions(255, RAM))).toMatchObject({ kind: "booted" });
    expect(withMap(first, ...regions(100, 2))).toMatchObject({ kind: "booted" });
    expect(withMap(first, ...regions(256, RAM))).toEqual(panics(/more than 256 memory map entries/));
    expect(spoilt((image) => image.setWord(Multiboot.MAP_ENTRIES, 0xffffffff))).toEqual(panics(/more than 256/));
  });

  it("ends after the number of entries that the block names", () => {
    const spoil = (image: BootImage) => image.setWord(Multiboot.MAP_ENTRIES, 1);
    const outside = { base: 0xc0000000, bytes: MIB, type: RAM };
    expect(boot({ memoryMap: [ram, outside], spoil })).toMatchObject({ kind: "booted" });
  });

  it("may have entries of length zero beside others", () => {
    const nothing = { base: base + 32 * MIB, bytes: 0, type: RAM };
    expect(withMap(ram, nothing, { base: 0, bytes: 0, type: 2 })).toMatchObject({ kind: "booted" });
  });
});

describe("modules", () => {
  it("must be at least one", () => {
    expect(boot({ modules: [] })).toEqual(panics(/no module/));
  });

  it("cannot be more than 64", () => {
    const many = Array.from({ length: 64 }, () => plainInit);
    expect(boot({ modules: many })).toMatchObject({ kind: "booted" });
    expect(boot({ modules: [...many, plainInit] })).toEqual(panics(/more than 64 modules/));
    expect(spoilt((image) => image.setWord(Multiboot.MODULE_ENTRIES, 0xffffffff))).toEqual(panics(/more than 64/));
  });

  it("must be page aligned, in RAM, after the CPU driver, and must not overlap", () => {
    const start = (value: (image: BootImage) => number) =>
      spoilt((image) => image.setModule(0, Multiboot.MODULE_START, value(image)));
    expect(start((image) => image.module(0, 0) + 4)).toEqual(panics(/page aligned/));
    expect(start(() => 0)).toEqual(panics(/a module is not in RAM/));
    expect(start(() => base + 64 * MIB)).toEqual(panics(/a module is not in RAM/));
    expect(start(() => base + 0x10000)).toEqual(panics(/overlaps the CPU driver/));
    expect(start((image) => image.block)).toEqual(panics(/overlap/));
    for (const bytes of [0x7fffffff, 0xffffffff]) {
      const spoil = (image: BootImage) => image.setModule(0, Multiboot.MODULE_BYTES, bytes);
      expect(spoilt(spoil)).toEqual(panics(/a module is not in RAM/));
    }
    const two = [plainInit, { string: "other", elf: new Uint8Array(2 * PAGE) }];
    const same = (image: BootImage) => image.setModule(1, Multiboot.MODULE_START, image.module(0, 0));
    expect(boot({ modules: two, spoil: same })).toEqual(panics(/overlap/));
  });

  it("may touch each other, in any order", () => {
    const modules = [plainInit, ...["one", "other"].map((string) => ({ string, elf: new Uint8Array(2 * PAGE) }))];
    const placed = (first: number, second: number) => (image: BootImage) => {
      const start = base + 32 * MIB;
      image.setModule(1, Multiboot.MODULE_START, start + first);
      image.setModule(2, Multiboot.MODULE_START, start + second);
    };
    const at = (first: number, second: number) => boot({ modules, spoil: placed(first, second) });
    expect(at(0, 2 * PAGE)).toMatchObject({ kind: "booted" });
    expect(at(2 * PAGE, 0)).toMatchObject({ kind: "booted" });
    expect(at(0, PAGE)).toEqual(panics(/overlap/));
    expect(at(PAGE, 0)).toEqual(panics(/overlap/));
  });

  it("may be empty, except for the first", () => {
    expect(boot({ modules: [plainInit, { string: "nothing", elf: new Uint8Array(0) }] })).toMatchObject({
      kind: "booted",
    });
    expect(boot({ modules: [{ string: "init", elf: new Uint8Array(0) }] })).toEqual(panics(/not an ELF32 executable/));
  });
});

describe("strings", () => {
  it("must end, both the command line and those of modules", () => {
    const text = "x".repeat(5000);
    expect(boot({ commandLine: text })).toEqual(panics(/the command line does not end with a zero/));
    expect(boot({ modules: [{ ...plainInit, string: text }] })).toEqual(
      panics(/a module's string does not end with a zero/),
    );
    const noZero = (image: BootImage) => {
      // Fills the memory from the end of the block to the end of its page.
      const end = image.block + image.word(Multiboot.BYTES);
      for (let pa = end - 1; pa < image.block + PAGE; pa++) image.setByte(pa, 0x61);
    };
    expect(spoilt(noZero)).toEqual(panics(/a module's string does not end with a zero/));
  });

  it("of all modules must fit a page", () => {
    const modules = Array.from({ length: 3 }, (_, i) => ({ ...plainInit, string: `init ${"x".repeat(2000)} ${i}` }));
    expect(boot({ modules })).toEqual(panics(/strings are longer than a page/));
  });

  it("may have any shorter length, and more words than a program can get", () => {
    expect(boot({ commandLine: "loglevel=0 ".repeat(300) })).toMatchObject({ kind: "booted" });
    expect(boot({ commandLine: "" })).toMatchObject({ kind: "booted" });
    expect(boot({ commandLine: "loglevel=99999999999999999999 timeslice= consolePort" })).toMatchObject({
      kind: "booted",
    });
    expect(boot({ modules: [{ ...plainInit, string: "A=b ".repeat(900) }] })).toMatchObject({ kind: "booted" });
    expect(boot({ modules: [{ ...plainInit, string: `init ${"a ".repeat(1500)}` }] })).toMatchObject({
      kind: "booted",
    });
    expect(boot({ modules: [{ ...plainInit, string: "" }] })).toMatchObject({ kind: "booted" });
  });
});

describe("any block", () => {
  const outcomes = (result: { kind: string; message?: string }) => {
    if (result.kind === "booted") return;
    expect(result).toEqual(panics(/^the CPU driver panicked: (multiboot|memory map|not enough RAM|init)/));
  };

  it("with words replaced boots or stops with a reason", () => {
    const value = fc.oneof(
      fc.constantFrom(...BOUNDARY_WORDS),
      fc.integer({ min: 0, max: 0xffffffff }),
      fc.integer({ min: 0, max: 64 * MIB }).map((offset) => base + offset),
    );
    const changes = fc.array(fc.tuple(fc.integer({ min: 1, max: 63 }), value), { minLength: 1, maxLength: 4 });
    const property = fc.property(changes, (words) => {
      outcomes(
        spoilt((image) => {
          for (const [index, word] of words) image.setWord(index * 4, word);
        }),
      );
    });
    fc.assert(property, { numRuns: 400 });
  }, 120_000);

  it("with any memory map boots or stops with a reason", () => {
    const edge = fc.constantFrom(
      0,
      base,
      base + 16 * MIB,
      base + 32 * MIB,
      base + 64 * MIB,
      0xc0000000,
      2 ** 32,
      2 ** 42,
    );
    const near = fc.tuple(edge, fc.integer({ min: -2 * PAGE, max: 2 * PAGE })).map(([at, by]) => Math.max(0, at + by));
    const bytes = fc.oneof(near, fc.constantFrom(0, 1, PAGE, MIB, 16 * MIB, 2 ** 40));
    const entry = fc.record({ base: near, bytes, type: fc.constantFrom(0, RAM, 2, DEVICE, 0xffffffff) });
    const property = fc.property(fc.array(entry, { maxLength: 4 }), (entries) => {
      outcomes(boot({ memoryMap: entries }));
      outcomes(boot({ memoryMap: [...memoryMap, ...entries] }));
    });
    fc.assert(property, { numRuns: 200 });
  }, 120_000);
});
