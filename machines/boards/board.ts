/** A board as data: what the machine, the CPU driver's start-up and the inspector need to know of one. */

const MIB = 0x100000;
/** The CPU driver, init and room to work in. */
const MIN_MEMORY = 16 * MIB;
const MAX_MEMORY = 1024 * MIB;

export interface Region {
  /** Physical address of the first byte. */
  base: number;
  bytes: number;
}

export interface Board {
  name: string;
  /** The system on chip, as a sentence would name it. */
  soc: string;
  dram: Region;
  /** Everything that is no memory: handed to init as one device frame. */
  devices: Region;
  console: {
    name: string;
    /** Physical address of its registers. */
    address: number;
  };
  /** Command line of the CPU driver. */
  commandLine: string;
}

/** The same board with another amount of DRAM. Throws a RangeError that says what would be possible. */
export function withMemory(board: Board, bytes: number): Board {
  if (!Number.isInteger(bytes) || bytes % MIB !== 0 || bytes < MIN_MEMORY || bytes > MAX_MEMORY) {
    throw new RangeError(
      `memory of ${board.name} must be a multiple of 1 MiB from 16 MiB to 1 GiB, not ${formatBytes(bytes)}`,
    );
  }
  return { ...board, dram: { base: board.dram.base, bytes } };
}

function formatBytes(bytes: number): string {
  return Number.isInteger(bytes / MIB) ? `${bytes / MIB} MiB` : `${bytes} bytes`;
}
