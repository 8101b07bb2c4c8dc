/**
 * The only two conversions between physical addresses and the CPU driver's pointers.
 *
 * The CPU driver accesses RAM through a window. On the hosted machine the window starts at offset 0 of its memory, on
 * the native machine at KERNEL_WINDOW.
 */
import { genpaddr_t, lpaddr_t } from "../../../kpi/types";
import { kernel } from "../../kernel-state";
import { dramBase, ramOffset } from "./hw";

/** Pointer to RAM at a physical address. The address must lie in RAM. */
export function localPhysToMem(address: lpaddr_t): usize {
  return address - ramOffset;
}

/** Physical address of the byte that a pointer refers to. */
export function memToLocalPhys(pointer: usize): lpaddr_t {
  return u32(pointer) + ramOffset;
}

/** First physical address past the CPU driver's image and static memory, which are at the start of RAM. */
export function kernelEnd(): lpaddr_t {
  return memToLocalPhys(__heap_base);
}

/** Does the byte at a physical address lie in RAM? */
export function isRam(address: lpaddr_t): bool {
  return address - dramBase < kernel.dramBytes;
}

/** Bytes from `address` to the next address at which RAM begins or ends, or to 4 GiB: all of them are RAM, or none. */
export function bytesOfOneKind(address: lpaddr_t): u32 {
  if (address < dramBase) return dramBase - address;
  return isRam(address) ? dramBase + kernel.dramBytes - address : 0 - address;
}

/** Does the region from `start` to `end`, in KiB, lie in RAM? */
export function kibInDram(start: u32, end: u32): bool {
  const base = dramBase >>> 10;
  return start >= base && end <= base + (kernel.dramBytes >>> 10);
}

/** Does a whole region lie in RAM? The CPU driver may access only such regions. */
export function physInDram(base: genpaddr_t, bytes: u64): bool {
  const start = u64(dramBase);
  const end = start + kernel.dramBytes;
  return base >= start && base <= end && bytes <= end - base;
}
