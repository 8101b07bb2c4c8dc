/**
 * The exception entry between a user program and the CPU driver. It takes an exception as the core would, and records
 * the processor's mode. When a run ends with a WebAssembly trap, the host reads the mode to find out whether the
 * program or the CPU driver trapped.
 *
 * The machine instantiates this module beside each user program, and the program calls it instead of the CPU driver. So
 * it exports the same functions that it imports. It does not access memory.
 */
import { syscall as handleSystemCall } from "../../../system/kpi/kernel";
import { dataAbort as handleDataAbort } from "./kernel";
import { ProcessorMode } from "./processor-mode";

export let mode: u32 = ProcessorMode.USER;

export function syscall(
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
): u64 {
  mode = ProcessorMode.SUPERVISOR;
  const result = handleSystemCall(w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11);
  mode = ProcessorMode.USER;
  return result;
}

export function dataAbort(far: u32, fsr: u32): u32 {
  mode = ProcessorMode.ABORT;
  const repaired = handleDataAbort(far, fsr);
  mode = ProcessorMode.USER;
  return repaired;
}
