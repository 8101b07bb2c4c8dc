/** What the views' pictures and trees are made of, on the memory of real runs. */
import { describe, expect, it } from "vitest";
import { classCounts, rowOf, treeRows } from "../../../../apps/web/views/capabilities/tree-rows";
import { Cell, pieceAt, pieceWithPage, stripCells, stripFor } from "../../../../apps/web/views/libmm/strip";
import { Relations, selectedIndex } from "../../../../apps/web/views/shared/relations";
import { MIB, mibRows, withGaps } from "../../../../apps/web/views/space/mib-rows";
import { RANGE_STATES, readSpace } from "../../../../apps/web/worker/address-space";
import { readManager } from "../../../../apps/web/worker/manager";
import { addressesOfSelection, readWalk } from "../../../../apps/web/worker/page-walk";
import { MACHINE_PAGE, MACHINE_PAGE_BYTES } from "../../../../machines/hosted/mmu/layout";
import { type CapabilityColumns, readCapabilities } from "../../../../observe/columns/capabilities";
import { addressesOf, readCSpaceColumns } from "../../../../observe/columns/cspace";
import { MemoryWords } from "../../../../observe/columns/memory-words";
import { readPieces } from "../../../../observe/columns/pieces";
import { readRegions } from "../../../../observe/columns/regions";
import { VirtualMemory } from "../../../../observe/columns/virtual-memory";
import { Damage, readable } from "../../../../observe/decode/damage";
import { decodeDomain } from "../../../../observe/decode/user/domain";
import { ObjType } from "../../../../system/kpi/object-types";
import { NodeType } from "../../../../system/libmm/layout/mm-layout";
import { scenarioMachine } from "../../../observe/machine";
import { fc } from "../../../support/property";

/** The middle of a scenario that holds 600 pages. */
const machine = scenarioMachine({ scenario: "T03", memory: 16 << 20 });
machine.run({ untilSystemCalls: 1500 });
const memory = new MemoryWords(machine.dram, machine.board.dram.base, machine.kernelState);
const capabilities = readCapabilities(memory);
const addresses = addressesOf(memory, capabilities, readCSpaceColumns(memory));
const everything = { text: "", classes: new Set<never>(), closed: new Set<string>() };

const typesIn = (index: Int32Array) => new Set(Array.from(index, (i) => capabilities.type[i]));

describe("the rows of the tree", () => {
  it("are all capabilities in the order of the mapping database", () => {
    const { index, matches } = treeRows(capabilities, addresses, everything);
    expect([...index]).toEqual(Array.from({ length: capabilities.count }, (_, i) => i));
    expect(matches).toBe(capabilities.count);
  });

  it("are those of a type, with what they lie in", () => {
    const { index, isPath, matches } = treeRows(capabilities, addresses, {
      ...everything,
      classes: new Set(["mapping"]),
    });
    const found = Array.from(index).filter((_, row) => isPath[row] === 0);
    expect(found).toHaveLength(matches);
    expect(matches).toBe(new Map(classCounts(capabilities)).get("mapping"));
    for (const i of index) {
      const parent = capabilities.parent[i] as number;
      if (parent >= 0) expect(index).toContain(parent);
    }
  });

  it("are found by a part of the type's name, in any case", () => {
    const { index, isPath } = treeRows(capabilities, addresses, { ...everything, text: "dispatch" });
    expect(typesIn(index.filter((_, row) => isPath[row] === 0))).toEqual(new Set([ObjType.Dispatcher]));
  });

  it("are found by an address inside their memory, by their slot and by their address in the CSpace", () => {
    const matchesOf = (text: string) => {
      const { index, isPath } = treeRows(capabilities, addresses, { ...everything, text });
      return [...index].filter((_, row) => isPath[row] === 0);
    };
    const i = capabilities.type.lastIndexOf(ObjType.RAM);
    const inside = (capabilities.base[i] as number) + 17;
    expect(matchesOf(`0x${inside.toString(16)}`)).toContain(i);
    expect(matchesOf(inside.toString(16))).toContain(i);
    expect(matchesOf(`0x${(capabilities.at[i] as number).toString(16)}`)).toContain(i);
    expect(matchesOf(`0x${(addresses.address[i] as number).toString(16)}`)).toContain(i);
    expect(matchesOf("nothing like this")).toEqual([]);
  });

  it("leave out what is inside a closed object, but not its copies", () => {
    const { first, end, type, base, bytes } = capabilities;
    const i = first.findIndex((object, index) => object !== index && (end[index] as number) > index + 1);
    const object = first[i] as number;
    const closed = new Set([`${type[object]} ${base[object]} ${bytes[object]}`]);
    const rows = treeRows(capabilities, addresses, { ...everything, closed });
    const inside = Array.from({ length: (end[object] as number) - object }, (_, offset) => object + offset);
    for (const each of inside) expect(rows.index.includes(each)).toBe(first[each] === object);
    const hidden = inside.find((each) => first[each] !== object) as number;
    expect(rows.index[rowOf(rows, capabilities, hidden)]).toBe(object);
  });
});

