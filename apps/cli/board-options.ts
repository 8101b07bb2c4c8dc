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
  /** Time limit in milliseconds. */
  limitTime: number;
}

const LIBMM_NAMES = [...POLICIES, "stub"];
const MAX_LOG_LEVEL = 9;
const DEFAULT_LIMIT_MS = 120_000;

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
    .option("--board <name>", `the board: ${boards.map(({ name }) => name).join(" or ")}`, boards[0]?.name)
    .option("--memory <size>", "DRAM in place of the board's own, such as 64M or 1G", (text) =>
      orInvalid(parseBytes(text), "a size such as 64M or 1G"),
    )
    .option("--limit-calls <n>", "stop the program after so many system calls", countArgument);
  return addProgramOptions(command);
}

/** Adds the options that apply to the simulated and to the emulated machine. */
export function addProgramOptions(command: Command): Command {
  return addSystemOptions(command).addOption(
    new Option("--limit-time <time>", "stop the program after this time: 30s, 500ms, 2m")
      .argParser(timeArgument)
      .default(DEFAULT_LIMIT_MS, "120s"),
  );
}

/** Adds the options that choose the system, whatever machine it runs on. */
export function addSystemOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--libmm <name>", "the memory manager: ours, with another policy, or the handout's").choices(
        LIBMM_NAMES,
      ),
    )
    .option("--loglevel <n>", "how much the CPU driver says: 0 (nothing) to 9", logLevelArgument);
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
