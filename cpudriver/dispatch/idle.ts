/** The end of work. */
import { idle, tlbFlushAll, writeTtbr0 } from "../arch/armv7/hw";
import { LOG_NOTE, log } from "../debug/log";
import { kernel } from "../kernel-state";

/** No dispatcher can run and none is awaited. Does not return. */
export function idleForEver(): void {
  // No address space is left: nothing may be translated through a table that somebody may reuse.
  writeTtbr0(kernel.kernelL1);
  tlbFlushAll();
  log(LOG_NOTE, "no dispatcher can run: idle");
  idle();
}
