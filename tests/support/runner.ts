/**
 * Vitest's runner with time limits that also stop a loop inside WebAssembly.
 *
 * Vitest notices that a test is late when the test gives control back, which such a loop never does. So each test and
 * each hook starts inside a script with a time limit. V8 interrupts the script there, even in a loop of WebAssembly. The
 * test fails with its name, and the rest of the file continues.
 *
 * Code that a test runs after its first `await`, and code that runs while a file is loaded, is not inside the script. A
 * thread (`hang-watch.mjs`) watches a counter for these cases. When the counter does not change for longer than the
 * limit, the thread prints what was running and interrupts it. Vitest's own time limit then fails the test.
 */
import { relative } from "node:path";
import { Script } from "node:vm";
import { Worker } from "node:worker_threads";
import type { RunnerTask, RunnerTestCase, RunnerTestSuite } from "vitest";
import { VitestTestRunner } from "vitest/runners";
import { getFn, getHooks, setHooks } from "vitest/suite";

const BEAT_MS = 500;
/** Time that the thread adds to the limit before it interrupts. */
const GRACE_MS = 10_000;
const TEXT_BYTES = 1024;

declare global {
  // The function that the script calls.
  var interruptibleCall: (() => unknown) | undefined;
}

const script = new Script("globalThis.interruptibleCall()");

/** Calls a function. Throws if it does not return, or reach its first `await`, in time. */
function callWithin<T>(milliseconds: number, call: () => T): T {
  const outer = globalThis.interruptibleCall;
  globalThis.interruptibleCall = call;
  try {
    return script.runInThisContext({ timeout: milliseconds }) as T;
  } catch (error) {
    if ((error as { code?: string }).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    throw new Error(`stopped after ${milliseconds} ms: it never came back, as a loop without end does not`);
  } finally {
    globalThis.interruptibleCall = outer;
  }
}

/** Reports to the watching thread what runs, and that this thread is alive. */
class HangWatch {
  private readonly shared = new SharedArrayBuffer(8 + TEXT_BYTES);
  private readonly words = new Int32Array(this.shared, 0, 2);
  private readonly text = new Uint8Array(this.shared, 8);

  constructor() {
    const worker = new Worker(new URL("./hang-watch.mjs", import.meta.url), { workerData: this.shared });
    worker.unref();
    setInterval(() => Atomics.add(this.words, 0, 1), BEAT_MS).unref();
  }

  /** `milliseconds` is the time that the code may take without giving control back. */
  watch(what: string, milliseconds: number): void {
    Atomics.add(this.words, 0, 1);
    Atomics.store(this.words, 1, milliseconds + GRACE_MS);
    this.text.fill(0);
    new TextEncoder().encodeInto(what, this.text);
  }
}

// One for all files that a process runs.
let hangWatch: HangWatch | undefined;

export default class Runner extends VitestTestRunner {
  private watch(what: string, milliseconds: number): void {
    hangWatch ??= new HangWatch();
    hangWatch.watch(what, milliseconds);
  }

  override importFile(path: string, source: "collect" | "setup"): unknown {
    this.watch(`${relative(process.cwd(), path)}, while it is loaded`, this.config.testTimeout);
    return super.importFile(path, source);
  }

  override async onBeforeRunSuite(suite: RunnerTestSuite): Promise<void> {
    const hooks = getHooks(suite);
    for (const kind of ["beforeAll", "afterAll", "beforeEach", "afterEach"] as const) {
      const list = hooks[kind] as ((...args: unknown[]) => unknown)[];
      list.forEach((hook, index) => {
        const interruptible = (...args: unknown[]) => {
          this.watch(`${kind} of ${nameOf(suite)}`, this.config.hookTimeout);
          return callWithin(this.config.hookTimeout, () => hook(...args));
        };
        list[index] = Object.assign(interruptible, hook);
      });
    }
    setHooks(suite, hooks);
    await super.onBeforeRunSuite(suite);
  }

  async runTask(test: RunnerTestCase): Promise<void> {
    this.watch(nameOf(test), test.timeout);
    await callWithin(test.timeout, getFn(test));
  }
}

/** File and titles. */
function nameOf(task: RunnerTask): string {
  const titles: string[] = [];
  for (let part: RunnerTask | undefined = task; part && part !== part.file; part = part.suite)
    titles.unshift(part.name);
  return [relative(process.cwd(), task.file?.filepath ?? ""), ...titles].join(" > ");
}
