/** Runs a board once with the recorder attached. */
import type { Board } from "../../boards/board";
import type { BootModule } from "../../boot-loader";
import type { Fault, RunResult } from "../../results";
import { type Limits, Machine } from "../machine";
import type { PhysicalMemory } from "../physical-memory";
import type { Script } from "../script";
import type { PreparedImages } from "./images";
import { Log } from "./log";
import { NumberList } from "./number-list";
import { LastCallReached, RecorderProbe } from "./probe";
import { CALL_ROW, NOT_RETURNED } from "./recorder/layout";

/** Everything that determines a run. */
export interface Setup {
  board: Board;
  /** Boot modules; the first is init. */
  modules: readonly BootModule[];
  commandLine: string;
  limits: Limits;
  /** Calls of the program's functions; if absent, the program starts by itself. */
  script?: Script | undefined;
}

export interface RunSettings {
  /** The log begins at the exit of this call. */
  from: number;
  /** The run ends at the exit of this call at the latest. If absent, it ends by itself. */
  until?: number;
  /** Bytes of the log. */
  logBytes: number;
  /** What happens when the log is full: the run ends, or the log drops its oldest part. */
  whenFull: "end" | "drop";
  /** Bytes of the recorder's stage. If absent, the largest possible. */
  stageBytes?: number;
  onConsole?: (chunk: string, restartClock: () => void) => void;
  onProgress?: (calls: number) => void;
}

export interface ConsoleEvent {
  call: number;
  by: "kernel" | "program";
  text: string;
}

export interface FaultEvent {
  fault: Fault;
  /** The program's part before this call had the fault. */
  call: number;
  /** Finished epochs when it began. */
  entered: number;
  /** Finished epochs when it was repaired; null if it was not. */
  left: number | null;
}

export interface Run {
  log: Log;
  /** Rows of the calls from call 1 on, of 16 words (recorder/layout.ts). */
  rows: Uint32Array;
  /** Number of calls that the machine counted. */
  calls: number;
  /** How the run ended; null if it was ended before. */
  result: RunResult | null;
  faults: FaultEvent[];
  console: ConsoleEvent[];
  /** What a callback threw to end the run; undefined if none did. */
  thrown: unknown;
  machine: Machine;
}

export const ROW_WORDS = CALL_ROW / 4;
/** Columns of a row. */
export const enum Column {
  ERROR = 12,
  VALUE = 13,
  ENTRY = 14,
  EXIT = 15,
}

/** Epochs of a moment that the log does not have. */
export const UNKNOWN = NOT_RETURNED;

/** A full log drops this part of its size at a time. */
const PARTS_OF_LOG = 16;

/** Thrown through the wasm frames when the log is full. */
class LogFull extends Error {}

/** Runs a board, from power-on. `memory` is from `RecorderProbe.memoryFor`, and zero. */
export function recordRun(
  { board, modules, commandLine, limits, script }: Setup,
  prepared: PreparedImages,
  memory: PhysicalMemory,
  settings: RunSettings,
): Run {
  const { from, until = Number.POSITIVE_INFINITY, logBytes, whenFull, stageBytes, onConsole, onProgress } = settings;
  const log = new Log();
  const rows = new NumberList();
  const faults: FaultEvent[] = [];
  const console: ConsoleEvent[] = [];
  let isOver = false;
  const report = () => {
    if (!isOver) onProgress?.(probe.enteredCalls);
  };
  const receiver = {
    takeLog(words: Int32Array, sizes: Uint32Array): void {
      log.append(words, sizes, "after");
      if (log.bytes > logBytes && !isOver) {
        if (whenFull === "end") throw new LogFull();
        log.shrinkTo(logBytes);
      }
      report();
    },
    takeCalls(taken: Uint32Array): void {
      rows.append(taken);
      report();
    },
    faultEntered(fault: Fault, call: number, entered: number): void {
      faults.push({ fault, call, entered, left: null });
    },
    faultLeft(left: number): void {
      (faults.at(-1) as FaultEvent).left = left;
    },
  };
  const probe = new RecorderProbe(prepared, memory, receiver, {
    from,
    until,
    stageBytes,
    logBytes: logBytes / PARTS_OF_LOG,
  });
  let isBooted = false;
  const machine = Machine.create({
    board,
    images: prepared.images,
    modules,
    commandLine,
    limits,
    script,
    probe: () => probe,
    onConsole: (text) => {
      const { call, by } = isBooted ? probe.place : BOOT;
      const last = console.at(-1);
      if (last?.call === call && last.by === by) last.text += text;
      else console.push({ call, by, text });
      onConsole?.(text, () => machine.restartClock());
    },
  });
  let result: RunResult | null = null;
  let thrown: unknown;
  try {
    isBooted = machine.boot().kind === "booted";
    result = machine.run();
  } catch (error) {
    if (!(error instanceof LogFull || error instanceof LastCallReached)) thrown = error;
  }
  isOver = true;
  probe.finish();
  const calls = machine.counter("systemCalls");
  return { log, rows: rows.view, calls, result, faults, console, thrown, machine };
}

const BOOT = { call: 0, by: "kernel" } as const;
