/** The effect of mapping attributes on page table descriptors. (Specification of capabilities, section 4.10.) */
import { beforeEach, describe, expect, it } from "vitest";
import { board } from "../../../../evidence/harness/system";
import { DEVICES, L1_TABLE, MIB, PAGE, PHYS, RAM, slot } from "../../../../evidence/harness/well-known";
import { FaultStatus } from "../../../../machines/hosted/mmu/fault-status";
import { MultibootMapType } from "../../../../system/kpi/multiboot";
import { ObjType } from "../../../../system/kpi/object-types";
import { VRegionFlags } from "../../../../system/kpi/types";
import { useSystem } from "../../../support/use-system";

const system = await useSystem();
const { do: call } = system;

const TABLE = L1_TABLE + 30;
const VA = 0x1f00000;
const READ = VRegionFlags.READ;
const WRITE = VRegionFlags.WRITE;
const EXECUTE = VRegionFlags.EXECUTE;
const NOCACHE = VRegionFlags.NOCACHE;

beforeEach(() => {
  call.retype({ from: RAM, type: ObjType.Frame, bytes: PAGE, to: slot(0) });
  const offset = system.offsetOfAligned(RAM, MIB) + MIB;
  call.retype({ from: RAM, type: ObjType.Frame, bytes: MIB, offset, to: slot(1) });
});

const page = (flags: number, source = slot(0)) => {
  call.map({ table: TABLE, source, entry: 0, mapping: slot(2), flags });
  return system.memory.word(system.identity(TABLE).base);
};
const section = (flags: number, source = slot(1)) => {
  call.map({ table: L1_TABLE, source, entry: 100, mapping: slot(2), flags });
  return system.memory.word(system.identity(L1_TABLE).base + 400);
};

describe("the program's access to", () => {
  const rows: [string, number, boolean, boolean][] = [
    ["nothing", 0, false, false],
    ["EXECUTE", EXECUTE, false, false],
    ["READ", READ, true, false],
    ["WRITE", WRITE, true, true],
    ["READ, WRITE", READ | WRITE, true, true],
    ["all", READ | WRITE | EXECUTE | NOCACHE, true, true],
  ];
  it.each(rows)("a page with %s", (_name, flags, read, write) => {
    page(flags);
    expect([system.user.canRead(VA), system.user.canWrite(VA)]).toEqual([read, write]);
    const privileged = system.machine.translate(VA, { write: true, privileged: true });
    expect(privileged.status, "the CPU driver always has access").toBe(0);
  });
  it.each(rows)("a section with %s", (_name, flags, read, write) => {
    section(flags);
    expect([system.user.canRead(100 * MIB), system.user.canWrite(100 * MIB)]).toEqual([read, write]);
  });

  it("forbidden memory is a permission fault, and to unmapped memory a translation fault", () => {
    page(READ);
    expect(system.user.storeFault(VA)).toBe(FaultStatus.PERMISSION_PAGE);
    expect(system.user.loadFault(VA + PAGE)).toBe(FaultStatus.TRANSLATION_PAGE);
    expect(system.user.loadFault(300 * MIB)).toBe(FaultStatus.TRANSLATION_SECTION);
    call.delete(slot(2));
    section(READ);
    expect(system.user.storeFault(100 * MIB)).toBe(FaultStatus.PERMISSION_SECTION);
  });

  it("the CPU driver's memory is denied", () => {
    const fault = system.user.loadFault(0x80000000);
    expect(fault).toBe(FaultStatus.PERMISSION_SECTION);
    expect(system.user.storeFault(0x83ffff00)).toBe(FaultStatus.PERMISSION_SECTION);
    expect(system.user.canRead(0xffff0000)).toBe(false);
    expect(system.user.canRead(0xc0000000), "and no devices are mapped there").toBe(false);
  });
});

