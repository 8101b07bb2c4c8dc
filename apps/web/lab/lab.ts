/** What the compiler and the grader say about the learner's files, and the worker that they run in. */
import { computed, effect, signal } from "@preact/signals";
import type { CompileMessage } from "../../../compile/compile-error";
import { type Grade, gradeOfNothing } from "../../../lab/grade/grade";
import { parsePoints } from "../../../lab/grade/points";
import defaultPoints from "../../../lab/grade/points.json";
import { Refused, WorkerClient } from "../requests/client";
import type { Answer, Ask, Progress } from "../requests/messages";
import { english } from "./english";
import { files, workspace } from "./files";
import { notice } from "./notice";
import type { Built, LabRequests } from "./protocol";
import type { Texts } from "./storage";

/** Longest time for compiling and running everything, as on the command line. */
const SECONDS = 120;
/** Pause in typing after which the files are compiled. */
const PAUSE = 700;

export const isReady = signal(false);
/** The request that the worker works on. */
export const work = signal<{ id: number; name: keyof LabRequests; progress: Progress } | null>(null);
/** The latest answers, with the files that they are about. */
export const built = signal<{ files: Texts; answer: Built } | null>(null);
export const graded = signal<{ files: Texts; grade: Grade; fingerprint: string | null } | null>(null);

/** The worker runs the learner's program or prepares that. Compiling alone is short and locks nothing. */
export const isRunning = computed(() => work.value !== null && work.value.name !== "build");

export const messages = computed<readonly CompileMessage[]>(() => built.value?.answer.messages ?? []);

/** URL of the page's folder, with a slash at the end. */
export const base = (): string => new URL(".", document.baseURI).href;

let client: WorkerClient<LabRequests>;
let requests = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/**
 * Makes a request of the worker, which answers one after the other. The answer is null if there is none; a notice says
 * why. A request that is stopped stays without an answer.
 */
export async function request<K extends keyof LabRequests>(
  name: K,
  ask: Ask<LabRequests, K>,
  onProgress?: (progress: Progress) => void,
): Promise<Answer<LabRequests, K> | null> {
  const id = requests++;
  const show = (progress: Progress) => {
    work.value = { id, name, progress };
    onProgress?.(progress);
  };
  show({ share: 0, text: english.working[name] });
  try {
    return await client.ask(name, ask, { onProgress: show });
  } catch (error) {
    notice.value = error instanceof Refused ? error.message : english.workerFailed((error as Error).message);
    return null;
  } finally {
    if (work.peek()?.id === id) work.value = null;
  }
}

export async function startWorker(): Promise<void> {
  isReady.value = false;
  client = new WorkerClient(new Worker(new URL("./worker/worker.ts", import.meta.url), { type: "module" }));
  const mine = client;
  try {
    await mine.ready;
    if (mine === client) isReady.value = true;
  } catch (error) {
    notice.value = english.workerFailed((error as Error).message);
  }
}

/** Ends what the worker does. A new worker takes its place. */
function restart(): void {
  clearTimeout(timer);
  client.close();
  work.value = null;
  void startWorker();
}

export function stop(): void {
  restart();
  notice.value = english.stopped;
}

async function build(): Promise<void> {
  const about = files.peek();
  const answer = await request("build", { files: [...about], exercise: workspace.peek().exercise });
  built.value = { files: about, answer: answer ?? { messages: [], problems: [english.notBuilt], fingerprint: null } };
}

export async function grade(): Promise<void> {
  const about = files.peek();
  timer = setTimeout(() => {
    restart();
    const points = parsePoints(JSON.stringify(defaultPoints));
    const late = gradeOfNothing(english.yours, [english.tooLong(SECONDS)], points);
    graded.value = { files: about, grade: late, fingerprint: null };
  }, SECONDS * 1000);
  const answer = await request("grade", { files: [...about], base: base() });
  clearTimeout(timer);
  if (!answer) return;
  built.value = { files: about, answer };
  graded.value = { files: about, grade: answer.grade, fingerprint: answer.fingerprint };
}

/** Compiles the files when typing pauses, and once the compiler is there. */
export function followEdits(): void {
  effect(() => {
    const present = files.value;
    if (!isReady.value || work.value !== null || built.value?.files === present) return;
    const pause = setTimeout(build, built.peek() === null ? 0 : PAUSE);
    return () => clearTimeout(pause);
  });
}
