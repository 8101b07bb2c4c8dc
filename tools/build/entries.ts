/** Entry files and flags of the modules, for the build and for tests that compile replacements. */

export const MMU_ENTRIES = ["machines/hosted/mmu/registers.ts", "machines/hosted/mmu/system-call-count.ts"];
/** Instantiated beside each user program: it handles the accesses that miss the TLB. */
export const MMU_ACCESS_ENTRY = "machines/hosted/mmu/access.ts";

/** Keeps what a recorded machine changes. Its table holds functions of the CPU driver's module, which the host puts there. */
export const RECORDER_ENTRY = "machines/hosted/recording/recorder/main.ts";
export const RECORDER_FLAGS = ["--importTable", "--tableBase", "2"];

export const CPUDRIVER_ENTRY = "system/cpudriver/main.ts";
export const INIT_ENTRY = "system/init/main.ts";
export const BENCH_PROGRAM_ENTRY = "evidence/bench/programs/main.ts";
/** The same loads as in the benchmark program, directly on memory without the MMU. */
export const BENCH_LOADS_ENTRY = "evidence/bench/programs/loads.ts";
/** The memory manager's policies, without capabilities and CPU driver. */
export const BENCH_RACE_ENTRY = "evidence/bench/programs/race.ts";
/** init that reports each request to its memory manager to the host: one file replaces another. */
export const RECORDING_INIT_VARIANTS = { "system/libmm/trace.ts": "evidence/bench/programs/trace.ts" };
/** The program of the lab's reading exercises: init with other tests of its own. */
export const READING_ENTRY = "lab/program/reading.ts";
export const READING_VARIANTS = { "system/init/tests.ts": READING_ENTRY };
