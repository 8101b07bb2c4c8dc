/**
 * Builds the CPU driver's half of every address space; `layout/kernel-space.ts` draws it.
 *
 * TTBCR.N = 1 splits at 0x80000000: TTBR0 (the running program's table) translates the addresses below, TTBR1 those
 * from there up.
 *
 * Only the first section of RAM is executable. On the native machine it holds the CPU driver's code.
 */
import { BYTES_PER_SECTION, KERNEL_WINDOW, OBJSIZE_VNODE_ARM_L1, VRegionFlags } from "../../../kpi/types";
import { LOG_DEBUG, LOG_NOTE, log } from "../../debug/log";
import { kernel } from "../../kernel-state";
import { DEVICE_WINDOW_END, VECTORS_BASE } from "../../layout/kernel-space";
import { section, smallPage, tablePointer } from "../../paging/descriptors";
import { entryAddress, writeEntries } from "../../paging/page-table";
import { bootAlloc } from "../../startup/boot-memory";
import { deviceSection, tlbFlushAll, writeDacr, writeSctlr, writeTtbcr, writeTtbr0, writeTtbr1 } from "./hw";

const SECTION_BITS: u32 = 20;
/** All domains check permissions. */
const DACR_ALL_CLIENT: u32 = 0x55555555;
const TTBCR_SPLIT_AT_2_GIB: u32 = 1;
/** SCTLR: MMU on (bit 0), alignment faults (bit 1). */
const SCTLR_MMU_AND_ALIGNMENT: u32 = 3;

/** Maps `count` sections from `physical` on. Only the CPU driver has access unless `flags` has READ or WRITE. */
function mapSections(address: u32, count: u32, physical: u32, flags: u32): void {
  const first = entryAddress(kernel.kernelL1, address >>> SECTION_BITS);
  writeEntries(first, count, section(physical, flags), BYTES_PER_SECTION);
}

function mapWindow(): void {
  mapSections(KERNEL_WINDOW, 1, kernel.dramBase, VRegionFlags.EXECUTE);
  const rest = (kernel.dramBytes >>> SECTION_BITS) - 1;
  mapSections(KERNEL_WINDOW + BYTES_PER_SECTION, rest, kernel.dramBase + BYTES_PER_SECTION, 0);
}

function mapDevices(): void {
  let address = DEVICE_WINDOW_END;
  for (let i: u32 = 0; deviceSection(i) != 0; i++) {
    address -= BYTES_PER_SECTION;
    mapSections(address, 1, deviceSection(i), 0);
  }
}

function mapVectors(): void {
  const vectors = bootAlloc(4096);
  const table = entryAddress(kernel.kernelL1, VECTORS_BASE >>> SECTION_BITS);
  writeEntries(table, 1, tablePointer(kernel.vectorsL2), 0);
  const page = (VECTORS_BASE >>> 12) & 0xff;
  writeEntries(entryAddress(kernel.vectorsL2, page), 1, smallPage(vectors, VRegionFlags.EXECUTE), 0);
}

/** Builds the CPU driver's page tables and turns the MMU on. */
export function pagingInit(): void {
  const lastByte = kernel.dramBase + kernel.dramBytes - 1;
  log(LOG_NOTE, "Initialising kernel paging, using RAM at %08x-%08x", kernel.dramBase, lastByte);
  kernel.kernelL1 = bootAlloc(OBJSIZE_VNODE_ARM_L1, OBJSIZE_VNODE_ARM_L1);
  kernel.vectorsL2 = bootAlloc(1024);
  mapWindow();
  mapDevices();
  mapVectors();

  log(LOG_DEBUG, "Mapping vectors to %08x using L2 table at P:%08x", VECTORS_BASE, kernel.vectorsL2);
  writeTtbr0(kernel.kernelL1);
  writeTtbr1(kernel.kernelL1);
  writeTtbcr(TTBCR_SPLIT_AT_2_GIB);
  writeDacr(DACR_ALL_CLIENT);
  tlbFlushAll();
  writeSctlr(SCTLR_MMU_AND_ALIGNMENT);
}
