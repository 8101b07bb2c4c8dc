/** Checks the documents: every link and every path in them leads somewhere. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOTS } from "./layers";

/** Folders whose paths a document may name: those of the sources, and the documents' own. */
const NAMED = [...ROOTS, "docs", ".ci", ".github"];

/** What is wrong with the documents of the checkout, a sentence each. */
export function checkDocuments(): string[] {
  const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
    encoding: "utf8",
  });
  const documents = tracked.split("\n").filter((path) => path !== "" && existsSync(path));
  return documents.flatMap((path) => {
    const text = readFileSync(path, "utf8");
    return [...brokenLinks(path, text), ...brokenPaths(path, text)];
  });
}

/** The anchor that a renderer makes of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/`|\[|\]\([^)]*\)/g, "")
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");
}

function anchorsOf(document: string): string[] {
  return [...withoutCodeBlocks(document).matchAll(/^#+ (.*)$/gm)].map((match) => anchorOf(match[1] as string));
}

/** Blanks code blocks, and keeps the numbers of lines. */
function withoutCodeBlocks(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, (block) => block.replace(/[^\n]/g, ""));
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}

/** Links of a document that lead to no file, or to no heading of a file. */
function brokenLinks(path: string, text: string): string[] {
  const prose = withoutCodeBlocks(text);
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap((match) => {
    const link = match[1] as string;
    if (/^[a-z]+:/.test(link)) return [];
    const place = `${path}:${lineOf(prose, match.index)}`;
    const [file = "", anchor] = link.split("#");
    const target = file === "" ? path : join(dirname(path), file);
    if (!existsSync(target)) return [`${place}: the link ${link} leads nowhere: there is no ${target}.`];
    if (anchor === undefined || !target.endsWith(".md")) return [];
    const headings = anchorsOf(target === path ? text : readFileSync(target, "utf8"));
    return headings.includes(anchor) ? [] : [`${place}: the link ${link} names no heading of ${target}.`];
  });
}

/** Paths in backticks that name nothing. `{a,b}`, `*` and `<name>` stand for several files and are left alone. */
function brokenPaths(path: string, text: string): string[] {
  const prose = withoutCodeBlocks(text);
  return [...prose.matchAll(/`([\w./-]+)(?=[`:])/g)].flatMap((match) => {
    const named = match[1] as string;
    const isPath = NAMED.some((folder) => named.startsWith(`${folder}/`));
    if (!isPath || existsSync(named) || existsSync(join("tests", named))) return [];
    return [`${path}:${lineOf(prose, match.index)}: \`${named}\` does not exist.`];
  });
}
