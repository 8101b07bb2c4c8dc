/**
 * The system call: passes twelve words to the CPU driver. The low 32 bits of the result are the error, the high 32 bits
 * a value. `system-calls.ts` explains the words.
 *
 * On the hosted machine a program imports this function from the module "kernel", which is the CPU driver. On the native
 * machine it is the `svc` instruction.
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
