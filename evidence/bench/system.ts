/**
 * The system's table: what each operation costs, from the null call to a whole run, and against what it is measured.
 *
 * All figures are lower quartiles of batches from a few runs in turn, so that their ratios mean something on any machine, and on one
 * that does other work besides.
 */

import { measureBoot, measureStart } from "./processes";
import { Measurements, PROGRAM_GROUPS, type ProgramGroup, runProgram, runRawLoads } from "./program";

export const SYSTEM_GROUPS = [...PROGRAM_GROUPS, "boot", "start"] as const;
export type SystemGroup = (typeof SYSTEM_GROUPS)[number];

/** For people who choose. */
export const GROUP_TITLES: Record<SystemGroup, string> = {
  calls: "a system call that does nothing, the unit of all others",
  loads: "a load from memory through the simulated MMU, and one without it",
  mapping: "map and unmap of 1 to 2,048 pages, by system calls and by the library",
  memory: "mm_alloc, mm_free, retype, delete, copy, beside 100 to 250,000 live pages; the parts of a retype",
  revoke: "revoke of 1 to 65,536 descendants and of 1 to 10,000 copies",
  "root-growth": "a root CNode of twice the size",
  boot: "from power-on to init's message loop",
  start: "npm start, as a person sees it",
};

/** One line of a table: an operation, in each size that was measured. */
export interface Row {
  name: string;
  title: string;
}

interface Section {
  group: SystemGroup;
  title: string;
  /** What the sizes of the columns are; empty if there is one column. */
  sizes: string;
  /** The row that others are compared with. */
  unit: { name: string; title: string };
  rows: Row[];
}

const NULL_CALL = { name: "null", title: "null call" };

export const SECTIONS: readonly Section[] = [
  {
    group: "calls",
    title: "The way into the CPU driver and back",
    sizes: "",
    unit: NULL_CALL,
    rows: [{ name: "null", title: "null system call" }],
  },
  {
    group: "loads",
    title: "Memory: a load that depends on the one before",
    sizes: "",
    unit: { name: "raw-load", title: "raw load" },
    rows: [
      { name: "raw-load", title: "raw load" },
      { name: "load", title: "user-mode load that hits the TLB" },
    ],
  },
  {
    group: "memory",
    title: "One page, beside live pages of the same region",
    sizes: "live pages",
    unit: NULL_CALL,
    rows: [
      { name: "mm-pair", title: "mm_alloc + mm_free" },
      { name: "ram-pair", title: "ram_alloc + ram_free" },
      { name: "mm-replace", title: "mm_free of any page + mm_alloc" },
      { name: "retype-delete", title: "delete of any page + retype" },
      { name: "retype-row-ram", title: "retype to RAM, pages in a row" },
      { name: "delete-row-ram", title: "delete, pages in a row" },
      { name: "retype-frame", title: "retype to Frame, cleared" },
      { name: "delete-frame", title: "delete of a Frame" },
      { name: "copy", title: "copy of a page" },
      { name: "delete-copy", title: "delete of a copy" },
      { name: "identify", title: "identify a page" },
    ],
  },
  {
    group: "mapping",
    title: "Mapping a frame",
    sizes: "pages",
    unit: NULL_CALL,
    rows: [
      { name: "vnode-map", title: "vnode_map: a system call for each page table" },
      { name: "vnode-unmap", title: "vnode_unmap" },
      { name: "map", title: "map, by the library" },
      { name: "unmap", title: "unmap, by the library" },
    ],
  },
  {
    group: "revoke",
    title: "Revoke",
    sizes: "capabilities",
    unit: NULL_CALL,
    rows: [
      { name: "revoke-descendants", title: "revoke of so many descendants" },
      { name: "retype-row", title: "made 256 a call, each" },
      { name: "revoke-copies", title: "revoke of so many copies" },
      { name: "copy-row", title: "made by copy, each" },
    ],
  },
  {
    group: "root-growth",
    title: "The root CNode grows",
    sizes: "slots after",
    unit: NULL_CALL,
    rows: [{ name: "root-growth", title: "a root CNode of twice the size" }],
  },
  {
    group: "boot",
    title: "Boot, in a new process",
    sizes: "",
    unit: NULL_CALL,
    rows: [
      { name: "boot", title: "load, boot, init up to its message loop" },
      { name: "boot-process", title: "the whole process" },
    ],
  },
  {
    group: "start",
    title: "npm start, in a new process",
    sizes: "",
    unit: NULL_CALL,
    rows: [
      { name: "start-without-pages", title: "all scenarios but every page" },
      { name: "start", title: "all scenarios" },
    ],
  },
];

const BOOTS = 5;
/** Runs of the program: whatever else the machine does comes and goes by the second. */
const ROUNDS = 6;

/** Measures the groups; those of the program in one run if all are wanted. */
export function measureSystem(groups: readonly SystemGroup[], progress: (what: string) => void): Measurements {
  const measurements = new Measurements();
  const wanted = PROGRAM_GROUPS.filter((group) => groups.includes(group));
  // With each group the null call, the unit of everything.
  const needed: ProgramGroup[] = wanted.length > 0 ? [...new Set<ProgramGroup>(["calls", ...wanted])] : [];
  const runs = wanted.length === PROGRAM_GROUPS.length ? [null] : needed;
  for (let round = 0; round < ROUNDS; round++) for (const group of runs) runProgram(group, measurements, progress);
  if (groups.includes("loads")) runRawLoads(measurements);
  if (groups.includes("boot")) measureBoot(BOOTS, measurements, progress);
  if (groups.includes("start")) measureStart(measurements, progress);
  return measurements;
}
