/**
 * Documents, and parts of documents, that are made from the sources. `npm run check -- --write` writes them;
 * `npm run check` reports those that are out of date.
 *
 * A part stands between two marks: `<!-- NAME: written by npm run check -- --write -->` and `<!-- end of NAME -->`.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { layerTable } from "./layers";
import { checkInterface, INTERFACE, libaosPage } from "./libaos-page";
import { mistakeTable, STEP_IDS, scenarioTable, stepTable } from "./scenario-tables";

interface Part {
  document: string;
  name: string;
  /** Where its facts come from. */
  source: string;
  text(): string;
}

const ASSIGNMENT = "docs/assignment.md";

const PARTS: Part[] = [
  { document: "docs/architecture.md", name: "layers", source: "tools/check/layers.ts", text: layerTable },
  ...STEP_IDS.map((step) => ({
    document: ASSIGNMENT,
    name: `scenarios-${step}`,
    source: "lab/grade/scenarios.ts",
    text: () => scenarioTable(step),
  })),
  { document: "lab/handout/README.md", name: "steps", source: "lab/grade/scenarios.ts", text: stepTable },
  { document: ASSIGNMENT, name: "mistakes", source: "lab/grade/kinds.ts", text: mistakeTable },
];

const LIBAOS_PAGE = "docs/libaos.md";
const ADVICE = "Run npm run check -- --write.";

/** The document with the present text of the part; null if the marks are missing. */
function withPart(document: string, { name, text }: Part): string | null {
  const begin = `<!-- ${name}: written by npm run check -- --write -->\n\n`;
  const end = `\n\n<!-- end of ${name} -->`;
  const from = document.indexOf(begin);
  const to = document.indexOf(end, from);
  if (from < 0 || to < 0) return null;
  return document.slice(0, from + begin.length) + text() + document.slice(to);
}

function checkPart(part: Part): string[] {
  const document = readFileSync(part.document, "utf8");
  const written = withPart(document, part);
  if (written === null) return [`${part.document}: the marks around the part "${part.name}" are missing.`];
  if (written === document) return [];
  return [`${part.document}: the part "${part.name}" differs from ${part.source}. ${ADVICE}`];
}

function checkLibaosPage(): string[] {
  const page = existsSync(LIBAOS_PAGE) ? readFileSync(LIBAOS_PAGE, "utf8") : "";
  return page === libaosPage() ? [] : [`${LIBAOS_PAGE}: differs from the docstrings of ${INTERFACE}. ${ADVICE}`];
}

/** What is out of date, a sentence each. */
export function checkGenerated(): string[] {
  return [...PARTS.flatMap(checkPart), ...checkInterface(), ...checkLibaosPage()];
}

export function writeGenerated(): void {
  for (const part of PARTS) {
    const written = withPart(readFileSync(part.document, "utf8"), part);
    if (written !== null) writeFileSync(part.document, written);
  }
  writeFileSync(LIBAOS_PAGE, libaosPage());
}
