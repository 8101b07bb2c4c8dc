/** How a native run ends, as the emulator's exit status: a program's own status, or one of these. */

/** Nothing can run any more. Hosted: result "idle" or "fault". */
export const IDLE_STATUS = 254;
/** The CPU driver gave up; `cpudriver/debug/panic.ts` ends with the same number. */
export const PANIC_STATUS = 255;
