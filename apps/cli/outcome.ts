/** Describes how a run ended, in words and as an exit code. */
import { framesText } from "../../machines/hosted/frames";
import type { Frame, RunResult } from "../../machines/results";
import { counted } from "../../observe/text/quantities";
import { ExitCode } from "./exit-code";

/** Whether the run ended normally. Scenarios may still have failed. */
export function endedWell(result: RunResult): boolean {
  return result.kind === "idle" || result.kind === "stopped" || (result.kind === "exit" && result.status === 0);
}

/** How the run ended, as one clause for the summary line. */
export function describeResult(result: RunResult): string {
  switch (result.kind) {
    case "exit":
      return result.status === 0 ? "init ended" : `init ended with status ${result.status}`;
    case "idle":
      return "no program left to run";
    case "stopped":
      return `stopped after ${counted(result.systemCalls, "system call")}`;
    case "limit":
      return "stopped at a limit";
    case "fault":
      return "stopped by a fault";
    case "panic":
      return "the CPU driver panicked";
  }
}

function placeOf(frames: readonly Frame[]): string {
  return frames.length === 0 ? "" : `, at ${framesText(frames)}`;
}

/** The message for standard error if the run ended badly; null otherwise. */
export function complaintAbout(result: RunResult): string | null {
  switch (result.kind) {
    case "limit":
      return `${result.message}${placeOf(result.frames)}; ${result.which === "systemCalls" ? "--limit-calls" : "--limit-time"} allows more`;
    case "fault":
      return `${result.message}${placeOf(result.frames)}`;
    case "panic":
      return result.message;
    default:
      return null;
  }
}

export function exitCodeOf(result: RunResult, failedScenarios: number): ExitCode {
  return endedWell(result) && failedScenarios === 0 ? ExitCode.OK : ExitCode.FAILED;
}
