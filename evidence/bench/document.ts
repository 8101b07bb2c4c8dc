/**
 * Writes the measurements into two pages, docs/benchmarks.md and docs/benchmarks-policies.md. Each section lies between two
 * marks of its own; the text around the marks stays as it is. The plots lie beside the pages.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Plot, renderPlot } from "./plots";

export const SYSTEM_PAGE = "docs/benchmarks.md";
export const POLICIES_PAGE = "docs/benchmarks-policies.md";
const IMAGES = "docs/images/benchmarks";

/** Puts `text` between the marks of a section. Throws if the document has none. */
export function withSection(document: string, section: string, text: string, path = SYSTEM_PAGE): string {
  const begin = `<!-- ${section} -->`;
  const end = `<!-- end of ${section.slice(0, section.indexOf(":"))} -->`;
  const at = document.indexOf(begin);
  const after = document.indexOf(end);
  if (at < 0 || after < at) throw new Error(`${path}: the marks ${begin} and ${end} are missing`);
  return `${document.slice(0, at)}${begin}\n\n${text}\n\n${document.slice(after)}`;
}

/** `section` is the text of its first mark: a name, a colon, and the command that writes it. */
export function writeSection(root: string, page: string, section: string, text: string): void {
  const path = join(root, page);
  writeFileSync(path, withSection(readFileSync(path, "utf8"), section, text, page));
}

export function image({ title, file }: Plot): string {
  return `![${title}](images/benchmarks/${file})`;
}

/** Replaces all plots. */
export async function writePlots(root: string, plots: readonly Plot[]): Promise<void> {
  const folder = join(root, IMAGES);
  const images = await Promise.all(plots.map(async (plot) => ({ file: plot.file, svg: await renderPlot(plot) })));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { file, svg } of images) writeFileSync(join(folder, file), svg);
}
