/** A domain's own record: the way to all that its libraries keep. `system/libaos/domain.ts` draws the bytes. */
import { DomainLayout } from "../../../system/libaos/layout/domain-layout";
import { type MemoryReader, readText } from "../memory-reader";

/** Addresses are virtual ones; 0 where the domain has none (yet). */
export interface Domain {
  at: number;
  name: string;
  /** A memory manager. */
  mm: number;
  /** Slot allocators: that of the memory manager, the default one. */
  prealloc: number;
  defaultSlots: number;
  /** The root CNode's slots. */
  rootSlots: number;
  /** The address space. */
  paging: number;
  /** Slab allocators. */
  slotBlockSlabs: number;
  rootSegmentSlabs: number;
  /** Slab refills so far. */
  refills: number;
}

export function decodeDomain(reader: MemoryReader, at: number): Domain {
  const word = (offset: DomainLayout) => reader.u32(at + offset);
  const name = word(DomainLayout.NAME);
  return {
    at,
    name: name === 0 ? "" : readText(reader, name),
    mm: word(DomainLayout.MM),
    prealloc: word(DomainLayout.PREALLOC),
    defaultSlots: word(DomainLayout.DEFAULT_SLOTS),
    rootSlots: word(DomainLayout.ROOT_SLOTS),
    paging: word(DomainLayout.PAGING),
    slotBlockSlabs: word(DomainLayout.SLOT_BLOCK_SLABS),
    rootSegmentSlabs: word(DomainLayout.ROOT_SEGMENT_SLABS),
    refills: word(DomainLayout.REFILLS),
  };
}
