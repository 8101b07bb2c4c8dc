/**
 * Memory before there are capabilities: a bump allocator behind the kernel image and the boot modules.
 *
 * Everything it hands out is page aligned at least and zero. What it leaves becomes init's RAM capabilities.
 */
import { BASE_PAGE_MASK, BASE_PAGE_SIZE } from "../../kpi/types";
import { localPhysToMem } from "../arch/armv7/phys";
import { panic } from "../debug/panic";
import { kernel } from "../kernel-state";

@unmanaged
class BootMemory {
  /** End of the RAM that the allocator works in: whole pages. */
  limit: u64;
}

const bootMemory = changetype<BootMemory>(memory.data(offsetof<BootMemory>(), 8));

function alignUp(value: u64, alignment: u64): u64 {
  return (value + alignment - 1) & ~(alignment - 1);
}

/** Starts at `firstFree`; all of it must lie before `limit`. */
export function bootMemoryInit(firstFree: u64, limit: u64): void {
  bootMemory.limit = limit & ~u64(BASE_PAGE_MASK);
  const start = alignUp(firstFree, BASE_PAGE_SIZE);
  if (start > bootMemory.limit) return panic("not enough RAM: the boot image fills it");
  kernel.firstFree = u32(start);
}

/** Physical address of `bytes` of zeroed memory at a multiple of `alignment` (a power of two, at least a page). */
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
