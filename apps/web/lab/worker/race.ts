/** Races the learner's manager, as `typefish lab race` does. */
import type { Program } from "../../../../compile/program";
import { buildSubmission, compileOwnRace } from "../../../../lab/build";
import { type RaceChoice, traceOf } from "../../../../lab/race/choice";
import { raceManagers } from "../../../../lab/race/race";
import type { Progress } from "../../requests/messages";
import { english } from "../english";
import type { FileTexts, Raced } from "../protocol";
import { systemImages } from "./images";
import { readOwnSource } from "./sources";

/** Our own manager in the program of a race. It is compiled for the first race. */
let ours: Program | null = null;

const compiled = (program: Program) => ({ ...program, wasm: new WebAssembly.Module(program.wasm) });

/** The clock is read this often to find out its steps. */
const READINGS = 20;

/** Milliseconds from one reading of the clock to the next that differs, on average. */
function clockStep(): number {
  const start = performance.now();
  let last = start;
  for (let steps = 0; steps < READINGS; ) {
    const now = performance.now();
    if (now === last) continue;
    last = now;
    steps++;
  }
  return (last - start) / READINGS;
}

export async function race(
  files: FileTexts,
  base: string,
  choice: RaceChoice,
  onProgress: (progress: Progress) => void,
): Promise<Raced> {
  const mine = await buildSubmission(new Map(files), "race", readOwnSource);
  if ("problems" in mine) return { problems: mine.problems };
  ours ??= await compileOwnRace(readOwnSource);
  const program = compiled(ours);
  const trace = traceOf(choice);
  const entrants = [
    { name: english.yours, program: compiled(mine), policy: null },
    ...choice.policies.map((policy) => ({ name: policy, program, policy })),
  ];
  const show = (share: number) => onProgress({ share, text: english.compare.racing(share) });
  const images = await systemImages(base);
  const results = raceManagers({ images, entrants, trace, onProgress: show });
  return { results, operations: trace.operations.length, clockStep: clockStep() };
}
