/** Decodes a slab allocator and its slabs. `system/libaos/slab.ts` draws the bytes. */
import { SLAB_MAGIC, SlabLayout, SlabsLayout } from "../../../system/libaos/layout/slab-layout";
import { type Damage, decodeList } from "../damage";
import type { MemoryReader } from "../memory-reader";

export interface Slab {
  at: number;
  free: number;
  total: number;
  /** Whether the slab's header is valid. */
  isWhole: boolean;
}

export interface Slabs {
  at: number;
  /** Distance in bytes between the starts of neighbouring blocks. */
  blockSize: number;
  free: number;
  total: number;
  slabs: Slab[];
  refills: number;
  failedRefills: number;
}

export function decodeSlabs(reader: MemoryReader, at: number, damage?: Damage): Slabs {
  const word = (offset: SlabsLayout) => reader.u32(at + offset);
  const next = (slab: number) => reader.u32(slab + SlabLayout.NEXT);
  const lists = [word(SlabsLayout.PARTIAL), word(SlabsLayout.FULL)];
  return {
    at,
    blockSize: word(SlabsLayout.BLOCK_SIZE),
    free: word(SlabsLayout.FREE),
    total: word(SlabsLayout.TOTAL),
    slabs: lists.flatMap((first) => decodeList(damage, "slab", first, next, (slab) => decodeSlab(reader, slab))),
    refills: word(SlabsLayout.REFILLS),
    failedRefills: word(SlabsLayout.FAILED_REFILLS),
  };
}

function decodeSlab(reader: MemoryReader, at: number): Slab {
  return {
    at,
    free: reader.u32(at + SlabLayout.FREE),
    total: reader.u32(at + SlabLayout.TOTAL),
    isWhole: reader.u32(at + SlabLayout.MAGIC) === (at ^ SLAB_MAGIC) >>> 0,
  };
}
