/**
 * The page's state as signals, mirrored in the page's address.
 *
 *     address  --read when the page loads, and on back and forward-->  signals
 *     signals  --written when they change-->                           address
 *
 * A new run, view or selection is a new entry in the browser's history. A new call is not, because stepping makes too
 * many of them.
 */
import { batch, effect, signal } from "@preact/signals";
import { parsePlace, placeText, type Run } from "./place";
import { isSameSelection, type Selection } from "./selection";

const at = parsePlace(location.hash);

export const run = signal<Run>(at.run);
export const call = signal<number>(at.call);
export const selection = signal<Selection | null>(at.selection);
export const view = signal<string>(at.view);

/** What the pointer or the focus is on. It is no part of the address. */
export const hovered = signal<Selection | null>(null);

/** Selects something; the same thing again stays selected. */
export function select(next: Selection | null): void {
  if (!isSameSelection(selection.peek(), next)) selection.value = next;
}

/** Browsers refuse more than about 100 changes of the address in 10 seconds. */
const MILLISECONDS_BETWEEN_WRITES = 200;

/** Keeps address and signals equal from now on. */
export function followAddress(): void {
  let pending: ReturnType<typeof setTimeout> | undefined;
  let written = { run: run.peek(), view: view.peek(), selection: selection.peek() };

  const write = () => {
    pending = undefined;
    const place = { run: run.peek(), call: call.peek(), selection: selection.peek(), view: view.peek() };
    const text = placeText(place);
    if (text === location.hash || (text === "#" && location.hash === "")) return;
    const isStep = place.run === written.run && place.view === written.view && place.selection === written.selection;
    written = place;
    if (isStep) history.replaceState(null, "", text);
    else history.pushState(null, "", text);
  };

  effect(() => {
    // Subscribes to all four.
    const isStep = [run.value === written.run, view.value === written.view, selection.value === written.selection];
    void call.value;
    if (isStep.every(Boolean)) pending ??= setTimeout(write, MILLISECONDS_BETWEEN_WRITES);
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
      written = { run: run.peek(), view: view.peek(), selection: selection.peek() };
    });
  });
}
