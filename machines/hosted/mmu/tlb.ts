/**
 * Translation look-aside buffer. Like the hardware's, it caches the results of walks until they are flushed. If code
 * changes a page table without a flush, the old translation stays in use.
 */
import { Tlb, TlbInfo } from "./layout";
import { permissionFault } from "./permissions";

/** Offset from Tlb.BASE of the entry for `va`: the page number modulo 256, times 16. */
export function tlbSlot(va: u32): u32 {
  return (va >>> 8) & ((Tlb.ENTRIES - 1) * Tlb.ENTRY_SIZE);
}

/** Returns whether the entry for `va` holds a translation of its page. */
export function tlbHolds(va: u32): bool {
  const info = load<u32>(tlbSlot(va), Tlb.BASE + Tlb.INFO);
  return ((info ^ va) & TlbInfo.PAGE_MASK) == 0 && info != Tlb.INVALID;
}

export function tlbInfo(va: u32): u32 {
  return load<u32>(tlbSlot(va), Tlb.BASE + Tlb.INFO) & ~TlbInfo.PAGE_MASK;
}

/** Derives from INFO and DACR what user code may do with the page. */
function deriveTags(slot: u32): void {
  const info = load<u32>(slot, Tlb.BASE + Tlb.INFO);
  const page = info & TlbInfo.PAGE_MASK;
  store<u32>(slot, permissionFault(info, false, false) ? Tlb.INVALID : page, Tlb.BASE + Tlb.READ_TAG);
  store<u32>(slot, permissionFault(info, true, false) ? Tlb.INVALID : page, Tlb.BASE + Tlb.WRITE_TAG);
}

/** Caches that the page of `va` translates to `offset` in the linear memory. */
export function tlbFill(va: u32, offset: u32, info: u32): void {
  const slot = tlbSlot(va);
  store<u32>(slot, offset - va, Tlb.BASE + Tlb.ADDEND);
  store<u32>(slot, (va & TlbInfo.PAGE_MASK) | info, Tlb.BASE + Tlb.INFO);
  deriveTags(slot);
}

/** Derives all tags again: DACR applies to every access, also to cached translations. */
export function tlbDomainsChanged(): void {
  for (let slot: u32 = 0; slot < u32(Tlb.BYTES); slot += Tlb.ENTRY_SIZE) {
    if (load<u32>(slot, Tlb.BASE + Tlb.INFO) != Tlb.INVALID) deriveTags(slot);
  }
}

export function tlbForgetAll(): void {
  memory.fill(Tlb.BASE, 0xff, Tlb.BYTES);
}

/** Flushes the translation of `va`: every cached part of its section, large page or small page. */
export function tlbForgetPage(va: u32): void {
  for (let slot: u32 = 0; slot < u32(Tlb.BYTES); slot += Tlb.ENTRY_SIZE) {
    const info = load<u32>(slot, Tlb.BASE + Tlb.INFO);
    const sizeBits = 12 + 4 * ((info >>> TlbInfo.SIZE_SHIFT) & TlbInfo.SIZE_MASK);
    if ((info ^ va) >>> sizeBits == 0) memory.fill(Tlb.BASE + slot, 0xff, Tlb.ENTRY_SIZE);
  }
}
