/** Compiling programs from sources in memory, without files. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CompileError } from "../../compile/compile-error";
import { compileProgram, type ProgramRequest } from "../../compile/program";
import { fixtureMachine } from "../machines/hosted/fixtures/images";

const KERNEL = readFileSync("system/kpi/kernel.ts", "utf8");
const EXIT = "syscall(0, status, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);";

const SOURCES: Record<string, string> = {
  "system/kpi/kernel.ts": KERNEL,
  "lab/main.ts": `import { syscall } from "../system/kpi/kernel";
    import { answer } from "./library/answer";
    const text = memory.data<u8>([1, 2, 3]);
    function exit(status: u32): void { ${EXIT} }
    export function _start(args: u32): void { exit(answer() + load<u8>(text, 2)); }
    export function other(): u32 { return 1; }`,
  "lab/library/answer.ts": "export function answer(): u32 { return 40; }",
  "lab/library/other.ts": "export function answer(): u32 { return 50; }",
  "lab/broken.ts": `export function _start(args: u32): void {
  let sum: u32 = 0;
  sum += missing(args);
  sum += args.absent;
}
`,
  "lab/unfinished.ts": "export function _start(args: u32): void {\n  if (args {\n}\n",
  "lab/nowhere.ts": 'import { x } from "./not-there";\nexport function _start(args: u32): void { x(); }\n',
};

function compile(entry: string, options: Partial<ProgramRequest> = {}) {
  return compileProgram({ entry, readFile: (path) => SOURCES[path] ?? null, ...options });
}

async function messagesOf(entry: string): Promise<CompileError["messages"]> {
  const error = await compile(entry).catch((error: unknown) => error);
  if (!(error instanceof CompileError)) throw error;
  expect(error.message).toContain(`${entry}`);
  return error.messages;
}

describe("a program", () => {
  it.each([0, 1, 2, 3] as const)("gives the same result at optimization level %i", async (optimizeLevel) => {
    const { machine } = await fixtureMachine(await compile("lab/main.ts", { optimizeLevel }));
    expect(machine.run()).toEqual({ kind: "exit", status: 43 });
  });

  it("may have other files in the place of some", async () => {
    const program = await compile("lab/main.ts", { variants: { "lab/library/answer.ts": "lab/library/other.ts" } });
    const { machine } = await fixtureMachine(program);
    expect(machine.run()).toEqual({ kind: "exit", status: 53 });
    expect(program.inputs).toEqual(["lab/library/other.ts", "lab/main.ts", "system/kpi/kernel.ts"]);
  });

  it("exports its start only, unless all functions of the entry are asked for", async () => {
    const names = ({ wasm }: { wasm: BufferSource }) =>
      WebAssembly.Module.exports(new WebAssembly.Module(wasm)).map(({ name }) => name);
    expect(names(await compile("lab/main.ts"))).toEqual(["_start"]);
    expect(names(await compile("lab/main.ts", { exports: "all" }))).toEqual(
      expect.arrayContaining(["_start", "other"]),
    );
  });

  it("imports the memory, the system call, the MMU's misses and the timer, and nothing else", async () => {
    const { wasm } = await compile("lab/main.ts");
    const imports = WebAssembly.Module.imports(new WebAssembly.Module(wasm));
    expect(imports.map(({ module, name }) => `${module}.${name}`).sort()).toEqual([
      "env.memory",
      "hw.timerTick",
      "kernel.syscall",
      "mmu.loadMiss",
      "mmu.storeMiss",
    ]);
  });
});

describe("a program that does not compile", () => {
  it("is refused with the place of each error", async () => {
    expect(await messagesOf("lab/broken.ts")).toEqual([
      { file: "lab/broken.ts", line: 3, column: 10, text: "TS2304: Cannot find name 'missing'." },
      {
        file: "lab/broken.ts",
        line: 4,
        column: 15,
        text: "TS2339: Property 'absent' does not exist on type '~lib/number/U32'.",
      },
    ]);
  });

  it("is refused with the place of a mistake in its syntax", async () => {
    const [first] = await messagesOf("lab/unfinished.ts");
    expect(first).toMatchObject({ file: "lab/unfinished.ts", line: 2, text: expect.stringContaining("expected") });
  });

  it("is refused if a file is missing", async () => {
    expect(await messagesOf("lab/nowhere.ts")).toContainEqual(
      expect.objectContaining({ text: expect.stringContaining("not-there") }),
    );
    expect(await messagesOf("lab/absent.ts")).toContainEqual(
      expect.objectContaining({ text: expect.stringContaining("lab/absent") }),
    );
  });
});