describe("relations to the selected capability", () => {
  /** By definition: an ancestor contains the object, a descendant lies in it, a copy is for the same object. */
  it("are those of the mapping database", () => {
    const { type, base, bytes, count, first } = capabilities;
    const selected = first.findIndex((object, i) => object !== i);
    const relations = new Relations(capabilities, selected);
    const chain = new Set<number>();
    for (let i = capabilities.parent[selected] as number; i >= 0; i = capabilities.parent[i] as number) chain.add(i);
    for (let i = 0; i < count; i++) {
      const isSame = type[i] === type[selected] && base[i] === base[selected] && bytes[i] === bytes[selected];
      const relation = relations.of(i);
      if (i === selected) expect(relation).toBe("itself");
      else if (isSame) expect(relation).toBe("copy");
      else if (chain.has(first[i] as number)) expect(relation).toBe("ancestor");
      else if (relation === "descendant") expect(isUnder(capabilities, i, first[selected] as number)).toBe(true);
      else expect(isUnder(capabilities, i, first[selected] as number)).toBe(false);
    }
  });

  function isUnder({ parent }: CapabilityColumns, index: number, above: number): boolean {
    for (let i = parent[index] as number; i >= 0; i = parent[i] as number) if (i === above) return true;
    return false;
  }

  it("a page means the innermost object that covers it", () => {
    const i = capabilities.type.lastIndexOf(ObjType.RAM);
    const base = capabilities.base[i] as number;
    expect(selectedIndex(capabilities, { kind: "page", base })).toBe(i);
    expect(selectedIndex(capabilities, { kind: "slot", at: capabilities.at[i] as number })).toBe(i);
    expect(selectedIndex(capabilities, { kind: "page", base: 0x1000 })).toBe(-1);
  });
});

describe("the strip of pieces", () => {
  const user = new VirtualMemory(memory, machine.ttbr0);
  const pieces = readPieces(user, decodeDomain(user, machine.domainState as number).mm);
  const strip = stripFor(pieces, 700, 220);

  it("has room for all pages", () => {
    expect(strip.pages).toBe([...pieces.pages].reduce((sum, each) => sum + each, 0));
    expect(strip.rows * strip.perRow).toBeGreaterThanOrEqual(strip.pages);
  });

  it("shows each piece where it is", () => {
    for (let piece = 0; piece < pieces.count; piece += 7) {
      const place = (pieces.page[piece] as number) - (pieces.regionPage[0] as number);
      const x = ((place % strip.perRow) + 0.5) * strip.scale;
      const y = (Math.floor(place / strip.perRow) + 0.5) * strip.pitch;
      expect(pieceAt(pieces, strip, x, y)).toBe(piece);
    }
    expect(pieceWithPage(pieces, pieces.page[3] as number)).toBe(3);
    expect(pieceWithPage(pieces, 0)).toBe(-1);
  });

  it("leaves out the part of a damaged piece that is outside of its region", () => {
    const damaged = { ...pieces, pages: pieces.pages.slice(), page: pieces.page.slice() };
    damaged.pages[2] = 0xffffffff;
    damaged.page[5] = 0;
    expect(stripCells(damaged, strip, 350)).toHaveLength(strip.rows * 350);
  });

  it("colours as many cells as pages if there is a cell for each", () => {
    const cells = stripCells(pieces, strip, strip.perRow);
    const free = cells.filter((cell) => cell === Cell.FREE).length;
    const freePages = [...pieces.pages].filter((_, i) => pieces.type[i] === NodeType.Free);
    expect(free).toBe(freePages.reduce((sum, each) => sum + each, 0));
    expect(cells.filter((cell) => cell !== Cell.NOTHING)).toHaveLength(strip.pages);
  });
});

describe("the picture of the address space", () => {
  const space = readSpace({ memory, capabilities, domainState: machine.domainState });

  it("covers every mapped and reserved byte once, and all of the lower half", () => {
    const rows = withGaps(mibRows(space), 0x80000000);
    let next = 0;
    let shown = 0;
    for (const { va, bytes, segments } of rows) {
      expect(va).toBe(next);
      next = va + bytes;
      shown += segments.reduce((sum, segment) => sum + segment.bytes, 0);
    }
    expect(next).toBe(0x80000000);
    const claimed = RANGE_STATES.indexOf("claimed");
    const reserved = [...space.rangeBytes].filter((_, i) => space.rangeState[i] === claimed);
    expect(shown).toBe([...space.bytes, ...reserved].reduce((sum, each) => sum + each, 0));
  });

  it("has one row for the whole MiB of a mapping", () => {
    const of = (values: number[]) => Uint32Array.from(values);
    const large = {
      ...space,
      count: 1,
      va: of([MIB / 2]),
      bytes: Float64Array.of(5 * MIB),
      ranges: 0,
    };
    expect(mibRows(large).map(({ va, bytes }) => [va / MIB, bytes / MIB])).toEqual([
      [0, 1],
      [1, 4],
      [5, 1],
    ]);
  });
});

