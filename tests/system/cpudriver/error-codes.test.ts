/**
 * Every error code that the CPU driver can answer is reached by a test of this folder: what its source names must be
 * expected somewhere here.
 */
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

function sources(folder: string): string {
  const url = new URL(`../../../${folder}/`, import.meta.url);
  const files = readdirSync(url, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  return files.map((name) => readFileSync(new URL(name, url), "utf8")).join("\n");
}

const names = (text: string, pattern: RegExp) => new Set([...text.matchAll(pattern)].map((match) => match[0]));

it("each code that the source names is expected by a test", () => {
  const answered = names(sources("system/cpudriver"), /\bSYS_ERR_[A-Z0-9_]+\b/g);
  const expected = names(sources("tests/system/cpudriver"), /\bSYS_ERR_[A-Z0-9_]+\b/g);
  expect(answered.size).toBeGreaterThan(50);
  expect([...answered].filter((code) => !expected.has(code))).toEqual([]);
});
