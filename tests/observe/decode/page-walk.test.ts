/**
 * The walk of one address, step by step: it must find what the MMU finds, for any tables and registers, and explain each
 * bit of the descriptors. The TLB's entries are stale exactly if a walk would find something else.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { MACHINE_PAGE, MACHINE_PAGE_BYTES } from "../../../machines/hosted/mmu/layout";
import { readAddressSpace } from "../../../observe/decode/address-space";
import { attributesOf, decodeDescriptor } from "../../../observe/decode/descriptor";
import { PhysicalReader } from "../../../observe/decode/memory-reader";
import { decodeMmuRegisters, decodeTlb, decodeTlbEntry } from "../../../observe/decode/mmu-state";
import { faultStatusText, staleness, walkPage } from "../../../observe/decode/page-walk";
import { DRAM_BASE, DRAM_BYTES, MmuBench } from "../../machines/hosted/fixtures/mmu";
import { fc } from "../../support/property";
import { scenarioMachine } from "../machine";

const MIB = 1 << 20;
const L1 = DRAM_BASE + 0x4000;
const L2 = DRAM_BASE + 0xc000;
const TARGET = DRAM_BASE + 8 * MIB;

let mmu: MmuBench;
let createMmu: () => MmuBench;

beforeAll(async () => {
  createMmu = await MmuBench.compile();
  mmu = createMmu();
});

const machinePageOf = ({ memory }: MmuBench) => new DataView(memory.wasm.buffer, MACHINE_PAGE, MACHINE_PAGE_BYTES);

/** The MMU is on, all domains are clients, and one table covers all addresses. */
function reset(): void {
  const { registers, memory } = mmu;
  memory.clear(DRAM_BASE, MIB);
  registers.reset();
  registers.writeTtbr0(L1);
  registers.writeTtbr1(L1);
  registers.writeTtbcr(0);
  registers.writeDacr(0x55555555);
  registers.writeSctlr(1);
}

const walk = (va: number) =>
  walkPage(new PhysicalReader(mmu.memory.dram, DRAM_BASE), decodeMmuRegisters(machinePageOf(mmu)), va);

function compareWithMmu(va: number): void {
  const { read, write, target } = walk(va);
  const [loaded, stored] = [mmu.translate(va, false, false), mmu.translate(va, true, false)];
  expect(read?.status ?? 0).toBe(loaded.status);
  expect(write?.status ?? 0).toBe(stored.status);
  if (target) expect(target.pa).toBe(loaded.pa);
}

describe("a walk", () => {
  it("finds what the MMU finds, for any tables and registers", () => {
    const place = fc.constantFrom(L1, L2, TARGET, DRAM_BASE, DRAM_BASE + DRAM_BYTES, 0x40000000);
    const word = fc.tuple(fc.nat(0xffffffff), place, fc.nat(3)).map(([bits, base, type]) => {
      return ((base | (bits & 0x3ffff)) & ~3) + type;
    });
    const any = fc.oneof(word, fc.nat(0xffffffff));
    const registers = fc.record({ ttbcr: fc.nat(0x37), dacr: fc.nat(0xffffffff), ttbr1: place, isOn: fc.boolean() });
    fc.assert(
      fc.property(registers, any, any, fc.nat(0xffffffff), ({ ttbcr, dacr, ttbr1, isOn }, first, second, address) => {
        reset();
        mmu.registers.writeTtbcr(ttbcr);
        mmu.registers.writeDacr(dacr);
        mmu.registers.writeTtbr1(ttbr1);
        mmu.registers.writeSctlr(Number(isOn));
        for (const table of [L1, ttbr1]) {
          if (table < DRAM_BASE + DRAM_BYTES && table >= DRAM_BASE) mmu.word(table + (address >>> 20) * 4, first);
        }
        for (let index = 0; index < 256; index++) mmu.word(L2 + index * 4, second);
        compareWithMmu(address >>> 0);
      }),
      { numRuns: 3000 },
    );
  });

  it("keeps the descriptors that it reads, and where they are", () => {
    reset();
    mmu.word(L1 + 0x123 * 4, L2 | 1);
    mmu.word(L2 + 0x45 * 4, TARGET | 0x32);
    const { register, steps, target, read, write } = walk(0x12345678);
    expect(register).toEqual({ name: "TTBR0", value: L1 });
    expect(steps).toMatchObject([
      { level: 1, table: L1, index: 0x123, at: L1 + 0x48c, descriptor: { kind: "table" } },
      { level: 2, table: L2, index: 0x45, at: L2 + 0x114, descriptor: { kind: "small page" } },
    ]);
    expect(target).toMatchObject({ pa: TARGET + 0x678, size: 0x1000, attributes: { ap: 3 } });
    expect([read, write]).toEqual([null, null]);
  });

  it("says why an access would fault", () => {
    reset();
    expect(walk(0x1000).read).toEqual({
      status: 0b00101,
      name: "translation fault, section",
      reason: "The L1 descriptor is not valid: nothing is mapped in this MiB.",
    });
    mmu.word(L1, L2 | 1);
    mmu.word(L2 + 4, TARGET | 0x22);
    expect(walk(0x1000).read).toBeNull();
    const write = walk(0x1000).write;
    expect(write).toMatchObject({ status: 0x80f, reason: "AP is 010: the program may not write here." });
    expect(faultStatusText(write?.status ?? 0)).toBe("permission fault, page, store");
  });
});

