/**
 * Rules of this project that no linter knows. Each message says what to do instead.
 *
 *     layers        who may import whom, and no cycles: the folders explain the system only if the arrows are true
 *     raw memory    `load<` and `store<` only in files that own the layout of what they touch
 *     leftovers     code kept as comment, notes to oneself, silenced checkers
 *     randomness    none without a seed that a failure prints and the environment can set
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

interface SourceFile {
  path: string;
  lines: string[];
  /** Project files it imports; other packages as they are written. */
  imports: { line: number; target: string }[];
}

const ROOTS = [
  "bench",
  "boards",
  "cli",
  "cpudriver",
  "fuzz",
  "inspector",
  "kpi",
  "machine",
  "native",
  "tests",
  "text",
  "tools",
  "traces",
  "types",
  "user",
];

/** A file is under the first folder here that contains it, and may import from that folder and those listed. */
const LAYERS: [folder: string, mayImport: string[] | "anything", because: string][] = [
  ["kpi", [], "it is the interface between the CPU driver and programs, and depends on neither"],
  ["boards", [], "boards are data, without code"],
  ["cpudriver/layout", ["kpi"], "the host reads it: constants only"],
  [
    "cpudriver/mdb",
    ["kpi", "cpudriver/layout", "cpudriver/cap/cte", "cpudriver/kernel-state"],
    "the mapping database knows slots and their order only, not the operations on them",
  ],
  ["cpudriver", ["kpi", "boards"], "the CPU driver and programs share only kpi/, their interface"],
  ["user/layout", ["kpi"], "the host reads it: constants only"],
  ["user/libaos", ["kpi", "user/layout"], "libaos uses system calls only; pass in at start-up what else it needs"],
  [
    "user/libmm",
    ["kpi", "user/layout", "user/libaos"],
    "libmm uses libaos only; the CPU driver and programs share only kpi/",
  ],
  ["user", ["kpi", "user"], "the CPU driver and programs share only kpi/, their interface"],
  ["machine/mmu", [], "it must not share the CPU driver's page-table code, which it checks"],
  ["machine", ["boards", "kpi", "cpudriver/layout"], "the machine must not know capabilities"],
  [
    "inspector",
    ["kpi", "boards", "cpudriver/layout", "user/layout", "machine"],
    "it reads memory and must not use the code that wrote it",
  ],
  ["traces", ["kpi", "boards", "machine", "inspector"], "it makes system calls and reads memory only"],
  [
    "cli",
    ["kpi", "boards", "machine", "inspector", "traces", "text", "bench", "cpudriver/layout", "user/layout", "native"],
    "it is a shell around the machines and the benchmarks",
  ],
  ["native/build", "anything", ""],
  ["native/bench", ["kpi", "user"], "it is a program in user mode"],
  [
    "native/caller",
    ["kpi", "user/libaos/kernel", "native/caller-layout"],
    "it is a program in user mode, without a library",
  ],
  [
    "native",
    ["kpi", "boards", "machine/boot-loader", "machine/results", "machine/direct/answer", "machine/direct/call-machine"],
    "it takes the place of the machine, and must not know capabilities, either",
  ],
  ["text", [], "it holds texts for all folders, and depends on none"],
  ["types", [], "all folders read it"],
  [
    "bench",
    ["kpi", "boards", "machine", "text", "traces", "native", "user/layout", "tools/build"],
    "it measures machines, and must not know the commands",
  ],
  ["fuzz", "anything", ""],
  ["tests", "anything", ""],
  ["tools", "anything", ""],
];

/** Must run in a browser: no `node:` modules. */
const PORTABLE = ["machine", "inspector", "boards", "kpi"];
const NODE_ONLY = ["machine/node"];

/** Compiled by AssemblyScript. */
const WASM_SIDE = ["kpi", "cpudriver", "user", "machine/mmu", "native/bench", "native/caller"];

