/** Builds several parts at the same time, in threads. Each thread loads the compiler once. */
import { availableParallelism } from "node:os";
import { parentPort, Worker } from "node:worker_threads";

/** More threads would mostly load the compiler. */
const MOST_THREADS = 4;

/** A thread's answer to the name of a part: how it was built, or why not. */
type Answer = { line: string } | { error: string };

/**
 * Lets threads build the parts with these names, the first ones first. The threads run the program `file` with the same
 * arguments; it must call `serveParts`. `report` gets a line for each part that is built. Throws the first error.
 */
export async function buildInThreads(file: string, names: readonly string[], report: (line: string) => void) {
  const waiting = [...names];
  const count = Math.min(names.length, MOST_THREADS, availableParallelism());
  const workers = Array.from({ length: count }, () => new Worker(file, { argv: process.argv.slice(2) }));
  const work = (worker: Worker) =>
    new Promise<void>((resolve, reject) => {
      const next = () => {
        const name = waiting.shift();
        if (name === undefined) resolve();
        else worker.postMessage(name);
      };
      worker.on("error", reject);
      worker.on("message", (answer: Answer) => {
        if ("error" in answer) return reject(new Error(answer.error));
        report(answer.line);
        next();
      });
      next();
    });
  try {
    await Promise.all(workers.map(work));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** In a thread: builds each part that is asked for. `build` returns the line to report. */
export function serveParts(build: (name: string) => Promise<string>, describeError: (error: unknown) => string): void {
  parentPort?.on("message", async (name: string) => {
    const answer: Answer = await build(name).then(
      (line) => ({ line }),
      (error: unknown) => ({ error: describeError(error) }),
    );
    parentPort?.postMessage(answer);
  });
}
