/** A machine made from command-line options. */
import type { Board } from "../boards/board";
import { type Limits, Machine } from "../machine/machine";
import { type BuiltFiles, loadImages } from "../machine/node/load-images";
import { type BoardOptions, boardFor } from "./board-options";
import { UsageError } from "./usage-error";

/** What `--scenario` says for "boot, and run none". */
export const NO_SCENARIO = "none";
export const ALL_SCENARIOS = "*";

export interface SessionOptions extends BoardOptions {
  /** Pattern of scenario names. */
  scenario: string;
}

export interface Session {
  board: Board;
  machine: Machine;
}

/** The string of init's boot module: its environment, its name. */
function moduleString({ scenario, libmm }: SessionOptions): string {
  const environment = [`SCENARIO=${scenario}`];
  if (libmm !== undefined) environment.push(`LIBMM=${libmm}`);
  return [...environment, "init"].join(" ");
}

function commandLine(board: Board, loglevel: number | undefined): string {
  if (loglevel === undefined) return board.commandLine;
  return board.commandLine.replace(/\bloglevel=\d+/, `loglevel=${loglevel}`);
}

export function limitsOf({ limitCalls, limitTime }: BoardOptions): Limits {
  return { milliseconds: limitTime, ...(limitCalls === undefined ? {} : { systemCalls: limitCalls }) };
}

export function openSession(
  options: SessionOptions,
  onConsole: (chunk: string) => void = () => {},
  files: BuiltFiles = loadImages(),
): Session {
  const board = boardFor(options);
  if (!/^[\w*?.,-]+$/.test(options.scenario)) {
    throw new UsageError(`--scenario '${options.scenario}' is no pattern: use letters, digits, - and the wildcard *`);
  }
  const machine = Machine.create({
    board,
    images: files.images,
    modules: [{ string: moduleString(options), elf: files.initElf }],
    commandLine: commandLine(board, options.loglevel),
    limits: limitsOf(options),
    onConsole,
  });
  return { board, machine };
}
