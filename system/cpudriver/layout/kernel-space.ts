/**
 * The CPU driver's half of every address space.
 *
 *     0x80000000  RAM, one section each                                up to 1 GiB
 *     0xfef00000  devices that the hardware layer (`arch/armv7/hw.ts`) uses: one section each, downwards
 *     0xffff0000  exception vectors, one page
 *
 * Programs cannot access any of it.
 */

/**
 * The part of the CPU driver's pointers that is an offset in RAM. The hosted machine's pointers are such offsets. Those of
 * the native machine are addresses in the window, whose highest bit is set.
 */
export const POINTER_OFFSET: u32 = 0x7fffffff;

/** End of the device window. The first device section lies just below it. */
export const DEVICE_WINDOW_END: u32 = 0xff000000;
export const VECTORS_BASE: u32 = 0xffff0000;
