/**
 * Translation look-aside buffer: caches what walks found until it is told to forget, as hardware does. Who changes a
 * page table and does not flush goes on with the old translation.
 */
import { Tlb, TlbInfo } from "./layout";
import { permissionFault } from "./permissions";

/** Offset of the entry of `va` from Tlb.BASE: the page number modulo 256, times 16. */
export function tlbSlot(va: u32): u32 {
  return (va >>> 8) & ((Tlb.ENTRIES - 1) * Tlb.ENTRY_SIZE);
}

/** Has the entry of `va` a translation for its page? */
export function tlbHolds(va: u32): bool {
  const info = load<u32>(tlbSlot(va), Tlb.BASE + Tlb.INFO);
  return ((info ^ va) & TlbInfo.PAGE_MASK) == 0 && info != Tlb.INVALID;
}

export function tlbInfo(va: u32): u32 {
  return load<u32>(tlbSlot(va), Tlb.BASE + Tlb.INFO) & ~TlbInfo.PAGE_MASK;
}

/** What user code may do with the page follows from INFO and DACR. */
function deriveTags(slot: u32): void {
  const info = load<u32>(slot, Tlb.BASE + Tlb.INFO);
  const page = info & TlbInfo.PAGE_MASK;
  store<u32>(slot, permissionFault(info, false, false) ? Tlb.INVALID : page, Tlb.BASE + Tlb.READ_TAG);
  store<u32>(slot, permissionFault(info, true, false) ? Tlb.INVALID : page, Tlb.BASE + Tlb.WRITE_TAG);
}

/** Keeps the translation of the page of `va` to `offset` in the linear memory. */
export function tlbFill(va: u32, offset: u32, info: u32): void {
  const slot = tlbSlot(va);
  store<u32>(slot, offset - va, Tlb.BASE + Tlb.ADDEND);
  store<u32>(slot, (va & TlbInfo.PAGE_MASK) | info, Tlb.BASE + Tlb.INFO);
  deriveTags(slot);
}

/** DACR is looked at by every access, cached translation or not. */
export function tlbDomainsChanged(): void {
  for (let slot: u32 = 0; slot < u32(Tlb.BYTES); slot += Tlb.ENTRY_SIZE) {
    if (load<u32>(slot, Tlb.BASE + Tlb.INFO) != Tlb.INVALID) deriveTags(slot);
  }
}

export function tlbForgetAll(): void {
  memory.fill(Tlb.BASE, 0xff, Tlb.BYTES);
}

/** Drops the translation of `va`: all of its section, large or small page, whatever parts of it are cached. */
export function tlbForgetPage(va: u32): void {
  for (let slot: u32 = 0; slot < u32(Tlb.BYTES); slot += Tlb.ENTRY_SIZE) {
    const info = load<u32>(slot, Tlb.BASE + Tlb.INFO);
    const sizeBits = 12 + 4 * ((info >>> TlbInfo.SIZE_SHIFT) & TlbInfo.SIZE_MASK);
    if ((info ^ va) >>> sizeBits == 0) memory.fill(Tlb.BASE + slot, 0xff, Tlb.ENTRY_SIZE);
  }
}
