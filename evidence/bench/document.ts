/** Writes what was measured into docs/benchmarks.md, each kind between two marks of its own, and the plots beside it. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkoutFolder } from "../../machines/native/checkout";
import { type Plot, renderPlot } from "./plots";
import { markdownTable, type Table } from "./tables";

const DOCUMENT = "docs/benchmarks.md";
const IMAGES = "docs/images/benchmarks";
const RESULTS = "results: written by npm run bench -- --write";

/** Puts `text` between the marks of a section. Throws if the document has none. */
export function withSection(document: string, section: string, text: string): string {
  const begin = `<!-- ${section} -->`;
  const end = `<!-- end of ${section.slice(0, section.indexOf(":"))} -->`;
  const at = document.indexOf(begin);
  const after = document.indexOf(end);
  if (at < 0 || after < at) throw new Error(`${DOCUMENT}: the marks ${begin} and ${end} are missing`);
  return `${document.slice(0, at)}${begin}\n\n${text}\n\n${document.slice(after)}`;
}

/** `section` is the text of its first mark: a name, a colon, and who writes it. */
export function writeSection(section: string, text: string): void {
  const path = join(checkoutFolder(), DOCUMENT);
  writeFileSync(path, withSection(readFileSync(path, "utf8"), section, text));
}

export async function writeResults(machine: string, tables: readonly Table[], plots: readonly Plot[]): Promise<void> {
  const folder = join(checkoutFolder(), IMAGES);
  mkdirSync(folder, { recursive: true });
  for (const plot of plots) writeFileSync(join(folder, plot.file), await renderPlot(plot));
  const images = plots.map(({ title, file }) => `![${title}](images/benchmarks/${file})`);
  writeSection(RESULTS, [`Measured on: ${machine}.`, ...tables.map(markdownTable), ...images].join("\n\n"));
}
