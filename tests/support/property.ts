/**
 * Property tests (fast-check) that use the seed of the tests. A failure prints the smallest counterexample and the
 * command that finds it again.
 */
import { relative } from "node:path";
import fc, { type RunDetails } from "fast-check";
import { expect } from "vitest";
import { SEED } from "./seed";

/** The path of the running test file. */
function testFile(): string {
  return relative(process.cwd(), expect.getState().testPath ?? "");
}

function report(details: RunDetails<unknown>): void {
  if (!details.failed) return;
  const again = `Again: SEED=${details.seed} npx vitest run ${testFile()}`;
  throw new Error(`${fc.defaultReportMessage(details)}\n\n${again}`, { cause: details.errorInstance });
}

fc.configureGlobal({ seed: SEED, reporter: report });

export { fc };
