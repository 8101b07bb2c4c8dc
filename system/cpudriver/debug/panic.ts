/**
 * Panics stop the machine. They are for the CPU driver's own mistakes and for boot images it cannot start, never for a
 * program's requests.
 */
import { halt } from "../arch/armv7/hw";
import { kernel, panicReason } from "../kernel-state";
import { KernelStateLayout } from "../layout/kernel-state-layout";
import { LOG_PANIC, printk } from "./log";

/** Status of a machine that a panic stopped. */
export const PANIC_STATUS: u32 = 255;

/** Leaves the reason in the kernel state, prints it and stops the machine. */
export function panic(reason: string): void {
  kernel.panicFlag = 1;
  const room = KernelStateLayout.PANIC_REASON_SIZE - 1;
  const length = min(reason.length, room);
  for (let i = 0; i < length; i++) store<u8>(panicReason() + i, reason.charCodeAt(i));
  store<u8>(panicReason() + length, 0);
  printk(LOG_PANIC, "kernel PANIC! %s\n", changetype<usize>(reason));
  halt(PANIC_STATUS);
}

/** Panics with the text `invariant` unless `holds`. For conditions that the CPU driver itself guarantees. */
export function kernelAssert(holds: bool, invariant: string): void {
  if (!holds) panic(invariant);
}
