/**
 * WebAssembly to the C that a person would have written for one program at one place in memory.
 *
 * wasm2c writes C for any number of instances anywhere in an address space: each function takes the instance, each
 * access looks up the memory, each indirect call compares types. Here is one instance and one memory, so that all of
 * this goes away, and `wasm/wasm.h` stands in for wasm2c's own preamble. What is left in the text are function bodies.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const MODULE = "m";

function fail(reason: string): never {
  throw new Error(`the C that wasm2c wrote is not as expected: ${reason}`);
}

/** wasm2c writes any other character of a name as 0x and two digits. */
function readable(name: string): string {
  return name.replace(/0x([0-9A-F]{2})/g, "_");
}

/** The functions in the indirect-call table, by index from 1 on. */
function tableEntries(text: string): string[] {
  const segments = [...text.matchAll(/wasm_elem_segment_expr_t elem_segment_exprs_\w+\[\] = \{\n([\s\S]*?)\n\};/g)];
  const [segment, ...others] = segments;
  if (!segment) return [];
  if (others.length > 0) fail("more than one element segment");
  if (!/funcref_table_init\(&instance->w2c_\w+, \w+, \d+, 1u, 0, \d+, instance\)/.test(text)) {
    fail("the function table does not begin at entry 1");
  }
  return (segment[1] as string).split("\n").map((row) => {
    const entry = /^ *\{RefFunc, \w+, \(wasm_rt_function_ptr_t\)wrap_(\w+),/.exec(row);
    return entry?.[1] ?? fail(`element "${row}"`);
  });
}

/** The globals: fields of the instance that are numbers. */
function globals(header: string): string[] {
  const instance = new RegExp(`typedef struct w2c_${MODULE} \\{([\\s\\S]*?)\\n\\} w2c_${MODULE};`).exec(header);
  if (!instance) fail("no instance record");
  return [...(instance[1] as string).matchAll(/^ {2}(u32|u64) (w2c_\w+);$/gm)].map(
    ([, type, name]) => `static ${type} ${name};`,
  );
}

/** Values of globals that do not begin as zero. */
function initialValues(text: string): Map<string, string> {
  const body = /static void init_globals\([^)]*\) \{\n([\s\S]*?)\n\}/.exec(text)?.[1] ?? "";
  return new Map(
    [...body.matchAll(/instance->(\w+) = (\w+);/g)]
      .map(([, name, value]) => [name, value] as [string, string])
      .filter(([, value]) => !/^0u(ll)?$/.test(value)),
  );
}

/** Declarations of what the module imports, and of what it exports. */
function prototypes(header: string, kind: "import" | "export"): string[] {
  const found = header.matchAll(new RegExp(`/\\* ${kind}: [^*]*\\*/\\n(.*\\);)`, "g"));
  return [...found].map(([, line]) => line as string).filter((line) => !line.includes("wasm_rt_memory_t"));
}

/** Forward declarations of the module's own functions. */
function declarations(text: string): string[] {
  const own = new RegExp(`^static \\w+ w2c_${MODULE}_\\w+\\(w2c_${MODULE}\\*[^;{]*\\);$`, "gm");
  return text.match(own) ?? fail("no functions");
}

