/**
 * Translates and checks the addresses that programs pass in system calls. The CPU driver accesses a program's memory
 * only after this file has walked the program's own page tables and checked the program's rights.
 */
import { SYS_ERR_INVALID_USER_BUFFER, SYS_ERR_OK } from "../../kpi/errno";
import { errval_t } from "../../kpi/errval";
import { BASE_PAGE_MASK, BASE_PAGE_SIZE, KERNEL_WINDOW, lvaddr_t } from "../../kpi/types";
import { localPhysToMem, physInDram } from "../arch/armv7/phys";
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
const NOWHERE: usize = usize.MAX_VALUE;

const SECTION_BITS: u32 = 20;
const SECTION_MASK: u32 = 0xfffff;
const PAGE_BITS: u32 = 12;
const L2_INDEX_MASK: u32 = 0xff;

/** Pointer to the RAM of a user address in the address space of the L1 table at `l1`, or NOWHERE. */
function userToMem(l1: u32, address: lvaddr_t, write: bool): usize {
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
  return physInDram(physical, 1) ? localPhysToMem(physical) : NOWHERE;
}

/** Checks whether the program of `l1` may write (or read) all `bytes`; else SYS_ERR_INVALID_USER_BUFFER. */
export function checkUserBuffer(l1: u32, address: lvaddr_t, bytes: u32, write: bool): errval_t {
  const end = u64(address) + bytes;
  if (bytes == 0 || end > KERNEL_WINDOW) return bytes == 0 ? SYS_ERR_OK : SYS_ERR_INVALID_USER_BUFFER;
  for (let page = u64(address & ~BASE_PAGE_MASK); page < end; page += BASE_PAGE_SIZE) {
    if (userToMem(l1, u32(page), write) == NOWHERE) return SYS_ERR_INVALID_USER_BUFFER;
  }
  return SYS_ERR_OK;
}

/** Copies `bytes` to a user buffer that `checkUserBuffer` accepted for writing. */
export function copyToUser(l1: u32, address: lvaddr_t, source: usize, bytes: u32): void {
  for (let done: u32 = 0; done < bytes; ) {
    const part = min(bytes - done, bytesToPageEnd(address + done));
    memory.copy(userToMem(l1, address + done, true), source + done, part);
    done += part;
  }
}

/** Bytes from `address` to the end of its page. They are contiguous in RAM. */
export function bytesToPageEnd(address: lvaddr_t): u32 {
  return BASE_PAGE_SIZE - (address & BASE_PAGE_MASK);
}

/** Pointer to the RAM of an address in a buffer that `checkUserBuffer` accepted for reading. */
export function userBufferToMem(l1: u32, address: lvaddr_t): usize {
  return userToMem(l1, address, false);
}
