/** What decoders read: a machine at one moment. */
import type { Region } from "../../../machines/boards/board";
import type { Selection } from "../selection";

export interface Source {
  /** The board's DRAM. */
  readonly region: Region;
  /** All of the linear memory: DRAM from offset 0, and the machine page with TLB and registers. */
  readonly all: DataView;
  /** DRAM only; offset 0 is `region.base`. */
  readonly dram: DataView;
  /** Physical address of the CPU driver's state. */
  readonly kernelState: number;
  /** Physical address of the L1 table that the MMU walks for the program. */
  readonly ttbr0: number;
  /** Virtual address of the program's domain state; null if it has none. */
  readonly domainState: number | null;
  /** The number of the call after which memory is so. */
  readonly call: number;
  readonly selection: Selection | null;
}
