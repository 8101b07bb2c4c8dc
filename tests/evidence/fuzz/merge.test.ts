/** The reports of a campaign's parts are merged only if they are complete, and are judged as one run. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { mergeReports } from "../../../evidence/fuzz/merge";

const folder = mkdtempSync(join(tmpdir(), "typefish-merge-"));
afterAll(() => rmSync(folder, { recursive: true }));

const TEST = "side by side";
let files = 0;
function file(contents: unknown): string {
  const path = join(folder, `${++files}.json`);
  writeFileSync(path, typeof contents === "string" ? contents : JSON.stringify(contents));
  return path;
}

function part(shard: string, counts: Record<string, number>, more: object = {}): string {
  const paths = Object.entries(counts).map(([path, count]) => ({ path, count }));
  return file({
    test: TEST,
    build: "b1",
    seed: 7,
    ops: 1000,
    operations: 500,
    shard,
    failure: null,
    paths,
    missing: [],
    ...more,
  });
}

describe("the parts of a campaign", () => {
  it("are added up", () => {
    const merged = mergeReports([part("2/2", { a: 1, b: 0 }), part("1/2", { a: 2, b: 3 })], TEST, 1000);
    expect(merged).toEqual({
      seed: 7,
      parts: 2,
      operations: 1000,
      failures: [],
      paths: [
        { path: "a", count: 3 },
        { path: "b", count: 3 },
      ],
      missing: [],
      ok: true,
    });
  });

  it("fail together if no part took a path, and the campaign is long enough", () => {
    const parts = [part("1/2", { a: 1, b: 0 }), part("2/2", { a: 1, b: 0 })];
    expect(mergeReports(parts, TEST, 1000)).toMatchObject({ missing: ["b"], ok: false });
    expect(mergeReports(parts, TEST, 1001)).toMatchObject({ missing: [], ok: true });
  });

  it("fail together if one found a difference", () => {
    const parts = [part("1/2", { a: 1 }), part("2/2", { a: 1 }, { failure: { what: ["slot 3 differs", "more"] } })];
    expect(mergeReports(parts, TEST, 1)).toMatchObject({
      failures: [{ shard: "2/2", what: "slot 3 differs" }],
      ok: false,
    });
  });

  it("report the shortest sequence of a failure, as a script or as the words of system calls", () => {
    const failing = (failure: object) => [part("1/1", {}, { failure: { what: ["broken"], ...failure } })];
    expect(mergeReports(failing({ script: ["one", "two"] }), TEST, 1).failures[0]?.script).toEqual(["one", "two"]);
    expect(mergeReports(failing({ words: [[1, 255]] }), TEST, 1).failures[0]?.script).toEqual(["0x1 0xff"]);
  });

  it.each([
    ["one is missing", () => [part("1/2", {})], "part 2/2 is there 0 times; it must be there once"],
    [
      "one is there twice",
      () => [part("1/2", {}), part("1/2", {}), part("2/2", {})],
      "part 1/2 is there 2 times; it must be there once",
    ],
    ["one has another seed", () => [part("1/2", {}), part("2/2", {}, { seed: 8 })], /belongs to another campaign/],
    ["one has another length", () => [part("1/2", {}), part("2/2", {}, { ops: 9 })], /belongs to another campaign/],
    ["one ran another test", () => [part("1/2", {}), part("2/2", {}, { test: "libraries" })], /'libraries' instead of/],
    [
      "one is from another build",
      () => [part("1/2", {}), part("2/2", {}, { build: "b2" })],
      /other sources or another/,
    ],
    ["one is not JSON", () => [file("{")], /is not the report of a part/],
    [
      "one is a report of a whole run",
      () => [file({ seed: 7, ops: 1, operations: 1, paths: [] })],
      /--shard i\/n --json/,
    ],
    ["one does not exist", () => [join(folder, "none")], /there is no|no such/i],
  ])("are refused if %s", (_what, parts, message) => {
    expect(() => mergeReports(parts(), TEST, 1)).toThrow(message);
  });
});