/** All function definitions but those that make and free instances. */
function definitions(text: string): string {
  const own = new RegExp(
    `^(static )?\\w+ w2c_${MODULE}_\\w+\\(w2c_${MODULE}\\* instance[^;{]*\\{\\n[\\s\\S]*?\\n\\}\\n`,
    "gm",
  );
  const found = text.match(own) ?? fail("no function bodies");
  return found.join("\n").replace(/^(#.*|.*segue_.*)\n/gm, "");
}

/** Takes the instance out of all that mentions it. */
function withoutInstance(text: string): string {
  return text
    .replace(/instance->w2c_\w+_instance(, )?/g, "")
    .replace(/_default32\(instance->w2c_env_memory, /g, "(")
    .replace(/instance->w2c_env_memory, /g, "")
    .replace(
      /CALL_INDIRECT\(instance->w2c_\w+, (.*?\)), w2c_\w+, (\w+), instance->w2c_\w+\.data\[\w+\]\.module_instance(, )?/g,
      (_, type, index, more) =>
        `CALL_INDIRECT(${(type as string).replace("(void*, ", "(").replace("(void*)", "(void)")}, ${index}${more ?? ", "}`,
    )
    .replace(/(CALL_INDIRECT\([^;]*?), \)/g, "$1)")
    .replace(/struct w2c_\w+\*(, )?/g, "")
    .replace(new RegExp(`\\(w2c_${MODULE}\\*( instance)?, `, "g"), "(")
    .replace(new RegExp(`\\(w2c_${MODULE}\\*( instance)?\\)`, "g"), "(void)")
    .replace(/\(instance, /g, "(")
    .replace(/\(instance\)/g, "()")
    .replace(/instance->/g, "")
    .replace(/^(\w+ w2c_\w+\()\);$/gm, "$1void);")
    .replace(/^ *FUNC_(PROLOGUE|EPILOGUE);\n/gm, "");
}

function shortNames(text: string): string {
  return text.replace(new RegExp(`\\bw2c_(?:${MODULE}_)?(\\w+)`, "g"), (_, name) => readable(name as string));
}

export interface Translation {
  /** Name of the C file. */
  name: string;
  /** In front of the names of exported functions; imported ones are called by module and field: `hw_writeTtbr0`. */
  prefix: string;
  /** Headers, beside that of wasm. */
  headers?: string[];
  /** Functions, by the file that they come from, that shall be small rather than fast. */
  small: RegExp;
}

/** The functions that nobody waits for. */
function markSmall(declarations: string[], small: RegExp): string[] {
  return declarations.map((line) => {
    const name = readable(/w2c_m_(\w+)\(/.exec(line)?.[1] ?? "");
    return small.test(name) ? `SMALL ${line}` : line;
  });
}

/** Writes the C of a module without data segments into `folder`, and returns the path. */
export function wasmToC(wasm: Uint8Array, { name, prefix, small, headers = [] }: Translation, folder: string): string {
  const module = join(folder, `${name}.wasm`);
  const raw = join(folder, `${name}.wasm2c.c`);
  writeFileSync(module, wasm);
  execFileSync(process.execPath, ["node_modules/wabt/bin/wasm2c", module, "-n", MODULE, "-o", raw]);
  const text = readFileSync(raw, "utf8");
  const header = readFileSync(raw.replace(/c$/, "h"), "utf8");

  const initial = initialValues(text);
  const state = globals(header).map((line) => {
    const field = /(\w+);$/.exec(line)?.[1] as string;
    return initial.has(field) ? line.replace(";", ` = ${initial.get(field)};`) : line;
  });
  const table = ["trap_bad_indirect_call", ...tableEntries(text)].map((entry) => `(void *)${entry}`);
  const exported = prototypes(header, "export").map((line) =>
    line.replace(`w2c_${MODULE}_`, `w2c_${MODULE}_${prefix}`),
  );
  const exportNames = prototypes(header, "export").map((line) => /(w2c_\w+)\(/.exec(line)?.[1] as string);

  let code = definitions(text);
  for (const entry of exportNames) {
    code = code.replace(new RegExp(`^(\\w+ )${entry}(?=\\()`, "m"), `$1w2c_${MODULE}_${prefix}${entry.slice(6)}`);
  }
  const parts = [
    `/* Generated from ${name}.wasm. */`,
    ...["wasm.h", ...headers].map((file) => `#include "${file}"`),
    "",
    ...prototypes(header, "import"),
    ...exported.map((line) => (small.test(prefix) ? `SMALL ${line}` : line)),
    ...markSmall(declarations(text), small),
    ...state,
    `static void *const functionTable[] = {${table.join(", ")}};`,
    "",
    code,
  ];
  const output = join(folder, `${name}.c`);
  writeFileSync(output, shortNames(withoutInstance(parts.join("\n"))));
  return output;
}
