/** Describes how a run ended, in words and as an exit code. */
import { framesText } from "../../machines/hosted/frames";
import type { Frame, RunResult } from "../../machines/results";
import type { ScenarioCollector } from "../../observe/scenario-lines";
import { counted, formatCount } from "../../observe/text/quantities";
import { ExitCode } from "./exit-code";
import type { HostedRun } from "./hosted-run";

/** Whether the run ended normally. Scenarios may still have failed. */
export function endedWell(result: RunResult): boolean {
  return ["idle", "stopped", "played"].includes(result.kind) || (result.kind === "exit" && result.status === 0);
}

/** How the run ended, as one clause for the summary line. `running` is the scenario that had not ended. */
export function describeResult(result: RunResult, running: string | null): string {
  const during = running === null ? "" : ` while ${running} ran`;
  switch (result.kind) {
    case "exit":
      return result.status === 0 ? "init ended" : `init ended with status ${result.status}${during}`;
    case "idle":
      return `no program left to run${during}`;
    case "stopped":
      return `stopped after ${counted(result.systemCalls, "system call")}`;
    case "played":
      return `the program returned from ${counted(result.calls, "call")}`;
    case "limit":
      return `stopped at a limit${during}`;
    case "fault":
      return `stopped by a fault${during}`;
    case "panic":
      return `the CPU driver panicked${during}`;
  }
}

/** Where the program was, as the end of a sentence. */
export function placeOf(frames: readonly Frame[]): string {
  return frames.length === 0 ? "" : `, at ${framesText(frames)}`;
}

/** How the scenarios ended, as clauses for the summary line. */
export function describeScenarios(scenarios: Pick<ScenarioCollector, "passed" | "failed" | "notRun">): string[] {
  const { passed, failed, notRun } = scenarios;
  if (failed === 0 && notRun === 0) return passed === 0 ? [] : [`${counted(passed, "scenario")} ok`];
  const clauses = [`${formatCount(passed)} ok`, `${formatCount(failed)} failed`];
  return notRun === 0 ? clauses : [...clauses, `${formatCount(notRun)} not run`];
}

function complaintAboutResult(result: RunResult, scenariosFailed: boolean): string | null {
  switch (result.kind) {
    case "limit":
      return `${result.message}${placeOf(result.frames)}; ${result.which === "systemCalls" ? "--limit-calls" : "--limit-time"} allows more`;
    case "fault":
      return `${result.message}${placeOf(result.frames)}`;
    case "panic":
      return result.message;
    case "exit":
      // If scenarios failed, their lines say why the status is not 0.
      if (result.status === 0 || scenariosFailed) return null;
      return `init ended with status ${result.status}: the lines that typefish boot shows before the summary say why`;
    default:
      return null;
  }
}

/** The message for standard error if the run ended badly; null otherwise. */
export function complaintAbout({ result, scenarios }: Pick<HostedRun, "result" | "scenarios">): string | null {
  const { running, results } = scenarios;
  const complaint = complaintAboutResult(
    result,
    results.some(({ ok }) => !ok),
  );
  return complaint === null || running === null ? complaint : `while ${running} ran, ${complaint}`;
}

export function exitCodeOf({ result, scenarios }: Pick<HostedRun, "result" | "scenarios">): ExitCode {
  return endedWell(result) && scenarios.failed === 0 ? ExitCode.OK : ExitCode.FAILED;
}

/** Thrown if init ended badly before it did what the command needs. Its message is the complaint about the run. */
export class RunFailed extends Error {
  constructor(readonly run: HostedRun) {
    super(complaintAbout(run) ?? "init ended before it listed its scenarios");
  }
}
