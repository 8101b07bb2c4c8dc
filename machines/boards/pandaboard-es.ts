import type { Board } from "./board";

/**
 * The development board of the OMAP 4460.
 *
 *     0x4000_0000  devices, 1 GiB (UART3 at 0x4802_0000, Cortex-A9 private region at 0x4824_0000)
 *     0x8000_0000  DRAM, 1 GiB
 *     0xc000_0000  nothing
 */
export const pandaboardEs: Board = {
  name: "pandaboard-es",
  soc: "OMAP4460, ARM Cortex-A9",
  dram: { base: 0x80000000, bytes: 0x40000000 },
  devices: { base: 0x40000000, bytes: 0x40000000 },
  console: { name: "UART3", address: 0x48020000 },
  commandLine: "loglevel=4 consolePort=2",
};
