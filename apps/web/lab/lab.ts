/** The state of the lab's page: the learner's files, what the compiler and the grader say about them, and the worker. */
import { computed, effect, signal } from "@preact/signals";
import type { CompileMessage } from "../../../compile/compile-error";
import { type Grade, gradeOfNothing } from "../../../lab/grade/grade";
import { parsePoints } from "../../../lab/grade/points";
import defaultPoints from "../../../lab/grade/points.json";
import { english } from "./english";
import { HANDOUT } from "./handout";
import type { Built, FileTexts, Graded, LabReply, LabRequest } from "./protocol";
import { isChangedElsewhere, load, store, type Texts, watch } from "./storage";

/** Longest time for compiling and running everything, as on the command line. */
const SECONDS = 120;
/** Pause in typing after which the files are compiled. */
const PAUSE = 700;

const withHandout = (files: Texts): Texts => new Map([...HANDOUT, ...files]);

export const files = signal<Texts>(withHandout(load() ?? new Map()));
export const path = signal([...HANDOUT.keys()][0] as string);
/** Counts the times that files were replaced from outside the editor. */
export const replaced = signal(0);
/** A place that the editor should show; each has a new object. */
export const target = signal<{ file: string; line: number } | null>(null);

export const isReady = signal(false);
export const work = signal<{ name: "build" | "grade"; done: number; of: number } | null>(null);
/** The latest answer, with the files that it is about. */
export const built = signal<{ files: Texts; answer: Built } | null>(null);
export const graded = signal<{ files: Texts; grade: Grade; fingerprint: string | null } | null>(null);
export const notice = signal<string | null>(null);
export const isInConflict = signal(false);

export const messages = computed<readonly CompileMessage[]>(() => built.value?.answer.messages ?? []);

/** Path of a message's file as the learner knows it. */
export const ownPath = (file: string | null): string | null => file?.replace(/^system\//, "") ?? null;

export function goTo(file: string, line: number): void {
  if (!files.peek().has(file)) return;
  path.value = file;
  target.value = { file, line };
}

function save(): void {
  if (isChangedElsewhere()) isInConflict.value = true;
  else if (!store(files.peek())) notice.value = english.notStored;
}

/** Takes over a text that was typed. */
export function edit(file: string, text: string): void {
  if (files.peek().get(file) === text) return;
  files.value = new Map(files.peek()).set(file, text);
  if (!isInConflict.peek()) save();
}

/** Replaces all files; those of the hand-out that are missing come from there. */
export function replaceFiles(texts: Texts): void {
  files.value = withHandout(texts);
  if (!files.peek().has(path.peek())) path.value = [...HANDOUT.keys()][0] as string;
  replaced.value++;
}

export function importFiles(texts: Texts): void {
  replaceFiles(texts);
  save();
}

export function resetFile(file: string): void {
  const texts = new Map(files.peek());
  const original = HANDOUT.get(file);
  if (original === undefined) texts.delete(file);
  else texts.set(file, original);
  importFiles(texts);
}

export function keepMine(): void {
  isInConflict.value = false;
  if (!store(files.peek())) notice.value = english.notStored;
}

export function takeTheirs(): void {
  isInConflict.value = false;
  replaceFiles(load() ?? new Map());
}

/** Every text is stored as it is typed, so what another tab stores builds on the same files, unless both typed at once. */
export function followStorage(): void {
  watch(() => {
    if (!isInConflict.peek()) takeTheirs();
  });
}

let worker: Worker;
let requests = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let waiting: { id: number; name: "build" | "grade"; files: Texts } | null = null;

export function startWorker(): void {
  isReady.value = false;
  worker = new Worker(new URL("./worker/worker.ts", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }: MessageEvent<LabReply>) => receive(data);
  worker.onerror = ({ message }) => {
    finish();
    notice.value = english.workerFailed(message || "network");
  };
}

function finish(): void {
  clearTimeout(timer);
  waiting = null;
  work.value = null;
}

function receive(reply: LabReply): void {
  if ("isReady" in reply) {
    isReady.value = true;
    return;
  }
  if (reply.id !== waiting?.id) return;
  if ("of" in reply) {
    work.value = { name: "grade", done: reply.done, of: reply.of };
    return;
  }
  const { files: about } = waiting;
  finish();
  if ("refusal" in reply) notice.value = reply.refusal;
  else accept(about, reply.answer);
}

function accept(about: Texts, answer: Built | Graded): void {
  built.value = { files: about, answer };
  if ("grade" in answer) graded.value = { files: about, grade: answer.grade, fingerprint: answer.fingerprint };
}

function ask(name: "build" | "grade"): void {
  const present = files.peek();
  waiting = { id: requests++, name, files: present };
  work.value = { name, done: 0, of: 0 };
  const texts: FileTexts = [...present];
  worker.postMessage({
    id: waiting.id,
    name,
    files: texts,
    base: new URL(".", document.baseURI).href,
  } satisfies LabRequest);
}

/** Ends what the worker does. A new worker takes its place. */
function restart(): void {
  finish();
  worker.terminate();
  startWorker();
}

export function grade(): void {
  ask("grade");
  const about = files.peek();
  timer = setTimeout(() => {
    const points = parsePoints(JSON.stringify(defaultPoints));
    restart();
    const late = gradeOfNothing(english.yours, [english.tooLong(SECONDS)], points);
    graded.value = { files: about, grade: late, fingerprint: null };
  }, SECONDS * 1000);
}

export function stop(): void {
  restart();
  notice.value = english.status.stopped;
}

/** Compiles the files when typing pauses, and once the compiler is there. */
export function followEdits(): void {
  effect(() => {
    const present = files.value;
    if (!isReady.value || work.value !== null || built.value?.files === present) return;
    const pause = setTimeout(() => ask("build"), built.peek() === null ? 0 : PAUSE);
    return () => clearTimeout(pause);
  });
}
