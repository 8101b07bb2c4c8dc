/**
 * The CPU driver's half of every address space.
 *
 *     0x80000000  RAM, one section each                                up to 1 GiB
 *     0xfef00000  devices that the layer below (`arch/armv7/hw.ts`) wants to reach: one section each, downwards
 *     0xffff0000  exception vectors, one page
 *
 * All of it is the CPU driver's only.
 */

/** End of the window of devices: the first section lies just below. */
export const DEVICE_WINDOW_END: u32 = 0xff000000;
export const VECTORS_BASE: u32 = 0xffff0000;
