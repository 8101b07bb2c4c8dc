/** What the lab's editor says about files: TypeScript's language service over the learner's files and the project's. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { COMPILER_TYPES, Language } from "../../../../apps/web/lab/language/language";
import { buildSubmission } from "../../../../lab/node/build";
import { readOwnSource } from "../../../../lab/node/package-root";
import { HANDOUT_FILES, isOwnPath, type SubmissionFiles } from "../../../../lab/submission";
import { MANAGERS } from "../../../lab/managers";
import { readSolution, readWrongSolution } from "../../../lab/read-solution";
import { WRONG_SOLUTIONS } from "../../../lab/wrong-solutions";

const compilerTypes = readFileSync(
  createRequire(import.meta.url).resolve("assemblyscript/std/assembly/index.d.ts"),
  "utf8",
);
const MM = "libmm/mm.ts";

const readHandout = (): Map<string, string> =>
  new Map(HANDOUT_FILES.map((path) => [path, readFileSync(`lab/handout/${path}`, "utf8")]));

function languageOf(files: SubmissionFiles): Language {
  const language = new Language(readOwnSource, compilerTypes);
  language.update([...files]);
  return language;
}

/** The messages about all files, with their places. */
function problemsIn(files: SubmissionFiles, language = languageOf(files)): string[] {
  return [...files].flatMap(([path, text]) =>
    language.problems(path).map((problem) => `${path}:${lineOf(text, problem.from)} ${problem.text}`),
  );
}

const lineOf = (text: string, offset: number): number => text.slice(0, offset).split("\n").length;

/** The hand-out with lines at the end of libmm/mm.ts, and the offset of `|` in these lines. */
function withLines(lines: string): { language: Language; offset: number; text: string } {
  const start = readHandout().get(MM) as string;
  const text = `${start}${lines.replace("|", "")}\n`;
  return {
    language: languageOf(readHandout().set(MM, text)),
    offset: start.length + Math.max(lines.indexOf("|"), 0),
    text,
  };
}

describe("no false message about", () => {
  it("the hand-out", () => {
    expect(problemsIn(readHandout())).toEqual([]);
  });

  it.each(MANAGERS)("the solution '%s'", (name) => {
    expect(problemsIn(readSolution(name))).toEqual([]);
  });

  it("mapping at a chosen address", () => {
    expect(problemsIn(readSolution("list", "chosen-address"))).toEqual([]);
  });

  it("Typefish's own manager, which is the reference", () => {
    const isForHosts = (path: string) => path === "libmm/layout/mm-policies.ts";
    const own = readdirSync("system", { recursive: true, encoding: "utf8" })
      .map((path) => path.replaceAll("\\", "/"))
      .filter((path) => path.endsWith(".ts") && isOwnPath(path) && !isForHosts(path));
    expect(own).toContain(MM);
    expect(problemsIn(new Map(own.map((path) => [path, readFileSync(`system/${path}`, "utf8")])))).toEqual([]);
  });

  it("wrong solutions that the compiler takes", () => {
    const language = languageOf(new Map());
    let present = new Set<string>();
    const problems = WRONG_SOLUTIONS.flatMap((wrong) => {
      const files = readWrongSolution(wrong);
      language.update([...present].map((path) => [path, null] as const));
      language.update([...files]);
      present = new Set(files.keys());
      return problemsIn(files, language).map((problem) => `${wrong.name}: ${problem}`);
    });
    expect(problems).toEqual([]);
  });
});

describe("messages", () => {
  it("a type error is reported at its place", () => {
    const { language, text } = withLines("function half(bytes: u64): errval_t {\n  return bytes.half;\n}\nhalf(1);");
    const [problem] = language.problems(MM);
    expect(problem?.text).toMatch(/^TS2339: Property 'half' does not exist/);
    expect(text.slice(problem?.from, problem?.to)).toBe("half");
    expect(problem?.severity).toBe("error");
  });

  it("a syntax error is reported at its line", () => {
    const { language, text } = withLines("const = 1;");
    expect(lineOf(text, language.problems(MM)[0]?.from ?? 0)).toBe(text.split("\n").indexOf("const = 1;") + 1);
  });

  it("an import of a file that does not exist is reported, and no longer once there is one", () => {
    const { language } = withLines('import { best } from "./best";\nbest();');
    expect(language.problems(MM).map(({ text }) => text)).toEqual([expect.stringContaining("'./best'")]);
    language.update([["libmm/best.ts", "export function best(): void {}\n"]]);
    expect(language.problems(MM)).toEqual([]);
    language.update([["libmm/best.ts", null]]);
    expect(language.problems(MM)).toHaveLength(1);
  });

  it("our own manager is not there to fall back on", () => {
    const { language } = withLines('import { accountGive } from "./account";\naccountGive;');
    expect(language.problems(MM).map(({ text }) => text)).toEqual([expect.stringContaining("'./account'")]);
  });
});

