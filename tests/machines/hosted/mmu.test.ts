/**
 * Tests of the software MMU with hand-written page tables, bit by bit as in the ARMv7-A manual (B3.5). Nothing here
 * uses the CPU driver's page-table code.
 */
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { fc } from "../../support/property";
import { DRAM_BASE, DRAM_BYTES, MmuBench } from "./fixtures/mmu";

const MIB = 0x100000;
/** First-level tables, 16 KiB each, and a second-level table. */
const L1 = DRAM_BASE + 0x4000;
const L1_UPPER = DRAM_BASE + 0x8000;
const L2 = DRAM_BASE + 0xc000;
/** The physical address that most tests map. */
const TARGET = DRAM_BASE + 8 * MIB;

const WRITE = 0x800;
/** Section: type 10, AP in bits 11..10. Small page: type 10, AP in bits 5..4. */
const SECTION_RW = 0x00000c02;
const PAGE_TABLE = 0x00000001;
const SMALL_RW = 0x00000032;
const LARGE_RW = 0x00000031;

const domain = (number: number) => number << 5;

let create: () => MmuBench;
let mmu: MmuBench;

beforeAll(async () => {
  create = await MmuBench.compile();
}, 60_000);

/** The MMU is on, all domains are clients, and one table covers all addresses. */
beforeEach(() => {
  mmu = create();
  mmu.registers.writeTtbr0(L1);
  mmu.registers.writeTtbr1(L1_UPPER);
  mmu.registers.writeTtbcr(0);
  mmu.registers.writeDacr(0x55555555);
  mmu.registers.writeSctlr(1);
});

const l1 = (va: number, descriptor: number, table = L1) => mmu.word(table + (va >>> 20) * 4, descriptor);
const l2 = (va: number, descriptor: number) => mmu.word(L2 + ((va >>> 12) & 0xff) * 4, descriptor);

describe("translation", () => {
  it("is off after reset, so addresses are physical", () => {
    mmu.registers.reset();
    mmu.registers.writeDacr(0);
    expect(mmu.user(TARGET + 0x1234)).toBe(TARGET + 0x1234);
    expect(mmu.userStatus(0x1000)).toBe(0b01000);
  });

  it("of a section keeps 20 bits", () => {
    l1(0x12300000, TARGET | SECTION_RW);
    expect(mmu.user(0x12300000)).toBe(TARGET);
    expect(mmu.user(0x123abcdc)).toBe(TARGET + 0xabcdc);
    expect(mmu.user(0x123ffffc, { write: true })).toBe(TARGET + 0xffffc);
  });

  it("of a small page keeps 12 bits", () => {
    l1(0x12300000, L2 | PAGE_TABLE);
    l2(0x123ab000, (TARGET + 0x5000) | SMALL_RW);
    expect(mmu.user(0x123abcdc)).toBe(TARGET + 0x5cdc);
    expect(mmu.userStatus(0x123ac000)).toBe(0b00111);
  });

  it("of a large page keeps 16 bits, from any of its 16 entries", () => {
    l1(0x12300000, L2 | PAGE_TABLE);
    for (let page = 0; page < 16; page++) l2(0x123a0000 + page * 0x1000, (TARGET + 0x30000) | LARGE_RW);
    for (let page = 0; page < 16; page++) {
      expect(mmu.user(0x123a0010 + page * 0x1000)).toBe(TARGET + 0x30010 + page * 0x1000);
    }
  });

  it("of a supersection keeps 24 bits and uses domain 0", () => {
    // The base is aligned to 16 MiB, so the supersection maps the whole DRAM. Bits 8..5 are address bits here, and zero.
    l1(0x12300000, DRAM_BASE | 0x40000 | SECTION_RW);
    mmu.registers.writeDacr(1);
    expect(mmu.user(0x12345678)).toBe(DRAM_BASE + 0x345678);
  });

  it("of a supersection beyond 4 GiB finds no memory", () => {
    l1(0x12300000, DRAM_BASE | 0x40000 | SECTION_RW | (1 << 20));
    expect(mmu.userStatus(0x12345678)).toBe(0b01000);
  });

  it("ignores execute-never for data, in all formats", () => {
    l1(0x12300000, TARGET | SECTION_RW | 0x10);
    l1(0x45600000, L2 | PAGE_TABLE);
    l2(0x45600000, TARGET | SMALL_RW | 1);
    l2(0x45610000, TARGET | LARGE_RW | 0x8000);
    expect(mmu.user(0x12300000)).toBe(TARGET);
    expect(mmu.user(0x45600000)).toBe(TARGET);
    expect(mmu.user(0x45610000)).toBe(TARGET);
  });

  it("ignores cache, sharing and global bits", () => {
    // The bits are TEX, C, B, S and nG, first of a section and then of a small page.
    l1(0x12300000, TARGET | SECTION_RW | 0x3700c);
    l1(0x45600000, L2 | PAGE_TABLE | 0x200);
    l2(0x45600000, TARGET | SMALL_RW | 0xdcc);
    expect(mmu.user(0x12300000)).toBe(TARGET);
    expect(mmu.user(0x45600000)).toBe(TARGET);
  });

  it("wraps at the end of the address space", () => {
    l1(0xfff00000, TARGET | SECTION_RW);
    expect(mmu.user(0xfffffffc)).toBe(TARGET + 0xffffc);
  });
});

