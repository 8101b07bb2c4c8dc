/** Compiles and grades the learner's files, as `typefish grade` does. The page ends this worker when it takes too long. */
import type { Program } from "../../../../compile/program";
import { buildSubmission, type NotBuilt, type Which } from "../../../../lab/build";
import { gradeOfNothing, gradeProgram } from "../../../../lab/grade/grade";
import { PointsError, parsePoints } from "../../../../lab/grade/points";
import { compileImage } from "../../../../machines/hosted/core";
import type { DirectImages } from "../../../../machines/hosted/direct/direct-machine";
import type { Progress } from "../../requests/messages";
import { Refusal, serveRequests } from "../../requests/serve";
import { english } from "../english";
import type { Built, FileTexts, Graded, LabRequests, RunEnd } from "../protocol";
import { type RecordingImages, record, runInitOf, runTrials } from "./runs";
import { readOwnSource } from "./sources";

async function fetched(base: string, name: string): Promise<Response> {
  const response = await fetch(new URL(name, base)).catch(() => null);
  if (response?.ok) return response;
  throw new Refusal(english.missingFile(name));
}

let images: Promise<DirectImages> | undefined;

async function fetchImages(base: string): Promise<DirectImages> {
  const compiled = async (name: string) => compileImage(await (await fetched(base, `system/${name}`)).arrayBuffer());
  const [mmu, mmuAccess, cpudriver] = await Promise.all([
    compiled("mmu.wasm"),
    compiled("mmu-access.wasm"),
    compiled("cpudriver.wasm"),
  ]);
  return { mmu, mmuAccess, cpudriver };
}

/** Loaded once. After a failure, the next request tries again. */
function loadImages(base: string): Promise<DirectImages> {
  images ??= fetchImages(base).catch((error: unknown) => {
    images = undefined;
    throw error;
  });
  return images;
}

async function fetchRecordingImages(base: string): Promise<RecordingImages> {
  const bytes = async (name: string) =>
    new Uint8Array(await (await fetched(base, `system/${name}.wasm`)).arrayBuffer());
  const names = ["mmu", "mmu-access", "cpudriver", "recorder"].map(bytes);
  const [mmu, mmuAccess, cpudriver, recorder] = (await Promise.all(names)) as [Bytes, Bytes, Bytes, Bytes];
  return { mmu, mmuAccess, cpudriver, recorder };
}

type Bytes = Uint8Array<ArrayBuffer>;

const POINTS_FILE = "lab-points.json";

async function fetchPoints(base: string) {
  try {
    return parsePoints(await (await fetched(base, POINTS_FILE)).text());
  } catch (error) {
    throw error instanceof PointsError ? new Refusal(`${POINTS_FILE}: ${error.message}`) : error;
  }
}

async function fingerprintOf({ wasm, elf, positions }: Program): Promise<string | null> {
  // Only pages with https, or of this computer, have it.
  if (!globalThis.crypto?.subtle) return null;
  const bytes = await new Blob([wasm, elf, positions]).arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The latest build of each program: the files are often graded after they were checked. */
const latest = new Map<Which, { key: string; result: Program | NotBuilt }>();

async function build(files: FileTexts, which: Which = "driver"): Promise<Program | NotBuilt> {
  const key = JSON.stringify(files);
  const known = latest.get(which);
  if (known?.key === key) return known.result;
  const result = await buildSubmission(new Map(files), which, readOwnSource);
  latest.set(which, { key, result });
  return result;
}

async function describeBuild(result: Program | NotBuilt): Promise<Built> {
  if ("problems" in result) return { ...result, fingerprint: null };
  return { messages: [], problems: [], fingerprint: await fingerprintOf(result) };
}

async function grade(files: FileTexts, base: string, onProgress: (progress: Progress) => void): Promise<Graded> {
  const [points, result] = [await fetchPoints(base), await build(files)];
  const built = await describeBuild(result);
  if ("problems" in result) return { ...built, grade: gradeOfNothing(english.yours, result.problems, points) };
  const request = {
    name: english.yours,
    images: await loadImages(base),
    program: { ...result, wasm: new WebAssembly.Module(result.wasm) },
    files: new Map(files),
    points,
    onProgress: (done: number, of: number) => onProgress({ share: done / of, text: english.scenario(done, of) }),
  };
  return { ...built, grade: gradeProgram(request) };
}

/** Runs `init`, or the scenarios that a pattern selects. */
async function run({ files, base, what }: RunAsk, onProgress: (progress: Progress) => void): Promise<RunEnd> {
  const isInit = what === "init";
  const result = await build(files, isInit ? "init" : "driver");
  const built = await describeBuild(result);
  if ("problems" in result) return { built, init: null, results: [] };
  const machine = await loadImages(base);
  if (isInit) return { built, init: runInitOf(result, machine, onProgress), results: [] };
  const points = await fetchPoints(base);
  const request = { pattern: what, program: result, images: machine, files: new Map(files), points };
  return { built, init: null, results: runTrials(request, onProgress) };
}

async function recordRun({ files, base, what, kind }: LabRequests["record"]["ask"]): Promise<Uint8Array> {
  const result = await build(files, what === "init" ? "init" : "driver");
  if ("problems" in result) throw new Refusal(result.problems.join(" "));
  const images = await fetchRecordingImages(base);
  return record({ what, kind, program: result, images, files: new Map(files), points: await fetchPoints(base) });
}

type RunAsk = LabRequests["run"]["ask"];

serveRequests<LabRequests>({
  build: async ({ files }) => describeBuild(await build(files)),
  grade: ({ files, base }, onProgress) => grade(files, base, onProgress),
  run,
  record: recordRun,
});
