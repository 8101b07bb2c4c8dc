/**
 * The table of what the CPU driver's operations cost: hosted, in nanoseconds and in null calls of the same run, and on
 * the native machine, in instructions. Both benchmarks give an operation the same name and size, so a row says these
 * once.
 */
import { formatCount } from "../../observe/text/quantities";
import { formatRatio, formatTime, type Table } from "./tables";

/** What one benchmark says of an operation; null if it does not know. */
export type Figures = (name: string, size: number) => number | null;

interface Row {
  title: string;
  value(figures: Figures): number | null;
}

/** Live pages beside which a page is made, copied and deleted: a size that both benchmarks have. */
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

/** What comes between two stages of a retype. */
function between(title: string, earlier: Row, later: Row): Row {
  const value = (figures: Figures): number | null => {
    const [before, after] = [earlier.value(figures), later.value(figures)];
    return before === null || after === null ? null : Math.max(0, after - before);
  };
  return { title, value };
}

const nullCall = of("null system call: in and out", "null", 0);

/** Where the time of a retype goes, beside so many pages: parts, of which the last is the whole. */
function retypeParts(livePages: number): readonly Row[] {
  const lookedUp = of("", "retype-looked-up", livePages);
  const checked = of("", "retype-checked", livePages);
  const whole = of("retype, all of it", "retype", livePages);
  return [
    { ...nullCall, title: "into the CPU driver and out" },
    between("look up: what is invoked, source, destination", nullCall, lookedUp),
    between("check: may it be made, is the range free", lookedUp, checked),
    between("commit: the new capability, and its place in the database", checked, whole),
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
    title: "Where the time of a retype goes (columns: live pages)",
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
  { ...retype, title: "retype of a page" },
  { ...lookUp, title: `- ${lookUp.title}` },
  { ...check, title: `- ${check.title}` },
  { ...commit, title: `- ${commit.title}` },
  of("retype of a page to a frame, cleared", "retype-frame", LIVE_PAGES),
  of("delete of a page", "delete", LIVE_PAGES),
  of("copy of a page", "copy", LIVE_PAGES),
  of("delete of a copy", "delete-copy", LIVE_PAGES),
  of("identify a page", "identify", LIVE_PAGES),
  ...sized((size) => `revoke, ${plural(size, "descendant")}`, "revoke-descendants", DESCENDANTS),
  ...sized((size) => (size === "1" ? "revoke, 1 copy" : `revoke, ${size} copies`), "revoke-copies", COPIES),
  ...sized((size) => `map ${plural(size, "page")}`, "vnode-map", MAPPED),
  ...sized((size) => `unmap ${plural(size, "page")}`, "vnode-unmap", MAPPED),
  ...sized((size) => `map ${plural(size, "page")}, by the library`, "map", MAPPED),
  ...sized((size) => `unmap ${plural(size, "page")}, by the library`, "unmap", MAPPED),
  ...sized((size) => `root CNode grows to ${size} slots`, "root-growth", ROOTS),
];

/** A column for each benchmark that there are figures of; the rows are those that the first of them knows. */
export function kernelTable(hosted: Figures | null, native: Figures | null): Table {
  const unit = hosted?.("null", 0) ?? null;
  const columns: Column[] = [
    ...(hosted ? [{ head: "hosted", figures: hosted, format: formatTime }] : []),
    ...(hosted && unit
      ? [{ head: "null calls", figures: hosted, format: (time: number) => formatRatio(time / unit) }]
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
    title: `What each operation of the CPU driver costs (of one page: beside ${formatCount(LIVE_PAGES)} others)`,
    head: ["", ...columns.map(({ head }) => head)],
    rows: rows.filter(([, first]) => first !== ""),
  };
}