describe("TTBCR", () => {
  it("does not divide the addresses when N is 0", () => {
    l1(0xffe00000, TARGET | SECTION_RW);
    expect(mmu.user(0xffe00000)).toBe(TARGET);
  });

  it.each([1, 2, 3, 4, 5, 6, 7])("divides the addresses at 2^(32-N) when N is %i", (n) => {
    const border = 2 ** (32 - n);
    // The lower table has 2^(12-N) entries and is aligned to 2^(14-N) bytes. The upper one is indexed from address 0.
    const lower = DRAM_BASE + 0x10000 + 2 ** (14 - n);
    mmu.registers.writeTtbr0(lower);
    mmu.registers.writeTtbcr(n);
    mmu.word(lower + ((border - MIB) >>> 20) * 4, TARGET | SECTION_RW);
    l1(border, (TARGET + MIB) | SECTION_RW, L1_UPPER);
    l1(0xfff00000, (TARGET + 2 * MIB) | SECTION_RW, L1_UPPER);
    expect(mmu.user(border - 4)).toBe(TARGET + MIB - 4);
    expect(mmu.user(border)).toBe(TARGET + MIB);
    expect(mmu.user(0xfff00000)).toBe(TARGET + 2 * MIB);
  });

  it("has two bits that forbid walks of either half", () => {
    l1(0x00100000, TARGET | SECTION_RW);
    l1(0x80000000, TARGET | SECTION_RW, L1_UPPER);
    mmu.registers.writeTtbcr(1 | 0x10);
    expect(mmu.userStatus(0x00100000)).toBe(0b00101);
    expect(mmu.userStatus(0x80000000)).toBe(0);
    mmu.registers.tlbFlushAll();
    mmu.registers.writeTtbcr(1 | 0x20);
    expect(mmu.userStatus(0x00100000)).toBe(0);
    expect(mmu.userStatus(0x80000000)).toBe(0b00101);
  });

  it("has unimplemented bits that read as zero", () => {
    mmu.registers.writeTtbcr(0xffffffff);
    expect(mmu.registers.readTtbcr()).toBe(0x37);
  });
});

/** The manual's table for SCTLR.AFE = 0 (B3.7.1). The reserved AP = 100 allows nothing. */
const PERMISSIONS: [ap: number, privileged: string, user: string][] = [
  [0b000, "", ""],
  [0b001, "rw", ""],
  [0b010, "rw", "r"],
  [0b011, "rw", "rw"],
  [0b100, "", ""],
  [0b101, "r", ""],
  [0b110, "r", "r"],
  [0b111, "r", "r"],
];

