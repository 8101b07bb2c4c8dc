/** `npm run mutate`: the mutants that it makes, the order of the tests, and its separate copy of the checkout. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import ts from "typescript";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { applyMutant, findMutants } from "../../tools/mutate/places";
import { scoreOf, scoreTable, survivorLines } from "../../tools/mutate/report";
import { type Result, ResultFile, type Verdict } from "../../tools/mutate/results";
import { allMutants, chooseMutants, shardOf } from "../../tools/mutate/selection";
import { testGroups } from "../../tools/mutate/test-order";
import { runTests } from "../../tools/mutate/test-run";
import { Workspace, WorkspaceInUse } from "../../tools/mutate/workspace";
import { SEED } from "../support/seed";

/** Lists the mutants of a source as "before > after", with the replaced text only. */
function changes(text: string): string[] {
  return findMutants("a.ts", text).map(({ original, replacement }) => `${original} > ${replacement}`);
}

describe("places", () => {
  it.each([
    ["<", "<="],
    ["<=", "<"],
    [">", ">="],
    [">=", ">"],
    ["==", "!="],
    ["!=", "=="],
    ["===", "!=="],
    ["!==", "==="],
    ["+", "-"],
    ["-", "+"],
    ["*", "+"],
    ["/", "*"],
    ["%", "/"],
    ["<<", ">>"],
    [">>", "<<"],
    [">>>", "<<"],
    ["&", "|"],
    ["|", "&"],
    ["^", "&"],
    ["&&", "||"],
    ["||", "&&"],
  ])("operator %s becomes %s", (operator, other) => {
    expect(changes(`const a = b ${operator} c;`)).toEqual([`${operator} > ${other}`]);
  });

  it.each(["+", "-", "*", "/", "%", "<<", ">>", ">>>", "&", "|", "^"])(
    "operator %s changes in an assignment as well",
    (operator) => {
      const [first] = changes(`const a = b ${operator} c;`)[0]!.split(" > ").slice(1);
      expect(changes(`b ${operator}= c;`)).toContain(`${operator}= > ${first}=`);
    },
  );

  it("increment and decrement are exchanged", () => {
    expect(changes("f(a++, --b);")).toEqual(["f(a++, --b); > ;", "a++ > a--", "--b > ++b"]);
  });

  it("prefix operators are dropped", () => {
    expect(changes("const a = f(!b, ~c, -d);")).toEqual(["!b > b", "~c > c", "-d > d"]);
  });

  it("numbers become one more and one less in the same notation, but never negative", () => {
    expect(changes("const a = f(4096, 0x0ff, 0b0111, 1_000, 0);")).toEqual([
      ...["4096 > 4097", "4096 > 4095", "0x0ff > 0x100", "0x0ff > 0x0fe", "0b0111 > 0b1000", "0b0111 > 0b0110"],
      ...["1_000 > 1001", "1_000 > 999", "0 > 1"],
    ]);
  });

  it("conditions are negated and forced, but loop conditions are never forced to be true", () => {
    expect(changes("if (a) {}")).toEqual(["a > !(a)", "a > true", "a > false"]);
    expect(changes("const x = a ? b : c;")).toEqual(["a > !(a)", "a > true", "a > false"]);
    expect(changes("while (a) {}")).toEqual(["a > !(a)", "a > false"]);
    expect(changes("for (; a; ) {}")).toEqual(["a > !(a)", "a > false"]);
  });

  it("a condition gets only one negation", () => {
    expect(changes("if (!a) {}").sort()).toEqual(["!a > a", "!a > false", "!a > true"]);
    expect(changes("if (a == b) {}").sort()).toEqual(["== > !=", "a == b > false", "a == b > true"]);
  });

  it.each([
    ["bool", "b", ["b > false", "b > true"]],
    ["bool", "true", ["true > false"]],
    ["u32", "b", ["b > 0"]],
    ["errval_t", "SYS_ERR_OK", ["SYS_ERR_OK > 1"]],
    ["Cte | null", "b", ["b > null"]],
    ["Cte | null", "null", []],
    ["Cte", "b", []],
  ])("a function that returns %s returns another value than %s", (type, answer, expected) => {
    expect(changes(`function f(): ${type} { return ${answer}; }`).sort()).toEqual(expected);
  });

  it("statements are removed: calls, assignments, jumps", () => {
    expect(changes("function f(): void { a(); b = c; while (true) { if (d) break; continue; } return; }")).toEqual(
      expect.arrayContaining(["a(); > ;", "b = c; > ;", "break; > ;", "continue; > ;", "return; > ;"]),
    );
  });

  it.each([
    ["a comment", "// a < b\n/* c + 1 */"],
    ["an import", 'import { a } from "./1";'],
    ["a type", "function f(a: Array<1 | 2>): void {}"],
    ["a log line", 'log(LOG_NOTE, "%u", a + 1);'],
    ["a printed text", 'printf("%u", a + 1);'],
    ["an assertion", "kernelAssert(a < 1, text);"],
    ["a compile-time check", 'if (offsetof<A>("b") != 4) ERROR("A: b");'],
    ["a compile-time check in a block", 'if (a < 4) { ERROR("b"); }'],
    ["the first value of a register", "class Out { static value: u32 = 0; }"],
    ["a text", 'const a = "1 < 2";'],
  ])("%s is not changed", (_, text) => expect(changes(text)).toEqual([]));

  it("a place is identified by path, line, column and change", () => {
    const [mutant] = findMutants("system/cpudriver/a.ts", "\n  const a = b < c;");
    expect(mutant).toMatchObject({
      id: "system/cpudriver/a.ts:2:15:le",
      path: "system/cpudriver/a.ts",
      line: 2,
      column: 15,
    });
  });
});

