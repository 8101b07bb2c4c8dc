/** The CPU driver's abort handler, as an entry of the vector table. */

/**
 * `far` is the address and `fsr` the status of a data abort of user code. Returns 1 if the CPU driver has removed the
 * cause and the access must be tried again; otherwise it does not return.
 */
export declare function dataAbort(far: u32, fsr: u32): u32;