describe.each(PERMISSIONS)("AP %i allows privileged code %j and user code %j", (ap, privileged, user) => {
  const sectionAp = ((ap & 3) << 10) | ((ap & 4) << 13);
  const pageAp = ((ap & 3) << 4) | ((ap & 4) << 7);
  const cases = [
    { kind: "section", va: 0x00100000, status: 0b01101 },
    { kind: "small page", va: 0x00200000, status: 0b01111 },
    { kind: "large page", va: 0x00210000, status: 0b01111 },
  ];

  it.each(cases)("in a $kind", ({ va, status }) => {
    l1(0x00100000, TARGET | sectionAp | domain(5) | 2);
    l1(0x00200000, L2 | domain(5) | PAGE_TABLE);
    l2(0x00200000, TARGET | pageAp | 2);
    l2(0x00210000, TARGET | pageAp | 1);
    const expected = (allowed: string, write: boolean) =>
      allowed.includes(write ? "w" : "r") ? 0 : status | (5 << 4) | (write ? WRITE : 0);
    for (const write of [false, true]) {
      expect(mmu.translate(va, write, true).status).toBe(expected(privileged, write));
      expect(mmu.translate(va, write, false).status).toBe(expected(user, write));
      expect(mmu.userStatus(va, { write })).toBe(expected(user, write));
      // The other kind of access may have left an entry in the TLB.
      expect(mmu.userStatus(va, { write: !write })).toBe(expected(user, !write));
    }
  });
});

describe("domains", () => {
  const NO_ACCESS = 0;
  const CLIENT = 1;
  const RESERVED = 2;
  const MANAGER = 3;

  beforeEach(() => {
    for (let number = 0; number < 16; number++) {
      // AP 000 forbids every access, in a section and in a page of each domain.
      l1((0x100 + number) * MIB, TARGET | domain(number) | 2);
      l1((0x200 + number) * MIB, L2 | domain(number) | PAGE_TABLE);
    }
    l2(0, TARGET | 2);
  });

  it.each(Array.from({ length: 16 }, (_, number) => number))("%i has its own two bits", (number) => {
    const section = (0x100 + number) * MIB;
    const page = (0x200 + number) * MIB;
    const status = (code: number) => code | (number << 4);
    // All other domains are managers, for which permissions are not checked.
    const control = (value: number) =>
      mmu.registers.writeDacr((0xffffffff & ~(3 << (number * 2))) | (value << (number * 2)));

    control(NO_ACCESS);
    expect(mmu.userStatus(section)).toBe(status(0b01001));
    expect(mmu.userStatus(page)).toBe(status(0b01011));
    control(RESERVED);
    expect(mmu.userStatus(section)).toBe(status(0b01001));
    control(CLIENT);
    expect(mmu.userStatus(section)).toBe(status(0b01101));
    expect(mmu.userStatus(page, { write: true })).toBe(status(0b01111) | WRITE);
    control(MANAGER);
    expect(mmu.userStatus(section, { write: true })).toBe(0);
    expect(mmu.userStatus(page, { write: true })).toBe(0);
  });

  it("are checked at every access, even if the TLB holds the translation", () => {
    mmu.registers.writeDacr(0xffffffff);
    expect(mmu.userStatus(0x10000000)).toBe(0);
    mmu.registers.writeDacr(0x55555555);
    expect(mmu.userStatus(0x10000000)).toBe(0b01101);
    mmu.registers.writeDacr(0);
    expect(mmu.userStatus(0x10000000)).toBe(0b01001);
    mmu.registers.writeDacr(3);
    expect(mmu.userStatus(0x10000000)).toBe(0);
  });
});

