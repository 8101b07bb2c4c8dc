/**
 * Decodes a domain's own record, which leads to all data of its libraries. `system/libaos/domain.ts` draws the bytes.
 */
import { DomainLayout } from "../../../system/libaos/layout/domain-layout";
import { type Damage, readable } from "../damage";
import { type MemoryReader, readText } from "../memory-reader";

/** All addresses are virtual. An address is 0 if the domain does not have the structure yet or has none. */
export interface Domain {
  at: number;
  name: string;
  /** The memory manager. */
  mm: number;
  /** Slot allocators: the memory manager's, then the default one. */
  prealloc: number;
  defaultSlots: number;
  /** The account of the root CNode's slots. */
  rootSlots: number;
  /** The account of the address space. */
  paging: number;
  /** Slab allocators. */
  slotBlockSlabs: number;
  rootSegmentSlabs: number;
  /** Number of slab refills so far. */
  refills: number;
}

export function decodeDomain(reader: MemoryReader, at: number, damage?: Damage): Domain {
  const word = (offset: DomainLayout) => reader.u32(at + offset);
  const name = word(DomainLayout.NAME);
  return {
    at,
    name: name === 0 ? "" : (readable(damage, "name of the domain", name, () => readText(reader, name)) ?? ""),
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
