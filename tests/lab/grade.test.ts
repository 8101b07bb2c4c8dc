/** `typefish grade`: reports for people and programs, classes, and submissions that attack the grader. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Grade } from "../../lab/grade/grade";
import { type Run, typefishMeanwhile } from "../apps/cli/run";
import { readSolution, readWrongSolution } from "./read-solution";
import { WRONG_SOLUTIONS } from "./wrong-solutions";

const work = mkdtempSync(join(tmpdir(), "typefish-grade-"));
afterAll(() => rmSync(work, { recursive: true }));

const FEW = ["--scenario", "G01,G14,G20"];

function write(name: string, files: ReadonlyMap<string, string>): string {
  const folder = join(work, name);
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const grades = ({ stdout }: Run) => (JSON.parse(stdout) as { grades: Grade[] }).grades;

/** The list solution with statements at the start of `mmAllocAligned`, and a line at the start of the file. */
function attack(name: string, statements: string, head = ""): string {
  const files = readSolution("list");
  const text = files.get("libmm/mm.ts") as string;
  const changed = text.replace(/(export function mmAllocAligned\([^)]*\): errval_t \{)/, `$1\n${statements}`);
  if (changed === text) throw new Error("the solution has no mmAllocAligned to change");
  return write(name, files.set("libmm/mm.ts", `${head}\n${changed}`));
}

const doubleFree = WRONG_SOLUTIONS.find(({ kind }) => kind === "double-free");
if (!doubleFree) throw new Error("no wrong solution accepts a second free");
const good = write("good", readSolution("list"));
const bad = write("bad", readWrongSolution(doubleFree));

