/**
 * ARMv7-A short descriptors, the entries that the CPU driver writes into page tables.
 * (ARM Architecture Reference Manual ARMv7-A, B3.5; specification of capabilities, section 4.10.)
 *
 * First level, 4096 entries of 1 MiB:
 *
 *      31                    20 19 18 17 16 15  14  12 11  10 9 8    5 4  3 2 1 0
 *     +------------------------+--+--+--+--+----+------+------+-+------+--+-+-+---+
 *     | section base           |NS|0 |nG|S |AP2 | TEX  | AP   |0|domain|XN|C|B|1 0|   section
 *     +------------------------+--+--+--+--+----+------+------+-+------+--+-+-+---+
 *     | L2 table base, bits 31..10                            |0|domain| 0 0 0|0 1|   L2 table
 *     +-------------------------------------------------------+-+------+------+---+
 *
 * Second level, 256 entries of 4 KiB:
 *
 *      31                                12 11 10  9   8   6 5  4 3 2 1  0
 *     +------------------------------------+--+--+----+-----+----+-+-+-+--+
 *     | page base                          |nG|S |AP2 | TEX | AP |C|B|1|XN|   small page
 *     +------------------------------------+--+--+----+-----+----+-+-+-+--+
 *
 * The address alone decides the type of memory. RAM is normal memory. Everything else is device memory or strongly
 * ordered, and never executable. So no program can make the processor speculate into a device. A request chooses only
 * NOCACHE:
 *
 *            without NOCACHE                                           with NOCACHE
 *     RAM    write-back, write-allocate, shareable (TEX 001, C, B, S)  not cached (TEX 001, S)
 *     other  shared device memory (TEX 000, B)                         strongly ordered (TEX 000)
 *
 * Two mappings of the same bytes may differ in NOCACHE. The CPU driver's own mapping of RAM is always cached, so every
 * NOCACHE mapping of RAM differs from it. The architecture allows this (ARMv7-A, A3.5, mismatched memory attributes):
 * the two mappings lose coherency and ordering between them, but protection stays intact. The CPU driver cleans the
 * range from the caches before it writes a NOCACHE entry. A program that uses both mappings after that must maintain
 * the caches itself.
 *
 * The CPU driver may always read and write. The program's access follows from the flags (AP 11 read-write, 10
 * read-only, 01 no access). An entry without EXECUTE is XN.
 */
import { VRegionFlags } from "../../kpi/types";
import { isRam } from "../arch/armv7/phys";

const AP_PRIVILEGED: u32 = 0b01;
const AP_USER_READ: u32 = 0b10;
const AP_USER_WRITE: u32 = 0b11;

// Bits of a small page.
const XN: u32 = 1 << 0;
const SMALL_PAGE: u32 = 1 << 1;
const B: u32 = 1 << 2;
const C: u32 = 1 << 3;
const AP_BIT: u32 = 4;
const TEX_001: u32 = 1 << 6;
const S: u32 = 1 << 10;

function accessOf(flags: u32): u32 {
  if (flags & VRegionFlags.WRITE) return AP_USER_WRITE;
  return flags & VRegionFlags.READ ? AP_USER_READ : AP_PRIVILEGED;
}

/** TEX, C, B and XN of memory that is RAM, or is not. */
function kindBits(inDram: bool, flags: u32): u32 {
  const noCache = (flags & VRegionFlags.NOCACHE) != 0;
  if (!inDram) return noCache ? XN : B | XN;
  return (noCache ? TEX_001 : TEX_001 | C | B) | (flags & VRegionFlags.EXECUTE ? 0 : XN);
}

/** All bits of a small page except its base. `address` decides the type of memory. */
function smallPageBits(address: u32, flags: u32): u32 {
  return SMALL_PAGE | S | (accessOf(flags) << AP_BIT) | kindBits(isRam(address), flags);
}

/** Second-level entry for a small page at physical address `address` (4 KiB aligned). */
export function smallPage(address: u32, flags: u32): u32 {
  return address | smallPageBits(address, flags);
}

/**
 * First-level entry for a section at physical address `address` (1 MiB aligned). In a section, XN is bit 4, and AP, TEX,
 * AP2, S and nG are six bits further to the left than in a small page.
 */
export function section(address: u32, flags: u32): u32 {
  const page = smallPageBits(address, flags);
  return address | ((page & 0xff0) << 6) | (page & (C | B | SMALL_PAGE)) | ((page & XN) << 4);
}

/** First-level entry for the L2 table at physical address `address` (1 KiB aligned). */
export function tablePointer(address: u32): u32 {
  return address | 1;
}

/** Is this any entry except a fault entry? */
export function descriptorIsValid(descriptor: u32): bool {
  return (descriptor & 3) != 0;
}

export function l1IsTable(descriptor: u32): bool {
  return (descriptor & 3) == 1;
}

export function l1IsSection(descriptor: u32): bool {
  return (descriptor & 2) != 0;
}

export function l1TableBase(descriptor: u32): u32 {
  return descriptor & ~0x3ff;
}

export function sectionBase(descriptor: u32): u32 {
  return descriptor & 0xfff00000;
}

export function smallPageBase(descriptor: u32): u32 {
  return descriptor & 0xfffff000;
}

/** May the program read (or write) through a section or small page with these AP bits? */
export function userMayAccess(access: u32, write: bool): bool {
  return access == AP_USER_WRITE || (access == AP_USER_READ && !write);
}

export function sectionAccess(descriptor: u32): u32 {
  return (descriptor >>> 10) & 3;
}

export function smallPageAccess(descriptor: u32): u32 {
  return (descriptor >>> 4) & 3;
}
