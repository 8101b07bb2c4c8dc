/**
 * The end of the CPU driver: only for its own mistakes, never for what a program asked.
 */
import { halt } from "../arch/armv7/hw";
import { kernel, panicReason } from "../kernel-state";
import { KernelStateLayout } from "../layout/kernel-state-layout";
import { LOG_PANIC, printk } from "./log";

/** Status with which a panic stops the machine. */
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

/** States what the CPU driver itself guarantees. */
export function kernelAssert(holds: bool, invariant: string): void {
  if (!holds) panic(invariant);
}
