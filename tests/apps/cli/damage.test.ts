/** The views of `inspect` on damaged memory: they show what can be read, and note what cannot. */
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { colorsFor } from "../../../apps/cli/colors";
import { subjectOf } from "../../../apps/cli/inspect/subject";
import type { View } from "../../../apps/cli/inspect/view";
import { VIEWS } from "../../../apps/cli/inspect/views";
import { withMemory } from "../../../machines/boards/board";
import { pandaboardEs } from "../../../machines/boards/pandaboard-es";
import { Machine } from "../../../machines/hosted/machine";
import { loadImages } from "../../../machines/hosted/node/load-images";
import { CteLayout } from "../../../system/cpudriver/layout/cte-layout";
import { KernelStateLayout } from "../../../system/cpudriver/layout/kernel-state-layout";
import { DomainLayout } from "../../../system/libaos/layout/domain-layout";
import { SlotAllocatorLayout, SlotBlockLayout } from "../../../system/libaos/layout/slot-layout";
import { MmLayout, MmNodeLayout, MmRegionLayout } from "../../../system/libmm/layout/mm-layout";
import { fc } from "../../support/property";

// The test runner receives messages only between tests that do not wait.
afterEach(() => setImmediate());

const { images, initElf } = loadImages();
const board = withMemory(pandaboardEs, 16 << 20);
const modules = [{ string: "SCENARIO=T03,T09 init", elf: initElf }];
const machine = Machine.create({ board, images, modules });
machine.run();
const undamaged = Uint8Array.from(new Uint8Array(machine.dram.buffer, machine.dram.byteOffset, board.dram.bytes));
const domain = machine.domainState as number;

const dram = () => new Uint8Array(machine.dram.buffer, machine.dram.byteOffset, board.dram.bytes);
beforeEach(() => dram().set(undamaged));

const physical = (va: number): number => machine.translate(va).pa - board.dram.base;
const load = (va: number): number => machine.dram.getUint32(physical(va), true);
const store = (va: number, value: number): void => machine.dram.setUint32(physical(va), value >>> 0, true);

function show(view: View): { text: string; json: unknown; notes: string[] } {
  const colors = colorsFor({}, false);
  const subject = subjectOf(machine);
  const text = view.text(subject, { colors, all: false });
  return { text, json: view.json(subject), notes: subject.damage.notes };
}

const view = (wanted: string): View => VIEWS.find(({ name }) => name === wanted) as View;

describe("undamaged memory", () => {
  it.each(VIEWS)("$name has nothing to note", (each) => {
    expect(show(each).notes).toEqual([]);
  });
});

describe("a record that cannot be read", () => {
  const mm = load(domain + DomainLayout.MM);
  const firstNode = load(load(mm + MmLayout.REGIONS) + MmRegionLayout.FIRST);

  it("ends the list of pieces, and the pieces before it are shown", () => {
    store(firstNode + MmNodeLayout.NEXT, 0x10000034);
    const { text, notes } = show(view("mm"));
    expect(notes).toEqual(["node at 0x10000034: not mapped"]);
    expect(text).toContain("1 piece");
  });

  it("is noted if the list leads back to it", () => {
    store(firstNode + MmNodeLayout.NEXT, firstNode);
    const address = `0x${firstNode.toString(16).padStart(8, "0")}`;
    expect(show(view("mm")).notes).toEqual([`node at ${address}: the list leads back to it`]);
  });

  it("can be the memory manager itself", () => {
    store(domain + DomainLayout.MM, 0x10000000);
    const { text, json, notes } = show(view("mm"));
    expect(text).toBe("init's memory manager cannot be read");
    expect(json).toBeNull();
    expect(notes).toContain("memory manager at 0x10000000: not mapped");
  });

  it("can be a slot block", () => {
    const block = load(load(domain + DomainLayout.DEFAULT_SLOTS) + SlotAllocatorLayout.BLOCKS);
    store(block + SlotBlockLayout.NEXT, 4);
    const { text, notes } = show(view("slots"));
    expect(notes).toEqual(["slot block at 0x00000004: not mapped"]);
    expect(text).toContain("memory manager");
  });

  it("can be a slot of the mapping database", () => {
    const state = machine.kernelState - board.dram.base;
    const root = machine.dram.getUint32(state + KernelStateLayout.MDB_ROOT, true);
    machine.dram.setUint32(root + CteLayout.LEFT, 0x7ffffff0, true);
    const { notes, json } = show(view("mdb"));
    expect(notes).toEqual(["slot of the mapping database at 0xfffffff0: outside of the DRAM"]);
    expect((json as object[]).length).toBeGreaterThan(10);
  });
});

describe("many damaged words", () => {
  /** Places of words that are not 0: records are among them. */
  const places: number[] = [];
  for (let at = 0; at < undamaged.length; at += 4) {
    if (undamaged[at] || undamaged[at + 1] || undamaged[at + 2]) places.push(at);
  }
  const value = fc.oneof(
    fc.constantFrom(0, 1, 4, 0xffffffff, 0x80000000, 0x40000000),
    fc.nat(0xffffffff),
    fc.nat(places.length - 1).map((index) => places[index] as number),
  );
  const change = fc.tuple(fc.nat(places.length - 1), value);

  it.each(VIEWS)("$name shows something", (each) => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 200 }), (changes) => {
        dram().set(undamaged);
        for (const [index, word] of changes) machine.dram.setUint32(places[index] as number, word, true);
        const { text, json } = show(each);
        expect(text).not.toBe("");
        expect(json).toBeDefined();
        JSON.stringify(json);
      }),
      { numRuns: 100 },
    );
  });
});
