/**
 * init's scenarios, each as a separate test, on small boards of both kinds. Other tests check what the host sees of them
 * in physical memory, in the list and in the status of the run.
 */
import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { type Board, withMemory } from "../../../machines/boards/board";
import { pandaboardEs } from "../../../machines/boards/pandaboard-es";
import { vexpressA9 } from "../../../machines/boards/vexpress-a9";
import { Machine } from "../../../machines/hosted/machine";
import { loadImages } from "../../../machines/hosted/node/load-images";
import type { RunResult } from "../../../machines/results";
import { auditTranslations } from "../../../observe/audit/translations";

const MIB = 0x100000;
const LIMIT_MS = 120_000;
const { images, initElf } = loadImages();

interface Run {
  machine: Machine;
  result: RunResult;
  lines: string[];
}

/** Boots a board with an environment for init and runs it to its end. Audits the memory after each scenario. */
function run(board: Board, environment: string): Run {
  const modules = [{ string: `${environment} init`, elf: initElf }];
  const broken: string[] = [];
  const onConsole = (chunk: string) => {
    if (!/ (ok|FAILED) /.test(chunk)) return;
    const { dram, kernelState, ttbr0 } = machine;
    const found = auditTranslations({ dram: board.dram, bytes: dram, kernelState, ttbr0 });
    broken.push(...found.map((sentence) => `${chunk.trim()}: ${sentence}`));
  };
  const machine: Machine = Machine.create({ board, images, modules, limits: { milliseconds: LIMIT_MS }, onConsole });
  const result = machine.run();
  expect(broken).toEqual([]);
  const lines = machine.consoleText.split("\n").map((line) => line.replace(/^init\.0\.0: /, ""));
  return { machine, result, lines };
}

/** Verdict and remark in the line of a scenario. */
function resultOf({ lines }: Run, id: string): { verdict: string; remark: string } | null {
  const line = lines.find((candidate) => new RegExp(`^${id} .* (ok|FAILED) `).test(candidate));
  const match = / {2}(ok|FAILED) +(.*)$/.exec(line ?? "");
  return match && { verdict: match[1] as string, remark: match[2] as string };
}

/** Text in physical memory. */
function textAt(machine: Machine, pa: number, length: number): string {
  return new TextDecoder().decode(machine.readPhysical(pa, length));
}

/** The physical address that a remark names: "... at 80258000 ...". */
function addressIn(remark: string): number {
  return Number.parseInt(/at 0x([0-9a-f]{8})/.exec(remark)?.[1] ?? "", 16);
}

/** A hash of all memory. */
function contents(machine: Machine): string {
  const hash = createHash("sha256");
  for (const [offset, bytes] of machine.snapshot().chunks) hash.update(String(offset)).update(bytes);
  return hash.digest("hex");
}

const smallest = withMemory(pandaboardEs, 16 * MIB);

/** The scenarios that init lists. */
const listed = run(smallest, "LIST=1")
  .lines.map((line) => /^([A-Z]\d\d) {2,}(\S.*\S) {2,}(.+)$/.exec(line))
  .filter((match) => match !== null)
  .map(([, id, group, title]) => ({ id: id as string, group: group as string, title: title as string }));

describe("the list", () => {
  it("has all scenarios of the milestone, in groups", () => {
    const ids = listed.map(({ id }) => id);
    const milestone = [...Array(26).keys(), ...[...Array(12).keys()].map((i) => i + 29)];
    for (const number of milestone) expect(ids).toContain(`T${String(number + 1).padStart(2, "0")}`);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(listed.map(({ group }) => group)).size).toBe(8);
    expect(listed.at(-1)?.id).toBe("P01");
  });

  it("can be limited to matching scenarios", () => {
    const { lines, result } = run(smallest, "LIST=1 SCENARIO=t0?,*slab*");
    const ids = lines.flatMap((line) => /^[A-Z]\d\d/.exec(line)?.[0] ?? []);
    expect(ids).toEqual(["T01", "T02", "T05", "T06", "T07", "T08", "T03", "T31", "T04", "T39", "T09"]);
    expect(lines).toContain("11 scenarios");
    expect(result).toEqual({ kind: "exit", status: 0 });
  });
});

