import { describe, expect, it } from "vitest";
import { PhysicalReader } from "../../../observe/decode/memory-reader";
import { mergeRuns, readL1Table, readL2Table } from "../../../observe/decode/page-table";

const BASE = 0x80000000;

/** Creates a reader of a table with these words. */
function table(words: readonly number[], entries: number): PhysicalReader {
  const view = new DataView(new ArrayBuffer(4 * entries));
  for (const [index, word] of words.entries()) view.setUint32(4 * index, word, true);
  return new PhysicalReader(view, BASE);
}

const firstL1 = (word: number) => readL1Table(table([word], 4096), BASE)[0];
const firstL2 = (word: number) => readL2Table(table([word], 256), BASE)[0];

describe("first-level descriptors", () => {
  it("fault", () => expect(firstL1(0xfffffffc)).toBeUndefined());
  it("L2 table", () => expect(firstL1(0x81234401)).toMatchObject({ kind: "table", address: 0x81234400 }));
  it("section, read-write, write-back, executable", () =>
    expect(firstL1(0x91201c0e)).toMatchObject({
      kind: "section",
      address: 0x91200000,
      access: "rw",
      cached: true,
      device: false,
      executeNever: false,
    }));
  it("section, read-only for all, device, execute never", () =>
    expect(firstL1(0x48008c16)).toMatchObject({ address: 0x48000000, access: "r", device: true, executeNever: true }));
  it("supersection", () => expect(firstL1(0x93040c0e)).toMatchObject({ kind: "supersection", address: 0x93000000 }));
});

describe("second-level descriptors", () => {
  it("fault", () => expect(firstL2(0xfffffffc)).toBeUndefined());
  it("page, read-write, write-back, execute never", () =>
    expect(firstL2(0x8765407f)).toMatchObject({
      kind: "page",
      address: 0x87654000,
      access: "rw",
      cached: true,
      executeNever: true,
    }));
  it("page for the kernel only", () => expect(firstL2(0x87654012)).toMatchObject({ access: "" }));
  it("page, read-only by AP[2]", () => expect(firstL2(0x87654232)).toMatchObject({ access: "r" }));
  it("page, normal memory, not cached", () =>
    expect(firstL2(0x87654072)).toMatchObject({ cached: false, device: false }));
  it("large page", () => expect(firstL2(0x87650031)).toMatchObject({ kind: "large page", address: 0x87650000 }));
});

describe("runs", () => {
  it("merge entries while index and address increase together", () => {
    const words = [0x80000032, 0x80001032, 0x80003032, 0, 0x80004032, 0x80005012];
    expect(mergeRuns(readL2Table(table(words, 256), BASE)).map(({ index, entries }) => [index, entries])).toEqual([
      [0, 2],
      [2, 1],
      [4, 1],
      [5, 1],
    ]);
  });
});
