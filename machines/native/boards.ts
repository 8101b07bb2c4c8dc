/** What the native layer needs to know of a board beyond `machines/boards/`: its devices, and how a run ends. */

import { type Board, withMemory } from "../boards/board";
import { findBoard } from "../boards/index";

export interface NativeBoard {
  /** Name of the board in file names. */
  name: string;
  board: Board;
  /** Kind of the console's serial port: `kernel/uart-<kind>.c`. */
  uart: "pl011" | "16550";
  /** A second serial port of the same kind for traces, in the same megabyte as the console. */
  traceAddress?: number;
  /** Physical address of the Cortex-A9's private region: snoop control unit, interrupt controller, timers. */
  privateRegion: number;
  /** Clock of the private timers. */
  timerKilohertz: number;
  /**
   * Whether the core's own cycle counter counts. In the emulator it does not; the MPCore's global timer is used
   * instead.
   */
  cycleCounter: boolean;
  /** Whether an emulator takes the exit status. A real board goes to sleep instead. */
  semihosting: boolean;
  /** Whether the console needs carriage returns, as a terminal on a serial line does. */
  crlf: boolean;
}

function board(name: string): Board {
  const found = findBoard(name);
  if (!found) throw new Error(`there is no native board '${name}'`);
  return found;
}

const vexpressA9: NativeBoard = {
  name: "vexpress-a9",
  board: board("vexpress-a9"),
  uart: "pl011",
  traceAddress: 0x1000a000,
  privateRegion: 0x1e000000,
  timerKilohertz: 100_000,
  cycleCounter: false,
  semihosting: true,
  crlf: false,
};

const pandaboardEs: NativeBoard = {
  name: "pandaboard-es",
  board: board("pandaboard-es"),
  uart: "16550",
  privateRegion: 0x48240000,
  // PERIPHCLK is half of the core's clock, and U-Boot leaves the core at 800 MHz.
  timerKilohertz: 400_000,
  cycleCounter: true,
  semihosting: false,
  crlf: true,
};

/**
 * For tests: the PandaBoard's image with the emulator's devices. DRAM is at 0x80000000, where the window maps every
 * address to itself. The emulated board has memory up to 0xa0000000.
 */
const pandaboardOnVexpress: NativeBoard = {
  ...vexpressA9,
  name: "pandaboard-on-vexpress",
  board: {
    ...board("pandaboard-es"),
    dram: { base: 0x80000000, bytes: 0x20000000 },
    devices: vexpressA9.board.devices,
    console: vexpressA9.board.console,
  },
};

const nativeBoards: readonly NativeBoard[] = [vexpressA9, pandaboardEs, pandaboardOnVexpress];

/** Names that `typefish image --board` takes. */
export const nativeBoardNames: readonly string[] = ["vexpress-a9", "pandaboard-es"];

/** Returns the same board with another amount of DRAM. The machine code does not depend on it. */
export function withNativeMemory(native: NativeBoard, bytes: number): NativeBoard {
  return { ...native, board: withMemory(native.board, bytes) };
}

export const allNativeBoardNames: readonly string[] = nativeBoards.map(({ name }) => name);

export function findNativeBoard(name: string): NativeBoard | undefined {
  return nativeBoards.find((native) => native.name === name);
}