describe("the virtual addresses of a selection", () => {
  const regions = readRegions(memory, capabilities);
  const addressesFor = (selection: Parameters<typeof addressesOfSelection>[0]) => [
    ...addressesOfSelection(selection, regions, capabilities),
  ];

  it("are where a page, its frame, its slots and its page-table entry are mapped", () => {
    const i = regions.count - 1;
    const va = regions.va[i] as number;
    const frame = capabilities.at.indexOf(regions.source[i] as number);
    const { type, base, bytes, at } = capabilities;
    const capability = { type: type[frame] as number, base: base[frame] as number, bytes: bytes[frame] as number };
    expect(addressesFor({ kind: "page", base: regions.pa[i] as number })).toContain(va);
    expect(addressesFor({ kind: "capability", ...capability })).toContain(va);
    expect(addressesFor({ kind: "slot", at: at[frame] as number })).toContain(va);
    expect(addressesFor({ kind: "slot", at: at[regions.mapping[i] as number] as number })).toContain(va);
    expect(addressesFor({ kind: "entry", at: regions.entry[i] as number })).toEqual([va]);
    expect(machine.translate(va)).toEqual({ status: 0, pa: regions.pa[i] });
  });

  it("lead from a page table to what it translates", () => {
    expect(addressesFor({ kind: "page", base: regions.tableBase[0] as number })).toContain(regions.tableVa[0]);
    expect(addressesFor({ kind: "entry", at: regions.root + 4 * 0x123 })).toEqual([0x123 * MIB]);
  });

  it("are the address itself, the first one without a selection, and none for what is not mapped", () => {
    expect(addressesFor({ kind: "address", va: 0x1234 })).toEqual([0x1234]);
    expect(addressesFor(null)).toEqual([regions.va[0]]);
    expect(addressesFor({ kind: "page", base: 0x40000000 })).toEqual([]);
  });
});

describe("damaged memory", () => {
  const damaged = scenarioMachine({ scenario: "T03", memory: 16 << 20 });
  damaged.run({ untilSystemCalls: 1500 });
  const dram = new Uint8Array(damaged.dram.buffer, damaged.dram.byteOffset, damaged.dram.byteLength);
  const undamaged = dram.slice();
  const machinePage = new DataView(damaged.dram.buffer, MACHINE_PAGE, MACHINE_PAGE_BYTES);
  const places: number[] = [];
  for (let at = 0; at < undamaged.length; at += 4) if (damaged.dram.getUint32(at, true) !== 0) places.push(at);

  it("is shown as far as it can be read", () => {
    const value = fc.oneof(
      fc.constantFrom(0, 1, 4, 0xffffffff, 0x80000000),
      fc.nat(0xffffffff),
      fc.nat(places.length - 1).map((index) => places[index] as number),
    );
    const change = fc.tuple(fc.nat(places.length - 1), value);
    const { domainState } = damaged;
    const { base } = damaged.board.dram;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 200 }), fc.nat(0xffffffff), (changes, va) => {
        dram.set(undamaged);
        for (const [index, word] of changes) damaged.dram.setUint32(places[index] as number, word, true);
        const words = new MemoryWords(damaged.dram, base, damaged.kernelState);
        const found = readCapabilities(words);
        const user = new VirtualMemory(words, damaged.ttbr0);
        readWalk({ memory: words, capabilities: found, machinePage, selection: { kind: "address", va } });
        readWalk({ memory: words, capabilities: found, machinePage, selection: null });
        const seen = readSpace({ memory: words, capabilities: found, domainState });
        withGaps(mibRows(seen), 0x80000000);
        const at = readable(new Damage(), "domain", domainState as number, () =>
          decodeDomain(user, domainState as number, new Damage()),
        );
        const list = at && at.mm !== 0 ? readPieces(user, at.mm) : null;
        readManager({ user, domainState, pieces: list });
        if (list) stripCells(list, stripFor(list, 300, 100), 300);
        const rows = treeRows(found, addressesOf(words, found, readCSpaceColumns(words)), everything);
        expect(rows.index.length).toBeLessThanOrEqual(found.count);
      }),
      { numRuns: 100 },
    );
  });
});
