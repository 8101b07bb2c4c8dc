/** `typefish bench`: the parts that depend neither on time nor on the programs of `npm run build -- --bench`. */

import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLI, typefish } from "./run";

/** In the checkout: what is run there finds packages. */
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(dirname(CLI), "../build/typefish-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("typefish bench", () => {
  it("--help names every benchmark and shows examples", () => {
    const { stdout, status } = typefish(["bench", "--help"]);
    expect(status).toBe(0);
    for (const word of [
      "memory",
      "root-growth",
      "scenarios",
      "mix",
      "growth",
      "--record",
      "docs/benchmarks.md",
      "docs/benchmarks-policies.md",
    ]) {
      expect(stdout).toContain(word);
    }
  });

  it.each([
    [["bench", "speed"], "there is no benchmark 'speed': choose from calls,"],
    [["bench", "--policy", "worst-fit"], "worst-fit"],
    [["bench", "mix", "--seed", "1.5"], "Expected a whole number of at least 0"],
    [["bench", "memory", "--write"], "--write replaces all tables"],
    [["bench", "memory", "--record", "f"], "--record only writes a trace file"],
  ])("%j is refused in one line", (args, message) => {
    const { stderr, stdout, status } = typefish(args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stdout).toBe("");
  });

  it.each([
    [
      '{"pages": 9}\n{"alloc": 1, "bytes": "4K"}\n',
      ':2: expected an integer from 1 to 68719476736 as "bytes", found "4K"',
    ],
    ['{"pages": 9}\n', ':2: expected {"alloc": 1, "bytes": 4096} or {"free": 1}, found the end of the file'],
    [
      "\u001f\u008b",
      ':1: expected the size of the memory first, such as {"pages": 65536}, found text that is not JSON',
    ],
  ])("a trace file %j is refused with file and line", (text, message) => {
    const path = join(folder, "load.jsonl");
    writeFileSync(path, text);
    const { stderr, status } = typefish(["bench", "--trace", path]);
    expect(stderr).toContain(`typefish: ${path}${message}`);
    expect(status).toBe(2);
  });

  it("a missing trace file is refused by its name", () => {
    const { stderr, status } = typefish(["bench", "--trace", "nowhere.jsonl"]);
    expect([stderr, status]).toEqual(["typefish: nowhere.jsonl: cannot be read: there is no such file\n", 2]);
  });

  it.each([
    ["a folder", ".", "cannot be read: it is a folder"],
    ["half of a gzipped file", "half.jsonl.gz", "not a whole gzip file (unexpected end of file)"],
  ])("%s is refused by its name", (_, file, problem) => {
    writeFileSync(join(folder, "half.jsonl.gz"), gzipSync('{"pages": 9}\n').subarray(0, 20));
    const path = join(folder, file);
    const { stderr, status } = typefish(["bench", "--trace", path]);
    expect([stderr, status]).toEqual([`typefish: ${path}: ${problem}\n`, 2]);
  });

  it("reads standard input", () => {
    const { stderr, status } = typefish(["bench", "--trace", "-"], { stdin: "[]\n" });
    expect(stderr).toContain("typefish: standard input:1: expected an object as the line, found []");
    expect(status).toBe(2);
  });

  it("without its programs, says how to build them", () => {
    // A dist/ as `npm run build` leaves it.
    for (const file of ["cli.js", "cpudriver.wasm"]) copyFileSync(join(dirname(CLI), file), join(folder, file));
    const { stderr, status } = spawnSync(process.execPath, [join(folder, "cli.js"), "bench"], { encoding: "utf8" });
    expect(stderr).toBe("typefish: this command needs files that are not built yet: run npm run build -- --bench\n");
    expect(status).toBe(2);
  });
});
