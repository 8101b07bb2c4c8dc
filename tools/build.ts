/**
 * `npm run build`: builds the files in dist/ that are out of date. With `--quiet`, prints nothing if nothing is out of
 * date. With `--bench` or `--fuzz`, also builds the files that only the benchmarks or the fuzzers need.
 */
import { statSync } from "node:fs";
import { describeSystemError, isSystemError } from "../observe/text/system-errors";
import { buildPart } from "./build/incremental";
import { parts } from "./build/parts";

function describe(paths: string[]): string {
  return paths.map((path) => `${path} ${Math.ceil(statSync(path).size / 1024)} KiB`).join(", ");
}

const OPTIONS = ["--quiet", "--bench", "--fuzz"];

/** Throws if the command line has a word that is not an option. */
function checkOptions(words: readonly string[]): void {
  const unknown = words.find((word) => !OPTIONS.includes(word));
  if (unknown !== undefined) throw new Error(`build: unknown option '${unknown}': use ${OPTIONS.join(", ")}`);
}

let built = 0;
try {
  checkOptions(process.argv.slice(2));
  const [bench, fuzz] = [process.argv.includes("--bench"), process.argv.includes("--fuzz")];
  for (const part of parts({ bench, fuzz })) {
    const start = performance.now();
    if (!(await buildPart(part))) continue;
    built++;
    console.log(`built ${describe(part.outputs)} in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  }
  if (built === 0 && !process.argv.includes("--quiet")) console.log("dist/ is up to date");
} catch (error) {
  console.error(isSystemError(error) ? describeSystemError(error) : error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
