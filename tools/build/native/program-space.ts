/**
 * Memory layout of a native program. The static data are at the same addresses as on the hosted machine, so every
 * address that a program passes to the CPU driver is the same on both. Code and stack, which have no address on the
 * hosted machine, come after the data.
 *
 *     0x00400000  static data             read-write, not executable
 *     0x01000000  text                    read-only, executable
 *                 constants               read-only, not executable
 *     0x01800000  the C code's own data   read-write, not executable
 *     0x01f00000  stack, 64 KiB           read-write, not executable; nothing below it, so that overflow faults
 *     0x02000000  end of what the CPU driver's tables cover
 */
export const PROGRAM_TEXT = 0x01000000;
export const PROGRAM_STATE = 0x01800000;
export const PROGRAM_STATE_BYTES = 0x1000;
export const USER_STACK = 0x01f00000;
export const USER_STACK_BYTES = 0x10000;
export const USER_STACK_END = USER_STACK + USER_STACK_BYTES;
