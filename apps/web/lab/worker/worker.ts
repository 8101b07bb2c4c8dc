/** Compiles and grades the learner's files, as `typefish grade` does. The page ends this worker when it takes too long. */
import type { Program } from "../../../../compile/program";
import { buildSubmission, type NotBuilt } from "../../../../lab/build";
import { gradeOfNothing, gradeProgram } from "../../../../lab/grade/grade";
import { PointsError, parsePoints } from "../../../../lab/grade/points";
import type { Progress } from "../../requests/messages";
import { Refusal, serveRequests } from "../../requests/serve";
import { english } from "../english";
import type { Built, FileTexts, Graded, LabRequests } from "../protocol";
import { fetched, systemImages } from "./images";
import { race } from "./race";
import { readOwnSource } from "./sources";

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

/** The latest build: the files are often graded after they were checked. */
let latest: { key: string; result: Program | NotBuilt } | null = null;

async function build(files: FileTexts): Promise<Program | NotBuilt> {
  const key = JSON.stringify(files);
  if (latest?.key !== key) latest = { key, result: await buildSubmission(new Map(files), "driver", readOwnSource) };
  return latest.result;
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
    images: await systemImages(base),
    program: { ...result, wasm: new WebAssembly.Module(result.wasm) },
    files: new Map(files),
    points,
    onProgress: (done: number, of: number) => onProgress({ share: done / of, text: english.scenario(done, of) }),
  };
  return { ...built, grade: gradeProgram(request) };
}

serveRequests<LabRequests>({
  build: async ({ files }) => describeBuild(await build(files)),
  grade: ({ files, base }, onProgress) => grade(files, base, onProgress),
  race: ({ files, base, choice }, onProgress) => race(files, base, choice, onProgress),
});
