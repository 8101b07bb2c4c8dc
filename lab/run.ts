/** Runs init with the files of a submission, and records such a run. */
import type { Program } from "../compile/program";
import { type Limits, Machine, type MachineImages } from "../machines/hosted/machine";
import { Recording } from "../machines/hosted/recording/recording";
import type { RunResult } from "../machines/results";
import type { RecordableProgram } from "./grade/record";
import { LAB_BOARD } from "./grade/subject";

/** They stop endless loops, with and without system calls. */
export const INIT_LIMITS: Limits = { milliseconds: 5_000, systemCalls: 1_000_000 };

export interface InitRunRequest {
  /** The machine's modules. */
  images: Omit<MachineImages, "init" | "positions">;
  program: Pick<Program, "wasm" | "elf" | "positions">;
  /** Called with each piece of console output. */
  onConsole(chunk: string): void;
}

export interface InitRun {
  result: RunResult;
  systemCalls: number;
}

/** Boots init on the board of the lab, and runs it until it waits for messages, ends, or reaches a limit. */
export function runInit({ images, program, onConsole }: InitRunRequest): InitRun {
  const { wasm, elf, positions } = program;
  const machine = Machine.create({
    board: LAB_BOARD,
    images: { ...images, init: wasm, positions },
    modules: [{ string: "init", elf }],
    limits: INIT_LIMITS,
    onConsole,
  });
  const result = machine.run();
  return { result, systemCalls: machine.counter("systemCalls") };
}

/** Records the same run. */
export function recordInit({ images, elf }: RecordableProgram, onProgress?: (calls: number) => void): Recording {
  const modules = [{ string: "init", elf }];
  return Recording.record({ board: LAB_BOARD, images, modules, limits: INIT_LIMITS, onProgress });
}
