/** docs/defects.md lists every known defect. Each entry names tests and scenarios that exist, or says why it needs none. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

/** ("B", 1, 3) gives B01, B02, B03. */
const numbers = (prefix: string, first: number, last: number, digits = 2) =>
  Array.from({ length: last - first + 1 }, (_, i) => `${prefix}${String(first + i).padStart(digits, "0")}`);

/** The numbers in the lists of defects. The numbers in between were never assigned. */
const IDS = [
  ...numbers("K-D", 1, 89, 1),
  "K-D25a",
  "K-D25b",
  ...numbers("A-", 1, 39),
  ...[
    [1, 11],
    [20, 32],
    [40, 45],
    [50, 57],
    [60, 70],
    [75, 81],
    [85, 101],
    [105, 106],
  ].flatMap(([first, last]) => numbers("L-B", first as number, last as number)),
  ...[
    [1, 11],
    [13, 15],
    [17, 18],
    [20, 24],
    [30, 46],
    [48, 48],
    [50, 59],
    [65, 66],
    [70, 79],
  ].flatMap(([first, last]) => numbers("L-D", first as number, last as number)),
  // Defects of Typefish itself: security holes, and faults under the numbers of their reports.
  "H-01",
  "H-02",
  ...numbers("F-", 1, 14),
];

const rows = [...read("docs/defects.md").matchAll(/^\| ([KLAHF]-\S+) \| (.+?) \| (.+) \|$/gm)].map(
  ([, id, what, here]) => ({ id: id as string, what: what as string, here: here as string }),
);

const scenarios = readdirSync(new URL("system/init/scenarios/", root))
  .map((name) => read(`system/init/scenarios/${name}`))
  .join("\n");

/** Describes what is wrong with a reference; null if it is right. */
function brokenTest(file: string, title: string): string | null {
  const path = `tests/${file}`;
  if (!existsSync(new URL(path, root))) return `there is no ${path}`;
  return titlesOf(path).has(title) ? null : `${path} has no test "${title}"`;
}

/** All strings that are a first argument or the first cell of a row. Titles of tests are among them. Comments are left out. */
function titlesOf(path: string): Set<string> {
  const code = read(path).replace(/^\s*(\/\/|\/?\*).*$/gm, "");
  return new Set([...code.matchAll(/[([]\s*"((?:[^"\\]|\\.)*)"/g)].map(([, title]) => title as string));
}

const TEST = /`([\w/-]+\.test\.ts): ([^`]+)`/g;

/** Describes what is wrong with the tests that a text names. */
function brokenTests(text: string): string[] {
  const found = [...text.matchAll(TEST)].map(([, file, title]) => brokenTest(file as string, title as string));
  return found.filter((sentence) => sentence !== null);
}

function broken(here: string): string[] {
  const tests = [...here.matchAll(TEST)];
  const ids = [...here.matchAll(/scenario `([A-Z]\d\d)`/g)].map((match) => match[1] as string);
  const isExplained = here.includes("Cannot exist: ");
  if (tests.length + ids.length === 0 && !isExplained) return ["names no test and no reason"];
  return [
    ...brokenTests(here),
    ...ids.filter((id) => !scenarios.includes(`add("${id}", `)).map((id) => `there is no scenario ${id}`),
  ];
}

describe("docs/defects.md", () => {
  it("lists each known defect once", () => {
    expect(rows.map(({ id }) => id).sort()).toEqual([...IDS].sort());
  });

  it("names existing tests or scenarios, or a reason, for each defect", () => {
    expect(rows.flatMap(({ id, here }) => broken(here).map((text) => `${id}: ${text}`))).toEqual([]);
  });
});

it("docs/threat-model.md names a test that exists for each threat", () => {
  const threats = [...read("docs/threat-model.md").matchAll(/^\| (?!A program|---)(.+?) \| (.+) \|$/gm)];
  expect(threats.length).toBeGreaterThan(10);
  expect(threats.flatMap(([, threat, row]) => broken(row as string).map((text) => `${threat}: ${text}`))).toEqual([]);
});

it("docs/testing.md names tests that exist", () => {
  const text = read("docs/testing.md");
  expect([...text.matchAll(TEST)].length).toBeGreaterThan(50);
  expect(brokenTests(text)).toEqual([]);
});
