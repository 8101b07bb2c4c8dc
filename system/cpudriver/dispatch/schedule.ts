/** Which dispatcher runs: a queue of runnable ones, of which the first runs until it stops or yields. */

import { tlbFlushAll, writeTtbr0 } from "../arch/armv7/hw";
import { kernel } from "../kernel-state";
import { DispatcherState } from "../layout/dcb-layout";
import { Dcb } from "./dcb";

/** The running dispatcher. There is one whenever a system call or an abort of a program is handled. */
export function currentDcb(): Dcb {
  return changetype<Dcb>(kernel.currentDcb);
}

export function someDcbRuns(): bool {
  return kernel.currentDcb != 0;
}

/** Is this control block one that runs or may run? */
export function isLive(dcb: Dcb): bool {
  return dcb.state == DispatcherState.RUNNABLE;
}

/** Enters a dispatcher at the end of the queue. */
export function makeRunnable(dcb: Dcb): void {
  if (isLive(dcb)) return;
  dcb.state = DispatcherState.RUNNABLE;
  dcb.runNext = null;
  const first = changetype<Dcb | null>(kernel.runQueue);
  if (!first) {
    kernel.runQueue = changetype<usize>(dcb);
    return;
  }
  let last = first;
  for (let next = last.runNext; next; next = last.runNext) last = next;
  last.runNext = dcb;
}

/** Takes a dispatcher out of the queue for good. */
export function stopDispatcher(dcb: Dcb): void {
  if (!isLive(dcb)) return;
  dcb.state = DispatcherState.STOPPED;
  if (kernel.currentDcb == changetype<usize>(dcb)) kernel.currentDcb = 0;
  if (kernel.runQueue == changetype<usize>(dcb)) {
    kernel.runQueue = changetype<usize>(dcb.runNext);
    return;
  }
  let previous = changetype<Dcb | null>(kernel.runQueue);
  while (previous) {
    if (previous.runNext === dcb) {
      previous.runNext = dcb.runNext;
      return;
    }
    previous = previous.runNext;
  }
}

/** Stops a dispatcher that lost its CSpace, address space or frame; null if there is none. */
export function stopIncompleteDispatcher(): Dcb | null {
  let dcb = changetype<Dcb | null>(kernel.runQueue);
  while (dcb && dcb.isComplete) dcb = dcb.runNext;
  if (dcb) stopDispatcher(dcb);
  return dcb;
}

/**
 * Makes the first runnable dispatcher, init's, the running one. It stays so: others can be set up and made runnable, but
 * the machine has one program. When that is gone, nobody runs.
 */
export function startFirst(): void {
  kernel.currentDcb = kernel.runQueue;
  writeTtbr0(u32(currentDcb().vspace.base));
  tlbFlushAll();
}
