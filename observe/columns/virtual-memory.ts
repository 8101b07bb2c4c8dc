/** The program's memory as it sees it, read through its page tables. A cache makes it fast enough for long lists. */

import { Unreadable } from "../decode/damage";
import type { MemoryReader } from "../decode/memory-reader";
import { readL1Entry, readL2Entry } from "../decode/page-table";
import type { MemoryWords } from "./memory-words";

const PAGE_BITS = 12;
const PAGE_MASK = 0xfff;
/** Entries of the cache: 16 MiB of virtual addresses before two pages share an entry. */
const ENTRIES = 4096;
const NO_PAGE = 0xffffffff;

/**
 * Reads as `VirtualReader` does, which it equals for every address. It becomes stale when the memory changes.
 *
 *     const list = new VirtualMemory(memory, root).u32(va);       // throws an Unreadable if nothing is mapped there
 */
export class VirtualMemory implements MemoryReader {
  /** Direct-mapped cache: the virtual page in each entry, and the physical address of its first byte. */
  private readonly pages = new Uint32Array(ENTRIES).fill(NO_PAGE);
  private readonly places = new Float64Array(ENTRIES);

  constructor(
    private readonly memory: MemoryWords,
    /** Physical address of the L1 table. */
    private readonly root: number,
  ) {}

  u8(va: number): number {
    return this.memory.reader.u8(this.physical(va));
  }

  u16(va: number): number {
    return this.memory.reader.u16(this.physical(va));
  }

  u32(va: number): number {
    const { memory } = this;
    const offset = this.physical(va) - memory.base;
    const isFast = (offset & 3) === 0 && offset >= 0 && offset < memory.bytes.length;
    return isFast ? (memory.words[offset >>> 2] as number) : memory.reader.u32(offset + memory.base);
  }

  u64(va: number): number {
    return this.u32(va) + this.u32(va + 4) * 2 ** 32;
  }

  private physical(va: number): number {
    const page = va >>> PAGE_BITS;
    const entry = page & (ENTRIES - 1);
    if (this.pages[entry] !== page) {
      this.places[entry] = this.walk(va);
      this.pages[entry] = page;
    }
    return (this.places[entry] as number) + (va & PAGE_MASK);
  }

  /** Physical address of the page that contains `va`. */
  private walk(va: number): number {
    const { reader } = this.memory;
    const first = readL1Entry(reader, this.root, va >>> 20);
    if (!first) throw new Unreadable("not mapped");
    if (first.kind !== "table") return first.address + (va & 0xff000);
    const second = readL2Entry(reader, first.address, (va >>> PAGE_BITS) & 0xff);
    if (!second) throw new Unreadable("not mapped");
    return second.address;
  }
}
