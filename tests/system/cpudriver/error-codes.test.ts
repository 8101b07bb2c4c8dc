/**
 * Tests in this folder must expect every error code that the CPU driver's source names.
 */
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

function sources(folder: string): string {
  const url = new URL(`../../../${folder}/`, import.meta.url);
  const files = readdirSync(url, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  return files.map((name) => readFileSync(new URL(name, url), "utf8")).join("\n");
}

const names = (text: string, pattern: RegExp) => new Set([...text.matchAll(pattern)].map((match) => match[0]));

it("a test expects each error code that the source names", () => {
  const answered = names(sources("system/cpudriver"), /\bSYS_ERR_[A-Z0-9_]+\b/g);
  const expected = names(sources("tests/system/cpudriver"), /\bSYS_ERR_[A-Z0-9_]+\b/g);
  expect(answered.size).toBeGreaterThan(50);
  expect([...answered].filter((code) => !expected.has(code))).toEqual([]);
});