describe("faults", () => {
  it("of translation come from type 00 and the reserved type 11", () => {
    l1(0x00100000, 0);
    l1(0x00200000, TARGET | 3 | domain(7));
    l1(0x00300000, L2 | domain(7) | PAGE_TABLE);
    expect(mmu.userStatus(0x00100000)).toBe(0b00101);
    expect(mmu.userStatus(0x00200000, { write: true })).toBe(0b00101 | WRITE);
    expect(mmu.userStatus(0x00300000)).toBe(0b00111 | (7 << 4));
  });

  it("set DFSR and DFAR", () => {
    expect(mmu.userStatus(0xdeadbee0, { write: true })).toBe(0b00101 | WRITE);
    expect(mmu.registers.readDfsr()).toBe(0b00101 | WRITE);
    expect(mmu.registers.readDfar() >>> 0).toBe(0xdeadbee0);
  });

  it("of alignment come before all others, whatever the tables say", () => {
    l1(0x00100000, TARGET | SECTION_RW);
    for (const bytes of [2, 4, 8]) {
      for (let offset = 0; offset < 16; offset++) {
        const expected = offset % bytes === 0 ? 0 : 0b00001;
        expect(mmu.userStatus(0x00100000 + offset, { bytes })).toBe(expected);
        expect(mmu.userStatus(0x00100000 + offset, { bytes, write: true })).toBe(expected && expected | WRITE);
      }
    }
    expect(mmu.userStatus(0x00700001, { bytes: 2 })).toBe(0b00001);
  });

  it("of alignment never come from a byte access", () => {
    l1(0x00100000, TARGET | SECTION_RW);
    for (let offset = 0; offset < 8; offset++)
      expect(mmu.user(0x00100000 + offset, { bytes: 1 })).toBe(TARGET + offset);
  });

  it.each([
    ["below", DRAM_BASE - 0x4000],
    ["above", DRAM_BASE + DRAM_BYTES],
    ["far below", 0],
    ["at the end of the addresses", 0xffffc000],
  ])("of a walk come from a first-level table %s DRAM", (_name, table) => {
    mmu.registers.writeTtbr0(table);
    expect(mmu.userStatus(0)).toBe(0b01100);
    expect(mmu.userStatus(0xfffffffc)).toBe(0b01100);
    expect(mmu.translate(0, true, true).status).toBe(0b01100 | WRITE);
  });

  it("of a walk come from a second-level table outside DRAM, and report its domain", () => {
    l1(0x00100000, (DRAM_BASE - 0x400) | domain(9) | PAGE_TABLE);
    l1(0x00200000, (DRAM_BASE + DRAM_BYTES) | domain(9) | PAGE_TABLE);
    expect(mmu.userStatus(0x00100000)).toBe(0b01110 | (9 << 4));
    expect(mmu.userStatus(0x002ff000)).toBe(0b01110 | (9 << 4));
  });

  it("of the access itself come from a mapped address without DRAM", () => {
    l1(0x00100000, 0x48000000 | SECTION_RW);
    l1(0x00200000, (DRAM_BASE + DRAM_BYTES) | SECTION_RW);
    l1(0x00300000, (DRAM_BASE + DRAM_BYTES - MIB) | SECTION_RW);
    expect(mmu.userStatus(0x00100000)).toBe(0b01000);
    expect(mmu.userStatus(0x00200000, { write: true })).toBe(0b01000 | WRITE);
    expect(mmu.user(0x003ffffc)).toBe(DRAM_BASE + DRAM_BYTES - 4);
  });

  it("that the handler repairs lead to another try", () => {
    mmu.onAbort = (address, status) => {
      expect([address, status]).toEqual([0x00100010, 0b00101]);
      l1(0x00100000, TARGET | SECTION_RW);
      return true;
    };
    expect(mmu.user(0x00100010)).toBe(TARGET + 0x10);
  });
});

