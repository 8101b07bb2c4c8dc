/**
 * The memory of one moment as typed arrays, for decoders that must keep up with a screen.
 *
 * The decoders of this folder fill typed arrays, one element for each record ("columns"). So they make no object for
 * each record, and a browser's worker can hand their results over without a copy. They take any memory, damaged memory
 * included: they always end, never throw, and say what they could not read. `observe/decode/` has the ordinary
 * decoders, which the tests compare with these.
 */
import type { KernelStateLayout } from "../../system/cpudriver/layout/kernel-state-layout";
import type { Capability } from "../decode/capability";
import { Damage } from "../decode/damage";
import { PhysicalReader } from "../decode/memory-reader";
import { System } from "../decode/system";

export class MemoryWords {
  readonly bytes: Uint8Array;
  /** The DRAM as words. Word n is at physical address `base + 4 * n`. */
  readonly words: Uint32Array;
  /** For the ordinary decoders. */
  readonly reader: PhysicalReader;

  constructor(
    /** The board's DRAM. It must start at a multiple of 4 bytes in its buffer. */
    dram: DataView,
    /** Physical address of the first byte of DRAM. */
    readonly base: number,
    /** Physical address of the CPU driver's state. */
    readonly kernelState: number,
  ) {
    this.bytes = new Uint8Array(dram.buffer, dram.byteOffset, dram.byteLength);
    this.words = new Uint32Array(dram.buffer, dram.byteOffset, dram.byteLength >>> 2);
    this.reader = new PhysicalReader(dram, base);
  }

  /** Whether all `bytes` bytes at a physical address are DRAM. */
  holds(pa: number, bytes: number): boolean {
    return pa >= this.base && pa + bytes <= this.base + this.bytes.length;
  }

  /** The word at a physical address, which must be in DRAM. Only damage leads to one that is not aligned. */
  word(pa: number): number {
    const offset = pa - this.base;
    return (offset & 3) === 0 ? (this.words[offset >>> 2] as number) : this.reader.u32(pa);
  }

  /** A word of the CPU driver's state. */
  state(field: KernelStateLayout): number {
    return this.word(this.kernelState + field);
  }

  /**
   * The capability in a slot of the dispatcher that runs, or of the first dispatcher that still has a CSpace if none
   * runs any more. Null if there is none.
   */
  dispatcherSlot(slot: "cspace" | "vspace"): Capability | null {
    return new System(this.reader, this.kernelState, new Damage()).dispatcher()?.[slot] ?? null;
  }
}
