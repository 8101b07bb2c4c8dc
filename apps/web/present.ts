/** The run and the moment that the page shows. They follow the state; the views only read them. */
import { batch, computed, effect, signal } from "@preact/signals";
import { RunClient } from "./client";
import { english } from "./english";
import type { LabNote } from "./handover";
import type { Moment, PartName } from "./moment";
import { LAST_CALL } from "./place";
import type { RunInfo } from "./protocol";
import type { Progress } from "./requests/messages";
import { call, run, selection, view } from "./state";
import { collectTimeline, timeline } from "./timeline";
import type { View } from "./views/view";
import type { CallDetail } from "./worker/call-detail";

/** Null while the run is made. */
export const info = signal<RunInfo | null>(null);
/** The latest moment that arrived; null before the first one. It may lack parts of a view that was just opened. */
export const moment = signal<Moment | null>(null);
/** What takes time now; null if nothing does. */
export const progress = signal<Progress | null>(null);
/** Why there is no run: a sentence; null if there is one, or will be. */
export const trouble = signal<string | null>(null);
/** The present call in words; null before it arrives, and before the first call. */
export const detail = signal<CallDetail | null>(null);
/** What the lab says about the recording that is shown; null for others. */
export const labNote = signal<LabNote | null>(null);
/** A sentence about what cannot be done, shown for a while. */
export const notice = signal<string | null>(null);

/** The present call as a number: the last one for `LAST_CALL`. */
export const callNumber = computed(() => Math.min(call.value, info.value?.lastMoment ?? 0));

/** The views that are on the screen. */
const shown = signal<readonly Pick<View, "needs" | "followsSelection">[]>([]);
/** A text, so that it is equal for equal parts. */
const partsText = computed(() => [...new Set(shown.value.flatMap(({ needs }) => needs))].sort().join(" "));
const followed = computed(() =>
  shown.value.some(({ followsSelection }) => followsSelection) ? selection.value : null,
);

let client: RunClient | null = null;

/** Asks the present run's worker. */
export const ask: RunClient["ask"] = (...request) => {
  if (!client) throw new Error("no run has been started");
  return client.ask(...request);
};

const MILLISECONDS_OF_NOTICE = 5000;
let noticeEnds: ReturnType<typeof setTimeout> | undefined;

/** Shows a sentence for a while. */
export function inform(text: string): void {
  notice.value = text;
  clearTimeout(noticeEnds);
  noticeEnds = setTimeout(() => {
    notice.value = null;
  }, MILLISECONDS_OF_NOTICE);
}

const sentence = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Work that takes longer than this gets a progress bar. */
const MILLISECONDS_BEFORE_PROGRESS = 300;

/** Shows a progress bar while a promise is pending, if that takes a while. */
export async function working<T>(text: string, promise: Promise<T>): Promise<T> {
  const later = setTimeout(() => {
    progress.value = { share: 0, text };
  }, MILLISECONDS_BEFORE_PROGRESS);
  try {
    return await promise;
  } finally {
    clearTimeout(later);
    progress.value = null;
  }
}

/** One request for a moment is under way at a time; what is wanted meanwhile replaces what was wanted before. */
let isAsking = false;
let isWanted = false;

/** Replaces the present run by what a new worker makes of a request. */
async function begin(request: (worker: RunClient, onProgress: (next: Progress) => void) => Promise<RunInfo>) {
  client?.close();
  const mine = new RunClient();
  client = mine;
  const isMine = () => client === mine;
  isAsking = false; // The closed worker does not answer any more.
  batch(() => {
    info.value = null;
    moment.value = null;
    detail.value = null;
    timeline.value = null;
    trouble.value = null;
    labNote.value = null;
  });
  const onProgress = (next: Progress) => {
    if (isMine() && progress.peek() !== null) progress.value = next;
  };
  try {
    const answer = await working(english.progress.running, request(mine, onProgress));
    if (!isMine()) return;
    info.value = answer;
    void collectTimeline(mine, answer, isMine);
  } catch (error) {
    if (isMine()) trouble.value = sentence(error);
  }
}

const systemFolder = () => new URL("system/", document.baseURI).href;

const startRun = () =>
  begin((worker, onProgress) => {
    const { lab } = run.peek();
    if (lab !== undefined) return openFromLab(worker, lab);
    return worker.ask("start", { run: run.peek(), system: systemFolder() }, { onProgress });
  });

/** Opens a recording that the lab has stored. */
async function openFromLab(worker: RunClient, key: string): Promise<RunInfo> {
  const { takeOver } = await import("./handover");
  const stored = await takeOver(key);
  if (!stored) throw new Error(english.labCard.gone);
  const { name, bytes, note } = stored;
  const answer = await worker.ask("open", { name, bytes: bytes.slice(), system: systemFolder() });
  if (run.peek().lab === key) labNote.value = note;
  return answer;
}

/** Shows a recording instead of a run. */
export function openFile(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  batch(() => {
    call.value = LAST_CALL;
    selection.value = null;
  });
  return begin((worker) => worker.ask("open", { name, bytes, system: systemFolder() }, { transfer: [bytes.buffer] }));
}

/** The worker says so at once if a moment takes long. */
const onProgress = (next: Progress) => {
  progress.value = next;
};

async function fetchMoment(): Promise<void> {
  isWanted = true;
  if (isAsking) return;
  isAsking = true;
  while (isWanted && info.peek()) {
    isWanted = false;
    const mine = client;
    const names = partsText.peek() === "" ? [] : (partsText.peek().split(" ") as PartName[]);
    try {
      const wanted = { call: callNumber.peek(), parts: names, selection: followed.peek() };
      const answer = await working(english.progress.moment, ask("moment", wanted, { onProgress }));
      if (mine === client) moment.value = answer;
    } catch (error) {
      if (mine === client) trouble.value = sentence(error);
    }
  }
  isAsking = false;
}

const MILLISECONDS_OF_REST = 80;

/** Describes the call at which the time rests. */
function followDetail(): void {
  let rests: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const [number, calls] = [callNumber.value, info.value?.calls ?? 0];
    clearTimeout(rests);
    if (number === 0 || number > calls) {
      detail.value = null;
      return;
    }
    rests = setTimeout(async () => {
      const mine = client;
      try {
        const answer = await ask("detail", { call: number });
        if (mine === client && number === callNumber.peek()) detail.value = answer;
      } catch (error) {
        if (mine === client) inform(sentence(error));
      }
    }, MILLISECONDS_OF_REST);
  });
}

/** Makes runs and fetches moments as the state asks for them, from now on. `viewsOf` lists the views on the screen. */
export function followState(viewsOf: (id: string) => readonly View[]): void {
  effect(() => {
    shown.value = viewsOf(view.value);
  });
  effect(() => {
    void run.value;
    void startRun();
  });
  effect(() => {
    void [callNumber.value, partsText.value, followed.value];
    if (info.value) void fetchMoment();
  });
  followDetail();
}
