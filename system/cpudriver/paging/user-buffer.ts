/**
 * Translates and checks the addresses that programs pass in system calls. The CPU driver accesses a program's memory
 * only after this file has walked the program's own page tables and checked the program's rights.
 */
import { SYS_ERR_INVALID_USER_BUFFER, SYS_ERR_OK } from "../../kpi/errno";
import { syserr_t } from "../../kpi/syserr";
import { BASE_PAGE_MASK, BASE_PAGE_SIZE, KERNEL_WINDOW, lvaddr_t } from "../../kpi/types";
import { isRam, localPhysToMem } from "../arch/armv7/phys";
import {
  descriptorIsValid,
  l1IsSection,
  l1IsTable,
  l1TableBase,
  sectionAccess,
  sectionBase,
  smallPageAccess,
  smallPageBase,
  userMayAccess,
} from "./descriptors";
import { readEntry } from "./page-table";

/** Result of `userToMem` for an address that the program may not access. */
export const NOWHERE: usize = usize.MAX_VALUE;

const SECTION_BITS: u32 = 20;
const SECTION_MASK: u32 = 0xfffff;
const PAGE_BITS: u32 = 12;
const L2_INDEX_MASK: u32 = 0xff;

/**
 * Pointer to the RAM of a user address in the address space of the L1 table at `l1`, or NOWHERE. It is valid up to the
 * end of the page.
 */
export function userToMem(l1: u32, address: lvaddr_t, write: bool): usize {
  if (address >= KERNEL_WINDOW) return NOWHERE;
  const first = readEntry(l1, address >>> SECTION_BITS);
  let physical: u32;
  if (l1IsSection(first)) {
    if (!userMayAccess(sectionAccess(first), write)) return NOWHERE;
    physical = sectionBase(first) | (address & SECTION_MASK);
  } else {
    if (!l1IsTable(first)) return NOWHERE;
    const second = readEntry(l1TableBase(first), (address >>> PAGE_BITS) & L2_INDEX_MASK);
    if (!descriptorIsValid(second) || !userMayAccess(smallPageAccess(second), write)) return NOWHERE;
    physical = smallPageBase(second) | (address & BASE_PAGE_MASK);
  }
  return isRam(physical) ? localPhysToMem(physical) : NOWHERE;
}

/**
 * Copies `bytes`, at most a page, to a buffer of the program of `l1`. If the program may not write all of it, this writes
 * nothing and returns SYS_ERR_INVALID_USER_BUFFER.
 */
export function copyToUser(l1: u32, address: lvaddr_t, source: usize, bytes: u32): syserr_t {
  const start = userToMem(l1, address, true);
  if (start == NOWHERE) return SYS_ERR_INVALID_USER_BUFFER;
  const fitting = min(bytes, bytesToPageEnd(address));
  if (fitting < bytes) {
    const rest = userToMem(l1, address + fitting, true);
    if (rest == NOWHERE) return SYS_ERR_INVALID_USER_BUFFER;
    memory.copy(rest, source + fitting, bytes - fitting);
  }
  memory.copy(start, source, fitting);
  return SYS_ERR_OK;
}

/** Bytes from `address` to the end of its page. */
export function bytesToPageEnd(address: lvaddr_t): u32 {
  return BASE_PAGE_SIZE - (address & BASE_PAGE_MASK);
}
