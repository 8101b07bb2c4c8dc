/** The order of the test files: those that take minutes come first, so that none of them runs alone at the end. */
import { BaseSequencer, type TestSpecification } from "vitest/node";

const LONG = [
  "tests/lab/solutions.test.ts",
  "tests/apps/web/lab/editor.test.ts",
  "tests/apps/web/lab/failures.test.ts",
  "tests/apps/web/lab.test.ts",
  "tests/lab/recorded-trials.test.ts",
  "tests/lab/exercises/writing.test.ts",
  "tests/system/init/scenarios.test.ts",
  "tests/machines/native/replay.test.ts",
];

/** Place of a file in the list; files that are not in it come after all others. */
function place({ moduleId }: TestSpecification): number {
  const found = LONG.findIndex((path) => moduleId.endsWith(path));
  return found < 0 ? LONG.length : found;
}

export default class Sequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => place(a) - place(b));
  }
}
