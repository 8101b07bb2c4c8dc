/**
 * The page's state as signals, mirrored in the page's address.
 *
 *     address  --read when the page loads, and on back and forward-->  signals
 *     signals  --written when they change-->                           address
 *
 * A new run, view, selection or step of the tour is a new entry in the browser's history. A new call is not, because
 * stepping makes too many of them.
 */
import { batch, effect, signal, untracked } from "@preact/signals";
import { parsePlace, placeText, type Run } from "./place";
import { isSameSelection, type Selection } from "./selection";

const at = parsePlace(location.hash);

export const run = signal<Run>(at.run);
export const call = signal<number>(at.call);
export const selection = signal<Selection | null>(at.selection);
export const view = signal<string>(at.view);
export const against = signal<string>(at.against);
export const tour = signal<number>(at.tour);

/** What the pointer or the focus is on. It is no part of the address. */
export const hovered = signal<Selection | null>(null);

/** Selects something; the same thing again stays selected. */
export function select(next: Selection | null): void {
  if (!isSameSelection(selection.peek(), next)) selection.value = next;
}

/** Browsers refuse more than about 100 changes of the address in 10 seconds. */
const MILLISECONDS_BETWEEN_WRITES = 200;

/** What makes a new entry in the browser's history when it changes. */
const lasting = () => ({
  run: run.value,
  view: view.value,
  selection: selection.value,
  against: against.value,
  tour: tour.value,
});

/** Keeps address and signals equal from now on. */
export function followAddress(): void {
  let pending: ReturnType<typeof setTimeout> | undefined;
  let written = untracked(lasting);
  const isStep = (next: typeof written) =>
    Object.entries(next).every(([name, value]) => written[name as keyof typeof written] === value);

  const write = () => {
    pending = undefined;
    const next = untracked(lasting);
    const text = placeText({ ...next, call: call.peek() });
    if (text === location.hash || (text === "#" && location.hash === "")) return;
    const isOnlyStep = isStep(next);
    written = next;
    if (isOnlyStep) history.replaceState(null, "", text);
    else history.pushState(null, "", text);
  };

  effect(() => {
    void call.value;
    if (isStep(lasting())) pending ??= setTimeout(write, MILLISECONDS_BETWEEN_WRITES);
    else {
      clearTimeout(pending);
      write();
    }
  });

  addEventListener("popstate", () => {
    clearTimeout(pending);
    pending = undefined;
    const next = parsePlace(location.hash);
    batch(() => {
      if (JSON.stringify(next.run) !== JSON.stringify(run.peek())) run.value = next.run;
      call.value = next.call;
      select(next.selection);
      view.value = next.view;
      against.value = next.against;
      tour.value = next.tour;
      written = untracked(lasting);
    });
  });
}