describe("a descriptor", () => {
  it("has fields that cover its 32 bits and give its value", () => {
    fc.assert(
      fc.property(fc.constantFrom(1 as const, 2 as const), fc.nat(0xffffffff), (level, word) => {
        const { fields } = decodeDescriptor(level, word);
        let next = 31;
        let value = 0;
        for (const field of fields) {
          expect(field.high).toBe(next);
          next = field.low - 1;
          value += field.value * 2 ** field.low;
        }
        expect(next).toBe(-1);
        expect(value).toBe(word);
      }),
    );
  });

  it("of a small page names its bits as the manual does", () => {
    const descriptor = decodeDescriptor(2, 0x8026a47f);
    expect(descriptor.kind).toBe("small page");
    expect(descriptor.fields.map(({ name, value }) => [name, value])).toEqual([
      ["base", 0x8026a],
      ["nG", 0],
      ["S", 1],
      ["AP[2]", 0],
      ["TEX", 1],
      ["AP[1:0]", 3],
      ["C", 1],
      ["B", 1],
      ["type", 1],
      ["XN", 1],
    ]);
    expect(attributesOf(descriptor)).toEqual({
      ap: 3,
      memory: "normal memory, write-back, write-allocate",
      executeNever: true,
      shareable: true,
      global: true,
    });
  });
});

describe("the TLB", () => {
  it("holds a translation until it is flushed; it is stale as soon as the tables differ", () => {
    reset();
    const va = 0x12345000;
    const look = () => staleness(decodeTlbEntry(machinePageOf(mmu), va), walk(va));
    mmu.word(L1 + 0x123 * 4, L2 | 1);
    mmu.word(L2 + 0x45 * 4, TARGET | 0x32);
    expect(look()).toBeNull();
    mmu.user(va);
    expect(look()).toEqual({ isStale: false, because: "" });
    expect(decodeTlbEntry(machinePageOf(mmu), va)).toMatchObject({ va, pa: TARGET, readable: true, writable: true });
    mmu.word(L2 + 0x45 * 4, (TARGET + 0x1000) | 0x32);
    expect(look()?.because).toBe("The tables now lead to 0x80801000.");
    mmu.word(L2 + 0x45 * 4, TARGET | 0x22);
    expect(look()?.because).toBe("The tables now give other permissions.");
    mmu.word(L2 + 0x45 * 4, 0);
    expect(look()?.because).toBe("The tables do not map this page any more.");
    mmu.registers.tlbFlushPage(va);
    expect(look()).toBeNull();
  });
});

describe("a running system", () => {
  const machine = scenarioMachine({ scenario: "T0*", memory: 16 * MIB });
  machine.run();
  const machinePage = new DataView(machine.dram.buffer, MACHINE_PAGE, MACHINE_PAGE_BYTES);
  const reader = new PhysicalReader(machine.dram, machine.board.dram.base);
  const registers = decodeMmuRegisters(machinePage);

  it("is walked as its MMU does, at each mapped range and beside it", () => {
    const { ranges } = readAddressSpace(reader, machine.ttbr0);
    expect(ranges.length).toBeGreaterThan(3);
    for (const { va, bytes } of ranges) {
      for (const address of [va - 1, va, va + bytes - 1, va + bytes].filter((each) => each >= 0)) {
        const { read, write, target } = walkPage(reader, registers, address);
        expect(read?.status ?? 0).toBe(machine.translate(address).status);
        expect(write?.status ?? 0).toBe(machine.translate(address, { write: true }).status);
        if (target) expect(target.pa).toBe(machine.translate(address).pa);
      }
    }
  });

  it("leaves no stale translation in its TLB", () => {
    const entries = decodeTlb(machinePage);
    expect(entries.length).toBeGreaterThan(10);
    for (const entry of entries) {
      expect(staleness(entry, walkPage(reader, registers, entry.va))).toEqual({ isStale: false, because: "" });
    }
  });
});
