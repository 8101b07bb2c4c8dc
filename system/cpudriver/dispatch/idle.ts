/** Stops the machine when no program can run. */
import { idle, tlbFlushAll, writeTtbr0 } from "../arch/armv7/hw";
import { LOG_NOTE, log } from "../debug/log";
import { kernel } from "../kernel-state";

/** Called when the running program was stopped, or waits although no event can come. Does not return. */
export function idleForEver(): void {
  // The program's tables may be reused, so the machine must not translate through them any more.
  writeTtbr0(kernel.kernelL1);
  tlbFlushAll();
  log(LOG_NOTE, "no program can run: idle");
  idle();
}
