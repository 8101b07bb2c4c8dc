/**
 * The way into the CPU driver: twelve words in, the error in the lower and a value in the upper half of the result.
 *
 * Hosted, this is the CPU driver's own entry; native, it is the `svc` instruction.
 */
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
