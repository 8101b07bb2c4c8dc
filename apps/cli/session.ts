/** Creates a machine from command-line options. */
import type { Board } from "../../machines/boards/board";
import { type Limits, Machine, type SystemCallObserver } from "../../machines/hosted/machine";
import type { BuiltFiles } from "../../machines/hosted/node/load-images";
import { type BoardOptions, boardFor } from "./board-options";
import { builtFiles } from "./built-files";
import { UsageError } from "./usage-error";

/** Value of `--scenario` for a boot without scenarios. */
export const NO_SCENARIO = "none";
export const ALL_SCENARIOS = "*";
const LONGEST_PATTERN = 200;

/** Help of the option. */
export const SCENARIO_OPTION =
  "scenarios to run, by id, title or group, such as T03, 'T0*' or 'T01,*slab*'; none runs no scenario";

export interface SessionOptions extends BoardOptions {
  /** Pattern that selects scenarios by id, title or group. */
  scenario: string;
  /** init prints the scenarios and runs none of them. */
  list?: boolean;
  /** init stops after the first scenario that fails. */
  bail?: boolean;
  /** A program that runs instead of init. */
  program?: BuiltFiles;
}

/** Name of the memory manager that the lab hands out: nothing of it is implemented. */
export const STUB = "stub";

export interface Session {
  board: Board;
  machine: Machine;
}

/** What init's environment says. */
export interface EnvironmentOptions extends Pick<SessionOptions, "scenario" | "libmm" | "list" | "bail"> {
  /** init prints a line when a scenario begins. */
  begin?: boolean;
}

/** The string of init's boot module: its environment, then its name. */
export function moduleString({ scenario, libmm, list, bail, begin }: EnvironmentOptions): string {
  const environment: string[] = [];
  const runs = scenario !== NO_SCENARIO;
  if (list) environment.push("LIST=1");
  if (runs) environment.push(`SCENARIO=${scenario}`);
  if (libmm !== undefined && libmm !== STUB) environment.push(`LIBMM=${libmm}`);
  if (runs && bail) environment.push("BAIL=1");
  if (runs && begin && !list) environment.push("BEGIN=1");
  return [...environment, "init"].join(" ");
}

export function commandLine(board: Board, loglevel: number | undefined): string {
  if (loglevel === undefined) return board.commandLine;
  return board.commandLine.replace(/\bloglevel=\d+/, `loglevel=${loglevel}`);
}

export function limitsOf({ limitCalls, limitTime }: BoardOptions): Limits {
  return { milliseconds: limitTime, ...(limitCalls === undefined ? {} : { systemCalls: limitCalls }) };
}

/** Checks that a pattern is one word, because it is passed to init as one word. */
export function checkPattern(pattern: string): void {
  if (/^[!-~]+$/.test(pattern) && pattern.length <= LONGEST_PATTERN) return;
  throw new UsageError(
    `--scenario '${pattern}' is not a pattern: use ids such as T03, the wildcards * and ?, and commas, but no spaces`,
  );
}

export function openSession(
  options: SessionOptions,
  onConsole: (chunk: string) => void = () => {},
  onSystemCall?: SystemCallObserver,
): Session {
  const board = boardFor(options);
  checkPattern(options.scenario);
  const files = options.program ?? builtFiles(options.libmm === STUB ? STUB : "init");
  const machine = Machine.create({
    board,
    images: files.images,
    modules: [{ string: moduleString({ ...options, begin: true }), elf: files.initElf }],
    commandLine: commandLine(board, options.loglevel),
    limits: limitsOf(options),
    onConsole,
    onSystemCall,
  });
  return { board, machine };
}
