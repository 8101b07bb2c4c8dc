/** The audit of the MMU's translations reports nothing about a sound system, and names each kind of damage. */
import { beforeEach, describe, expect, it } from "vitest";
import { DISPATCHER_FRAME, L1_TABLE, MIB, PAGE, RAM, ROOT, slot } from "../../../evidence/harness/well-known";
import { Register } from "../../../machines/hosted/mmu/layout";
import { auditTranslations } from "../../../observe/audit/translations";
import { CteWord } from "../../../system/cpudriver/layout/cte-layout";
import { ObjType } from "../../../system/kpi/object-types";
import { useSystem } from "../../support/use-system";

const system = await useSystem();
const { do: call } = system;

const TABLE = slot(0);
const FRAME = slot(1);
const MAPPING = slot(11);
const ENTRY = 100;

let l1: number;
let l2: number;
let frame: number;

beforeEach(() => {
  call.retype({ from: RAM, type: ObjType.VNode_ARM_l2, to: TABLE });
  call.map({ table: L1_TABLE, source: TABLE, entry: ENTRY, mapping: slot(10) });
  call.retype({ from: RAM, type: ObjType.Frame, bytes: 2 * PAGE, offset: PAGE, to: FRAME });
  call.map({ table: TABLE, source: FRAME, entry: 0, count: 2, mapping: MAPPING });
  l1 = system.identity(L1_TABLE).base;
  l2 = system.identity(TABLE).base;
  frame = system.identity(FRAME).base;
});

const sentences = () => auditTranslations(system.machine);

/** The audit's sentences while a word of physical memory has another value. */
function withWord(pa: number, value: number): string[] {
  const before = system.memory.word(pa);
  system.memory.setWord(pa, value);
  const said = sentences();
  system.memory.setWord(pa, before);
  return said;
}

const page = (address: number) => (address | 0x47e) >>> 0;
const section = (address: number) => (address | 0x11c0e) >>> 0;

it("the audit reports nothing about a sound system", () => {
  expect(sentences()).toEqual([]);
});

describe("an entry", () => {
  it("without a mapping is reported, in each table that the MMU walks", () => {
    expect(withWord(l2 + 5 * 4, page(frame)).join()).toMatch(/entry 5 of the L2 table .* belongs to no live mapping/);
    expect(withWord(l1 + 200 * 4, section(0x80000000)).join()).toMatch(/entry 200 of the L1 .* no live mapping/);
    expect(withWord(l1 + 200 * 4, l2 | 1).join()).toMatch(/entry 200 of the L1 table .* belongs to no live mapping/);
  });

  it("that points outside its mapping is reported", () => {
    expect(withWord(l2, page(frame + 2 * PAGE)).join()).toMatch(
      /entry 0 .* outside of the frame that its mapping maps/,
    );
    expect(withWord(l2, page(frame - PAGE)).join()).toMatch(/entry 0 .* outside of the frame that its mapping maps/);
    expect(withWord(l1 + ENTRY * 4, (l2 + 1024) | 1).join()).toMatch(
      /is not an L2 table.*its mapping is of another table/,
    );
  });

  it("that gives a program access to the CPU driver's memory is reported", () => {
    const root = system.identity(ROOT).base;
    expect(withWord(l2, page(root)).join()).toMatch(/gives the program access to the L1CNode/);
    expect(withWord(l2, page(l1)).join()).toMatch(/gives the program access to the VNode_ARM_l1/);
    expect(withWord(l2, page(system.memory.dramBase)).join()).toMatch(
      /gives the program access to the CPU driver's data/,
    );
    expect(withWord(l1 + 200 * 4, section(root & ~(MIB - 1))).join()).toMatch(/gives the program access to/);
    // AP 01 allows access by the CPU driver only.
    expect(withWord(l2, page(root) & ~0x20).join()).not.toMatch(/gives the program access to/);
  });

  it("of a kind that the CPU driver never writes is reported", () => {
    expect(withWord(l2 + 5 * 4, 0x80000001).join()).toMatch(/large page/);
    expect(withWord(l1 + 200 * 4, 0x80040002).join()).toMatch(/supersection/);
  });

  it("in the CPU driver's half of a program's L1 table is reported", () => {
    expect(withWord(l1 + 2048 * 4, section(0x80000000)).join()).toMatch(/entry 2048 .* CPU driver's half/);
    expect(withWord(l1 + 4095 * 4, section(0x80000000)).join()).toMatch(/entry 4095 .* CPU driver's half/);
  });
});

describe("a table", () => {
  it("that the MMU walks without a capability for it is reported", () => {
    const { all } = system.machine.memory;
    all.setUint32(Register.TTBR0, l1 + 16384, true);
    const said = sentences();
    all.setUint32(Register.TTBR0, l1, true);
    expect(said.join()).toMatch(/the MMU walks the L1 table at .*, which has no capability/);
  });

  it("of a dispatcher that does not run is audited as well", () => {
    call.retype({ from: RAM, type: ObjType.Dispatcher, offset: 16 * PAGE, to: slot(20) });
    const offset = 32 * PAGE + system.offsetOfAligned(RAM, 16384);
    call.retype({ from: RAM, type: ObjType.VNode_ARM_l1, offset, to: slot(21) });
    call.setup({ dispatcher: slot(20), cspace: ROOT, vspace: slot(21), frame: DISPATCHER_FRAME });
    const other = system.identity(slot(21)).base;
    expect(sentences()).toEqual([]);
    expect(withWord(other + 7 * 4, section(0x80000000)).join()).toMatch(/entry 7 of the L1 table/);
  });
});

it("a mapping whose source slot is empty is reported", () => {
  const at = system.slotMemory(MAPPING);
  const empty = system.slotMemory(slot(30)) - system.memory.dramBase;
  expect(withWord(at + CteWord.FRAME, empty).join()).toMatch(/mapped from a slot that holds nothing/);
});
