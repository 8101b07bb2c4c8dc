/** Creates a machine that boots init, from a few options with defaults. */
import { type Board, withMemory } from "../machines/boards/board";
import { pandaboardEs } from "../machines/boards/pandaboard-es";
import { type Limits, Machine, type MachineImages, type SystemCallObserver } from "../machines/hosted/machine";

/** The files that a machine needs. `typefish/node` reads them; a browser fetches `typefish/images/*`. */
export interface SystemFiles {
  /** mmu.wasm, cpudriver.wasm and init.wasm: bytes, or compiled modules. */
  images: MachineImages;
  /** init.elf, the image with init's data. */
  initElf: Uint8Array;
}

export interface SystemOptions {
  /** If absent, the PandaBoard ES. */
  board?: Board;
  /** Bytes of DRAM, a multiple of 1 MiB. If absent, the board's own. */
  memory?: number;
  /**
   * The scenarios that init runs, such as `"T03"`, `"T0*"` or `"T01,*slab*"`. If absent, init runs none and waits in its
   * message loop.
   */
  scenario?: string;
  /** The policy of init's memory manager. If absent, `"typefish"`. */
  libmm?: string;
  /** How much the CPU driver logs: 0 (nothing) to 9 (everything). If absent, 4. */
  logLevel?: number;
  /** Limits of each run. If absent, a program can run for ever. */
  limits?: Limits;
  /** Called with each piece of console output. */
  onConsole?: (chunk: string) => void;
  /** Stands between init and the CPU driver; see `CallTracer` in `typefish/decode`. */
  onSystemCall?: SystemCallObserver;
}

/** One word of a boot module's string. */
function word(name: string, value: string): string {
  if (!/^[!-~]+$/.test(value)) throw new RangeError(`${name} must be one word without spaces, not '${value}'`);
  return `${name.toUpperCase()}=${value}`;
}

/**
 * Powers on a board with init as its program. Call `boot` or `run` to start it. Throws a RangeError for options that no
 * board can have.
 */
export function createMachine(files: SystemFiles, options: SystemOptions = {}): Machine {
  const { board = pandaboardEs, memory, scenario, libmm, logLevel, limits, onConsole, onSystemCall } = options;
  if (logLevel !== undefined && !(Number.isInteger(logLevel) && logLevel >= 0 && logLevel <= 9)) {
    throw new RangeError(`logLevel must be a number from 0 to 9, not ${logLevel}`);
  }
  const environment = [
    ...(scenario === undefined ? [] : [word("scenario", scenario)]),
    ...(libmm === undefined ? [] : [word("libmm", libmm)]),
  ];
  const { commandLine } = board;
  return Machine.create({
    board: memory === undefined ? board : withMemory(board, memory),
    images: files.images,
    modules: [{ string: [...environment, "init"].join(" "), elf: files.initElf }],
    commandLine: logLevel === undefined ? commandLine : commandLine.replace(/\bloglevel=\d+/, `loglevel=${logLevel}`),
    limits,
    onConsole,
    onSystemCall,
  });
}
