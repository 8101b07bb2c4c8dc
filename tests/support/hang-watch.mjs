/**
 * The thread that interrupts the main thread of a test process when it hangs; `runner.ts` starts it.
 *
 *      0          4           8
 *     +----------+-----------+---------------------------------------+
 *     | counter  | limit, ms | what runs, UTF-8, zeros to the end    |
 *     +----------+-----------+---------------------------------------+
 *
 * The main thread increments the counter as long as it is alive. If it stops, V8's debugger ends the running code. The
 * event loop then continues, and the test's timer fails the test. Output goes directly to the file descriptor, because
 * the streams of a thread need the main thread.
 */
import { writeSync } from "node:fs";
import { Session } from "node:inspector";
import { workerData } from "node:worker_threads";

const LOOK_MS = 250;
const words = new Int32Array(workerData, 0, 2);
const text = new Uint8Array(workerData, 8);

const session = new Session();
session.connectToMainThread();

let counter = -1;
let since = performance.now();

setInterval(() => {
  const now = Atomics.load(words, 0);
  if (now !== counter) {
    counter = now;
    since = performance.now();
    return;
  }
  const limit = Atomics.load(words, 1);
  const stood = performance.now() - since;
  if (limit === 0 || stood <= limit) return;
  // A decoder does not accept shared memory, so the text is copied.
  const what = new TextDecoder().decode(text.slice(0, text.indexOf(0)));
  writeSync(2, `\nHANGS: ${what}: no end for ${Math.round(stood / 1000)} s, so it is interrupted\n`);
  session.post("Runtime.terminateExecution");
  since = performance.now();
}, LOOK_MS);
