/** How a native run ends, as the emulator's exit status: a program's own status, or one of these. */

/** The program was stopped for what it did, and nothing else can run. */
export const FAULT_STATUS = 253;
/** Nothing can run any more. */
export const IDLE_STATUS = 254;
/** The CPU driver gave up; `system/cpudriver/debug/panic.ts` ends with the same number. */
export const PANIC_STATUS = 255;
