/** Creates a machine that boots init, or a recording of one, from a few options with defaults. */
import { type Board, withMemory } from "../machines/boards/board";
import { pandaboardEs } from "../machines/boards/pandaboard-es";
import { type Limits, Machine, type MachineImages, type SystemCallObserver } from "../machines/hosted/machine";
import { type RecordedImages, Recording, type RecordOptions } from "../machines/hosted/recording/recording";

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

/** What a machine boots, from the options. */
function bootOptions(options: SystemOptions): { board: Board; string: string; commandLine: string } {
  const { board = pandaboardEs, memory, scenario, libmm, logLevel } = options;
  if (logLevel !== undefined && !(Number.isInteger(logLevel) && logLevel >= 0 && logLevel <= 9)) {
    throw new RangeError(`logLevel must be a number from 0 to 9, not ${logLevel}`);
  }
  const environment = [
    ...(scenario === undefined ? [] : [word("scenario", scenario)]),
    ...(libmm === undefined ? [] : [word("libmm", libmm)]),
  ];
  const { commandLine } = board;
  return {
    board: memory === undefined ? board : withMemory(board, memory),
    string: [...environment, "init"].join(" "),
    commandLine: logLevel === undefined ? commandLine : commandLine.replace(/\bloglevel=\d+/, `loglevel=${logLevel}`),
  };
}

/**
 * Powers on a board with init as its program. Call `boot` or `run` to start it. Throws a RangeError for options that no
 * board can have.
 */
export function createMachine(files: SystemFiles, options: SystemOptions = {}): Machine {
  const { board, string, commandLine } = bootOptions(options);
  const { limits, onConsole, onSystemCall } = options;
  const modules = [{ string, elf: files.initElf }];
  return Machine.create({ board, images: files.images, modules, commandLine, limits, onConsole, onSystemCall });
}

/** The files that a recording needs: those of a machine, as bytes, and recorder.wasm. */
export interface RecordableFiles {
  images: RecordedImages;
  /** init.elf, the image with init's data. */
  initElf: Uint8Array;
}

export interface RecordingOptions
  extends Omit<SystemOptions, "onConsole" | "onSystemCall">,
    Pick<RecordOptions, "logBytes" | "from" | "onConsole" | "onProgress"> {}

/**
 * Boots a board with init as its program, runs it to the end, and records each change of memory. Throws a RangeError for
 * options that no board can have.
 */
export function createRecording(files: RecordableFiles, options: RecordingOptions = {}): Recording {
  const { limits, logBytes, from, onConsole, onProgress, ...system } = options;
  const { board, string, commandLine } = bootOptions(system);
  const modules = [{ string, elf: files.initElf }];
  const { images } = files;
  return Recording.record({ board, images, modules, commandLine, limits, logBytes, from, onConsole, onProgress });
}
