/** Describes a board as data: the facts that the machine, the CPU driver's start-up and the inspector need. */

const MIB = 0x100000;
/** The smallest DRAM of a board: it holds the CPU driver and init and leaves room to work in. */
const MIN_MEMORY = 16 * MIB;
const MAX_MEMORY = 1024 * MIB;

export interface Region {
  /** Physical address of the first byte. */
  base: number;
  bytes: number;
}

export interface Board {
  name: string;
  /** The system on chip, as it appears in a sentence. */
  soc: string;
  dram: Region;
  /** Device addresses. init gets them as one device frame. */
  devices: Region;
  console: {
    name: string;
    /** Physical address of its registers. */
    address: number;
  };
  /** Command line of the CPU driver. */
  commandLine: string;
}

/** Returns the same board with another amount of DRAM. Throws a RangeError that names the possible sizes. */
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

/** Whether a value that was read from a file describes a board. */
export function isBoard(value: unknown): value is Board {
  const { name, soc, dram, devices, console, commandLine } = (value ?? {}) as Partial<Board>;
  const isAddress = (number: unknown) =>
    Number.isInteger(number) && (number as number) >= 0 && (number as number) < 2 ** 32;
  const isRegion = (region: Partial<Region> | undefined) => isAddress(region?.base) && isAddress(region?.bytes);
  const areTexts = [name, soc, commandLine, console?.name].every((text) => typeof text === "string");
  const hasMemory = isRegion(dram) && (dram as Region).bytes % MIB === 0 && (dram as Region).bytes <= MAX_MEMORY;
  return areTexts && hasMemory && isRegion(devices) && isAddress(console?.address);
}
