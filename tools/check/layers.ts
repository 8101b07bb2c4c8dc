/**
 * Who may import whom. `npm run check` holds the sources to these rules, and the table in `docs/architecture.md` to
 * these rules.
 */

export interface Layer {
  /** A folder or a file. A file belongs to the first layer of the list that contains it. */
  path: string;
  /** What its files may import beside each other. */
  mayImport: readonly string[];
  /** Why: the message of a forbidden import says it, and the table. */
  because: string;
}

const CONSTANTS = ["system/kpi", "system/cpudriver/layout", "system/libaos/layout", "system/libmm/layout"];
const BOTH_MACHINES = ["machines/boards", "machines/calls", "machines/boot-loader.ts", "machines/results.ts"];

export const LAYERS: readonly Layer[] = [
  { path: "system/portable.d.ts", mayImport: [], because: "it is read by all" },
  { path: "system/kpi", mayImport: [], because: "it is the interface of kernel and programs, and needs neither" },
  { path: "system/cpudriver/layout", mayImport: ["system/kpi"], because: "hosts read it: constants only" },
  {
    path: "system/cpudriver/mdb",
    mayImport: [
      "system/kpi",
      "system/cpudriver/layout",
      "system/cpudriver/cap/cte.ts",
      "system/cpudriver/debug/panic.ts",
      "system/cpudriver/kernel-state.ts",
    ],
    because: "the mapping database knows slots and their order, and not what operations do with them",
  },
  { path: "system/cpudriver", mayImport: ["system/kpi"], because: "kernel and programs meet only in system/kpi" },
  { path: "system/libaos/layout", mayImport: ["system/kpi"], because: "hosts read it: constants only" },
  { path: "system/libaos", mayImport: ["system/kpi"], because: "it stands on system calls; init passes in the rest" },
  { path: "system/libmm/layout", mayImport: ["system/kpi"], because: "hosts read it: constants only" },
  { path: "system/libmm", mayImport: ["system/kpi", "system/libaos"], because: "it stands on libaos" },
  { path: "system/init", mayImport: ["system/kpi", "system/libaos", "system/libmm"], because: "it is a program" },
  {
    path: "compile",
    mayImport: [
      "machines/hosted/mmu/layout.ts",
      "machines/hosted/mmu/processor-mode.ts",
      "machines/hosted/recording/recorder/layout.ts",
      "machines/hosted/frames.ts",
      "machines/hosted/source-map.ts",
      "machines/results.ts",
    ],
    because: "it writes code for the hosted machine's MMU, and the table that the machine reads",
  },
  { path: "machines/boards", mayImport: [], because: "boards are data" },
  {
    path: "machines/hosted/mmu",
    mayImport: [],
    because: "an MMU that shared code with the CPU driver's page tables would be no evidence",
  },
  {
    path: "machines/hosted/recording/recorder",
    mayImport: [],
    because: "it knows lines of memory and words of calls",
  },
  {
    path: "machines/hosted/recording",
    mayImport: ["system/kpi", "system/cpudriver/layout", "compile/record.ts", "machines/hosted", ...BOTH_MACHINES],
    because: "it rewrites the modules that it records, and knows no capabilities",
  },
  { path: "machines/calls", mayImport: ["system/kpi", ...BOTH_MACHINES], because: "both machines offer it" },
  {
    path: "machines/hosted",
    mayImport: ["system/kpi", "system/cpudriver/layout", ...BOTH_MACHINES],
    because: "the machine knows no capabilities",
  },
  {
    path: "machines/native/caller",
    mayImport: ["system/kpi", "machines/native/caller-layout.ts"],
    because: "it is a program without a library",
  },
  {
    path: "machines/native",
    mayImport: ["system/kpi", ...BOTH_MACHINES],
    because: "the machine knows no capabilities",
  },
  { path: "machines", mayImport: ["system/kpi", "machines/boards"], because: "both machines use it" },
  { path: "observe/text", mayImport: [], because: "it writes for people, whoever asks" },
  {
    path: "observe/traces",
    mayImport: ["system/kpi", "observe/decode", "observe/audit", "observe/text", ...BOTH_MACHINES],
    because: "traces are made of system calls and of what memory shows",
  },
  {
    path: "observe",
    mayImport: [...CONSTANTS, ...BOTH_MACHINES, "machines/hosted/mmu/layout.ts"],
    because: "it reads memory, and runs no code of the system",
  },
  {
    path: "evidence/model",
    mayImport: ["observe/traces"],
    because: "a model that shared code with the system would share its mistakes",
  },
  { path: "lab/program", mayImport: ["system"], because: "these are programs" },
  { path: "lab/handout", mayImport: [], because: "it is compiled as a part of system/" },
  {
    path: "lab",
    mayImport: [...CONSTANTS, "compile", "machines", "observe/decode"],
    because: "it compiles and runs submissions, and judges by what the machine shows",
  },
  { path: "evidence/bench/programs", mayImport: ["system"], because: "these are programs" },
  { path: "evidence/harness/libraries/program", mayImport: ["system"], because: "it is a program" },
  {
    path: "evidence/bench",
    mayImport: [...CONSTANTS, "machines", "observe"],
    because: "it measures machines, whatever command asks for it",
  },
  {
    path: "evidence/harness",
    mayImport: [...CONSTANTS, "machines", "observe", "compile", "tools/build"],
    because: "tests and fuzzers build on it",
  },
  {
    path: "evidence/fuzz",
    mayImport: [...CONSTANTS, "machines", "observe", "evidence/model", "evidence/harness"],
    because: "it compares machines with models",
  },
  {
    path: "apps/cli",
    mayImport: [...CONSTANTS, "machines", "observe", "evidence/bench", "lab", "compile", "tools/build/incremental.ts"],
    because: "it is a shell around the machines, the decoders and the benchmarks, and knows whether they are built",
  },
  {
    path: "apps/web",
    mayImport: [...CONSTANTS, "api", "machines", "observe", "compile", "lab"],
    because: "it shows what the machine, the decoders and the grader say",
  },
  {
    path: "api",
    mayImport: [...CONSTANTS, "machines", "observe", "evidence/bench", "lab"],
    because: "it is what other programs import",
  },
  {
    path: "tools",
    mayImport: ["system", "compile", "machines", "observe", "evidence", "lab"],
    because: "it builds and checks everything",
  },
  {
    path: "tests",
    mayImport: ["system", "compile", "machines", "observe", "evidence", "lab", "apps", "tools"],
    because: "it tests everything",
  },
];

