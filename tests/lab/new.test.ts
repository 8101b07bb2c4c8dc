/** `typefish lab`: the folder of the hand-out stands by itself, boots to the assignment's lines, and hides the solution. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { HANDOUT_FILES, isOwnPath } from "../../lab/submission";
import { HANDOUT_LINES } from "../apps/cli/handout-lines";
import { onlyLines, typefish, typefishMeanwhile } from "../apps/cli/run";

const work = mkdtempSync(join(tmpdir(), "typefish-lab-"));
afterAll(() => rmSync(work, { recursive: true }));

function newLab(name: string, ...options: string[]) {
  const folder = join(work, name);
  return { folder, ...typefish(["lab", "new", folder, ...options]) };
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => path.replaceAll("\\", "/"));
}

function tsc(folder: string) {
  const { status, stdout } = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", folder], {
    encoding: "utf8",
  });
  return { status, stdout };
}

describe("lab new", () => {
  const mine = newLab("mine");

  it("writes the files to fill in, the assignment, and what an editor needs", () => {
    expect([mine.status, mine.stderr]).toEqual([0, ""]);
    const files = filesBelow(mine.folder);
    expect(files).toEqual(expect.arrayContaining([...HANDOUT_FILES, "README.md", "package.json", "tsconfig.json"]));
    expect(files).toEqual(expect.arrayContaining(["docs/libaos.md", "system/libaos/index.ts"]));
    expect(tsc(mine.folder)).toEqual({ status: 0, stdout: "" });
  });

  it("gives none of the reference solution away", () => {
    const given = filesBelow(join(mine.folder, "system")).filter(isOwnPath);
    expect(given).toEqual([]);
  });

  it("makes a folder in which npm start boots to the assignment's lines", async () => {
    const { status, stdout } = await typefishMeanwhile(["start", "--silent"], ["npm"], mine.folder);
    expect(onlyLines(stdout.split("\n"), HANDOUT_LINES)).toEqual(HANDOUT_LINES);
    expect(status).toBe(1);
  });

  it("makes a folder in which npm test says what is not implemented yet", async () => {
    const { status, stdout } = await typefishMeanwhile(["test", "--silent"], ["npm"], mine.folder);
    expect(stdout).toMatch(/G01 {2}FAILED/);
    expect(stdout).toMatch(/mmInit returns\s+LIB_ERR_NOT_IMPLEMENTED/);
    expect(stdout).toMatch(/typefish: 0 ok, 50 failed, 0 of 100 points/);
    expect(status).toBe(1);
  });

  it("does not write into a folder that has files", async () => {
    const full = join(work, "full");
    mkdirSync(full);
    writeFileSync(join(full, "notes.txt"), "mine");
    const { status, stderr } = await typefishMeanwhile(["lab", "new", full]);
    expect([status, stderr]).toEqual([2, `typefish: ${full} is not empty: choose a folder that does not exist yet\n`]);
    expect(readdirSync(full)).toEqual(["notes.txt"]);
  });

  it("refuses the solution without --teacher", () => {
    const { folder, status, stderr } = newLab("secret", "--solution");
    expect([status, stderr]).toEqual([
      2,
      "typefish: --solution shows the reference solution: add --teacher if you want to see it\n",
    ]);
    expect(existsSync(folder)).toBe(false);
  });
});

describe("the reference solution", async () => {
  const reference = newLab("reference", "--solution", "--teacher");

  it("satisfies the same types, gets all points, and boots", async () => {
    expect(reference.status).toBe(0);
    expect(tsc(reference.folder)).toEqual({ status: 0, stdout: "" });
    const graded = await typefishMeanwhile(["grade", reference.folder, "--json"]);
    const [grade] = (JSON.parse(graded.stdout) as { grades: { earned: number; total: number }[] }).grades;
    expect([graded.status, grade?.total]).toEqual([0, 100]);
    expect(grade?.earned).toBeGreaterThan(100);
    const started = await typefishMeanwhile(["lab", "start", reference.folder, "--memory", "64M"]);
    expect(started.status).toBe(0);
    expect(started.lines).toContain("init.0.0: Message handler loop");
    expect(started.stdout).toContain("Added 61 MB of physical memory");
  });
});

describe("lab start refuses", async () => {
  const folder = newLab("broken").folder;
  const path = join(folder, "libmm/mm.ts");
  const text = readFileSync(path, "utf8");

  /** Puts statements into `mmDestroy`, and returns the messages of the build and the number of the first such line. */
  async function buildWith(statements: string) {
    const at = text.split("\n").findIndex((line) => line.startsWith("export function mmDestroy")) + 2;
    writeFileSync(path, text.replace("mmDestroy(_mm: Mm): void {}", `mmDestroy(_mm: Mm): void {\n${statements}\n}`));
    const { status, stdout } = await typefishMeanwhile(["lab", "start", folder]);
    expect(status).toBe(2);
    return { stdout, at };
  }

  it.each([
    ["an object", "  const node = new MmNode();\n  node.base = 1;", /makes an object .*slabAlloc/],
    ["an array", "  const list = [_mm.objtype, 2];\n  list[0] = 1;", /array|object/],
    ["joined strings", '  const text = "a" + _mm.objtype.toString();\n  _mm.objtype = text.length;', /string/],
  ])("%s, with the line and what to write instead", async (_name, statements, message) => {
    const { stdout, at } = await buildWith(statements);
    expect(stdout).toMatch(new RegExp(`^libmm/mm\\.ts:${at}:\\d+: AS-HEAP: `, "m"));
    expect(stdout).toMatch(message);
  });

  it("a closure", async () => {
    const { stdout } = await buildWith(
      "  const size = _mm.objtype;\n  const add = (n: u32): u32 => n + size;\n  _mm.objtype = add(1);",
    );
    expect(stdout).toMatch(/^libmm\/mm\.ts:\d+:\d+: .*[Cc]losure/m);
  });

  it("wrong types", async () => {
    const { stdout, at } = await buildWith("  const size: u32 = nothing;\n  _mm.objtype = size;");
    expect(stdout).toContain(`libmm/mm.ts:${at}:21: TS2304: Cannot find name 'nothing'.`);
  });

  it("a file that is missing", async () => {
    rmSync(path);
    const { status, stdout } = await typefishMeanwhile(["lab", "start", folder]);
    expect([status, stdout]).toEqual([2, "libmm/mm.ts is missing.\n"]);
  });
});
