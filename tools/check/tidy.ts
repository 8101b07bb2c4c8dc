/**
 * Checks rules of this project that no linter knows. Each message says what to do instead.
 *
 *     layers        imports follow the order in layers.ts and form no cycles, so that the folders explain the system
 *     re-exports    no file only re-exports another file, except for interfaces
 *     raw memory    `load<` and `store<` are used only in files that own the layout of the bytes
 *     leftovers     no code kept as a comment, no notes to oneself, no silenced checkers
 *     randomness    every seed can be set in the environment, and a failure prints it
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isUnder, LAYERS, NODE_ONLY, PORTABLE, ROOTS, WASM_SIDE } from "./layers";

interface SourceFile {
  path: string;
  lines: string[];
  /** Imported project files by path; other packages as they are written. */
  imports: { line: number; target: string }[];
}

/** Files that access raw bytes without a class for them, and the reason. */
const RAW_MEMORY: [path: string, because: string][] = [
  ["machines/hosted/mmu", "the MMU is made of memory"],
  ["machines/hosted/recording/recorder", "the recorder keeps what memory held"],
  ["system/kpi/format.ts", "reads zero-terminated text"],
  ["system/cpudriver/cap/cte.ts", "owns the slots"],
  ["system/cpudriver/mdb/fingers.ts", "owns the table of fingers"],
  ["system/cpudriver/debug", "writes text"],
  ["system/cpudriver/dispatch/dcb.ts", "owns the dispatcher control block"],
  ["system/cpudriver/paging/page-table.ts", "owns page table entries"],
  ["system/cpudriver/startup", "reads what the loader left, writes what init finds"],
  ["system/cpudriver/invocation/identify.ts", "writes the answer into the caller's memory"],
  ["system/cpudriver/invocation/system-call.ts", "reads the caller's text"],
  ["system/libaos/faults.ts", "owns the fault injection's switches"],
  ["system/libaos/arguments.ts", "reads what the CPU driver wrote for the program"],
  ["system/libaos/startup.ts", "reads what the CPU driver wrote for the program"],
  ["system/libaos/print.ts", "collects characters"],
  ["system/libaos/slab.ts", "keeps its list in the free blocks themselves"],
  ["system/libaos/slot/block.ts", "owns a bitmap"],
  ["system/libaos/slot/root.ts", "owns bitmaps"],
  ["system/libmm/policy", "owns bitmaps and list heads"],
  ["system/init/scenarios", "tests memory by writing it"],
  ["lab/program", "reads the program's arguments, and tests memory by writing it"],
];

/** Files that may only re-export others, and the reason. */
const INTERFACES: [path: string, because: string][] = [
  ["system/libaos/index.ts", "it is the interface of libaos for learners"],
  ["api/main.ts", "it is an entry of the package"],
];

export function tidy(): string[] {
  const files = sourceFiles();
  return [
    ...files.flatMap((file) => [
      ...checkLayers(file),
      ...checkReexports(file),
      ...checkRawMemory(file),
      ...checkLeftovers(file),
      ...checkRandomness(file),
    ]),
    ...findCycles(files),
  ];
}

function sourceFiles(): SourceFile[] {
  return ROOTS.filter((root) => existsSync(root)).flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((name) => /(^|\/)[^./][^/]*\.tsx?$/.test(name))
      .map((name) => readSource(join(root, name)))
      .sort((a, b) => a.path.localeCompare(b.path)),
  );
}

