/** Recordings in commands: made from a session's options, or opened from a file. */
import { readFileSync } from "node:fs";
import { Option } from "commander";
import { type Moment, Recording, RecordingError } from "../../machines/hosted/recording/recording";
import { followConsole, ScenarioCollector } from "../../observe/scenario-lines";
import { ProgressLine } from "../../observe/text/progress";
import { counted, formatBytes } from "../../observe/text/quantities";
import { systemReason } from "../../observe/text/system-errors";
import { boardFor } from "./board-options";
import { builtRecordable, builtRecorder } from "./built-files";
import { checkPattern, commandLine, limitsOf, moduleString, type SessionOptions, STUB } from "./session";
import { UsageError } from "./usage-error";

export interface RecordedSession {
  recording: Recording;
  scenarios: ScenarioCollector;
}

export interface LogOptions {
  /** Begin the log at the exit of this call. */
  from?: number;
  /** Size of the log at which it drops its oldest part, in bytes. */
  log?: number;
}

/** The option that names a recording. It has its own board and scenarios. */
export function recordingOption(description: string): Option {
  return new Option("--recording <file>", description).conflicts([
    ...["board", "memory", "libmm", "loglevel", "limitCalls", "limitTime", "scenario"],
  ]);
}

/** Records a run. The time limit applies to each scenario. */
export function recordSession(options: SessionOptions & LogOptions, onLine?: (line: string) => void): RecordedSession {
  const board = boardFor(options);
  checkPattern(options.scenario);
  const { images, initElf } = builtRecordable(options.libmm === STUB ? STUB : "init");
  const scenarios = new ScenarioCollector();
  const progress = new ProgressLine("record");
  let restart = () => {};
  const lines = followConsole(scenarios, { onStep: () => restart(), onLine });
  try {
    const recording = Recording.record({
      board,
      images,
      modules: [{ string: moduleString({ ...options, begin: true }), elf: initElf }],
      commandLine: commandLine(board, options.loglevel),
      limits: limitsOf(options),
      from: options.from,
      logBytes: options.log,
      onConsole: (chunk, restartClock) => {
        restart = restartClock;
        lines.push(chunk);
      },
      onProgress: (calls) => progress.show(counted(calls, "system call")),
    });
    lines.end();
    return { recording, scenarios };
  } catch (error) {
    if (error instanceof RangeError && options.from !== undefined) throw new UsageError(`--from: ${error.message}`);
    throw error;
  } finally {
    progress.clear();
  }
}

/** Opens a recording. If the file is no whole recording, throws a UsageError that says why. */
export async function openRecording(path: string): Promise<Recording> {
  let file: Uint8Array;
  try {
    file = readFileSync(path);
  } catch (error) {
    throw new UsageError(`--recording: ${path} cannot be read: ${systemReason(error)}`);
  }
  const progress = new ProgressLine("open");
  progress.show(formatBytes(file.length));
  try {
    return await Recording.open(file, builtRecorder());
  } catch (error) {
    if (error instanceof RecordingError)
      throw new UsageError(`--recording: ${path} cannot be opened: ${error.message}`);
    throw error;
  } finally {
    progress.clear();
  }
}

/** Moves memory, and shows progress if the board must run again for it. */
export function goTo(recording: Recording, moment: Moment): void {
  const progress = new ProgressLine("record again");
  recording.goTo(moment, (calls) => progress.show(counted(calls, "system call")));
  progress.clear();
}

/** The recording as a file. */
export async function savedRecording(recording: Recording): Promise<Uint8Array> {
  const progress = new ProgressLine("write");
  progress.show("compressing");
  try {
    return await recording.save();
  } finally {
    progress.clear();
  }
}
