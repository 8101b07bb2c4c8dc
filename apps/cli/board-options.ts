/** The options that select the board and what it boots, common to all commands that boot a system. */

import { type Command, InvalidArgumentError, Option } from "commander";
import { type Board, withMemory } from "../../machines/boards/board";
import { boards, findBoard } from "../../machines/boards/index";
import { parseBytes, parseCount, parseMilliseconds } from "../../observe/text/quantities";
import { POLICIES } from "../../system/libmm/layout/mm-policies";
import { UsageError } from "./usage-error";

export interface BoardOptions {
  board: string;
  memory?: number;
  libmm?: string;
  loglevel?: number;
  limitCalls?: number;
  /** Time limit in milliseconds, for each scenario. */
  limitTime: number;
}

const LIBMM_NAMES = [...POLICIES, "stub"];
const MAX_LOG_LEVEL = 9;
/** Default time limit of a scenario. */
export const DEFAULT_LIMIT_MS = 20_000;

function orInvalid<T>(value: T | null, expected: string): T {
  if (value === null) throw new InvalidArgumentError(`Expected ${expected}.`);
  return value;
}

export function countArgument(text: string): number {
  return orInvalid(parseCount(text), "a whole number of at least 0");
}

function logLevelArgument(text: string): number {
  const level = parseCount(text);
  return orInvalid(level !== null && level <= MAX_LOG_LEVEL ? level : null, `a number from 0 to ${MAX_LOG_LEVEL}`);
}

function timeArgument(text: string): number {
  const milliseconds = parseMilliseconds(text);
  return orInvalid(milliseconds === 0 ? null : milliseconds, "a time such as 30s, 500ms or 2m");
}

export function addBoardOptions(command: Command): Command {
  command
    .option("--board <name>", `board to simulate: ${boards.map(({ name }) => name).join(" or ")}`, boards[0]?.name)
    .option("--memory <size>", "amount of DRAM, such as 64M or 1G (default: the board's own)", (text) =>
      orInvalid(parseBytes(text), "a size such as 64M or 1G"),
    )
    .option("--limit-calls <n>", "stop the program after n system calls", countArgument);
  return addProgramOptions(command);
}

/** Adds the options that apply to the simulated and to the emulated machine. */
export function addProgramOptions(command: Command, limitMilliseconds = DEFAULT_LIMIT_MS): Command {
  return addSystemOptions(command).addOption(
    new Option("--limit-time <time>", "stop the program if one scenario takes longer, such as 30s, 500ms or 2m")
      .argParser(timeArgument)
      .default(limitMilliseconds, `${limitMilliseconds / 1000}s`),
  );
}

/** Adds the options that choose the system, whatever machine it runs on. */
export function addSystemOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--libmm <name>",
        "memory manager: typefish (the default), the same with another allocation policy, or stub (the assignment's unimplemented one)",
      ).choices(LIBMM_NAMES),
    )
    .option(
      "--loglevel <n>",
      "how much the CPU driver logs: 0 (nothing) to 9 (everything) (default: 4)",
      logLevelArgument,
    );
}

/** The board that the options select. */
export function boardFor(options: Pick<BoardOptions, "board" | "memory">): Board {
  const board = findBoard(options.board);
  if (!board) {
    throw new UsageError(`there is no board '${options.board}': choose ${boards.map(({ name }) => name).join(" or ")}`);
  }
  if (options.memory === undefined) return board;
  try {
    return withMemory(board, options.memory);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`--memory: ${error.message}`);
    throw error;
  }
}
