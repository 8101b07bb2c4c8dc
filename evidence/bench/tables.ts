/** Results as tables of text, for a terminal or in Markdown. */
import { formatCount } from "../../observe/text/quantities";
import type { Aim } from "./aims";
import type { Measurements } from "./program";
import { SECTIONS } from "./system";

export interface Table {
  title: string;
  /** The first cell of a row is a name, the others are numbers. */
  head: string[];
  rows: string[][];
}

const UNITS: [least: number, unit: string][] = [
  [1e9, "s"],
  [1e6, "ms"],
  [1e3, "µs"],
  [0, "ns"],
];

/** Three digits and a unit. */
export function formatTime(nanoseconds: number): string {
  const [least, unit] = UNITS.find(([limit]) => nanoseconds >= limit) as (typeof UNITS)[number];
  const value = nanoseconds / (least || 1);
  return `${value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2)} ${unit}`;
}

/** A quotient, with two digits. */
export function formatRatio(ratio: number): string {
  return ratio < 10 ? ratio.toFixed(1) : formatCount(ratio);
}

/** The tables of everything that was measured. */
export function systemTables(measurements: Measurements): Table[] {
  return SECTIONS.flatMap(({ title, sizes: sizesAre, unit, rows }) => {
    const measured = rows.filter(({ name }) => measurements.sizes(name).length > 0);
    if (measured.length === 0) return [];
    const sizes = [...new Set(measured.flatMap(({ name }) => measurements.sizes(name)))].sort((a, b) => a - b);
    const one = measurements.summary(unit.name)?.quartile;
    const ratio = (value: number) => (one === undefined ? [] : [formatRatio(value / one)]);
    const inUnits = one === undefined ? [] : [`${sizesAre === "" ? "" : "last column, "}in ${unit.title}s`];
    const columns = sizesAre === "" ? ["time"] : sizes.map((size) => formatCount(size));
    return [
      {
        title: sizesAre === "" ? title : `${title} (columns: ${sizesAre})`,
        head: ["", ...columns, ...inUnits],
        rows: measured.map(({ name, title: rowTitle }) => {
          const times = sizes.map((size) => measurements.summary(name, size)?.quartile);
          const last = times.filter((time) => time !== undefined).at(-1) as number;
          return [rowTitle, ...times.map((time) => (time === undefined ? "" : formatTime(time))), ...ratio(last)];
        }),
      },
    ];
  });
}

export function aimsTable(aims: readonly Aim[], title = "Aims and results"): Table {
  return {
    title,
    head: ["aim", "measured", "result"],
    rows: aims.map(({ aim, measured, met }) => [aim, measured, met ? "met" : "NOT met"]),
  };
}

/** Columns side by side; numbers are aligned to the right. */
export function textTable({ title, head, rows }: Table): string {
  const widths = head.map((cell, index) => Math.max(cell.length, ...rows.map((row) => (row[index] ?? "").length)));
  const line = (row: string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number))).join("  ");
  return [title, ...[head, ...rows].map((row) => `  ${line(row).trimEnd()}`)].join("\n");
}

export function markdownTable({ title, head, rows }: Table): string {
  const line = (row: string[]) => `| ${row.join(" | ")} |`;
  return [`### ${title}`, "", line(head), line(head.map((_, i) => (i === 0 ? "---" : "---:"))), ...rows.map(line)].join(
    "\n",
  );
}
