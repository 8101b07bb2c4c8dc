/**
 * Handles the faults and traps of the running program, which the machine reports. Stops the program with a message.
 */

import { str } from "../../kpi/format";
import { trapName } from "../../kpi/traps";
import { LOG_ERR, log } from "../debug/log";
import { idleForEver } from "./idle";
import { currentDcb, stopDispatcher } from "./schedule";

/** Bit of DFSR (data fault status register) that is set if the access was a write. */
const DFSR_WNR: u32 = 1 << 11;

/** Name of a fault status of the short-descriptor format. (ARM Architecture Reference Manual ARMv7-A, B3.13.) */
function faultName(status: u32): string {
  // biome-ignore format: one row a status
  switch (status & 0xf) {
    case 0b0001: return "alignment fault";
    case 0b0101: return "translation fault (section)";
    case 0b0111: return "translation fault (page)";
    case 0b1001: return "domain fault (section)";
    case 0b1011: return "domain fault (page)";
    case 0b1101: return "permission fault (section)";
    case 0b1111: return "permission fault (page)";
    case 0b1000: return "external abort";
    case 0b1100: return "external abort on a table walk (first level)";
    case 0b1110: return "external abort on a table walk (second level)";
    default: return "data abort";
  }
}

function stopCurrent(): void {
  stopDispatcher(currentDcb());
  idleForEver();
}

/**
 * Handles a failed memory access of the running program at address `far` with fault status `fsr`. A result of 1 means
 * that the cause is repaired and the program can repeat the access. The CPU driver has no pager yet, so it stops the
 * program and does not return.
 */
export function dataAbort(far: u32, fsr: u32): u32 {
  const access = (fsr & DFSR_WNR) != 0 ? "writing" : "reading";
  log(LOG_ERR, "user program stopped: %s %s address %08x, status %03x", str(faultName(fsr)), str(access), far, fsr);
  stopCurrent();
  return 0;
}

/** Handles a trap of the running program other than a data abort. `kind` is a `TrapKind`. Does not return. */
export function userTrap(kind: u32, address: u32): void {
  log(LOG_ERR, "user program stopped: %s at %08x, trap %d", str(trapName(kind)), address, kind);
  stopCurrent();
}
