/**
 * `npm run build`: builds the files in dist/ that are out of date. With `--quiet`, prints nothing if nothing is out of
 * date. With `--bench` or `--fuzz`, also builds the files that only the benchmarks or the fuzzers need. With `--package`,
 * also builds what other programs import. With `--quick`, programs that are out of date are compiled fast, and their code
 * is slower; the pages for the browser are left out. A build without it makes them again.
 */
import { statSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
import { describeSystemError, isSystemError } from "../observe/text/system-errors";
import { buildPart, isOutOfDate, type Part } from "./build/incremental";
import { parts } from "./build/parts";
import { hasSite, serviceWorker } from "./build/service-worker";
import { buildInThreads, serveParts } from "./build/threads";

const has = (option: string) => process.argv.includes(option);

function describe(paths: string[]): string {
  return paths.map((path) => `${path} ${Math.ceil(statSync(path).size / 1024)} KiB`).join(", ");
}

const OPTIONS = ["--quiet", "--bench", "--fuzz", "--package", "--quick"];

/** Throws if the command line has a word that is not an option. */
function checkOptions(words: readonly string[]): void {
  const unknown = words.find((word) => !OPTIONS.includes(word));
  if (unknown !== undefined) throw new Error(`build: unknown option '${unknown}': use ${OPTIONS.join(", ")}`);
}

async function build(part: Part): Promise<string> {
  const start = performance.now();
  await buildPart(part);
  return `built ${describe(part.outputs)} in ${((performance.now() - start) / 1000).toFixed(1)} s`;
}

function describeError(error: unknown): string {
  if (isSystemError(error)) return describeSystemError(error);
  return error instanceof Error ? error.message : String(error);
}

const all = parts({ bench: has("--bench"), fuzz: has("--fuzz"), library: has("--package"), quick: has("--quick") });
if (!isMainThread) {
  serveParts((name) => build(all.find((part) => part.name === name) as Part), describeError);
} else {
  try {
    checkOptions(process.argv.slice(2));
    const stale = all.filter(isOutOfDate);
    const [only] = stale;
    if (stale.length > 1) {
      const names = stale.map(({ name }) => name);
      await buildInThreads(process.argv[1] as string, names, (line) => console.log(line));
    } else if (only) console.log(await build(only));
    const isSiteStale = !has("--quick") && hasSite() && isOutOfDate(serviceWorker);
    if (isSiteStale) console.log(await build(serviceWorker));
    if (!only && !isSiteStale && !has("--quiet")) console.log("dist/ is up to date");
  } catch (error) {
    console.error(describeError(error));
    process.exitCode = 1;
  }
}
