/**
 * Decodes what the hosted machine keeps in its core: translation registers and TLB.
 *
 * `machinePage` is the 64 KiB of the machine's linear memory that hold them (`MACHINE_PAGE`).
 */
import { MACHINE_PAGE, Register, Tlb, TlbInfo, TranslationSize } from "../../machines/hosted/mmu/layout";

export interface MmuRegisters {
  /** Whether addresses are translated at all (SCTLR.M). */
  isOn: boolean;
  ttbr0: number;
  ttbr1: number;
  ttbcr: number;
  /** Domain access control: two bits for each of 16 domains. */
  dacr: number;
  /** Status and address of the program's last data abort; 0 if it had none. */
  dfsr: number;
  dfar: number;
}

/** A translation that the TLB holds. */
export interface TlbEntry {
  /** Number of the entry, 0 to 255. */
  index: number;
  /** First virtual address of the page. */
  va: number;
  /** Physical address of its first byte. */
  pa: number;
  /** Bytes of the translation in the tables, of which the entry has one page. */
  size: number;
  domain: number;
  /** AP[2:0] */
  ap: number;
  executeNever: boolean;
  /** Whether the program may read and write through the entry. */
  readable: boolean;
  writable: boolean;
}

const SIZES: Record<number, number> = {
  [TranslationSize.SMALL_PAGE]: 0x1000,
  [TranslationSize.LARGE_PAGE]: 0x10000,
  [TranslationSize.SECTION]: 0x100000,
  [TranslationSize.SUPERSECTION]: 0x1000000,
};
const SCTLR_M = 1;

export function decodeMmuRegisters(machinePage: DataView): MmuRegisters {
  const register = (at: Register) => machinePage.getUint32(at - MACHINE_PAGE, true);
  return {
    isOn: (register(Register.SCTLR) & SCTLR_M) !== 0,
    ttbr0: register(Register.TTBR0),
    ttbr1: register(Register.TTBR1),
    ttbcr: register(Register.TTBCR),
    dacr: register(Register.DACR),
    dfsr: register(Register.DFSR),
    dfar: register(Register.DFAR),
  };
}

/** The entry in which the TLB keeps the page of a virtual address. It may hold another page, or nothing (null). */
export function decodeTlbEntry(machinePage: DataView, va: number): TlbEntry | null {
  const index = (va >>> 12) % Tlb.ENTRIES;
  const word = (offset: Tlb) => machinePage.getUint32(Tlb.BASE - MACHINE_PAGE + index * Tlb.ENTRY_SIZE + offset, true);
  const info = word(Tlb.INFO);
  if (info === Tlb.INVALID) return null;
  const page = (info & TlbInfo.PAGE_MASK) >>> 0;
  const base = machinePage.getUint32(Register.DRAM_BASE - MACHINE_PAGE, true);
  return {
    index,
    va: page,
    pa: (base + page + word(Tlb.ADDEND)) >>> 0,
    size: SIZES[(info >>> TlbInfo.SIZE_SHIFT) & TlbInfo.SIZE_MASK] as number,
    domain: (info >>> TlbInfo.DOMAIN_SHIFT) & TlbInfo.DOMAIN_MASK,
    ap: (info >>> TlbInfo.AP_SHIFT) & TlbInfo.AP_MASK,
    executeNever: (info & TlbInfo.XN) !== 0,
    readable: word(Tlb.READ_TAG) !== Tlb.INVALID,
    writable: word(Tlb.WRITE_TAG) !== Tlb.INVALID,
  };
}

/** All translations that the TLB holds. */
export function decodeTlb(machinePage: DataView): TlbEntry[] {
  const pages = Array.from({ length: Tlb.ENTRIES }, (_, index) => decodeTlbEntry(machinePage, index << 12));
  return pages.filter((entry) => entry !== null);
}
