/**
 * The processor modes used here, with their numbers in CPSR.M. A program's code records a system call (compile/rewrite.ts),
 * and the MMU a data abort. When a run ends with a WebAssembly trap, the host reads the mode to find out whether the program
 * or the CPU driver trapped.
 */
export const enum ProcessorMode {
  USER = 0b10000,
  SUPERVISOR = 0b10011,
  ABORT = 0b10111,
}
