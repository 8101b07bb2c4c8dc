/** Checks permissions: first domains, then the access permissions for clients of a domain. (ARMv7-A manual, B3.7.) */

import { mmuIsOn } from "./control";
import { FaultStatus } from "./fault-status";
import { Register, TlbInfo, TranslationSize } from "./layout";

const DOMAIN_CLIENT: u32 = 1;
const DOMAIN_MANAGER: u32 = 3;

/**
 * AP[2:0] as a table of bits, one column for each value of AP, from 7 on the left to 0 on the right. AP = 4 is reserved
 * and allows no access.
 *
 *     AP        7  6  5  4  3  2  1  0
 */
const PRIVILEGED_READ: u32 = 0b1_1_1_0_1_1_1_0;
const PRIVILEGED_WRITE: u32 = 0b0_0_0_0_1_1_1_0;
const USER_READ: u32 = 0b1_1_0_0_1_1_0_0;
const USER_WRITE: u32 = 0b0_0_0_0_1_0_0_0;

function apAllows(ap: u32, write: bool, privileged: bool): bool {
  const column = privileged ? (write ? PRIVILEGED_WRITE : PRIVILEGED_READ) : write ? USER_WRITE : USER_READ;
  return ((column >>> ap) & 1) != 0;
}

/** Checks whether attributes `info` allow an access. Returns FaultStatus.NONE, or the fault status with the domain. */
export function permissionFault(info: u32, write: bool, privileged: bool): u32 {
  if (!mmuIsOn()) return FaultStatus.NONE;
  const domain = (info >>> TlbInfo.DOMAIN_SHIFT) & TlbInfo.DOMAIN_MASK;
  const control = (load<u32>(Register.DACR) >>> (domain * 2)) & 3;
  if (control == DOMAIN_MANAGER) return FaultStatus.NONE;

  const section = ((info >>> TlbInfo.SIZE_SHIFT) & TlbInfo.SIZE_MASK) >= u32(TranslationSize.SECTION);
  const faultDomain = domain << FaultStatus.DOMAIN_SHIFT;
  // The fourth value, 2, is reserved and counts as "no access".
  if (control != DOMAIN_CLIENT) {
    return (section ? FaultStatus.DOMAIN_SECTION : FaultStatus.DOMAIN_PAGE) | faultDomain;
  }
  if (apAllows((info >>> TlbInfo.AP_SHIFT) & TlbInfo.AP_MASK, write, privileged)) return FaultStatus.NONE;
  return (section ? FaultStatus.PERMISSION_SECTION : FaultStatus.PERMISSION_PAGE) | faultDomain;
}
