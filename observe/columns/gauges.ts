/** How full the allocators of libaos and libmm are: a row for each slab allocator and slot allocator. */

import { PagingStateLayout } from "../../system/libaos/layout/paging-layout";
import { SlabsLayout } from "../../system/libaos/layout/slab-layout";
import { RootSlotsLayout, SlotAllocatorLayout } from "../../system/libaos/layout/slot-layout";
import { MmLayout } from "../../system/libmm/layout/mm-layout";
import { type Damage, readable } from "../decode/damage";
import type { MemoryReader } from "../decode/memory-reader";
import type { Domain } from "../decode/user/domain";

export interface Gauge {
  name: string;
  kind: "slabs" | "slots";
  free: number;
  total: number;
  /** Bytes of a block of a slab allocator; 0 for slots. */
  blockSize: number;
  /** How often the allocator got more blocks or slots, and how often it tried and failed. */
  refills: number;
  failedRefills: number;
}

/** The allocators of a program. One that cannot be read is left out and noted. */
export function readGauges(memory: MemoryReader, domain: Domain, damage: Damage): Gauge[] {
  const gauge = (name: string, at: number, offset: number, read: (at: number) => Omit<Gauge, "name">): Gauge[] => {
    const found = at === 0 ? null : readable(damage, `${name} allocator`, at, () => read(at + offset));
    return found ? [{ name, ...found }] : [];
  };
  const slabs = (at: number): Omit<Gauge, "name"> => ({
    kind: "slabs",
    free: memory.u32(at + SlabsLayout.FREE),
    total: memory.u32(at + SlabsLayout.TOTAL),
    blockSize: memory.u32(at + SlabsLayout.BLOCK_SIZE),
    refills: memory.u32(at + SlabsLayout.REFILLS),
    failedRefills: memory.u32(at + SlabsLayout.FAILED_REFILLS),
  });
  const slots = (at: number): Omit<Gauge, "name"> => ({
    kind: "slots",
    free: memory.u32(at + SlotAllocatorLayout.SPACE),
    total: memory.u32(at + SlotAllocatorLayout.TOTAL),
    blockSize: 0,
    refills: memory.u32(at + SlotAllocatorLayout.GROWTHS),
    failedRefills: memory.u32(at + SlotAllocatorLayout.FAILED_GROWTHS),
  });
  return [
    ...gauge("memory manager", domain.mm, MmLayout.SLABS, slabs),
    ...gauge("address space", domain.paging, PagingStateLayout.SLABS, slabs),
    ...gauge("slot blocks", domain.slotBlockSlabs, 0, slabs),
    ...gauge("root segments", domain.rootSegmentSlabs, 0, slabs),
    ...gauge("default", domain.defaultSlots, 0, slots),
    ...gauge("memory manager", domain.prealloc, 0, slots),
    ...gauge("root CNode", domain.rootSlots, RootSlotsLayout.ALLOCATOR, slots),
  ];
}
