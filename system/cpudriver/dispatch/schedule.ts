/** Schedules dispatchers. Runnable dispatchers are in a queue, and the first one runs until it stops or yields. */

import { tlbFlushAll, writeTtbr0 } from "../arch/armv7/hw";
import { kernel } from "../kernel-state";
import { DispatcherState } from "../layout/dcb-layout";
import { Dcb } from "./dcb";

/** The running dispatcher. Only valid while the CPU driver handles a system call or an abort of a program. */
export function currentDcb(): Dcb {
  return changetype<Dcb>(kernel.currentDcb);
}

export function someDcbRuns(): bool {
  return kernel.currentDcb != 0;
}

/** Is the dispatcher in the queue: does it run, or may it run? */
export function isLive(dcb: Dcb): bool {
  return dcb.state == DispatcherState.RUNNABLE;
}

/** Puts a dispatcher at the end of the queue. */
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

/** Removes a dispatcher from the queue and marks it stopped. */
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

/** Stops and returns the first dispatcher in the queue that lost its CSpace, address space or frame, or null. */
export function stopIncompleteDispatcher(): Dcb | null {
  let dcb = changetype<Dcb | null>(kernel.runQueue);
  while (dcb && dcb.isComplete) dcb = dcb.runNext;
  if (dcb) stopDispatcher(dcb);
  return dcb;
}

/**
 * Makes the first runnable dispatcher, which is init's, the running one. No other dispatcher ever runs: programs can
 * set others up and make them runnable, but the machine runs one program. When it stops, the machine idles.
 */
export function startFirst(): void {
  kernel.currentDcb = kernel.runQueue;
  writeTtbr0(u32(currentDcb().vspace.base));
  tlbFlushAll();
}
