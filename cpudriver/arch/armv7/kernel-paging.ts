/**
 * The CPU driver's half of every address space: its window onto RAM and the exception vectors.
 *
 *     0x80000000  RAM, one section each, the CPU driver's only       up to 1 GiB
 *     0xffff0000  exception vectors, one page of the CPU driver's only
 *
 * TTBCR.N = 1 splits at 0x80000000: TTBR0 (of the program that runs) translates what is below, TTBR1 what is above.
 */
import { BYTES_PER_SECTION, KERNEL_WINDOW, OBJSIZE_VNODE_ARM_L1, VRegionFlags } from "../../../kpi/types";
import { kernel } from "../../kernel-state";
import { section, smallPage, tablePointer } from "../../paging/descriptors";
import { entryAddress, writeEntries } from "../../paging/page-table";
import { bootAlloc } from "../../startup/boot-memory";
import { tlbFlushAll, writeDacr, writeSctlr, writeTtbcr, writeTtbr0, writeTtbr1 } from "./hw";

const VECTORS_BASE: u32 = 0xffff0000;
const SECTION_BITS: u32 = 20;
/** All domains check permissions. */
const DACR_ALL_CLIENT: u32 = 0x55555555;
const TTBCR_SPLIT_AT_2_GIB: u32 = 1;
/** SCTLR: MMU on (bit 0), alignment faults (bit 1). */
const SCTLR_MMU_AND_ALIGNMENT: u32 = 3;

/** Builds the tables and turns translation on. */
export function pagingInit(): void {
  kernel.kernelL1 = bootAlloc(OBJSIZE_VNODE_ARM_L1, OBJSIZE_VNODE_ARM_L1);
  kernel.vectorsL2 = bootAlloc(1024);
  const vectors = bootAlloc(4096);

  const sections = kernel.dramBytes >>> SECTION_BITS;
  // No right of the program's: the access of sections without READ and WRITE is the CPU driver's alone.
  const descriptor = section(kernel.dramBase, VRegionFlags.EXECUTE);
  writeEntries(entryAddress(kernel.kernelL1, KERNEL_WINDOW >>> SECTION_BITS), sections, descriptor, BYTES_PER_SECTION);
  writeEntries(entryAddress(kernel.kernelL1, VECTORS_BASE >>> SECTION_BITS), 1, tablePointer(kernel.vectorsL2), 0);
  const page = (VECTORS_BASE >>> 12) & 0xff;
  writeEntries(entryAddress(kernel.vectorsL2, page), 1, smallPage(vectors, VRegionFlags.EXECUTE), 0);

  writeTtbr0(kernel.kernelL1);
  writeTtbr1(kernel.kernelL1);
  writeTtbcr(TTBCR_SPLIT_AT_2_GIB);
  writeDacr(DACR_ALL_CLIENT);
  tlbFlushAll();
  writeSctlr(SCTLR_MMU_AND_ALIGNMENT);
}
