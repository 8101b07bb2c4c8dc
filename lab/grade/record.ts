/**
 * Records a scenario of a submission. The scenario runs once to find the calls that it makes into the program; then a
 * recorded machine makes the same calls. Both runs are equal, so `Explanation.where` and `back` name moments of it.
 */
import type { Program } from "../../compile/program";
import type { DirectImages } from "../../machines/hosted/direct/direct-machine";
import type { Limits } from "../../machines/hosted/machine";
import { type RecordedImages, Recording } from "../../machines/hosted/recording/recording";
import type { Script } from "../../machines/hosted/script";
import type { SourceMap } from "../../machines/hosted/source-map";
import type { SubmissionFiles } from "../submission";
import { Failure } from "./failure";
import { LATER_LIMIT } from "./grade";
import type { Kind } from "./kinds";
import type { Points } from "./points";
import type { Scenario } from "./scenarios";
import { LAB_BOARD } from "./subject";
import { Trial } from "./trial";

/** What recordings of one program share. Preparing it takes longer than a run. */
export interface RecordableProgram {
  images: RecordedImages;
  elf: Uint8Array;
}

/** `images` are the bytes of the machine's modules. The recordings show the lines of `files`. */
export function recordableProgram(
  images: Omit<RecordedImages, "init" | "positions">,
  { wasm, elf, positions }: Program,
  files: SubmissionFiles,
): RecordableProgram {
  return { images: { ...images, init: wasm, positions: withSources(positions, files) }, elf };
}

/** Adds the texts of the submission to a source map, and names its files as the learner knows them. */
function withSources(positions: string, files: SubmissionFiles): string {
  const map = JSON.parse(positions) as SourceMap;
  const ownPaths = map.sources.map((path) => path.replace(/^system\//, ""));
  const sources = map.sources.map((path, index) => (files.has(ownPaths[index] as string) ? ownPaths[index] : path));
  const sourcesContent = ownPaths.map((path) => files.get(path) ?? null);
  return JSON.stringify({ ...map, sources: sources as string[], sourcesContent } satisfies SourceMap);
}

export interface RecordRequest {
  scenario: Scenario;
  program: RecordableProgram;
  points: Points;
  /** The kind of the failure, if it is known. An endless loop is not waited for as long as the first time. */
  kind?: Kind | undefined;
  /** Called now and then with the number of system calls. */
  onProgress?: (calls: number) => void;
}

/** Records a scenario up to its failure, or as a whole. Throws a WebAssembly.LinkError if the program cannot start. */
export function recordScenario({ scenario, program, points, kind, onProgress }: RecordRequest): Recording {
  const { images, elf } = program;
  const { milliseconds } = points;
  const short = Math.ceil(milliseconds / LATER_LIMIT);
  const { script, limits } = scriptOf(scenario, program, {
    ...points,
    milliseconds: kind === "endless-loop" ? short : milliseconds,
  });
  const modules = [{ string: "init", elf }];
  return Recording.record({ board: LAB_BOARD, images, modules, script, limits, onProgress });
}

function scriptOf(
  scenario: Scenario,
  { images, elf }: RecordableProgram,
  points: Points,
): { script: Script; limits: Limits } {
  const { mmu, mmuAccess, cpudriver, init, positions } = images;
  const machine: DirectImages = { mmu, mmuAccess, cpudriver };
  let trial: Trial | null = null;
  try {
    trial = new Trial(machine, { wasm: init, elf, positions }, points);
    scenario.run(trial, points.seed);
    return { script: trial.script, limits: {} };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { kind, trace } = error;
    return { script: trace.script, limits: limitsOf(kind, points.milliseconds, trial?.systemCalls ?? 0) };
  }
}

/** The recorded run ends where the trial ended. A run that ends by itself needs no limit. */
function limitsOf(kind: Failure["kind"], milliseconds: number, systemCalls: number): Limits {
  if (kind === "endless-loop") return { milliseconds };
  // The last call was refused by the limit.
  return kind === "too-many-calls" ? { systemCalls: systemCalls - 1 } : {};
}
