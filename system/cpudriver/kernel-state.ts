/**
 * The CPU driver's own state: everything except the objects that capabilities stand for. It is one record, so that a
 * reader of memory finds all of it in one place.
 *
 *      0           4            8           12            16
 *     +-----------+------------+-----------+-------------+-----------+
 *     | dramBase  | dramBytes  | logLevel  | currentDcb  | runQueue  |
 *     +-----------+------------+-----------+-------------+-----------+
 *     20          24           28             32          36              40
 *     +-----------+------------+--------------+-----------+--------------+----------------+
 *     | mdbRoot   | mdbCount   | liveMappings | nextId    | nextDomainId | droppedBytes   |
 *     +-----------+------------+--------------+-----------+--------------+----------------+
 *     48          52           56          60            64          68         72          76
 *     +-----------+------------+-----------+-------------+-----------+----------+-----------+----------------------+
 *     | kernelL1  | vectorsL2  | firstFree | consolePort | timeslice | fingers  | panicFlag | panic reason (text)  |
 *     +-----------+------------+-----------+-------------+-----------+----------+-----------+----------------------+
 *
 * Pointers are like all pointers of the CPU driver (`arch/armv7/phys.ts`). `kernelL1`, `vectorsL2` and `firstFree` are
 * physical addresses.
 */
import { KernelStateLayout } from "./layout/kernel-state-layout";

@unmanaged
export class KernelState {
  /** Physical address of the first byte of RAM. */
  dramBase: u32;
  dramBytes: u32;
  /** Messages of this level and above are not printed. */
  logLevel: u32;

  /** The running dispatcher, or 0. */
  currentDcb: usize;
  /** The first runnable dispatcher. */
  runQueue: usize;

  /** Root and size of the mapping database. Only `mdb/tree.ts` changes them. */
  mdbRoot: usize;
  mdbCount: u32;

  /** Number of live mappings: their entries are in a page table. */
  liveMappings: u32;
  /** The number of the next ID capability, or 0 when all numbers are used up. */
  nextId: u32;
  nextDomainId: u32;
  /** Bytes of memory whose last capability was deleted and that no other capability covers. */
  droppedBytes: u64;

  /** Physical addresses of the CPU driver's own L1 table and of the L2 table of the vectors. */
  kernelL1: u32;
  vectorsL2: u32;
  /** First free physical address of start-up's bump allocator. */
  firstFree: u32;
  consolePort: u32;
  timeslice: u32;

  /** A word for each page of RAM. Only `mdb/fingers.ts` reads and changes them. */
  fingers: usize;

  /** Set to 1 before a panic stops the machine. */
  panicFlag: u32;
}

if (offsetof<KernelState>("liveMappings") != KernelStateLayout.LIVE_MAPPINGS) ERROR("KernelState: liveMappings");
if (offsetof<KernelState>("droppedBytes") != KernelStateLayout.DROPPED_BYTES) ERROR("KernelState: droppedBytes");
if (offsetof<KernelState>() != KernelStateLayout.PANIC_REASON) ERROR("KernelState: the reason of a panic comes last");

export const kernel = changetype<KernelState>(memory.data(KernelStateLayout.SIZE, 16));

/** Pointer to the text of the last panic. */
export function panicReason(): usize {
  return changetype<usize>(kernel) + KernelStateLayout.PANIC_REASON;
}