/** Folders that must run in a browser: no `node:` modules. */
export const PORTABLE = [
  "system/kpi",
  "compile",
  "machines/boards",
  "machines/calls",
  "machines/boot-loader.ts",
  "machines/results.ts",
  "machines/hosted",
  "observe/decode",
  "observe/audit",
  "observe/columns",
  "api",
  "apps/web",
  "lab/grade",
  "lab/report",
  "lab/submission.ts",
  "lab/build.ts",
];
/** Folders inside those that only Node runs. */
export const NODE_ONLY = ["api/lab.ts", "api/node.ts", "compile/node", "lab/node", "machines/hosted/node"];

/** Folders that AssemblyScript compiles. */
export const WASM_SIDE = [
  "system",
  "machines/hosted/mmu",
  "machines/hosted/recording/recorder",
  "machines/native/caller",
  "evidence/bench/programs",
  "evidence/harness/libraries/program",
  "lab/handout",
  "lab/program",
];

/** The top folders that have sources. */
export const ROOTS = [...new Set(LAYERS.map(({ path }) => path.split("/")[0] as string))];

export function isUnder(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** The rules as the table of `docs/architecture.md`. */
export function layerTable(): string {
  const code = (path: string) => `\`${path}\``;
  const rows = LAYERS.map(({ path, mayImport, because }) => {
    const names = mayImport.length > 0 ? mayImport.map(code).join(", ") : "nothing";
    return `| ${code(path)} | ${names} | ${because} |`;
  });
  return ["| Path | May import, beside itself | Because |", "|---|---|---|", ...rows].join("\n");
}
