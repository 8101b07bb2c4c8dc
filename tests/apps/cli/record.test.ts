/** `typefish record`, and the commands that read recordings: what they show is what a run shows. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Run, typefishMeanwhile } from "./run";

const SCENARIO = ["--scenario", "T02", "--memory", "64M"];
const folder = mkdtempSync(join(tmpdir(), "typefish-record-"));
const file = join(folder, "run.tfr");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const calls = (...args: string[]): Promise<Run> => typefishMeanwhile(["calls", ...args]);
const parsed = ({ lines }: Run) => lines.map((line) => JSON.parse(line));

beforeAll(async () => {
  const { status, lines } = await typefishMeanwhile(["record", file, ...SCENARIO]);
  expect(status).toBe(0);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^typefish: init ended, 1 scenario ok, .* 38 system calls, memory at each of them, /);
});

describe("a recording", () => {
  it.each(["0", "24", "37"])("shows the same memory as a run after call %s", async (number) => {
    const show = (...args: string[]) =>
      typefishMeanwhile(["inspect", "cspace", "--at-call", number, "--json", ...args]);
    const [recorded, ran] = await Promise.all([show("--recording", file), show(...SCENARIO)]);
    expect([recorded.status, recorded.stderr]).toEqual([0, ""]);
    expect(recorded.stdout).toBe(ran.stdout);
  });

  it("shows the same memory at the end of the run", async () => {
    const show = (...args: string[]) => typefishMeanwhile(["inspect", "mm", ...args]);
    const [recorded, ran] = await Promise.all([show("--recording", file), show(...SCENARIO)]);
    expect(recorded).toEqual(ran);
  });

  it("shows the same calls as a run, forwards and backwards", async () => {
    const options = ["--json", "--kind", "retype,delete,map"];
    const [recorded, ran] = await Promise.all([calls("--recording", file, ...options), calls(...SCENARIO, ...options)]);
    expect(recorded.stdout).toBe(ran.stdout);
    const backwards = await calls("--recording", file, "--backwards", ...options);
    expect(parsed(backwards)).toEqual(parsed(ran).reverse());
    const all = await calls("--recording", file, "--from", "1", "--json");
    expect(parsed(all).map(({ number }) => number)).toEqual(Array.from({ length: 38 }, (_, index) => index + 1));
  });
});

describe("calls --touching", () => {
  it("shows who changed a slot, and the words", async () => {
    const { status, lines } = await calls(
      "--recording",
      file,
      "--touching",
      "slot:0x700",
      "--from",
      "20",
      "--to",
      "24",
    );
    expect(status).toBe(0);
    expect(lines[0]).toMatch(/^ +22 {2}retype\(.*to=0x00000700\) = ok$/);
    expect(lines[1]).toBe("          + 0x00000700 RAM 0x8026c000 4 KiB");
    expect(lines[2]).toMatch(/^ +~ 0x8\w{7}: 0x00000000 -> 0x002009b0$/);
    expect(lines.at(-1)).toBe("1 of 1 change shown");
  });

  it("finds the last change first, without a file as well", async () => {
    const [found] = parsed(
      await calls(...SCENARIO, "--touching", "slot:0x700", "--backwards", "--limit", "1", "--json"),
    );
    expect(found).toMatchObject({ number: 25, call: "delete", by: "kernel", scenario: "T02" });
    expect(found.touched[0]).toMatchObject({ before: 0x8026c000 >>> 10, after: 0 });
  });

  it("finds what the program changed between two calls, in a page at a virtual address", async () => {
    const found = parsed(await calls("--recording", file, "--touching", "page:0x400000", "--json"));
    const words = found.flatMap(({ touched }) => touched as { address: number; before: number; after: number }[]);
    expect(new Set(words.map(({ address }) => address >>> 12)).size).toBe(1);
    expect(words.every(({ before, after }) => before !== after)).toBe(true);
    expect(found.some(({ by, number }) => by === "program" && number > 1)).toBe(true);
    const kernelOnly = await calls("--recording", file, "--touching", "page:0x400000", "--errors");
    expect(kernelOnly.stdout).not.toContain("the program, before");
  });

  it("finds what changed the memory of a capability, such as the root CNode", async () => {
    const found = parsed(await calls("--recording", file, "--touching", "capability:2", "--json"));
    const words = found.flatMap(({ touched }) => touched as { address: number }[]);
    expect(found.length).toBeGreaterThan(0);
    const { root } = JSON.parse(
      (await typefishMeanwhile(["inspect", "cspace", "--recording", file, "--json"])).stdout,
    ) as {
      root: { base: number; bytes: number };
    };
    expect(words.every(({ address }) => address >= root.base && address < root.base + root.bytes)).toBe(true);
  });

  it("shows nothing for memory that never changes", async () => {
    const { lines } = await calls("--recording", file, "--touching", "page:0x83000000");
    expect(lines).toEqual(["0 of 0 changes shown"]);
  });
});

describe("record and its readers refuse", () => {
  it.each([
    [
      ["inspect", "mm", "--recording", file, "--scenario", "T03"],
      /'--recording <file>' cannot be used with .*--scenario/,
    ],
    [["inspect", "mm", "--recording", file, "--at-call", "41"], /--at-call 41: the run ends after 38 system calls/],
    [["inspect", "mm", "--recording", join(folder, "none")], /none cannot be read: /],
    [["calls", "--recording", file, "--from", "50"], /--from 50: the run has 38 system calls/],
    [["calls", "--recording", file, "--touching", "slot:zero"], /Expected 0x8026c010, page:/],
    [
      ["calls", "--recording", file, "--touching", "slot:0xffffff00"],
      /--touching: there is no slot 0xffffff00 after call 38/,
    ],
    [["calls", "--recording", file, "--touching", "0x10"], /--touching: 0x00000010 is no DRAM and is not mapped/],
    [["calls", "--backwards"], /--backwards needs a recording/],
    [["record", folder], /it is a folder/],
    [
      ["record", join(folder, "x"), "--from", "100", ...SCENARIO],
      /--from: the run has 38 system calls, and so no call 100/,
    ],
    [["record", join(folder, "x"), "--log", "none"], /Expected a size such as 64M or 1G/],
  ])("%j", async (args, message) => {
    const { status, stdout, stderr } = await typefishMeanwhile(args);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  it("files that are no recordings, or are cut off, in one sentence", async () => {
    const cut = join(folder, "cut.tfr");
    writeFileSync(cut, readFileSync(file).subarray(0, -100));
    for (const [path, reason] of [
      ["package.json", "it is not a recording of typefish"],
      [cut, "the recording is damaged: its compressed part is cut off or changed"],
    ] as const) {
      const { status, stderr } = await typefishMeanwhile(["inspect", "mm", "--recording", path]);
      expect([status, stderr]).toEqual([2, `typefish: --recording: ${path} cannot be opened: ${reason}\n`]);
    }
  });
});

describe("record", () => {
  it("prints its figures as JSON, and keeps the run when scenarios fail or the program ends badly", async () => {
    const path = join(folder, "stub.tfr");
    const { status, stdout, stderr } = await typefishMeanwhile([
      "record",
      path,
      "--libmm",
      "stub",
      "--memory",
      "64M",
      "--json",
    ]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/init ended with status 1/);
    const { systemCalls, window, result, bytes } = JSON.parse(stdout);
    expect({ window, result, bytes }).toEqual({
      window: { first: 0, last: systemCalls },
      result: { kind: "exit", status: 1 },
      bytes: readFileSync(path).length,
    });
    const shown = await typefishMeanwhile(["inspect", "caps", "--recording", path]);
    expect(shown.stdout).toContain("root CNode");
  });
});
