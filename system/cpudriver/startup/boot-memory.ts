/**
 * A bump allocator for start-up, before capabilities exist. It hands out RAM past the kernel image and the boot
 * modules.
 *
 * Its memory is zeroed and at least page aligned. The RAM that it does not use becomes init's RAM capabilities.
 */
import { BASE_PAGE_MASK, BASE_PAGE_SIZE } from "../../kpi/types";
import { localPhysToMem } from "../arch/armv7/phys";
import { panic } from "../debug/panic";
import { kernel } from "../kernel-state";

@unmanaged
class BootMemory {
  /** End of the allocator's RAM, a multiple of the page size. */
  limit: u64;
}

const bootMemory = changetype<BootMemory>(memory.data(offsetof<BootMemory>(), 8));

function alignUp(value: u64, alignment: u64): u64 {
  return (value + alignment - 1) & ~(alignment - 1);
}

/** Starts the allocator: it uses the whole pages from physical address `firstFree` up to `limit`. */
export function bootMemoryInit(firstFree: u64, limit: u64): void {
  bootMemory.limit = limit & ~u64(BASE_PAGE_MASK);
  const start = alignUp(firstFree, BASE_PAGE_SIZE);
  if (start > bootMemory.limit) return panic("not enough RAM: the boot image fills it");
  kernel.firstFree = u32(start);
}

/** Allocates `bytes` of zeroed RAM; returns their physical address. `alignment` is a power of two, at least a page. */
export function bootAlloc(bytes: u32, alignment: u32 = BASE_PAGE_SIZE): u32 {
  const base = alignUp(kernel.firstFree, alignment);
  const end = base + alignUp(bytes, BASE_PAGE_SIZE);
  if (end > bootMemory.limit) {
    panic("not enough RAM to start: give the board more memory");
    return 0;
  }
  kernel.firstFree = u32(end);
  memory.fill(localPhysToMem(u32(base)), 0, usize(end - base));
  return u32(base);
}
