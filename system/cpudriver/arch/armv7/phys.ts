/**
 * The only two conversions between physical addresses and the CPU driver's pointers.
 *
 * The CPU driver sees RAM as a window: hosted at offset 0 of its memory, native at KERNEL_WINDOW (which the generated
 * code adds).
 */
import { genpaddr_t, lpaddr_t } from "../../../kpi/types";
import { kernel } from "../../kernel-state";

/** Pointer to RAM at a physical address. The address must lie in RAM. */
export function localPhysToMem(address: lpaddr_t): usize {
  return address - kernel.dramBase;
}

/** Physical address of what a pointer refers to. */
export function memToLocalPhys(pointer: usize): lpaddr_t {
  return u32(pointer) + kernel.dramBase;
}

/** First physical address behind the CPU driver's image and static memory, which are at the start of RAM. */
export function kernelEnd(): lpaddr_t {
  return memToLocalPhys(__heap_base);
}

/** Where what is at `address`, RAM or not, ends: the next address at which RAM begins or ends, at most 4 GiB. */
export function physKindEnd(address: lpaddr_t): genpaddr_t {
  const start = u64(kernel.dramBase);
  const end = start + kernel.dramBytes;
  if (address < start) return start;
  return address < end ? end : u64(1) << 32;
}

/** Does all of a region lie in RAM, so that the CPU driver may touch it? */
export function physInDram(base: genpaddr_t, bytes: u64): bool {
  const start = u64(kernel.dramBase);
  const end = start + kernel.dramBytes;
  return base >= start && base <= end && bytes <= end - base;
}
