/** Exit statuses of the emulator: how a native run ends. A program's own status is passed on unchanged. */

/** The CPU driver stopped the program because of a fault, and nothing else can run. */
export const FAULT_STATUS = 253;
/** Nothing can run any more. */
export const IDLE_STATUS = 254;
/** The CPU driver panicked. `system/cpudriver/debug/panic.ts` uses the same number. */
export const PANIC_STATUS = 255;
