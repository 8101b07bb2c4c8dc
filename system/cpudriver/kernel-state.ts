/**
 * All state of the CPU driver that is not an object in somebody's memory: one record, so that a look at memory is a
 * look at everything.
 *
 *      0           4            8           12            16
 *     +-----------+------------+-----------+-------------+-----------+
 *     | dramBase  | dramBytes  | logLevel  | currentDcb  | runQueue  |
 *     +-----------+------------+-----------+-------------+-----------+
 *     20          24           28             32          36              40
 *     +-----------+------------+--------------+-----------+--------------+----------------+
 *     | mdbRoot   | mdbCount   | liveMappings | nextId    | nextDomainId | droppedBytes   |
 *     +-----------+------------+--------------+-----------+--------------+----------------+
 *     48          52           56          60            64          68          72
 *     +-----------+------------+-----------+-------------+-----------+-----------+----------------------+
 *     | kernelL1  | vectorsL2  | firstFree | consolePort | timeslice | panicFlag | panic reason (text)  |
 *     +-----------+------------+-----------+-------------+-----------+-----------+----------------------+
 *
 * Pointers are memory offsets; `kernelL1`, `vectorsL2` and `firstFree` are physical addresses.
 */
import { KernelStateLayout } from "./layout/kernel-state-layout";

@unmanaged
export class KernelState {
  /** Physical address of the first byte of RAM: memory offset 0. */
  dramBase: u32;
  dramBytes: u32;
  /** Messages of this level and above are not printed. */
  logLevel: u32;

  /** The dispatcher whose program runs, 0 if none does. */
  currentDcb: usize;
  /** First of the runnable dispatchers. */
  runQueue: usize;

  /** Owned by `mdb/tree.ts`. */
  mdbRoot: usize;
  mdbCount: u32;

  /** Mappings whose entries stand in a page table. */
  liveMappings: u32;
  /** The next number of an ID capability; 0 when all are used up. */
  nextId: u32;
  nextDomainId: u32;
  /** Memory that went with its last capability: nothing that survives covers it. */
  droppedBytes: u64;

  /** The CPU driver's own L1 table, and the L2 table of the vectors. */
  kernelL1: u32;
  vectorsL2: u32;
  /** Start-up's bump allocator. */
  firstFree: u32;
  consolePort: u32;
  timeslice: u32;

  /** The last words: set before a panic stops the machine. */
  panicFlag: u32;
}

if (offsetof<KernelState>("liveMappings") != KernelStateLayout.LIVE_MAPPINGS) ERROR("KernelState: liveMappings");
if (offsetof<KernelState>("droppedBytes") != KernelStateLayout.DROPPED_BYTES) ERROR("KernelState: droppedBytes");
if (offsetof<KernelState>() != KernelStateLayout.PANIC_REASON) ERROR("KernelState: the reason of a panic comes last");

export const kernel = changetype<KernelState>(memory.data(KernelStateLayout.SIZE, 16));

/** Where the text of a panic is left. */
export function panicReason(): usize {
  return changetype<usize>(kernel) + KernelStateLayout.PANIC_REASON;
}