describe("a pattern", () => {
  it("that matches nothing ends the run with status 2 and a message", () => {
    const { lines, result } = run(smallest, "SCENARIO=T99");
    expect(result).toEqual({ kind: "exit", status: 2 });
    expect(lines).toContain("no scenario matches 'T99': LIST=1 prints all scenarios");
  });

  it("runs the scenarios that it matches by id, title or group, ignoring case", () => {
    const { lines, result } = run(smallest, "SCENARIO=t07,*greeting*");
    expect(result).toEqual({ kind: "exit", status: 0 });
    expect(lines.flatMap((line) => /^[A-Z]\d\d/.exec(line)?.[0] ?? [])).toEqual(["T07", "T17"]);
    expect(lines).toContain("2 scenarios: 2 ok, 0 failed");
  });
});

const boards = [pandaboardEs, vexpressA9].map((board) => withMemory(board, 64 * MIB));
const quick = listed.filter(({ id }) => id !== "P01");

describe.each(boards)("on a $name of 64 MiB", (board) => {
  let all: Run;

  beforeAll(() => {
    all = run(board, "SCENARIO=T??,H??");
  }, LIMIT_MS);

  it.each(quick)("$id  $title", ({ id }) => {
    expect(resultOf(all, id)).toMatchObject({ verdict: "ok" });
  });

  it("all pass, and the run ends with status 0", () => {
    expect(all.lines).toContain(`${quick.length} scenarios: ${quick.length} ok, 0 failed`);
    expect(all.result).toEqual({ kind: "exit", status: 0 });
  });
});

describe.each([pandaboardEs, vexpressA9])("every page of a $name of 32 MiB", (base) => {
  const board = withMemory(base, 32 * MIB);
  let all: Run;

  beforeAll(() => {
    all = run(board, "SCENARIO=P01");
  }, LIMIT_MS);

  it("can be allocated as a separate capability and freed", () => {
    expect(resultOf(all, "P01")).toMatchObject({ verdict: "ok" });
    expect(all.result).toEqual({ kind: "exit", status: 0 });
  });

  it("is merged into one piece at the end, and progress is printed every 10 %", () => {
    const progress = all.lines.filter((line) => /^ +\d+ % /.test(line));
    const percents = progress.map((line) => Number.parseInt(line, 10));
    const tenths = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100];
    expect(percents).toEqual([...tenths, ...tenths]);
    expect(progress.at(-1)).toMatch(/free pieces: 1$/);
  });

  it("can be freed in another order", () => {
    const other = run(board, "SCENARIO=P01 SEED=42");
    expect(resultOf(other, "P01")).toMatchObject({ verdict: "ok", remark: expect.stringContaining("seed 42") });
    expect(other.lines).not.toEqual(all.lines);
  });
});

describe.each(boards)("in the physical memory of a $name,", (board) => {
  it("T17's greeting is at the address that init prints", () => {
    const seen = run(board, "SCENARIO=T17");
    const pa = addressIn(resultOf(seen, "T17")?.remark ?? "");
    expect(textAt(seen.machine, pa, 13)).toBe("Hello, world!");
  });

  it("T18's text is on the second page of its frame", () => {
    const seen = run(board, "SCENARIO=T18");
    const pa = addressIn(resultOf(seen, "T18")?.remark ?? "");
    expect(pa % 4096).toBe(5000 - 4096);
    expect(textAt(seen.machine, pa, 18)).toBe("on the second page");
  });

  it("T19's letters are at the four quarters of its frame", () => {
    const seen = run(board, "SCENARIO=T19");
    const { remark } = resultOf(seen, "T19") ?? { remark: "" };
    const quarter = (Number(/in (\d+) KiB/.exec(remark)?.[1]) * 1024) / 4;
    const letters = [0, 1, 2, 3].map((i) => textAt(seen.machine, addressIn(remark) + i * quarter, 17));
    expect(letters).toEqual(["x", "y", "z", "t"].map((letter) => `${letter.repeat(16)}\0`));
  });

  it("two runs leave the same bytes", () => {
    const [first, second] = [run(board, "SCENARIO=T0?,H1?"), run(board, "SCENARIO=T0?,H1?")];
    expect(second.machine.consoleText).toBe(first.machine.consoleText);
    expect(contents(second.machine)).toBe(contents(first.machine));
  });
});
