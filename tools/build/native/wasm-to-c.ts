/**
 * Translates WebAssembly to C for one program at one fixed place in memory.
 *
 * wasm2c writes C for any number of instances anywhere in an address space: each function takes the instance, each
 * access looks up the memory, and each indirect call compares types. Here there is only one instance and one memory, so
 * all of this is removed, and `wasm/wasm.h` replaces wasm2c's own preamble. Only the function bodies remain.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SplitModule } from "./data";
import { withSourceLines } from "./line-marks";

const MODULE = "m";

function fail(reason: string): never {
  throw new Error(`the C that wasm2c wrote is not as expected: ${reason}`);
}

/** wasm2c writes special characters in names as 0x and two digits. */
function readable(name: string): string {
  return name.replace(/0x([0-9A-F]{2})/g, "_");
}

/** The functions in the indirect-call table, from index 1 on. */
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

/** The globals: the numeric fields of the instance. */
function globals(header: string): string[] {
  const instance = new RegExp(`typedef struct w2c_${MODULE} \\{([\\s\\S]*?)\\n\\} w2c_${MODULE};`).exec(header);
  if (!instance) fail("no instance record");
  return [...(instance[1] as string).matchAll(/^ {2}(u32|u64) (w2c_\w+);$/gm)].map(
    ([, type, name]) => `static ${type} ${name};`,
  );
}

/** Values of the globals that do not start as zero. */
function initialValues(text: string): Map<string, string> {
  const body = /static void init_globals\([^)]*\) \{\n([\s\S]*?)\n\}/.exec(text)?.[1] ?? "";
  return new Map(
    [...body.matchAll(/instance->(\w+) = (\w+);/g)]
      .map(([, name, value]) => [name, value] as [string, string])
      .filter(([, value]) => !/^0u(ll)?$/.test(value)),
  );
}

/** Declarations of the functions that the module imports or exports. Imported globals are constants of `constants.h`. */
function prototypes(header: string, kind: "import" | "export"): string[] {
  const found = header.matchAll(new RegExp(`/\\* ${kind}: [^*]*\\*/\\n(.*\\);)`, "g"));
  return [...found].map(([, line]) => line as string).filter((line) => !/^(extern )?\w+ ?\*/.test(line));
}

/** Forward declarations of the module's own functions. */
function declarations(text: string): string[] {
  const own = new RegExp(`^static \\w+ w2c_${MODULE}_\\w+\\(w2c_${MODULE}\\*[^;{]*\\);$`, "gm");
  return text.match(own) ?? fail("no functions");
}

/** All function definitions except those that make and free instances. */
function definitions(text: string): string {
  const own = new RegExp(
    `^(static )?\\w+ w2c_${MODULE}_\\w+\\(w2c_${MODULE}\\* instance[^;{]*\\{\\n[\\s\\S]*?\\n\\}\\n`,
    "gm",
  );
  const found = text.match(own) ?? fail("no function bodies");
  return found.join("\n").replace(/^(#.*|.*segue_.*)\n/gm, "");
}

/** Removes the instance parameter wherever it occurs. */
function withoutInstance(text: string): string {
  return text
    .replace(/\(\*instance->(w2c_\w+)\)/g, "$1")
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

/** Gives the constant offset of each access to the module's memory as a parameter of its own, as `wasm/wasm.h` wants it. */
function withOffsets(text: string): string {
  return text.replace(
    /\b(i(?:32|64)_(?:load|store)\w*)\(\(u64\)\((\w+)\)(?: \+ (\d+)u?)?/g,
    (_, access, address, offset = "0") => `${access}(${address}, ${offset}`,
  );
}

function shortNames(text: string): string {
  return text.replace(new RegExp(`\\bw2c_(?:${MODULE}_)?(\\w+)`, "g"), (_, name) => readable(name as string));
}

export interface Translation {
  /** Name of the C file. */
  name: string;
  /** Prefix for the names of exported functions. Imported functions are named by module and field: `hw_writeTtbr0`. */
  prefix: string;
  /** Headers to include in addition to the one for wasm. */
  headers?: string[];
  /** Matches the names of functions that are compiled for size rather than speed. */
  small: RegExp;
  /** Those that seldom run. They are small, and do not become a part of their callers. */
  rare?: RegExp;
  /** Those that become a part of each caller. */
  inlined?: RegExp;
  /** Those that do not become a part of their callers, but are made for speed. */
  apart?: RegExp;
  /** Those that keep all their instructions, even if other functions have the same sequences. */
  whole?: RegExp;
  /** Globals that assembly code also accesses. They become elements of one array. The first group of `elements` is the index. */
  shared?: { array: string; elements: RegExp };
}

/** Makes an array of the globals that assembly code shares. */
function withSharedArray(text: string, { array, elements }: Required<Translation>["shared"]): string {
  let length = 0;
  const body = text.replace(elements, (_, index) => {
    length = Math.max(length, Number(index) + 1);
    return `${array}[${index}]`;
  });
  const declaration = `u32 ${array}[${length}];\n`;
  const own = new RegExp(`^static u32 ${array}\\[\\d+\\];\\n`, "gm");
  return body.replace(own, (_, offset) => (body.search(own) === offset ? declaration : ""));
}

/** Marks the declarations of functions that are compiled in another way than the rest. */
function marked(declarations: string[], { small, rare, inlined, apart, whole }: Translation): string[] {
  return declarations.map((line) => {
    const name = readable(/w2c_m_(\w+)\(/.exec(line)?.[1] ?? "");
    if (inlined?.test(name)) return `INLINED ${line}`;
    if (rare?.test(name)) return `RARE ${line}`;
    if (apart?.test(name)) return `APART ${line}`;
    if (whole?.test(name)) return `WHOLE ${line}`;
    return small.test(name) ? `SMALL ${line}` : line;
  });
}

/** Writes the code of a module as C into `folder` and returns the path. */
export function wasmToC({ code: wasm, lines }: SplitModule, translation: Translation, folder: string): string {
  const { name, prefix, headers = [], shared } = translation;
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
    ...marked([...exported, ...declarations(text)], translation),
    ...state,
    `static void *const functionTable[] = {${table.join(", ")}};`,
    "",
    code,
  ];
  const output = join(folder, `${name}.c`);
  const translated = shortNames(withOffsets(withoutInstance(parts.join("\n"))));
  const finished = shared ? withSharedArray(translated, shared) : translated;
  writeFileSync(output, withSourceLines(finished, lines, `${name}.c`));
  return output;
}