function readSource(path: string): SourceFile {
  const text = readFileSync(path, "utf8");
  const lines = text.split("\n");
  const imports = [...text.matchAll(/^(?:import|export)\b[^;"=]*?"([^"]+)";/gm)].map((match) => ({
    line: text.slice(0, match.index).split("\n").length,
    target: resolve(path, match[1] as string),
  }));
  return { path, lines, imports };
}

function resolve(from: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier;
  const path = join(dirname(from), specifier);
  const candidates = [join(path, "index.ts"), `${path}.tsx`];
  return candidates.find((candidate) => existsSync(candidate)) ?? `${path}.ts`;
}

function checkLayers({ path, imports }: SourceFile): string[] {
  const layer = LAYERS.find((candidate) => isUnder(path, candidate.path));
  if (!layer) return [`${path}: no layer has this path. Add one to LAYERS in tools/check/layers.ts, with a reason.`];
  const isPortable = PORTABLE.some((root) => isUnder(path, root)) && !NODE_ONLY.some((root) => isUnder(path, root));
  return imports.flatMap(({ line, target }) => {
    const place = `${path}:${line}`;
    if (target.startsWith("node:")) {
      return isPortable
        ? [`${place}: imports ${target}, but must run in a browser. Move it to machines/hosted/node/ or apps/cli/.`]
        : [];
    }
    const isProject = ROOTS.some((root) => isUnder(target, root));
    if (!isProject || [layer.path, ...layer.mayImport].some((allowed) => isUnder(target, allowed))) return [];
    const allowed = ["itself", ...layer.mayImport].join(", ");
    return [`${place}: imports ${target}. ${layer.path} may import only ${allowed}: ${layer.because}.`];
  });
}

/** Finds files that only re-export another file: they hide where things are. */
function checkReexports({ path, lines }: SourceFile): string[] {
  if (INTERFACES.some(([allowed]) => path === allowed)) return [];
  const code = lines
    .join("\n")
    .replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "")
    .trim();
  const isOnlyReexports = /^(export\s+(type\s+)?(\*(\s+as\s+\w+)?|\{[^}]*\})\s*from\s*"[^"]+";\s*)+$/.test(code);
  return isOnlyReexports ? [`${path}: only re-exports other files. Delete it, and import from those files.`] : [];
}

function checkRawMemory({ path, lines }: SourceFile): string[] {
  if (!WASM_SIDE.some((folder) => isUnder(path, folder))) return [];
  if (RAW_MEMORY.some(([allowed]) => isUnder(path, allowed))) return [];
  return lines.flatMap((line, index) =>
    /^[^/*]*\b(?:load|store)</.test(line)
      ? [
          `${path}:${index + 1}: raw memory. Put an @unmanaged class over the bytes, or use the file that owns them; ` +
            "if this file owns them, say so in RAW_MEMORY of tools/check/tidy.ts.",
        ]
      : [],
  );
}

const LEFTOVERS: [pattern: RegExp, instead: string][] = [
  [/@ts-(ignore|nocheck|expect-error)/, "silences the compiler. Write what it accepts."],
  [/\b(TODO|FIXME|XXX|HACK)\b/, "a note about work to do. Do it, or open an issue."],
  [
    /\b(it|test|describe)\.(skip|only|todo|fails)\b/,
    "a test that does not run, or that keeps others from running. Let all run.",
  ],
  [/^\s*\/\/ .*[;{]$/, "looks like code in a comment. Delete it; the history keeps it."],
];

/** Sources of randomness, and the files that may use them directly. */
const SEEDED: [pattern: RegExp, owners: string[], instead: string][] = [
  [/\bMath\.random\b/, [], "cannot be repeated. Use the Random of evidence/model/random.ts, with a seed."],
  [
    /from "fast-check"/,
    ["tests/support/property.ts", "evidence/fuzz/commands.ts"],
    "has a different seed in each run. Import fc from tests/support/property.ts.",
  ],
  [/\benv\.SEED\b/, ["tests/support/seed.ts"], "reads the seed a second time. Import SEED from tests/support/seed.ts."],
];

function checkRandomness({ path, lines }: SourceFile): string[] {
  if (isUnder(path, "tools/check")) return [];
  return lines.flatMap((line, index) =>
    SEEDED.filter(([pattern, owners]) => !owners.includes(path) && pattern.test(line)).map(
      ([, , instead]) => `${path}:${index + 1}: ${instead}`,
    ),
  );
}

function checkLeftovers({ path, lines }: SourceFile): string[] {
  if (isUnder(path, "tools/check")) return [];
  return lines.flatMap((line, index) =>
    LEFTOVERS.filter(([pattern]) => pattern.test(line)).map(([, instead]) => `${path}:${index + 1}: ${instead}`),
  );
}

/** Reports each import cycle once, with the files on it. */
function findCycles(files: SourceFile[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) {
      const cycle = [...trail.slice(at), path].join(" -> ");
      cycles.push(`import cycle: ${cycle}. Move what both need into a file below them, or pass a function in.`);
    }
    if (at >= 0 || done.has(path)) return;
    for (const { target } of byPath.get(path)?.imports ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const { path } of files) visit(path, []);
  return cycles;
}
