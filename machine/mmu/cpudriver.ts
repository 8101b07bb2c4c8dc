/** Entries of the CPU driver, in the order of the vector table. */

export declare function syscall(
  w0: u32,
  w1: u32,
  w2: u32,
  w3: u32,
  w4: u32,
  w5: u32,
  w6: u32,
  w7: u32,
  w8: u32,
  w9: u32,
  w10: u32,
  w11: u32,
): u64;
export declare function dataAbort(far: u32, fsr: u32): u32;