describe("memory attributes", () => {
  const pageTexCb = (descriptor: number) => [(descriptor >>> 6) & 7, (descriptor >>> 3) & 1, (descriptor >>> 2) & 1];
  const sectionTexCb = (descriptor: number) => [
    (descriptor >>> 12) & 7,
    (descriptor >>> 3) & 1,
    (descriptor >>> 2) & 1,
  ];
  /** The section in the CPU driver's own table that maps the same memory. */
  const kernelSection = (pa: number) => {
    const l1 = system.memory.word(system.machine.kernelState + 48);
    return system.memory.word(l1 + (0x800 + ((pa - 0x80000000) >>> 20)) * 4);
  };

  it("of RAM match the CPU driver's own mapping, in pages and sections", () => {
    const own = kernelSection(system.identity(slot(0)).base);
    const descriptor = page(READ | WRITE);
    expect(pageTexCb(descriptor)).toEqual(sectionTexCb(own));
    expect((descriptor >>> 10) & 1).toBe((own >>> 16) & 1);
    call.delete(slot(2));
    const large = section(READ | WRITE);
    expect(sectionTexCb(large)).toEqual(sectionTexCb(own));
    expect((large >>> 16) & 1).toBe((own >>> 16) & 1);
  });

  it("of RAM mapped without caching are normal memory, not cached", () => {
    expect(pageTexCb(page(READ | NOCACHE))).toEqual([1, 0, 0]);
    call.delete(slot(2));
    expect(sectionTexCb(section(READ | NOCACHE))).toEqual([1, 0, 0]);
  });

  it("of devices are never cached and never executable, whatever the flags", () => {
    for (const flags of [READ | WRITE, READ | WRITE | EXECUTE, READ | NOCACHE]) {
      const descriptor = page(flags, DEVICES);
      const [tex, c] = pageTexCb(descriptor);
      expect([tex, c]).toEqual([0, 0]);
      expect(descriptor & 1, "XN").toBe(1);
      call.delete(slot(2));
      const large = section(flags, DEVICES);
      expect(sectionTexCb(large).slice(0, 2)).toEqual([0, 0]);
      expect((large >>> 4) & 1, "XN").toBe(1);
      call.delete(slot(2));
    }
  });

  it("allow execution only with EXECUTE", () => {
    expect(page(READ) & 3).toBe(3);
    call.delete(slot(2));
    expect(page(READ | EXECUTE) & 3).toBe(2);
    call.delete(slot(2));
    expect(section(READ) & 0x10).toBe(0x10);
    call.delete(slot(2));
    expect(section(READ | EXECUTE) & 0x10).toBe(0);
  });

  it("of two mappings of a page, cached and not cached, are both normal memory", () => {
    call.copy(slot(0), slot(3));
    const cached = page(READ | WRITE);
    call.map({ table: TABLE, source: slot(3), entry: 1, mapping: slot(4), flags: READ | NOCACHE });
    const uncached = system.memory.word(system.identity(TABLE).base + 4);
    expect([pageTexCb(cached), pageTexCb(uncached)]).toEqual([
      [1, 1, 1],
      [1, 0, 0],
    ]);
    system.user.store(VA, 0x1234);
    expect(system.user.load(VA + PAGE)).toBe(0x1234);
  });
});

/**
 * DRAM of the test's board ends at 64 MiB, inside a device range. A mapping across this end has normal and device entries.
 */
describe("across the end of RAM", () => {
  const END = board.dram.base + board.dram.bytes;
  const RW = READ | WRITE;

  /** A DevFrame of 4 MiB. One half is reserved memory of the board, the other is past the end of the board's memory. */
  beforeEach(() => {
    system.boot({
      memoryMap: [
        { base: board.dram.base, bytes: 56 * MIB, type: MultibootMapType.RAM },
        { base: END - 2 * MIB, bytes: 4 * MIB, type: MultibootMapType.RESERVED },
      ],
    });
    call.retype({ from: PHYS, type: ObjType.DevFrame, bytes: 4 * MIB, to: slot(0) });
  });

  const tableWord = (index: number) => system.memory.word(system.identity(TABLE).base + 4 * index);
  const sectionWord = (index: number) => system.memory.word(system.identity(L1_TABLE).base + 4 * index);
  const hex = (...words: number[]) => words.map((word) => word.toString(16));

  it("pages are normal memory below it and device memory above it", () => {
    const offset = 2 * MIB - 2 * PAGE;
    call.map({ table: TABLE, source: slot(0), entry: 4, offset, count: 4, mapping: slot(2), flags: RW });
    expect(hex(...[4, 5, 6, 7].map(tableWord))).toEqual(["83ffe47f", "83fff47f", "84000437", "84001437"]);
  });

  it("sections are normal memory below it and device memory above it", () => {
    call.map({ table: L1_TABLE, source: slot(0), entry: 100, count: 4, mapping: slot(2), flags: RW });
    expect(hex(...[100, 101, 102, 103].map(sectionWord))).toEqual(["83e11c1e", "83f11c1e", "84010c16", "84110c16"]);
  });

  it("modify keeps the memory type of each entry, whichever entry it starts with", () => {
    const offset = 2 * MIB - 2 * PAGE;
    call.map({ table: TABLE, source: slot(0), entry: 4, offset, count: 4, mapping: slot(2), flags: RW });
    call.modify(slot(2), { offset: 0, pages: 4, flags: READ | EXECUTE });
    expect(hex(...[4, 5, 6, 7].map(tableWord))).toEqual(["83ffe46e", "83fff46e", "84000427", "84001427"]);
    call.modify(slot(2), { offset: 1, pages: 2, flags: READ | NOCACHE });
    expect(hex(...[4, 5, 6, 7].map(tableWord))).toEqual(["83ffe46e", "83fff463", "84000423", "84001427"]);
  });

  it("a device range that ends where RAM begins is device memory up to its last section", () => {
    system.boot({
      memoryMap: [
        { base: board.dram.base, bytes: 4 * MIB, type: MultibootMapType.RAM },
        { base: END - 4 * MIB, bytes: 4 * MIB, type: MultibootMapType.RAM },
        { base: board.dram.base - 2 * MIB, bytes: 2 * MIB, type: MultibootMapType.DEVICE },
      ],
    });
    // No capability begins below RAM and ends in it, because RAM begins with the CPU driver.
    expect(system.identity(DEVICES)).toMatchObject({ base: board.dram.base - 2 * MIB, bytes: 2 * MIB });
    call.map({ table: L1_TABLE, source: DEVICES, entry: 100, count: 2, mapping: slot(2), flags: RW });
    expect(hex(sectionWord(100), sectionWord(101))).toEqual(["7fe10c16", "7ff10c16"]);
  });
});
