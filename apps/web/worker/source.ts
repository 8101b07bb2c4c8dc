/** What decoders read: a run at one moment. */
import type { Region } from "../../../machines/boards/board";
import type { Moment, Recording } from "../../../machines/hosted/recording/recording";
import { type CapabilityColumns, readCapabilities } from "../../../observe/columns/capabilities";
import { MemoryWords } from "../../../observe/columns/memory-words";
import { type PieceColumns, readPieces } from "../../../observe/columns/pieces";
import { VirtualMemory } from "../../../observe/columns/virtual-memory";
import { Damage, readable } from "../../../observe/decode/damage";
import { DomainLayout } from "../../../system/libaos/layout/domain-layout";
import type { Selection } from "../selection";

/** The moment of the recording at a call; the call after the last one stands for the end of a run in the program. */
export function momentAt(past: Recording, call: number): Moment {
  return call > past.calls ? past.end : { call, at: "exit" };
}

export class Source {
  /** The board's DRAM. */
  readonly region: Region;
  /** The DRAM; offset 0 is `region.base`. */
  readonly dram: DataView;
  /** TLB and registers; offset 0 is `MACHINE_PAGE`. */
  readonly machinePage: DataView;
  /** Physical address of the CPU driver's state. */
  readonly kernelState: number;
  /** Physical address of the L1 table that the MMU walks for the program. */
  readonly ttbr0: number;
  /** Virtual address of the program's domain state; null if it has none. */
  readonly domainState: number | null;
  /** The DRAM as columns. */
  readonly memory: MemoryWords;
  private decoded: CapabilityColumns | null = null;
  private decodedPieces: PieceColumns | null | undefined;

  constructor(
    readonly past: Recording,
    /** The number of the call after which memory is so. */
    readonly call: number,
    readonly selection: Selection | null,
  ) {
    this.region = past.board.dram;
    this.dram = past.dram;
    this.machinePage = past.machinePage;
    this.kernelState = past.kernelState;
    this.ttbr0 = past.ttbr0;
    this.domainState = past.domainState;
    this.memory = new MemoryWords(this.dram, this.region.base, this.kernelState);
  }

  /** All capabilities; decoded once for all parts. */
  get capabilities(): CapabilityColumns {
    this.decoded ??= readCapabilities(this.memory);
    return this.decoded;
  }

  /** The program's memory as it sees it. */
  get user(): VirtualMemory {
    return new VirtualMemory(this.memory, this.ttbr0);
  }

  /** The pieces of the program's memory manager; null if it has none. Decoded once for all parts. */
  get pieces(): PieceColumns | null {
    if (this.decodedPieces === undefined) this.decodedPieces = this.readPieces();
    return this.decodedPieces;
  }

  private readPieces(): PieceColumns | null {
    if (this.domainState === null) return null;
    const { user } = this;
    const manager = readable(new Damage(), "domain", this.domainState, () =>
      user.u32((this.domainState as number) + DomainLayout.MM),
    );
    return manager ? readPieces(user, manager) : null;
  }
}
