/** Runs a session on the hosted machine and follows its scenarios. The time limit applies to each scenario. */
import type { Board } from "../../machines/boards/board";
import type { Machine } from "../../machines/hosted/machine";
import type { RunResult } from "../../machines/results";
import { followConsole, ScenarioCollector } from "../../observe/scenario-lines";
import { openSession, type SessionOptions } from "./session";

/** Figures of a run for the summary. */
export interface Figures {
  bootMilliseconds: number;
  milliseconds: number;
  systemCalls: number;
  tlbMisses: number;
  dataAborts: number;
  residentBytes: number;
}

export interface HostedRun {
  board: Board;
  machine: Machine;
  result: RunResult;
  scenarios: ScenarioCollector;
  /** The lines of the console, without those that say that a scenario begins. */
  console: string[];
  figures: Figures;
}

export interface HostedRunOptions {
  /** Called with each line of the console while the machine runs. */
  onLine?: (line: string) => void;
  /** Stop when this number of system calls since boot is complete. */
  untilSystemCalls?: number;
}

export function runHosted(options: SessionOptions, { onLine, untilSystemCalls }: HostedRunOptions = {}): HostedRun {
  const scenarios = new ScenarioCollector();
  const console: string[] = [];
  const lines = followConsole(scenarios, {
    onStep: () => machine.restartClock(),
    onLine: (line) => {
      console.push(line);
      onLine?.(line);
    },
  });
  const start = performance.now();
  const { board, machine } = openSession(options, (chunk) => lines.push(chunk));
  machine.boot();
  const booted = performance.now();
  const result = machine.run(untilSystemCalls === undefined ? {} : { untilSystemCalls });
  lines.end();
  const figures = {
    bootMilliseconds: booted - start,
    milliseconds: performance.now() - start,
    systemCalls: machine.counter("systemCalls"),
    tlbMisses: machine.counter("tlbMisses"),
    dataAborts: machine.counter("dataAborts"),
    residentBytes: process.memoryUsage.rss(),
  };
  return { board, machine, result, scenarios, console, figures };
}
