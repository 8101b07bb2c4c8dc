import type { Board } from "./board";

/**
 * ARM's Versatile Express with the Cortex-A9 tile. QEMU emulates this board.
 *
 *     0x1000_0000  devices, 256 MiB (PL011 UART0 at 0x1000_9000, Cortex-A9 private region at 0x1e00_0000)
 *     0x6000_0000  DRAM, 1 GiB
 *     0xa000_0000  nothing
 */
export const vexpressA9: Board = {
  name: "vexpress-a9",
  soc: "Versatile Express, ARM Cortex-A9",
  dram: { base: 0x60000000, bytes: 0x40000000 },
  devices: { base: 0x10000000, bytes: 0x10000000 },
  console: { name: "PL011 UART0", address: 0x10009000 },
  commandLine: "loglevel=4 consolePort=2",
};
