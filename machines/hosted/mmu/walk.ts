/**
 * Translates a virtual address with the tables in DRAM: ARMv7-A short-descriptor format (ARM Architecture Reference
 * Manual, ARMv7-A, B3.5 and B3.7), with SCTLR.AFE = 0, either value of SCTLR.TRE, without Large Physical Addresses.
 *
 *     First level, 4096 entries of 1 MiB (fewer under TTBR0 when TTBCR.N > 0):
 *
 *      31          24 23     20 19 18  17  16 15  14  12 11 10 9 8    5  4  3 2 1 0
 *     +----------------------------------------------------------------------+---+
 *     |                               ignored                                |0 0|  fault
 *     +----------------------------------------------------+---+---------+---+---+
 *     |   second-level table base, bits 31..10             |   | domain  | 0 |0 1|  page table
 *     +-----------------------+--+--+----+---+-----+-------+---+---------+---+---+
 *     |   base, bits 31..20   |  | 0| nG | S | AP2 | TEX   | AP| domain  |XNCB|1 x|  section
 *     +-------------+---------+--+--+----+---+-----+-------+---+---------+---+---+
 *     | base 31..24 | PA35..32|  | 1| nG | S | AP2 | TEX   | AP| PA39..36|XNCB|1 x|  supersection (16 equal entries)
 *     +-------------+---------+--+--+----+---+-----+-------+---+---------+---+---+
 *
 *     Second level, 256 entries of 4 KiB:
 *
 *     +----------------------------------------------------------------------+---+
 *     |                               ignored                                |0 0|  fault
 *     +------------------------+--+-------+--+-+---+-------+---+-------------+---+
 *     |   base, bits 31..16    |XN|  TEX  |nG|S|AP2|   0   | AP|   C  B      |0 1|  large page (16 equal entries)
 *     +------------------------+--+-------+--+-+---+-------+---+-------------+---+
 *     |   base, bits 31..12               |nG|S|AP2|  TEX  | AP|   C  B      |1 XN|  small page
 *     +-----------------------------------+--+-+---+-------+---+-------------+---+
 *
 * First-level type 11 is a section with PXN only where the core implements PXN. A Cortex-A9 does not; there this type
 * is reserved and faults. The base of a supersection beyond 4 GiB is an address that no board here has.
 */

import { mmuIsOn } from "./control";
import { FaultStatus } from "./fault-status";
import { Register, TlbInfo, TranslationSize } from "./layout";

const TTBCR_N_MASK: u32 = 7;
const TTBCR_PD0: u32 = 1 << 4;
const TTBCR_PD1: u32 = 1 << 5;

const FAULT: u32 = 0;
const PAGE_TABLE: u32 = 1;
const SECTION: u32 = 2;
const LARGE_PAGE: u32 = 1;
const SUPERSECTION: u32 = 1 << 18;

/** Access permissions, AP[2:0], of all addresses while the MMU is off. */
const AP_FULL: u32 = 3;

/** The results of the last `walk`. Read them before the next walk. */
export class Walk {
  /** Physical address of the byte. It has no meaning after a fault. */
  static pa: u32 = 0;
  /** Domain, AP, XN and size, packed as in `TlbInfo`. */
  static info: u32 = 0;
}

/** Returns whether all `bytes` at `pa` are DRAM. (`bytes` is at most the size of the DRAM.) */
export function isDram(pa: u32, bytes: u32): bool {
  return memoryOffset(pa) <= load<u32>(Register.DRAM_BYTES) - bytes;
}

/** Offset of a physical address in the linear memory. */
export function memoryOffset(pa: u32): u32 {
  return pa - load<u32>(Register.DRAM_BASE);
}

function packInfo(size: TranslationSize, domain: u32, ap: u32, xn: bool): u32 {
  return (
    (size << TlbInfo.SIZE_SHIFT) | (domain << TlbInfo.DOMAIN_SHIFT) | (ap << TlbInfo.AP_SHIFT) | (xn ? TlbInfo.XN : 0)
  );
}

