/** Entry files and flags of the modules, for the build and for the tests that compile other ones in their place. */

export const MMU_ENTRIES = ["machine/mmu/registers.ts", "machine/mmu/system-call-count.ts"];
/** Merged into each user program. */
export const MMU_ACCESS_ENTRY = "machine/mmu/access.ts";
export const EXCEPTION_ENTRY = "machine/mmu/exception-entry.ts";

export const CPUDRIVER_ENTRY = "cpudriver/main.ts";
export const INIT_ENTRY = "user/init/main.ts";
export const BENCH_PROGRAM_ENTRY = "user/bench/main.ts";
/** The same loads as in the benchmark program, with nothing between them and memory. */
export const BENCH_LOADS_ENTRY = "user/bench/loads.ts";
/** The memory manager's policies, with neither capabilities nor CPU driver. */
export const BENCH_RACE_ENTRY = "user/bench/race.ts";
/** init that tells the host what its memory manager is asked for: one file in the place of another. */
export const RECORDING_INIT_VARIANTS = { "user/libmm/trace.ts": "user/bench/trace.ts" };
/** Tells where the static memory of a module ends: the loader goes on there. */
export const HEAP_BASE_ENTRY = "tools/wasm/heap-base.ts";

export const MMU_FLAGS = ["-O3"];
