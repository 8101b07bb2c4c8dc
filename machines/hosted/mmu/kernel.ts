/** The CPU driver's abort handler, as the vector table knows it. */

/**
 * `far` is the address, `fsr` the status of a data abort of user code. Returns 1 if the cause is repaired and the
 * access shall be tried again; otherwise does not return.
 */
export declare function dataAbort(far: u32, fsr: u32): u32;