/** Where bytes are touched without a class over them, and why there. */
const RAW_MEMORY: [path: string, because: string][] = [
  ["machine/mmu", "the MMU is made of memory"],
  ["kpi/format.ts", "reads zero-terminated text"],
  ["cpudriver/debug", "writes text"],
  ["cpudriver/dispatch/dcb.ts", "owns the dispatcher control block"],
  ["cpudriver/paging/page-table.ts", "owns page table entries"],
  ["cpudriver/startup", "reads what the loader left, writes what init finds"],
  ["cpudriver/invocation/identify.ts", "writes the answer into the caller's memory"],
  ["cpudriver/invocation/system-call.ts", "reads the caller's text"],
  ["user/libaos/faults.ts", "owns the fault injection's switches"],
  ["user/libaos/arguments.ts", "reads what the CPU driver wrote for the program"],
  ["user/libaos/startup.ts", "reads what the CPU driver wrote for the program"],
  ["user/libaos/print.ts", "collects characters"],
  ["user/libaos/slab.ts", "keeps its list in the free blocks themselves"],
  ["user/libaos/slot/block.ts", "owns a bitmap"],
  ["user/libaos/slot/root.ts", "owns bitmaps"],
  ["user/libmm/policy", "owns bitmaps and list heads"],
  ["user/init/scenarios", "tests memory by writing it"],
];

export function tidy(): string[] {
  const files = sourceFiles();
  return [
    ...files.flatMap((file) => [
      ...checkLayers(file),
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
      .filter((name) => /(^|\/)[^./][^/]*\.ts$/.test(name))
      .map((name) => readSource(join(root, name)))
      .sort((a, b) => a.path.localeCompare(b.path)),
  );
}

function readSource(path: string): SourceFile {
  const text = readFileSync(path, "utf8");
  const lines = text.split("\n");
  const imports = [...text.matchAll(/^(?:import|export)\b[^;"]*?"([^"]+)";/gm)].map((match) => ({
    line: text.slice(0, match.index).split("\n").length,
    target: resolve(path, match[1] as string),
  }));
  return { path, lines, imports };
}

function resolve(from: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier;
  const path = join(dirname(from), specifier);
  return existsSync(join(path, "index.ts")) ? join(path, "index.ts") : `${path}.ts`;
}

function isUnder(path: string, folder: string): boolean {
  return path === folder || path === `${folder}.ts` || path.startsWith(`${folder}/`);
}

function checkLayers({ path, imports }: SourceFile): string[] {
  const layer = LAYERS.find(([folder]) => isUnder(path, folder));
  if (!layer)
    return [`${path}: is in no folder that LAYERS in tools/check/tidy.ts lists. Add the folder there, with a reason.`];
  const [folder, mayImport, because] = layer;
  if (mayImport === "anything") return [];
  const isPortable = PORTABLE.some((root) => isUnder(path, root)) && !NODE_ONLY.some((root) => isUnder(path, root));
  return imports.flatMap(({ line, target }) => {
    const place = `${path}:${line}`;
    if (target.startsWith("node:")) {
      return isPortable
        ? [`${place}: imports ${target}, but must run in a browser. Move it to machine/node/ or cli/.`]
        : [];
    }
    const isProject = ROOTS.some((root) => isUnder(target, root));
    if (!isProject || [folder, ...mayImport].some((allowed) => isUnder(target, allowed))) return [];
    const allowed = mayImport.length > 0 ? ` and ${mayImport.join(", ")}` : "";
    return [`${place}: imports ${target}. ${folder} may import only itself${allowed}: ${because}.`];
  });
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

/** Who may use what, which others get from there. */
const SEEDED: [pattern: RegExp, owners: string[], instead: string][] = [
  [/\bMath\.random\b/, [], "cannot be repeated. Use the Random of tests/model/random.ts, with a seed."],
  [
    /from "fast-check"/,
    ["tests/support/property.ts", "fuzz/commands.ts"],
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

/** Each cycle once, as the files on it. */
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
