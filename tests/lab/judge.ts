/** Builds a submission and runs every scenario on it. */
import { Failure } from "../../lab/grade/failure";
import { SCENARIOS } from "../../lab/grade/scenarios";
import { Trial } from "../../lab/grade/trial";
import { DRIVER_ENTRY, readWithSubmission, type SubmissionFiles } from "../../lab/submission";
import type { DirectImages, DirectProgram } from "../../machines/hosted/direct/direct-machine";
import { loadSystemImages } from "../../machines/hosted/node/load-images";
import { readVariants } from "../../tools/build/assemblyscript";
import { buildUserProgram } from "../../tools/build/user-program";

const SEED = 20161007;
/** Limits of one call into a submission. */
const LIMITS = { milliseconds: 5000, systemCalls: 200_000 };

let images: DirectImages | null = null;
/** The modules of the system, compiled once for all submissions. */
function systemModules(): DirectImages {
  if (!images) {
    const { mmu, cpudriver } = loadSystemImages();
    images = {
      mmu: new WebAssembly.Module(mmu as Uint8Array<ArrayBuffer>),
      cpudriver: new WebAssembly.Module(cpudriver as Uint8Array<ArrayBuffer>),
    };
  }
  return images;
}

/** Compiles a submission into the program that the grader drives. Throws an error if it does not compile. */
export async function buildSubmission(files: SubmissionFiles): Promise<DirectProgram> {
  const read = readWithSubmission(files, readVariants({}));
  const { wasm, elf } = await buildUserProgram(DRIVER_ENTRY, { exportAll: true, read });
  return { wasm: new WebAssembly.Module(wasm as Uint8Array<ArrayBuffer>), elf };
}

export interface FailedScenario {
  id: string;
  failure: Failure;
}

/** Runs the scenarios in their order. Returns those that failed; at most `limit` of them. */
export function judge(program: DirectProgram, limit = Number.POSITIVE_INFINITY): FailedScenario[] {
  const failed: FailedScenario[] = [];
  for (const { id, run } of SCENARIOS) {
    if (failed.length >= limit) break;
    try {
      run(new Trial(systemModules(), program, LIMITS), SEED);
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      failed.push({ id, failure });
    }
  }
  return failed;
}
