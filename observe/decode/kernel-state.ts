/** Decodes the CPU driver's own record, from which all other structures are found. */
import { KernelStateLayout } from "../../system/cpudriver/layout/kernel-state-layout";
import { type PhysicalReader, readText } from "./memory-reader";

export interface KernelState {
  dramBase: number;
  dramBytes: number;
  logLevel: number;
  /** Control block of the running dispatcher. */
  currentDcb: number | null;
  runQueue: number | null;
  mdbRoot: number | null;
  mdbCount: number;
  liveMappings: number;
  droppedBytes: number;
  kernelL1: number;
  firstFree: number;
  /** The table of fingers (`system/cpudriver/mdb/fingers.ts`). */
  fingers: number | null;
  /** The panic message, if the CPU driver panicked. */
  panic: string | null;
}

/** `at` is the physical address of the record (`Machine.kernelState`). */
export function decodeKernelState(reader: PhysicalReader, at: number): KernelState {
  const word = (offset: KernelStateLayout) => reader.u32(at + offset);
  const pointer = (offset: KernelStateLayout) => reader.pointer(at + offset);
  const panicked = word(KernelStateLayout.PANIC_FLAG) !== 0;
  return {
    dramBase: word(KernelStateLayout.DRAM_BASE),
    dramBytes: word(KernelStateLayout.DRAM_BYTES),
    logLevel: word(KernelStateLayout.LOG_LEVEL),
    currentDcb: pointer(KernelStateLayout.CURRENT_DCB),
    runQueue: pointer(KernelStateLayout.RUN_QUEUE),
    mdbRoot: pointer(KernelStateLayout.MDB_ROOT),
    mdbCount: word(KernelStateLayout.MDB_COUNT),
    liveMappings: word(KernelStateLayout.LIVE_MAPPINGS),
    droppedBytes: reader.u64(at + KernelStateLayout.DROPPED_BYTES),
    kernelL1: word(KernelStateLayout.KERNEL_L1),
    firstFree: word(KernelStateLayout.FIRST_FREE),
    fingers: pointer(KernelStateLayout.FINGERS),
    panic: panicked ? readText(reader, at + KernelStateLayout.PANIC_REASON, KernelStateLayout.PANIC_REASON_SIZE) : null,
  };
}
