/**
 * The cost of each operation of the system, from a null call to a whole run, and the unit that each is compared with.
 *
 * Each figure is the lower quartile of batches from several runs, so that ratios of two figures mean the same on any machine,
 * even on one that does other work.
 */

import { measureBoot, measureStart } from "./processes";
import { Measurements, PROGRAM_GROUPS, type ProgramGroup, runProgram, runRawLoads } from "./program";

export const SYSTEM_GROUPS = [...PROGRAM_GROUPS, "boot", "start"] as const;
export type SystemGroup = (typeof SYSTEM_GROUPS)[number];

/** A line of help for each group. */
export const GROUP_TITLES: Record<SystemGroup, string> = {
  calls: "a null call: a system call that does nothing, the unit of the others",
  loads: "a load through the simulated MMU, and a load without it",
  mapping: "map and unmap 1 to 2,048 pages, by system calls and by the library",
  memory: "mm_alloc, mm_free, retype, delete, copy beside 100 to 250,000 live pages",
  revoke: "revoke 1 to 65,536 descendants or 1 to 10,000 copies",
  "root-growth": "double the size of the root CNode",
  boot: "the time from power-on to init's message loop",
  start: "the time of npm start, with all scenarios",
};

/** One line of a table: an operation, in each size that was measured. */
export interface Row {
  name: string;
  title: string;
}

interface Section {
  group: SystemGroup;
  title: string;
  /** What the columns count; empty if there is one column. */
  sizes: string;
  /** The operation that others are compared with. */
  unit: { name: string; title: string };
  rows: Row[];
}

const NULL_CALL = { name: "null", title: "null call" };

export const SECTIONS: readonly Section[] = [
  {
    group: "calls",
    title: "A null call: into the CPU driver and back",
    sizes: "",
    unit: NULL_CALL,
    rows: [{ name: "null", title: "null call" }],
  },
  {
    group: "loads",
    title: "Loads from memory, each of which depends on the load before",
    sizes: "",
    unit: { name: "raw-load", title: "raw load" },
    rows: [
      { name: "raw-load", title: "raw load" },
      { name: "load", title: "user-mode load that hits the TLB" },
    ],
  },
  {
    group: "memory",
    title: "Operations on one page, beside other live pages of the region",
    sizes: "live pages",
    unit: NULL_CALL,
    rows: [
      { name: "mm-pair", title: "mm_alloc + mm_free" },
      { name: "ram-pair", title: "ram_alloc + ram_free" },
      { name: "mm-replace", title: "mm_free of any page + mm_alloc" },
      { name: "retype-delete", title: "delete of any page + retype" },
      { name: "retype-row-ram", title: "retype to RAM, neighbouring pages" },
      { name: "delete-row-ram", title: "delete, neighbouring pages" },
      { name: "retype-frame", title: "retype to Frame (clears the page)" },
      { name: "delete-frame", title: "delete a Frame" },
      { name: "copy", title: "copy a page capability" },
      { name: "delete-copy", title: "delete a copy" },
      { name: "identify", title: "identify a page capability" },
    ],
  },
  {
    group: "mapping",
    title: "Map and unmap a frame",
    sizes: "pages",
    unit: NULL_CALL,
    rows: [
      { name: "vnode-map", title: "map, one system call for each page table" },
      { name: "vnode-unmap", title: "unmap, one system call for each page table" },
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
      { name: "revoke-descendants", title: "revoke all descendants" },
      { name: "retype-row", title: "make a descendant, 256 in a call" },
      { name: "revoke-copies", title: "revoke all copies" },
      { name: "copy-row", title: "make a copy" },
    ],
  },
  {
    group: "root-growth",
    title: "Double the size of the root CNode",
    sizes: "slots afterwards",
    unit: NULL_CALL,
    rows: [{ name: "root-growth", title: "grow the root CNode" }],
  },
  {
    group: "boot",
    title: "Boot in a new process",
    sizes: "",
    unit: NULL_CALL,
    rows: [
      { name: "boot", title: "load the images, boot, run init up to its message loop" },
      { name: "boot-process", title: "the whole process" },
    ],
  },
  {
    group: "start",
    title: "npm start in a new process",
    sizes: "",
    unit: NULL_CALL,
    rows: [
      { name: "start-without-pages", title: "all scenarios except the one that allocates every page" },
      { name: "start", title: "all scenarios" },
    ],
  },
];

const BOOTS = 5;
/** Runs of the program. Other work on the machine disturbs some of them only. */
const ROUNDS = 6;

/** Measures the groups. If all groups of the program are wanted, one run measures them. */
export function measureSystem(groups: readonly SystemGroup[], progress: (what: string) => void): Measurements {
  const measurements = new Measurements();
  const wanted = PROGRAM_GROUPS.filter((group) => groups.includes(group));
  // The null call is the unit of all groups.
  const needed: ProgramGroup[] = wanted.length > 0 ? [...new Set<ProgramGroup>(["calls", ...wanted])] : [];
  const runs = wanted.length === PROGRAM_GROUPS.length ? [null] : needed;
  for (let round = 0; round < ROUNDS; round++) for (const group of runs) runProgram(group, measurements, progress);
  if (groups.includes("loads")) runRawLoads(measurements);
  if (groups.includes("boot")) measureBoot(BOOTS, measurements, progress);
  if (groups.includes("start")) measureStart(measurements, progress);
  return measurements;
}
