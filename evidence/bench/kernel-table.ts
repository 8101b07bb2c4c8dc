/**
 * The table of the CPU driver's operations. It shows the hosted system's times, the same times in null calls of that run,
 * and the native machine's instructions. Both benchmarks use the same names and sizes, so they share the rows.
 */
import { formatCount } from "../../observe/text/quantities";
import { formatRatio, formatTime, type Table } from "./tables";

/** The figure of an operation in one benchmark; null if there is none. */
export type Figures = (name: string, size: number) => number | null;

interface Row {
  title: string;
  value(figures: Figures): number | null;
}

/** The live pages beside which a page is made, copied and deleted. Both benchmarks measure this size. */
const LIVE_PAGES = 100_000;
const MAPPED = [1, 64, 512, 2048];
const COPIES = [1, 10, 100, 1000, 10_000];
const DESCENDANTS = [...COPIES, 65_536];
const ROOTS = [1024, 2048, 4096, 8192, 16_384];

interface Column {
  head: string;
  figures: Figures;
  format(value: number): string;
}

function of(title: string, name: string, size: number): Row {
  return { title, value: (figures) => figures(name, size) };
}

/** The cost between two stages of a retype. */
function between(title: string, earlier: Row, later: Row): Row {
  const value = (figures: Figures): number | null => {
    const [before, after] = [earlier.value(figures), later.value(figures)];
    return before === null || after === null ? null : Math.max(0, after - before);
  };
  return { title, value };
}

const nullCall = of("null call: into the CPU driver and back", "null", 0);

/** The parts of a retype beside `livePages` pages, and last the whole. */
function retypeParts(livePages: number): readonly Row[] {
  const lookedUp = of("", "retype-looked-up", livePages);
  const checked = of("", "retype-checked", livePages);
  const whole = of("the whole retype", "retype", livePages);
  return [
    { ...nullCall, title: "enter and leave the CPU driver" },
    between("look up the invoked capability, the source and the destination", nullCall, lookedUp),
    between("check that the retype is allowed and the range is free", lookedUp, checked),
    between("commit: create the capability and enter it in the mapping database", checked, whole),
    whole,
  ];
}

/** The parts by live pages, hosted. */
export function retypeTable(hosted: Figures, sizes: readonly number[]): Table {
  const columns = sizes.map(retypeParts);
  const cell = (row: Row): string => {
    const value = row.value(hosted);
    return value === null ? "" : formatTime(value);
  };
  return {
    title: "The parts of a retype (columns: live pages)",
    head: ["", ...sizes.map(formatCount)],
    rows: retypeParts(0).map(({ title }, part) => [title, ...columns.map((parts) => cell(parts[part] as Row))]),
  };
}

const [, lookUp, check, commit, retype] = retypeParts(LIVE_PAGES) as [Row, Row, Row, Row, Row];

function sized(title: (size: string) => string, name: string, sizes: readonly number[]): Row[] {
  return sizes.map((size) => of(title(formatCount(size)), name, size));
}

function plural(size: string, noun: string): string {
  return size === "1" ? `1 ${noun}` : `${size} ${noun}s`;
}

const ROWS: readonly Row[] = [
  nullCall,
  { ...retype, title: "retype to RAM of one page" },
  { ...lookUp, title: `- ${lookUp.title}` },
  { ...check, title: `- ${check.title}` },
  { ...commit, title: `- ${commit.title}` },
  of("retype to a Frame of one page (clears it)", "retype-frame", LIVE_PAGES),
  of("delete a page capability", "delete", LIVE_PAGES),
  of("copy a page capability", "copy", LIVE_PAGES),
  of("delete a copy", "delete-copy", LIVE_PAGES),
  of("identify a page capability", "identify", LIVE_PAGES),
  ...sized((size) => `revoke ${plural(size, "descendant")}`, "revoke-descendants", DESCENDANTS),
  ...sized((size) => (size === "1" ? "revoke 1 copy" : `revoke ${size} copies`), "revoke-copies", COPIES),
  ...sized((size) => `map ${plural(size, "page")}`, "vnode-map", MAPPED),
  ...sized((size) => `unmap ${plural(size, "page")}`, "vnode-unmap", MAPPED),
  ...sized((size) => `map ${plural(size, "page")}, by the library`, "map", MAPPED),
  ...sized((size) => `unmap ${plural(size, "page")}, by the library`, "unmap", MAPPED),
  ...sized((size) => `grow the root CNode to ${size} slots`, "root-growth", ROOTS),
];

/** The columns are the benchmarks that have figures; the rows are those that the first benchmark has. */
export function kernelTable(hosted: Figures | null, native: Figures | null): Table {
  const unit = hosted?.("null", 0) ?? null;
  const columns: Column[] = [
    ...(hosted ? [{ head: "hosted, time", figures: hosted, format: formatTime }] : []),
    ...(hosted && unit
      ? [{ head: "hosted, in null calls", figures: hosted, format: (time: number) => formatRatio(time / unit) }]
      : []),
    ...(native ? [{ head: "native instructions", figures: native, format: formatCount }] : []),
  ];
  const rows = ROWS.map((row) => [
    row.title,
    ...columns.map(({ figures, format }) => {
      const value = row.value(figures);
      return value === null ? "" : format(value);
    }),
  ]);
  return {
    title: `Cost of each operation of the CPU driver (on one page: beside ${formatCount(LIVE_PAGES)} live pages)`,
    head: ["", ...columns.map(({ head }) => head)],
    rows: rows.filter(([, first]) => first !== ""),
  };
}