function found(pa: u32, info: u32): u32 {
  Walk.pa = pa;
  Walk.info = info;
  return FaultStatus.NONE;
}

/** Address of the first-level descriptor of `va`, or 0xffffffff if TTBCR disables the walk. */
function firstLevelAddress(va: u32): u32 {
  const ttbcr = load<u32>(Register.TTBCR);
  const n = ttbcr & TTBCR_N_MASK;
  const isLower = n == 0 || va >>> (32 - n) == 0;
  if (ttbcr & (isLower ? TTBCR_PD0 : TTBCR_PD1)) return 0xffffffff;
  // With a larger N, the table under TTBR0 is smaller and needs less alignment. The table under TTBR1 keeps its size.
  const baseBits: u32 = isLower ? 14 - n : 14;
  const ttbr = load<u32>(isLower ? Register.TTBR0 : Register.TTBR1);
  return ((ttbr >>> baseBits) << baseBits) | ((va >>> 20) << 2);
}

function sectionFound(va: u32, descriptor: u32): u32 {
  const ap = ((descriptor >>> 10) & 3) | ((descriptor >>> 13) & 4);
  const xn = (descriptor & 0x10) != 0;
  if (descriptor & SUPERSECTION) {
    const beyond4GiB = (descriptor & 0x00f001e0) != 0;
    if (beyond4GiB) return FaultStatus.SYNCHRONOUS_EXTERNAL_ABORT;
    return found((descriptor & 0xff000000) | (va & 0x00ffffff), packInfo(TranslationSize.SUPERSECTION, 0, ap, xn));
  }
  const domain = (descriptor >>> 5) & 0xf;
  return found((descriptor & 0xfff00000) | (va & 0x000fffff), packInfo(TranslationSize.SECTION, domain, ap, xn));
}

function pageFound(va: u32, descriptor: u32, domain: u32): u32 {
  const ap = ((descriptor >>> 4) & 3) | ((descriptor >>> 7) & 4);
  if ((descriptor & 3) == LARGE_PAGE) {
    const xn = (descriptor & 0x8000) != 0;
    return found((descriptor & 0xffff0000) | (va & 0x0000ffff), packInfo(TranslationSize.LARGE_PAGE, domain, ap, xn));
  }
  const xn = (descriptor & 1) != 0;
  return found((descriptor & 0xfffff000) | (va & 0x00000fff), packInfo(TranslationSize.SMALL_PAGE, domain, ap, xn));
}

/**
 * Finds the translation of `va` and stores it in `Walk`. Returns FaultStatus.NONE, or the status of a fault with its
 * domain. Does not check permissions, nor whether DRAM is at the physical address. Tables are read from DRAM only.
 */
export function walk(va: u32): u32 {
  if (!mmuIsOn()) return found(va, packInfo(TranslationSize.SECTION, 0, AP_FULL, false));

  const first = firstLevelAddress(va);
  if (first == 0xffffffff) return FaultStatus.TRANSLATION_SECTION;
  if (!isDram(first, 4)) return FaultStatus.EXTERNAL_ABORT_ON_WALK_L1;
  const descriptor = load<u32>(memoryOffset(first));
  const type = descriptor & 3;
  if (type == SECTION) return sectionFound(va, descriptor);
  if (type != PAGE_TABLE) return FaultStatus.TRANSLATION_SECTION;

  const domain = (descriptor >>> 5) & 0xf;
  const faultDomain = domain << FaultStatus.DOMAIN_SHIFT;
  const second = (descriptor & 0xfffffc00) | (((va >>> 12) & 0xff) << 2);
  if (!isDram(second, 4)) return FaultStatus.EXTERNAL_ABORT_ON_WALK_L2 | faultDomain;
  const page = load<u32>(memoryOffset(second));
  if ((page & 3) == FAULT) return FaultStatus.TRANSLATION_PAGE | faultDomain;
  return pageFound(va, page, domain);
}