describe("expressions that need a heap are marked with the compiler's words:", () => {
  it.each([
    ["an array", "export function f(a: u32): u32 {\n  const pages = [a];\n  return 1;\n}"],
    [
      "an array made with new",
      "export function f(a: u32): u32 {\n  const pages = new StaticArray<u32>(a);\n  return 1;\n}",
    ],
    ["a map", "export function f(a: u32): u32 {\n  const pages = new Map<u32, u32>();\n  return a;\n}"],
    [
      "an object",
      "class Piece {\n  bytes: u32;\n}\nexport function f(): u32 {\n  const piece = new Piece();\n  return piece.bytes;\n}",
    ],
    [
      "a struct made with new",
      "@unmanaged\nclass Piece {\n  bytes: u32;\n}\nexport function f(): u32 {\n  return new Piece().bytes;\n}",
    ],
    ["a joined string", 'export function f(a: string): i32 {\n  const text = a + "!";\n  return text.length;\n}'],
    ["a template", `export function f(a: string): i32 {\n  const text = \`\${a}!\`;\n  return text.length;\n}`],
    ["a compared string", 'export function f(a: string): bool {\n  return a == "x";\n}'],
    [
      "a number as a string",
      "export function f(a: u32): i32 {\n  const text = a.toString();\n  return text.length;\n}",
    ],
    [
      "a part of a string",
      "export function f(a: string): i32 {\n  const text = a.substring(1);\n  return text.length;\n}",
    ],
    ["a closure", "export function f(a: u32): u32 {\n  const g = (): u32 => a + 1;\n  return g();\n}"],
  ])("%s", async (_, lines) => {
    const { language, text } = withLines(lines);
    const marked = language.problems(MM).map((problem) => `${lineOf(text, problem.from)} ${problem.text}`);
    const built = await buildSubmission(readHandout().set(MM, text), "driver");
    const messages = "messages" in built ? built.messages : [];
    const said = messages.map((message) => `${message.line} ${message.text}`);
    expect(said.length).toBeGreaterThan(0);
    expect(said).toEqual(expect.arrayContaining(marked));
    expect(marked).toHaveLength(1);
  });

  it.each([
    ["the characters of a literal", 'export function f(): i32 {\n  return "abc".charCodeAt(1) + "abc".length;\n}'],
    ["bytes in the program", "export const table: usize = memory.data<u8>([1, 2, 3]);"],
    [
      "a function without a local variable of another",
      "export function f(): u32 {\n  const g = (a: u32): u32 => a + 1;\n  return g(1);\n}",
    ],
  ])("but not %s", async (_, lines) => {
    const { language, text } = withLines(lines);
    expect(language.problems(MM)).toEqual([]);
    expect(await buildSubmission(readHandout().set(MM, text), "driver")).not.toHaveProperty("problems");
  });
});

describe("what a name stands for", () => {
  it("is its declaration and our documentation", () => {
    const { language, offset } = withLines('import { capRet|ype } from "../libaos";\ncapRetype;');
    const hover = language.hover(MM, offset);
    expect(hover?.declaration).toMatch(/^function capRetype\(dest: capref, .*\): errval_t$/);
    expect(hover?.documentation).toMatch(/^Makes `count` objects of type `type`/);
    expect(hover?.documentation).toContain("\n- `dest`: the first of `count` empty slots\n");
    expect(hover?.documentation).toContain("\n    const found = slotAlloc();\n");
  });

  it("is nothing between names", () => {
    const { language, offset } = withLines("// here| is no name");
    expect(language.hover(MM, offset)).toBeNull();
  });

  it("is known for a type of AssemblyScript", () => {
    const { language, offset } = withLines("export const x: u6|4 = 1;");
    expect(language.hover(MM, offset)?.documentation).toContain("64-bit unsigned integer");
  });

  it("shows the parameter that is written next", () => {
    const { language, offset } = withLines("mmFree(mm, |");
    const signature = language.signature(MM, offset);
    expect(signature?.declaration.slice(signature.from, signature.to)).toMatch(/^\w+: /);
    expect(signature?.declaration).toMatch(/^mmFree\(/);
    expect(language.signature(MM, 0)).toBeNull();
  });
});

describe("completion", () => {
  it("lists fields, with their documentation", () => {
    const { language, offset } = withLines("export function f(mm: Mm): void {\n  mm.|\n}");
    const names = language.completions(MM, offset).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["objtype", "slabs", "slotAlloc"]));
    const slabs = language.completions(MM, offset).find(({ name }) => name === "slabs");
    if (!slabs) throw new Error("no completion slabs");
    expect(language.completion(MM, offset, slabs)?.documentation).toContain("The allocator of your nodes.");
  });

  it("adds the import that a function of libaos needs", () => {
    const { language, offset, text } = withLines("export function f(): void {\n  capRety|\n}");
    const retype = language.completions(MM, offset).find(({ name }) => name === "capRetype");
    if (!retype) throw new Error("no completion capRetype");
    const details = language.completion(MM, offset, retype);
    const changed = (details?.changes ?? []).reduceRight(
      (before, { from, to, insert }) => before.slice(0, from) + insert + before.slice(to),
      text,
    );
    expect(changed).toMatch(/import \{[^}]*\bcapRetype\b[^}]*\} from "\.\.\/libaos"/);
  });
});

describe("the definition of a name", () => {
  it("is in libaos, for a function of libaos", () => {
    const { language, offset } = withLines('import { capRetype } from "../libaos";\ncapRet|ype;');
    const place = language.definition(MM, offset);
    expect(place?.path).toBe("system/libaos/capabilities.ts");
    expect(language.source("system/libaos/capabilities.ts")?.slice(place?.from, place?.to)).toBe("capRetype");
  });

  it("is in the learner's own file, for a function of that", () => {
    const language = languageOf(readHandout());
    const text = readHandout().get("libaos/slab-refill.ts") as string;
    const place = language.definition("libaos/slab-refill.ts", text.indexOf("errval_t") + 2);
    expect(place?.path).toMatch(/^system\/kpi\//);
    const mm = readHandout().get(MM) as string;
    expect(language.definition(MM, mm.lastIndexOf("MmNode") + 1)?.path).toBe(MM);
  });

  it("is in AssemblyScript's declarations, for load", () => {
    const { language, offset } = withLines("export const first = lo|ad<u32>(0);");
    expect(language.definition(MM, offset)?.path).toBe(COMPILER_TYPES);
  });
});
