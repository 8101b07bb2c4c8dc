/** The end of work. */
import { idle, tlbFlushAll, writeTtbr0 } from "../arch/armv7/hw";
import { LOG_NOTE, log } from "../debug/log";
import { kernel } from "../kernel-state";

/** The running program is gone, or waits for what will never come. Does not return. */
export function idleForEver(): void {
  // No address space is left: nothing may be translated through a table that somebody may reuse.
  writeTtbr0(kernel.kernelL1);
  tlbFlushAll();
  log(LOG_NOTE, "no program can run: idle");
  idle();
}
