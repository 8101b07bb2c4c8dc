/**
 * The thin layer of hardware below the CPU driver: everything that is not plain memory.
 *
 * The hosted machine implements these imports in WebAssembly and TypeScript, a native build in a little C and
 * assembly. No kernel source differs between the two.
 */

/** Translation table base of the lower half (per address space) and of the CPU driver's upper half. */
export declare function writeTtbr0(table: u32): void;
export declare function writeTtbr1(table: u32): void;
/** TTBCR.N: how many top address bits choose TTBR0. */
export declare function writeTtbcr(n: u32): void;
export declare function writeDacr(domains: u32): void;
/** Bit 0: MMU on; bit 1: alignment faults. */
export declare function writeSctlr(bits: u32): void;
export declare function tlbFlushAll(): void;
/** Makes table entries in the data cache visible to the table walker. Physical address, bytes. */
export declare function cleanDataCache(address: u32, bytes: u32): void;
/** Makes memory as written visible to what does not look into the data cache: instruction fetches, uncached accesses. */
export declare function synchronizeCaches(address: u32, bytes: u32): void;

/** Writes `bytes` characters at a memory offset to the console. */
export declare function consoleWrite(text: usize, bytes: u32): void;
/** The next character from the console, -1 if there is none. */
export declare function consoleRead(): i32;

export declare function enableInterrupts(): void;
/** Cycles since start, 0 where nothing counts them. */
export declare function cycleCounter(): u64;
/** Called on entry of each system call, so that a machine can count and stop. */
export declare function enterSystemCall(): void;
/** System calls entered since start. */
export declare function systemCallCount(): u32;

/** The end of the run; does not return. */
export declare function halt(status: u32): void;
/** Nothing can run and nothing is awaited; does not return. */
export declare function idle(): void;

/**
 * The sections of device registers that this layer wants to reach, by index from 0 on: physical address, 0 behind the
 * last. The CPU driver maps them for itself, one below the other from `DEVICE_WINDOW_END` down.
 */
export declare function deviceSection(index: u32): u32;

/** Physical address and size of the RAM that the machine has: what the CPU driver's window shows. */
export declare function ramBase(): u32;
export declare function ramBytes(): u32;