describe("mutants of the sources", () => {
  const all = allMutants(".");

  /** Only one mutant in `STEP` is parsed, because parsing is slow. */
  const STEP = 40;
  const some = all.filter((_, index) => index % STEP === SEED % STEP);

  it("are many, in all folders, each with a unique name", () => {
    expect(all.length).toBeGreaterThan(5000);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    for (const folder of ["cap", "mdb", "paging", "invocation", "startup"]) {
      expect(all.some(({ path }) => path.startsWith(`system/cpudriver/${folder}/`))).toBe(true);
    }
    for (const folder of ["libaos", "libmm"]) {
      expect(all.some(({ path }) => path.startsWith(`system/${folder}/`))).toBe(true);
    }
  });

  it(`differ from the source in one place, and parse (SEED=${SEED})`, () => {
    for (const mutant of some) {
      const before = readFileSync(mutant.path, "utf8");
      const after = applyMutant(before, mutant);
      expect(after).not.toBe(before);
      expect(after.slice(0, mutant.start)).toBe(before.slice(0, mutant.start));
      expect(after.slice(mutant.start + mutant.replacement.length)).toBe(before.slice(mutant.end));
      expect(before.slice(mutant.start, mutant.end)).toBe(mutant.original);
      const { diagnostics } = ts.transpileModule(after, { reportDiagnostics: true, fileName: mutant.path });
      expect(`${mutant.id} ${diagnostics?.filter(isSyntax).length}`).toBe(`${mutant.id} 0`);
    }
  });

  it("are the same for the same seed, and different for another seed", () => {
    const chosen = chooseMutants(all, 100, 7);
    expect(chooseMutants(all, 100, 7)).toEqual(chosen);
    expect(chooseMutants(all, 100, 8)).not.toEqual(chosen);
    expect(new Set(chosen).size).toBe(100);
  });

  it("of a longer run start with those of a shorter run", () => {
    expect(chooseMutants(all, 50, 7)).toEqual(chooseMutants(all, 100, 7).slice(0, 50));
  });

  it("are all chosen exactly once if enough are requested", () => {
    const chosen = chooseMutants(all, all.length + 1, 7);
    expect(chosen.map(({ id }) => id).sort()).toEqual(all.map(({ id }) => id).sort());
  });

  it.each([1, 2, 7])("are divided among %i shards, each in exactly one", (count) => {
    const chosen = chooseMutants(all, 100, 7);
    const shards = Array.from({ length: count }, (_, index) => shardOf(chosen, { index, count }));
    expect(shards.flat().sort((a, b) => chosen.indexOf(a) - chosen.indexOf(b))).toEqual(chosen);
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** True for syntax errors only. Decorators on functions are allowed, because AssemblyScript has them. */
function isSyntax({ code }: ts.Diagnostic): boolean {
  return code < 2000 && code !== 1206;
}

describe("tests", () => {
  const seconds = { "tests/system/cpudriver/cap/copy.test.ts": 1, "tests/system/cpudriver/cap/load.test.ts": 20 };
  const tests = [
    ...[
      "tests/system/init/scenarios.test.ts",
      "tests/system/cpudriver/cap/load.test.ts",
      "tests/system/cpudriver/paging/map.test.ts",
    ],
    ...["tests/system/cpudriver/cap/lookup.test.ts", "tests/system/cpudriver/cap/copy.test.ts"],
  ];

  it("start with the file that mirrors the source, continue with its folder, and end with slow files", () => {
    expect(testGroups("system/cpudriver/cap/copy.ts", tests, seconds)).toEqual([
      ["tests/system/cpudriver/cap/copy.test.ts", "tests/system/cpudriver/cap/lookup.test.ts"],
      ["tests/system/cpudriver/paging/map.test.ts"],
      ["tests/system/init/scenarios.test.ts"],
      ["tests/system/cpudriver/cap/load.test.ts"],
    ]);
  });

  it("of the libraries start with their own folder", () => {
    const files = [
      "tests/system/init/scenarios.test.ts",
      "tests/system/libaos/slots.test.ts",
      "tests/system/libaos/slab.test.ts",
    ];
    expect(testGroups("system/libaos/slab.ts", files, {}).flat()).toEqual([files[2], files[1], files[0]]);
  });
});

describe("the copy of the checkout", () => {
  let folder: string;
  let checkout: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "typefish-mutate-"));
    checkout = join(folder, "checkout");
    mkdirSync(join(checkout, "tests"), { recursive: true });
    symlinkSync(resolve("node_modules"), join(checkout, "node_modules"));
    writeFileSync(join(checkout, "a.ts"), "export const a = 1;\n");
    writeFileSync(join(checkout, ".gitignore"), "/node_modules\n/ignored\n");
    writeFileSync(join(checkout, "ignored"), "");
    execFileSync("git", ["init", "-q"], { cwd: checkout });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const copy = () => new Workspace(checkout, join(folder, "copy"));
  const inCopy = (path: string) => join(folder, "copy", path);

  it("changes in the copy do not reach the checkout", () => {
    const workspace = copy();
    workspace.write("a.ts", "broken");
    expect(readFileSync(join(checkout, "a.ts"), "utf8")).toBe("export const a = 1;\n");
    expect(existsSync(inCopy("ignored"))).toBe(false);
  });

  it("a copy that was left broken is restored, and keeps its build outputs", () => {
    copy().write("a.ts", "broken");
    mkdirSync(inCopy("dist"));
    writeFileSync(inCopy("dist/a.wasm"), "built");
    writeFileSync(inCopy("b.ts"), "");
    const workspace = copy();
    expect(workspace.read("a.ts")).toBe("export const a = 1;\n");
    expect(workspace.read("dist/a.wasm")).toBe("built");
    expect(existsSync(inCopy("b.ts"))).toBe(false);
  });

  it("a copy can be used by one process at a time", () => {
    copy();
    writeFileSync(`${join(folder, "copy")}.pid`, String(process.ppid));
    expect(copy).toThrow(WorkspaceInUse);
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    writeFileSync(`${join(folder, "copy")}.pid`, String(pid));
    expect(copy).not.toThrow();
  });

  it("the hash of a tree changes with a file, but not with another copy", () => {
    const { hash } = copy();
    expect(copy().hash).toBe(hash);
    writeFileSync(join(checkout, "a.ts"), "export const a = 2;\n");
    expect(copy().hash).not.toBe(hash);
  });

  it("the build outputs are restored after a mutant", () => {
    const workspace = copy();
    mkdirSync(inCopy("dist"));
    writeFileSync(inCopy("dist/a.wasm"), "built");
    workspace.keepOutputs();
    writeFileSync(inCopy("dist/a.wasm"), "built otherwise");
    writeFileSync(inCopy("dist/b.wasm"), "built, too");
    expect(workspace.isAsKept("dist/a.wasm")).toBe(false);
    workspace.restoreOutputs();
    expect(workspace.isAsKept("dist/a.wasm")).toBe(true);
    expect(existsSync(inCopy("dist/b.wasm"))).toBe(false);
  });

  /** Runs a test file with this body. */
  const outcomeOf = (body: string, limit: number) => {
    writeFileSync(
      join(checkout, "tests/a.test.ts"),
      `import { createRequire } from "node:module";\nimport { expect, it } from "vitest";\nconst require = createRequire("/");\nit("sees it", () => {${body}});\n`,
    );
    const workspace = copy();
    mkdirSync(inCopy("build"), { recursive: true });
    return runTests(workspace.folder, ["tests/a.test.ts"], limit);
  };
  const LONG = 120;

  it("passing tests are reported with their times", async () => {
    expect(await outcomeOf("expect(1).toBe(1);", LONG)).toEqual({
      kind: "passed",
      seconds: { "tests/a.test.ts": expect.any(Number) },
    });
  });

  it("a failing test is reported by its name", async () => {
    expect(await outcomeOf("expect(1).toBe(2);", LONG)).toEqual({ kind: "failed", by: "tests/a.test.ts: sees it" });
  });

  it("a test process that dies counts as a failure, and leaves no worker running", async () => {
    const note = join(folder, "worker");
    const body = `require("node:fs").writeFileSync(${JSON.stringify(note)}, String(process.pid)); process.kill(process.ppid, "SIGKILL"); for (;;);`;
    expect((await outcomeOf(body, LONG)).kind).toBe("failed");
    const worker = Number(readFileSync(note, "utf8"));
    await expect.poll(() => isRunning(worker), { timeout: 60_000 }).toBe(false);
  });

  it("a test with an endless loop is stopped", async () => {
    expect(await outcomeOf("for (;;);", 10)).toEqual({ kind: "timeout" });
  });

  const result = (id: string, verdict: Verdict): Result => ({
    ...{ id, verdict, original: "<", replacement: "<=", seconds: 1 },
    ...{ file: "file 1", tree: "tree 1" },
  });

  it("an interrupted run continues with the known results", () => {
    const path = join(folder, "results.jsonl");
    const results = new ResultFile(path);
    results.add(result("a", "killed"));
    results.add(result("b", "survived"));
    writeFileSync(path, `${readFileSync(path, "utf8")}{"id":"c","verd`);
    const known = new ResultFile(path);
    expect(known.find("a", "file 1", "tree 2")?.verdict).toBe("killed");
    expect(known.find("a", "file 2", "tree 1")).toBeNull();
    expect(known.find("b", "file 1", "tree 1")?.verdict).toBe("survived");
    expect(known.find("b", "file 1", "tree 2")).toBeNull();
    expect(known.find("c", "file 1", "tree 1")).toBeNull();
  });

  it("a mutant that survived the quick tests is tried again with the long ones, but not vice versa", () => {
    const results = new ResultFile(join(folder, "results.jsonl"));
    results.add({ ...result("a", "survived"), longest: 30 });
    results.add(result("b", "survived"));
    results.add({ ...result("c", "killed"), longest: 30 });
    const known = (longest?: number) => ["a", "b", "c"].filter((id) => results.find(id, "file 1", "tree 1", longest));
    expect(known(10)).toEqual(["a", "b", "c"]);
    expect(known(30)).toEqual(["a", "b", "c"]);
    expect(known(60)).toEqual(["b", "c"]);
    expect(known()).toEqual(["b", "c"]);
  });

  it("only valid mutants count for the score", () => {
    const verdicts: Verdict[] = ["killed", "timeout", "survived", "equivalent", "uncompilable"];
    const results = verdicts.map((verdict, line) => result(`system/cpudriver/cap/a.ts:${line}:1:le`, verdict));
    expect(scoreOf(results)).toEqual({ mutants: 5, invalid: 2, killed: 2, timeouts: 1, survived: 1, percent: 66.7 });
    expect(scoreTable(results).at(-2)).toMatch(/^system\/cpudriver\/cap +5 +2 +2 +1 +1 +66.7$/);
    expect(survivorLines(results)).toEqual([
      "",
      "1 mutant survived:",
      '  system/cpudriver/cap/a.ts:2:1:le  "<" becomes "<="',
    ]);
    expect(scoreOf([]).percent).toBe(100);
  });
});

describe("npm run mutate", () => {
  const mutate = (...args: string[]) =>
    spawnSync(process.execPath, ["tools/run.mjs", "mutate", ...args], { encoding: "utf8" });

  it("lists the mutants that it would try", () => {
    const { status, stdout } = mutate("--list", "--seed", "7", "--mutants", "4", "--shard", "2/2", "--json");
    expect(status).toBe(0);
    const ids = (JSON.parse(stdout) as { id: string }[]).map(({ id }) => id);
    const chosen = chooseMutants(allMutants("."), 4, 7).map(({ id }) => id);
    expect(ids).toEqual([chosen[1], chosen[3]]);
  });

  it.each(["--mutants 0", "--seed x", "--shard 3/2", "--mutant a.ts:1:1:le", "--unknown"])("refuses %s", (words) =>
    expect(mutate(...words.split(" ")).status).toBe(2),
  );

  it("shows examples", () => {
    const { status, stdout } = mutate("--help");
    expect(status).toBe(0);
    expect(stdout).toContain("npm run mutate -- --seed 7 --mutants 200 --shard 1/2");
  });
});
