/** The run and the moment that the page shows. They follow the state; the views only read them. */
import { computed, effect, signal } from "@preact/signals";
import { RunClient } from "./client";
import type { Moment, PartName } from "./moment";
import type { Progress, RunInfo } from "./protocol";
import { call, run, selection, view } from "./state";
import { viewsOf } from "./views/registry";

/** Null while the run is made. */
export const info = signal<RunInfo | null>(null);
/** The latest moment that arrived; null before the first one. It may lack parts of a view that was just opened. */
export const moment = signal<Moment | null>(null);
/** What takes time now; null if nothing does. */
export const progress = signal<Progress | null>(null);
/** A sentence about what went wrong; null if nothing did. */
export const trouble = signal<string | null>(null);

/** The present call as a number: the last one for `LAST_CALL`. */
export const callNumber = computed(() => Math.min(call.value, info.value?.lastCall ?? 0));

const shown = computed(() => viewsOf(view.value));
const parts = computed(() => [...new Set(shown.value.flatMap(({ needs }) => needs))].sort(), {});
const partsText = computed(() => parts.value.join(" "));
const followed = computed(() =>
  shown.value.some(({ followsSelection }) => followsSelection) ? selection.value : null,
);

let client: RunClient | null = null;

/** Asks the present run's worker. */
export const ask: RunClient["ask"] = (...request) => {
  if (!client) throw new Error("no run has been started");
  return client.ask(...request);
};

const sentence = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function startRun(): Promise<void> {
  client?.close();
  const mine = new RunClient();
  client = mine;
  const isMine = () => client === mine;
  info.value = null;
  moment.value = null;
  trouble.value = null;
  progress.value = { share: 0, text: "" };
  const system = new URL("system/", document.baseURI).href;
  const onProgress = (next: Progress) => {
    if (isMine()) progress.value = next;
  };
  try {
    const answer = await mine.ask("start", { run: run.peek(), system }, { onProgress });
    if (isMine()) info.value = answer;
  } catch (error) {
    if (isMine()) trouble.value = sentence(error);
  } finally {
    if (isMine()) progress.value = null;
  }
}

/** One request for a moment is under way at a time; what is wanted meanwhile replaces what was wanted before. */
let isAsking = false;
let isWanted = false;

async function fetchMoment(): Promise<void> {
  isWanted = true;
  if (isAsking) return;
  isAsking = true;
  while (isWanted && info.peek()) {
    isWanted = false;
    const mine = client;
    const names = partsText.peek() === "" ? [] : (partsText.peek().split(" ") as PartName[]);
    try {
      const answer = await ask("moment", { call: callNumber.peek(), parts: names, selection: followed.peek() });
      if (mine === client) moment.value = answer;
    } catch (error) {
      if (mine === client) trouble.value = sentence(error);
    }
  }
  isAsking = false;
}

/** Makes runs and fetches moments as the state asks for them, from now on. */
export function followState(): void {
  effect(() => {
    void run.value;
    void startRun();
  });
  effect(() => {
    void [callNumber.value, partsText.value, followed.value];
    if (info.value) void fetchMoment();
  });
}
