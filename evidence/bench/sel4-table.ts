/**
 * The operations of Typefish beside those of seL4, in instructions of the same emulated processor.
 *
 * seL4 16.0.0-dev was measured once: the release build for the zynq7000 board (Cortex-A9) in QEMU, called by a root task
 * through libsel4's inlined stubs. Its figures are medians of guest instructions and include the user's stub, as the
 * figures of Typefish do: they include libaos' function for the call.
 */
import { formatCount } from "../../observe/text/quantities";
import type { Figures } from "./kernel-table";
import type { Table } from "./tables";

/** Live pages beside which one page is made or deleted. */
export const LIVE = 10_000;

interface Row {
  operation: string;
  /** Instructions of seL4. */
  sel4: number;
  /** The most instructions that Typefish shall take. */
  aim: number;
  /** Instructions of Typefish; null if this run has no figure. */
  typefish(figures: Figures): number | null;
  /** In what the two services differ. */
  note?: string;
}

const one = (name: string, size: number) => (figures: Figures) => figures(name, size);
/** The cost of each of `count` objects. */
const each = (name: string, count: number) => (figures: Figures) => {
  const all = figures(name, count);
  return all === null ? null : all / count;
};

/** The rows of the table, except the size of the text. */
export const SEL4_ROWS: readonly Row[] = [
  { operation: "null system call", sel4: 180, aim: 98, typefish: one("null", 0) },
  {
    operation: "retype of one page to RAM or Untyped",
    sel4: 745,
    aim: 745,
    typefish: one("retype", LIVE),
    note: "seL4 takes the next page of the source and cannot use a freed page again while others live; Typefish takes any free page",
  },
  {
    operation: "retype of a page that was used before, cleared",
    sel4: 5393,
    aim: 1100,
    typefish: one("retype-frame", LIVE),
  },
  { operation: "256 pages in one retype", sel4: 17_321, aim: 17_000, typefish: one("retype-row", 256) },
  { operation: "delete of a random page", sel4: 612, aim: 550, typefish: one("delete", LIVE) },
  { operation: "delete of the oldest page", sel4: 585, aim: 600, typefish: one("delete-oldest", LIVE) },
  { operation: "copy", sel4: 775, aim: 700, typefish: one("copy", LIVE) },
  { operation: "delete of the copy", sel4: 641, aim: 550, typefish: one("delete-copy", LIVE) },
  { operation: "identify", sel4: 352, aim: 350, typefish: one("identify", LIVE) },
  {
    operation: "map one page of a frame without copies",
    sel4: 522,
    aim: 520,
    typefish: one("vnode-map-single", 1),
    note: "Typefish also makes a capability for the mapping",
  },
  {
    operation: "install a page table",
    sel4: 444,
    aim: 444,
    typefish: one("table-install", 1),
    note: "Typefish also makes a capability for the mapping",
  },
  {
    operation: "map one page of a frame with 15 copies",
    sel4: 522,
    aim: 520,
    typefish: one("vnode-map", 1),
    note: "seL4 maps a frame without copies; Typefish also makes a capability for the mapping",
  },
  { operation: "unmap one page", sel4: 467, aim: 400, typefish: one("vnode-unmap", 1) },
  {
    operation: "map 256 pages",
    sel4: 134_403,
    aim: 4199,
    typefish: one("vnode-map", 256),
    note: "seL4 makes a call for each page",
  },
  {
    operation: "unmap 256 pages",
    sel4: 120_066,
    aim: 606,
    typefish: one("vnode-unmap", 256),
    note: "seL4 makes a call for each page",
  },
  { operation: "revoke, each of 1,000 descendants", sel4: 308, aim: 70, typefish: each("revoke-descendants", 1000) },
  { operation: "revoke, each of 10,000 descendants", sel4: 307, aim: 70, typefish: each("revoke-descendants", 10_000) },
  { operation: "revoke, each of 65,536 descendants", sel4: 307, aim: 70, typefish: each("revoke-descendants", 65_536) },
  { operation: "revoke, each of 10,000 copies", sel4: 331, aim: 200, typefish: each("revoke-copies", 10_000) },
  {
    operation: "allocate a page, library included",
    sel4: 1103,
    aim: 1100,
    typefish: one("mm-alloc", LIVE),
    note: "seL4 with its library vka takes a fresh page; a page that was used before takes it 4,397 instructions",
  },
  { operation: "free a page, library included", sel4: 828, aim: 820, typefish: one("mm-free", LIVE) },
  {
    operation: "allocate a frame, library included",
    sel4: 2442,
    aim: 2000,
    typefish: one("frame-alloc", 0),
    note: "seL4 takes a fresh frame; one that was used before takes it 5,736 instructions",
  },
  { operation: "free a frame, library included", sel4: 885, aim: 880, typefish: one("frame-free", 0) },
];

const SEL4_TEXT_BYTES = 46_592 + 9_276;
export const TEXT_AIM = 48_000;

/** `textBytes` is the size of the CPU driver's text. */
export function sel4Table(native: Figures, textBytes: number): Table {
  const rows = SEL4_ROWS.map(({ operation, sel4, aim, typefish, note = "" }) => {
    const value = typefish(native);
    return [operation, formatCount(sel4), value === null ? "" : formatCount(Math.round(value)), formatCount(aim), note];
  });
  const text = [
    "text of the kernel, in bytes",
    formatCount(SEL4_TEXT_BYTES),
    formatCount(textBytes),
    formatCount(TEXT_AIM),
    "start-up included",
  ];
  return {
    title: `Instructions of seL4 and of Typefish (one page: beside ${formatCount(LIVE)} live pages)`,
    head: ["operation", "seL4", "Typefish", "aim: at most", "difference of the services"],
    rows: [...rows, text],
  };
}