describe("one submission", async () => {
  it("is graded step by step, and each failure is explained with its call, its line and a command", async () => {
    const { status, stdout } = await typefishMeanwhile(["grade", bad, ...FEW]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/G01 {2}ok/);
    expect(stdout).toMatch(/G20 {2}FAILED {2}0\/2 {2}a second free is refused/);
    expect(stdout.replace(/\s+/g, " ")).toContain("A second free is accepted. Asked: Refuse a second free");
    expect(stdout).toMatch(/call: mmFree\(mm, .*\) <- G20/);
    expect(stdout).toMatch(/see libmm\/mm\.ts:\d+/);
    expect(stdout).toContain(`again: npx typefish grade ${bad} --scenario G20`);
    expect(stdout).toMatch(/typefish: 2 ok, 1 failed, 5 of 7 points/);
  });

  it("is recorded where it fails, and the report names the commands that look at the calls", async () => {
    const folder = join(work, "failures");
    const { stdout } = await typefishMeanwhile(["grade", bad, ...FEW, "--record", folder]);
    expect(readdirSync(folder)).toEqual(["G20.tfr"]);
    expect(stdout).toContain(`look: npx typefish inspect mdb --recording ${folder}/G20.tfr`);
    const [, question, file, call] =
      /^ *(Who freed .*)\n *npx typefish calls --recording (\S+) --from (\d+)/m.exec(stdout) ?? [];
    expect(question).toBe("Who freed this page last?");
    const shown = await typefishMeanwhile([
      "calls",
      "--recording",
      file ?? "",
      "--from",
      call ?? "",
      "--to",
      call ?? "",
    ]);
    expect(shown.stdout).toMatch(new RegExp(`^ *${call} {2}delete\\(.*RAM 0x803`));
  });

  it("has no recordings of hidden scenarios for learners", async () => {
    const points = join(work, "hidden.json");
    writeFileSync(points, JSON.stringify({ points: { G01: 1, G20: 2 }, hidden: ["G20"] }));
    const folder = join(work, "learner");
    await typefishMeanwhile(["grade", bad, "--points", points, "--learner", "--record", folder]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("that is complete has exit code 0", async () => {
    const { status, stdout } = await typefishMeanwhile(["grade", good, ...FEW]);
    expect([status, stdout.includes("3 ok, 0 failed, 7 of 7 points")]).toEqual([0, true]);
  });

  it("is written as JUnit, CSV and Gradescope's results.json", async () => {
    const [junit, csv, gradescope] = ["r.xml", "r.csv", "results.json"].map((name) => join(work, name)) as [
      string,
      string,
      string,
    ];
    await typefishMeanwhile(["grade", bad, ...FEW, "--junit", junit, "--csv", csv, "--gradescope", gradescope]);
    expect(readFileSync(junit, "utf8")).toMatch(/<testsuite name=".*bad" tests="3" failures="1" errors="0">/);
    expect(readFileSync(junit, "utf8")).toContain('<failure type="double-free"');
    expect(readFileSync(csv, "utf8").split("\r\n")).toEqual([
      "submission,points,total,ok,problem,G01,G14,G20",
      `${bad},5,7,no,,3,2,0`,
      "",
    ]);
    const document = JSON.parse(readFileSync(gradescope, "utf8")) as { score: number; tests: { status: string }[] };
    expect([document.score, document.tests.map(({ status }) => status)]).toEqual([5, ["passed", "passed", "failed"]]);
  });

  it("has no title and no reason for a hidden scenario in a report for learners", async () => {
    const points = join(work, "points.json");
    writeFileSync(points, JSON.stringify({ points: { G01: 1, G20: 4 }, hidden: ["G20"] }));
    const { stdout } = await typefishMeanwhile(["grade", bad, "--points", points, "--learner"]);
    expect(stdout).toMatch(/G20 {2}FAILED {2}0\/4 {2}\(hidden\)/);
    expect(stdout).not.toContain("second free");
  });
});

describe("the command refuses", () => {
  it.each([
    [["grade"], "name the submissions to grade: typefish grade FOLDER..."],
    [["grade", "/nowhere"], "there is no folder /nowhere"],
    [["grade", good, "--scenario", "G99"], "no scenario matches 'G99': typefish grade --list shows all scenarios"],
    [["grade", good, `${good}/`], `${good} is named twice: name each submission once`],
    [["grade", good, "--shard", "5/4"], "--shard '5/4' is not a part: use 1/4 for the first of four"],
    [
      ["grade", good, "--csv", "/nowhere/x.csv"],
      "--csv: /nowhere/x.csv cannot be written: there is no folder /nowhere",
    ],
  ])("%j", async (args, message) => {
    const { status, stderr } = await typefishMeanwhile(args);
    expect([status, stderr]).toEqual([2, `typefish: ${message}\n`]);
  });

  it.each([
    ["{", /it is not JSON/],
    ['{"points":{"G99":1}}', /points names "G99": the scenarios are G01 to G50/],
    ['{"points":{"G01":-1}}', /points\.G01 must be a number of at least 0, not -1/],
    ['{"points":{}}', /points must name at least one scenario/],
    ['{"points":{"G01":1},"tests":1}', /unknown field tests/],
  ])("points such as %s", async (text, message) => {
    const file = join(work, "wrong.json");
    writeFileSync(file, text);
    const { status, stderr } = await typefishMeanwhile(["grade", good, "--points", file]);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe("a class", async () => {
  const results = (name: string) => join(work, name);

  it("is graded in parts, continued after an interruption, and merged", async () => {
    const parts = ["1", "2"].map((part) => results(`${part}.jsonl`));
    for (const [index, file] of parts.entries())
      await typefishMeanwhile(["grade", good, bad, ...FEW, "--shard", `${index + 1}/2`, "--results", file]);
    const merged = await typefishMeanwhile(["grade", "--merge", ...parts, "--json"]);
    expect(grades(merged).map(({ name, earned }) => [name, earned])).toEqual([
      [good, 7],
      [bad, 5],
    ]);
    expect(merged.status).toBe(1);
    // A run that finds its grades in the file runs nothing, even if the worker would fail.
    const again = await typefishMeanwhile([
      ...["grade", good, bad, ...FEW, "--shard", "1/2", "--results", parts[0] as string, "--json"],
    ]);
    expect(grades(again)[0]?.scenarios).toEqual(grades(merged)[0]?.scenarios);
    expect(readFileSync(parts[0] as string, "utf8").split("\n")).toHaveLength(2);
  });

  it("has a grade for each submission, whatever the others do", async () => {
    const names = [
      "good",
      "loop",
      "start",
      "abort",
      "calls",
      "print",
      "stack",
      "import",
      "huge",
      "link",
      "outside",
      "odd",
    ];
    const folders: Record<string, string> = {
      good,
      loop: attack("loop", "  for (;;) {}"),
      start: write("start", readSolution("list").set("libmm/more.ts", "for (;;) {}\nexport const more: u32 = 1;\n")),
      abort: attack("abort", "  sysExit(0);", 'import { sysExit } from "../libaos/system-calls";'),
      calls: attack("calls", "  for (;;) sysNop();", 'import { sysNop } from "../libaos/system-calls";'),
      print: attack("print", '  for (;;) printf("G01 ok");', 'import { printf } from "../libaos";'),
      stack: attack("stack", "  if (size != 0) return mmAllocAligned(mm, size + 1, alignment);"),
      import: attack("import", "  steal();", '@external("env", "process")\ndeclare function steal(): void;'),
      huge: write("huge", readSolution("list").set("libmm/huge.ts", `//${"a".repeat(1 << 20)}`)),
      link: write("link", readSolution("list")),
      outside: attack("outside", "", 'import { x } from "../../../../../etc/passwd";'),
      odd: write("odd 'name'; $(touch stolen) ö\n", readSolution("list")),
    };
    const start = join(folders.start as string, "libmm/mm.ts");
    writeFileSync(
      start,
      `import { more } from "./more";\n${readFileSync(start, "utf8")}\nexport function unused(): u32 {\n  return more;\n}\n`,
    );
    rmSync(join(folders.link as string, "libmm/mm.ts"));
    symlinkSync("/etc/passwd", join(folders.link as string, "libmm/mm.ts"));

    const run = await typefishMeanwhile([
      "grade",
      ...names.map((name) => folders[name] as string),
      "--scenario",
      "G01",
      "--json",
    ]);
    const found = Object.fromEntries(
      grades(run).map(({ earned, problems, scenarios }, index) => [
        names[index],
        problems[0] ?? scenarios[0]?.explanation?.kind ?? earned,
      ]),
    );
    expect(found).toEqual({
      good: 3,
      loop: "endless-loop",
      start: "endless-loop",
      abort: "ends-run",
      calls: "too-many-calls",
      print: "too-many-calls",
      stack: "endless-recursion",
      import: "foreign-import",
      huge: "libmm/huge.ts has 1048578 bytes; the limit is 262144.",
      link: "libmm/mm.ts is not a file. Links are not followed.",
      outside: expect.stringMatching(/^libmm\/mm\.ts:1:\d+: TS6054: File .*passwd\.ts' not found/),
      odd: 3,
    });
    expect(existsSync("stolen")).toBe(false);
    expect(run.status).toBe(1);
  });
});
