import { existsSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { compileAssemblyScript } from "../../compile/assemblyscript";
import { CompileError } from "../../compile/compile-error";
import { parseDocstring, readInterface } from "../../tools/check/docstrings";
import { checkInterface, EXAMPLE_PARAMETERS, INTERFACE, libaosPage } from "../../tools/check/libaos-page";

interface Example {
  /** Name of the export that it shows. */
  of: string;
  code: string;
}

const names = readInterface(INTERFACE).flatMap((section) => section.names);
const examples: Example[] = names.flatMap(({ name, declarations }) =>
  declarations.flatMap(({ docstring }) => (docstring?.examples ?? []).map((code) => ({ of: name, code }))),
);

/** A file that exists only for the compiler. */
const FILE = "tests/lab/examples.ts";
const PARAMETERS = EXAMPLE_PARAMETERS.map(({ name, type }) => `${name}: ${type}`).join(", ");

const functionOf = ({ code }: Example, index: number): string =>
  `export function example${index}(${PARAMETERS}): errval_t {\n${code}\nreturn SYS_ERR_OK;\n}\n`;

/** One function for each example, in a file that imports all names of the interface. */
function fileOf(list: Example[]): string {
  const imports = names.map(({ name }) => name).join(", ");
  return `import { ${imports} } from "../../system/libaos";\n\n${list.map(functionOf).join("\n")}`;
}

/** Messages of the compiler, each with the name of the example that it is about. */
async function problemsOf(list: Example[]): Promise<string[]> {
  const text = fileOf(list);
  const readFile = (path: string) => {
    if (path === FILE) return text;
    return existsSync(path) ? readFileSync(path, "utf8") : null;
  };
  try {
    await compileAssemblyScript({ entries: [FILE], flags: ["--sourceMap"], readFile });
    return [];
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    return error.messages.map(({ line, text: message }) => {
      const before = text.split("\n").slice(0, line).join("\n");
      const index = [...before.matchAll(/^export function example/gm)].length - 1;
      return `${list[index]?.of}: ${message}`;
    });
  }
}

describe("the reference of libaos for learners", () => {
  it("says what every exported name means, and shows a call of every function", () => {
    expect(checkInterface()).toEqual([]);
  });

  it("has examples of two to five lines", () => {
    const wrong = examples.filter(({ code }) => code.split("\n").length > 5 || code === "");
    expect(wrong).toEqual([]);
  });

  it("has only examples that compile in the lab", async () => {
    expect(examples.length).toBeGreaterThan(30);
    expect(await problemsOf(examples)).toEqual([]);
  });

  it("has a heading for every type and every function, and a row for every constant", () => {
    const page = libaosPage();
    const missing = names.filter(
      ({ name }) => !page.includes(`\n### ${name}\n`) && !page.includes(`\n| \`${name}\` |`),
    );
    expect(missing).toEqual([]);
  });
});

describe("the check of the examples", () => {
  const broken: Example[] = [
    { of: "a missing name", code: "return noSuchFunction();" },
    { of: "a wrong number of arguments", code: "return ramAlloc();" },
    { of: "a heap", code: "const list = [1, 2, 3];\nreturn list[0];" },
  ];
  let problems: string[];
  beforeAll(async () => {
    problems = [];
    for (const example of broken) problems.push(...(await problemsOf([example])));
  });

  it.each(broken.map(({ of }) => of))("reports an example with %s", (of) => {
    expect(problems.some((problem) => problem.startsWith(`${of}: `))).toBe(true);
  });
});

describe("reading a docstring", () => {
  it("keeps text, parameters, the returned value and the lines of each example apart", () => {
    const comment = [
      "/**",
      " * Frees a block.",
      " *",
      " * @param block an address,",
      " * or 0",
      " * @returns an error",
      " * @example",
      " * if (bad) {",
      " *   fix();",
      " * }",
      " */",
    ].join("\n");
    expect(parseDocstring(comment)).toEqual({
      text: "Frees a block.",
      parameters: [{ name: "block", text: "an address,\nor 0" }],
      returns: "an error",
      examples: ["if (bad) {\n  fix();\n}"],
    });
  });

  it("refuses a tag that the page does not show", () => {
    expect(() => parseDocstring("/** @deprecated since ever */")).toThrow("@deprecated");
  });
});
