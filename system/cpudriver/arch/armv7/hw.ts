/**
 * The hardware interface of the CPU driver: everything it uses that is not plain memory.
 *
 * The hosted machine implements these imports in WebAssembly and TypeScript, the native machine in C and assembly. The
 * CPU driver's source is the same on both.
 */

/**
 * Sets the translation table base of the lower half (TTBR0, one for each address space) and of the CPU driver's upper
 * half (TTBR1). `table` is a physical address.
 */
export declare function writeTtbr0(table: u32): void;
export declare function writeTtbr1(table: u32): void;
/** Sets TTBCR.N: TTBR0 translates the addresses whose top `n` bits are 0. */
export declare function writeTtbcr(n: u32): void;
export declare function writeDacr(domains: u32): void;
/** Bit 0: MMU on; bit 1: alignment faults. */
export declare function writeSctlr(bits: u32): void;
export declare function tlbFlushAll(): void;
/** Makes page-table entries in the data cache visible to table walks. Physical address, bytes. */
export declare function cleanDataCache(address: u32, bytes: u32): void;
/** Makes written memory visible to instruction fetches and uncached accesses. Physical address, bytes. */
export declare function synchronizeCaches(address: u32, bytes: u32): void;

/** Writes `bytes` characters at a memory offset to the console. */
export declare function consoleWrite(text: usize, bytes: u32): void;
/** The next character from the console, or -1 if there is none. */
export declare function consoleRead(): i32;

export declare function enableInterrupts(): void;
/** Cycles since start, or 0 if the machine does not count them. */
export declare function cycleCounter(): u64;
/** The CPU driver calls this on entry of each system call, so that a machine can count them and stop. */
export declare function enterSystemCall(): void;
/** Number of system calls entered since start. */
export declare function systemCallCount(): u32;

/** Ends the run with a status. Does not return. */
export declare function halt(status: u32): void;
/** Stops the machine, because no program can run and no event is awaited. Does not return. */
export declare function idle(): void;

/**
 * Physical address of the section of device registers with number `index`, or 0 past the last one. These are the
 * devices that this layer uses. The CPU driver maps them for itself, one section each, from `DEVICE_WINDOW_END`
 * downwards.
 */
export declare function deviceSection(index: u32): u32;

/** Physical address of the machine's RAM, which the CPU driver's window covers. A constant of the machine. */
export declare const dramBase: u32;
/**
 * The physical address of a byte less the CPU driver's pointer to it, modulo 2^32. A constant of the machine. On the
 * hosted machine a pointer is an offset in RAM, so this is `dramBase`. On the native machine a pointer is an address in
 * the window.
 */
export declare const ramOffset: u32;
/** Size of that RAM in bytes. */
export declare function ramBytes(): u32;