describe("the TLB", () => {
  beforeEach(() => {
    l1(0x00100000, L2 | PAGE_TABLE);
    l2(0x00100000, TARGET | SMALL_RW);
    mmu.user(0x00100000);
  });

  it("keeps a changed translation until the whole TLB is flushed", () => {
    l2(0x00100000, (TARGET + 0x1000) | SMALL_RW);
    expect(mmu.user(0x00100000)).toBe(TARGET);
    expect(mmu.translate(0x00100000, false, false).pa).toBe(TARGET + 0x1000);
    mmu.registers.tlbFlushAll();
    expect(mmu.user(0x00100000)).toBe(TARGET + 0x1000);
  });

  it("keeps a removed translation until its page is flushed", () => {
    l2(0x00100000, 0);
    mmu.registers.tlbFlushPage(0x00101000);
    expect(mmu.user(0x00100ffc)).toBe(TARGET + 0xffc);
    mmu.registers.tlbFlushPage(0x00100abc);
    expect(mmu.userStatus(0x00100000)).toBe(0b00111);
  });

  it("keeps permissions, including missing ones", () => {
    l2(0x00101000, TARGET | 0x22);
    expect(mmu.userStatus(0x00101000)).toBe(0);
    l2(0x00101000, TARGET | SMALL_RW);
    expect(mmu.userStatus(0x00101000, { write: true })).toBe(0b01111 | WRITE);
    mmu.registers.tlbFlushPage(0x00101000);
    expect(mmu.userStatus(0x00101000, { write: true })).toBe(0);
  });

  it("does not keep faults", () => {
    expect(mmu.userStatus(0x00102000)).toBe(0b00111);
    l2(0x00102000, TARGET | SMALL_RW);
    expect(mmu.userStatus(0x00102000)).toBe(0);
  });

  it("keeps translations when TTBR0 changes", () => {
    mmu.registers.writeTtbr0(L1_UPPER);
    expect(mmu.user(0x00100000)).toBe(TARGET);
    mmu.registers.tlbFlushAll();
    expect(mmu.userStatus(0x00100000)).toBe(0b00101);
  });

  it("drops a whole section when one address of it is flushed", () => {
    l1(0x00300000, TARGET | SECTION_RW);
    mmu.user(0x00300000);
    mmu.user(0x00355000);
    l1(0x00300000, (TARGET + MIB) | SECTION_RW);
    expect(mmu.user(0x00355000)).toBe(TARGET + 0x55000);
    mmu.registers.tlbFlushPage(0x003ff000);
    expect(mmu.user(0x00300000)).toBe(TARGET + MIB);
    expect(mmu.user(0x00355000)).toBe(TARGET + MIB + 0x55000);
  });

  it("translates two pages that share a slot correctly in turn", () => {
    l1(0x00200000, (TARGET + MIB) | SECTION_RW);
    for (let turn = 0; turn < 3; turn++) {
      expect(mmu.user(0x00100000)).toBe(TARGET);
      expect(mmu.user(0x00200000)).toBe(TARGET + MIB);
    }
  });

  it("has no empty entry that an address could match", () => {
    mmu.registers.tlbFlushAll();
    mmu.registers.writeTtbr0(L1_UPPER);
    for (const bytes of [1, 2, 4, 8]) {
      for (const va of [0, 0xfffff000, 0xfffffff8, 0xffffffff & ~(bytes - 1)]) {
        expect(mmu.userStatus(va >>> 0, { bytes })).toBe(0b00101);
      }
    }
  });
});

describe("SCTLR", () => {
  it("has the bits M and A, and A is always one", () => {
    expect(mmu.registers.readSctlr()).toBe(3);
    mmu.registers.writeSctlr(0);
    expect(mmu.registers.readSctlr()).toBe(2);
    mmu.registers.writeSctlr(0xffffffff);
    expect(mmu.registers.readSctlr()).toBe(3);
  });
});

describe("translation through the TLB and by a table walk", () => {
  it("agree for any table, any address and any order of accesses", () => {
    const access = fc.record({
      va: fc.integer({ min: 0, max: 0x3fffff }),
      bytes: fc.constantFrom(1, 2, 4, 8),
      write: fc.boolean(),
    });
    const descriptors = fc.array(fc.integer({ min: 0, max: 0xffffffff }), { minLength: 1024, maxLength: 1024 });
    const nearDram = (word: number) => (DRAM_BASE | (word & 0x01ffffff)) >>> 0;
    fc.assert(
      fc.property(descriptors, fc.array(access, { minLength: 20, maxLength: 200 }), (words, accesses) => {
        mmu.registers.tlbFlushAll();
        words.forEach((word, index) => {
          mmu.word(L2 + index * 4, nearDram(word));
        });
        // Three page tables and a section, in domains that differ.
        for (let table = 0; table < 3; table++) l1(table * MIB, (L2 + table * 0x400) | domain(table) | PAGE_TABLE);
        l1(3 * MIB, nearDram(words[0] as number));
        mmu.registers.writeDacr(words[1] as number);
        for (const { va, bytes, write } of accesses) {
          const slow = mmu.translate(va, write, false);
          const expected = va % bytes === 0 ? slow.status : 0b00001 | (write ? WRITE : 0);
          expect(mmu.userStatus(va, { bytes, write })).toBe(expected);
          if (expected === 0) expect(mmu.user(va, { bytes, write })).toBe(slow.pa);
        }
      }),
      { numRuns: 100 },
    );
  });
});
