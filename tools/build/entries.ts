/** Entry files and flags of the modules, for the build and for the tests that compile other ones in their place. */

export const MMU_ENTRIES = ["machine/mmu/registers.ts", "machine/mmu/system-call-count.ts"];
/** Merged into each user program. */
export const MMU_ACCESS_ENTRY = "machine/mmu/access.ts";
export const EXCEPTION_ENTRY = "machine/mmu/exception-entry.ts";

export const CPUDRIVER_ENTRY = "cpudriver/main.ts";
export const INIT_ENTRY = "user/init/main.ts";
/** Tells where the static memory of a module ends: the loader goes on there. */
export const HEAP_BASE_ENTRY = "tools/wasm/heap-base.ts";

export const MMU_FLAGS = ["-O3"];
