/** Writes what was measured into docs/benchmarks.md, between two marks, and the plots beside it. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Plot, renderPlot } from "./plots";
import { markdownTable, type Table } from "./tables";

const DOCUMENT = "docs/benchmarks.md";
const IMAGES = "docs/images/benchmarks";
const BEGIN = "<!-- results: written by npm run bench -- --write -->";
const END = "<!-- end of the results -->";

/** Puts `results` between the marks of a document. Throws if it has none. */
export function withResults(document: string, results: string): string {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`${DOCUMENT}: the marks around the results are missing`);
  return `${document.slice(0, begin)}${BEGIN}\n\n${results}\n\n${document.slice(end)}`;
}

export async function writeDocument(machine: string, tables: readonly Table[], plots: readonly Plot[]): Promise<void> {
  mkdirSync(IMAGES, { recursive: true });
  for (const plot of plots) writeFileSync(join(IMAGES, plot.file), await renderPlot(plot));
  const images = plots.map(({ title, file }) => `![${title}](images/benchmarks/${file})`);
  const results = [`Measured on: ${machine}.`, ...tables.map(markdownTable), ...images].join("\n\n");
  writeFileSync(DOCUMENT, withResults(readFileSync(DOCUMENT, "utf8"), results));
}
