/**
 * Grades a submission that is built: runs the scenarios, each on a fresh machine, and explains each failure.
 *
 *     const grade = gradeProgram({ name: "mine", images, program, files, points })
 */
import type { CompileMessage } from "../../compile/compile-error";
import type { DirectImages, DirectProgram } from "../../machines/hosted/direct/direct-machine";
import type { Frame } from "../../machines/results";
import type { SubmissionFiles } from "../submission";
import { Failure, type Sight, type StepBack } from "./failure";
import { KINDS, type Kind } from "./kinds";
import type { Points } from "./points";
import { SCENARIOS, type Scenario, type StepId } from "./scenarios";
import { Trial } from "./trial";

/** Why a scenario failed, for the learner. */
export interface Explanation {
  kind: Kind;
  /** The mistake in a few words. */
  title: string;
  /** What the scenario asked for, and what happened. */
  asked: string;
  happened: string;
  /** What that usually means. */
  means: string;
  /** The call, and who made it: `mmFree(mm, ...) <- G20`. */
  call: string;
  /** Where the function is in the submission. */
  file: string | null;
  line: number | null;
  /** Where the program was, innermost function first, if a fault or a limit stopped it. */
  frames: readonly Frame[];
  /** Where expectation and reality part, in a recording of the scenario; null if the program cannot run at all. */
  where: Sight | null;
  /** Earlier moments, each with a question that it answers. */
  back: readonly StepBack[];
}

export interface ScenarioResult {
  id: string;
  step: StepId;
  title: string;
  ok: boolean;
  points: number;
  /** Points that count beyond the total. */
  isExtra: boolean;
  isHidden: boolean;
  milliseconds: number;
  systemCalls: number;
  explanation: Explanation | null;
}

export interface Grade {
  /** Name of the submission: its folder. */
  name: string;
  /** Everything that is asked for works. */
  ok: boolean;
  earned: number;
  total: number;
  /** Why there was nothing to run: the submission is incomplete, does not compile, or took too long. */
  problems: readonly string[];
  scenarios: readonly ScenarioResult[];
}

export interface GradeRequest {
  name: string;
  images: DirectImages;
  program: DirectProgram;
  files: SubmissionFiles;
  points: Points;
  /** Which scenarios run; by default all with points. */
  wanted?: (scenario: Scenario) => boolean;
  /** Called after each scenario with the number of scenarios that have run, and of all. */
  onProgress?: (done: number, of: number) => void;
  /** Called before each scenario. */
  onScenario?: (scenario: Scenario) => void;
  /** Called with each piece of console output. */
  onConsole?: (chunk: string) => void;
}

/** After an endless loop, calls get this part of their time limit. A call takes some milliseconds at most. */
export const LATER_LIMIT = 10;

/** The scenarios that have points, in their order. */
export function scenariosWithPoints({ points }: Points): Scenario[] {
  return SCENARIOS.filter(({ id }) => points[id] !== undefined);
}

export function gradeProgram(request: GradeRequest): Grade {
  const { name, points, wanted = () => true, onProgress, onScenario } = request;
  let { milliseconds } = points;
  const scenarios: ScenarioResult[] = [];
  const chosen = scenariosWithPoints(points).filter(wanted);
  for (const scenario of chosen) {
    onScenario?.(scenario);
    const result = runScenario(scenario, { ...request, points: { ...points, milliseconds } });
    scenarios.push(result);
    onProgress?.(scenarios.length, chosen.length);
    // A submission that loops in one scenario often loops in many. The others need not wait as long.
    if (result.explanation?.kind === "endless-loop") milliseconds = Math.ceil(points.milliseconds / LATER_LIMIT);
  }
  return summarize(name, scenarios);
}

/** The grade of a submission of which nothing can run. */
export function gradeOfNothing(name: string, problems: readonly string[], points: Points): Grade {
  const total = scenariosWithPoints(points)
    .filter(({ id }) => !points.extra.includes(id))
    .reduce((sum, { id }) => sum + (points.points[id] as number), 0);
  return { name, ok: false, earned: 0, total, problems, scenarios: [] };
}

function summarize(name: string, scenarios: ScenarioResult[]): Grade {
  const asked = scenarios.filter(({ isExtra }) => !isExtra);
  const sum = (results: readonly ScenarioResult[]) => results.reduce((total, { points }) => total + points, 0);
  return {
    name,
    // A run in which nothing ran is a failure.
    ok: scenarios.length > 0 && asked.every(({ ok }) => ok),
    earned: sum(scenarios.filter(({ ok }) => ok)),
    total: sum(asked),
    problems: scenarios.length > 0 ? [] : ["No scenario ran."],
    scenarios,
  };
}

function runScenario(scenario: Scenario, request: GradeRequest): ScenarioResult {
  const { images, program, points, files, onConsole } = request;
  const { id, step, title } = scenario;
  const start = performance.now();
  let explanation: Explanation | null = null;
  let trial: Trial | null = null;
  try {
    trial = new Trial(images, program, points, onConsole);
    scenario.run(trial, points.seed);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    explanation = explain(error, id, files);
  }
  return {
    id,
    step,
    title,
    ok: explanation === null,
    points: points.points[id] ?? 0,
    isExtra: points.extra.includes(id),
    isHidden: points.hidden.includes(id),
    milliseconds: Math.round(performance.now() - start),
    systemCalls: trial?.systemCalls ?? 0,
    explanation,
  };
}

function explain(failure: Failure, id: string, files: SubmissionFiles): Explanation {
  const { kind, call, happened, trace } = failure;
  const { title, means } = KINDS[kind];
  const { asked, text, learnerFunction } = call;
  const { where, back } = trace;
  const frames = trace.frames.map(ownFrame);
  const place = placeOf(learnerFunction, files);
  return { kind, title, asked, happened, means, call: `${text} <- ${id}`, ...place, frames, where, back };
}

/** Frames name the submission's files as the learner knows them. */
function ownFrame(frame: Frame): Frame {
  return { ...frame, file: frame.file.replace(/^system\//, "") };
}

/** Where a submission defines a function. */
function placeOf(name: string, files: SubmissionFiles): { file: string | null; line: number | null } {
  for (const [file, text] of files) {
    const line = text.split("\n").findIndex((candidate) => new RegExp(`^export function ${name}\\b`).test(candidate));
    if (line >= 0) return { file, line: line + 1 };
  }
  return { file: null, line: null };
}

/** One line for a message of the compiler. Paths are relative to the learner's folder. */
export function problemOf({ file, line, column, text }: CompileMessage): string {
  return file === null ? text : `${file.replace(/^system\//, "")}:${line}:${column}: ${text}`;
}
