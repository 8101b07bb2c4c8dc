/** Runs a part of what the learner's files can do, and records a run for the inspector. */
import type { Program } from "../../../../compile/program";
import { gradeProgram, type ScenarioResult, scenariosWithPoints } from "../../../../lab/grade/grade";
import type { Kind } from "../../../../lab/grade/kinds";
import { PatternError, selectIds } from "../../../../lab/grade/pattern";
import type { Points } from "../../../../lab/grade/points";
import { type RecordableProgram, recordableProgram, recordScenario } from "../../../../lab/grade/record";
import { SCENARIOS } from "../../../../lab/grade/scenarios";
import { recordInit, runInit } from "../../../../lab/run";
import type { SubmissionFiles } from "../../../../lab/submission";
import type { DirectImages } from "../../../../machines/hosted/direct/direct-machine";
import type { RecordedImages } from "../../../../machines/hosted/recording/recording";
import type { Progress } from "../../requests/messages";
import { Refusal } from "../../requests/serve";
import { english } from "../english";
import type { InitEnd } from "../protocol";

const words = english.runs;

/** Most console output of a run that is shown. */
const MOST_OUTPUT = 200_000;
/** Output is passed on in pieces of this length, or when the run ends. */
const PIECE = 2000;

/** Passes console output on, up to a limit. */
class Output {
  private waiting = "";
  private total = 0;

  constructor(private readonly pass: (text: string) => void) {}

  write = (chunk: string): void => {
    if (this.total > MOST_OUTPUT) return;
    this.total += chunk.length;
    this.waiting += this.total > MOST_OUTPUT ? `${chunk}\n${words.moreOutput}\n` : chunk;
    if (this.waiting.length >= PIECE || chunk.endsWith("\n")) this.flush();
  };

  flush(): void {
    if (this.waiting !== "") this.pass(this.waiting);
    this.waiting = "";
  }
}

type OnProgress = (progress: Progress) => void;

export function runInitOf(program: Program, images: DirectImages, onProgress: OnProgress): InitEnd {
  const output = new Output((text) => onProgress({ share: 0, text: words.initRuns, output: text }));
  const { result, systemCalls } = runInit({ images, program, onConsole: output.write });
  output.flush();
  return { result, systemCalls };
}

export interface TrialsRequest {
  pattern: string;
  program: Program;
  images: DirectImages;
  files: SubmissionFiles;
  points: Points;
}

/** Runs the scenarios that a pattern selects. Hidden ones are left out. */
export function runTrials(request: TrialsRequest, onProgress: OnProgress): ScenarioResult[] {
  const { pattern, program, points } = request;
  const visible = scenariosWithPoints(points).filter(({ id }) => !points.hidden.includes(id));
  const ids = selected(
    pattern,
    visible.map(({ id }) => id),
  );
  let progress: Progress = { share: 0, text: "" };
  const output = new Output((text) => onProgress({ ...progress, output: text }));
  let begun = 0;
  const grade = gradeProgram({
    ...request,
    name: english.yours,
    program: { ...program, wasm: new WebAssembly.Module(program.wasm) },
    wanted: ({ id }) => ids.includes(id),
    onScenario: ({ id, title }) => {
      output.flush();
      progress = { share: begun++ / ids.length, text: words.scenarioRuns(id) };
      output.write(`${words.scenarioHead(id, title)}\n`);
    },
    onConsole: output.write,
  });
  output.flush();
  return [...grade.scenarios];
}

function selected(pattern: string, ids: readonly string[]): string[] {
  try {
    return selectIds(pattern, ids);
  } catch (error) {
    throw error instanceof PatternError ? new Refusal(words.noScenario(error.part)) : error;
  }
}

/** The system's modules as bytes, because a recording rewrites them. */
export type RecordingImages = Omit<RecordedImages, "init" | "positions">;

/** The program that was recorded last: what its recordings share is prepared once. */
let latest: { program: Program; recordable: RecordableProgram } | null = null;

export interface RecordRequest {
  /** `init`, or the id of a scenario. */
  what: string;
  kind?: Kind | undefined;
  program: Program;
  images: RecordingImages;
  files: SubmissionFiles;
  points: Points;
}

/** Records init, or a scenario. Returns the file. */
export function record({ what, kind, program, images, files, points }: RecordRequest): Promise<Uint8Array> {
  if (latest?.program !== program) latest = { program, recordable: recordableProgram(images, program, files) };
  const { recordable } = latest;
  if (what === "init") return recordInit(recordable).save();
  const scenario = SCENARIOS.find(({ id }) => id === what);
  if (!scenario || points.hidden.includes(what)) throw new Refusal(words.noScenario(what));
  return recordScenario({ scenario, program: recordable, points, kind }).save();
}
