/** Moving through time. */
import { effect, signal } from "@preact/signals";
import { english } from "./english";
import { LAST_CALL } from "./place";
import { ask, callNumber, info, inform, moment } from "./present";
import { call, selection } from "./state";
import { findError, timeline } from "./timeline";

/** Is the time running? */
export const isPlaying = signal(false);
/** Calls a second while it runs. */
export const speed = signal(30);
export const SPEEDS = [5, 30, 200, 2000] as const;

export function goTo(target: number): void {
  const last = info.peek()?.lastMoment ?? 0;
  call.value = target >= last ? LAST_CALL : Math.max(0, Math.round(target));
}

export function step(by: number): void {
  goTo(callNumber.peek() + by);
}

export function togglePlay(): void {
  if (!isPlaying.peek() && callNumber.peek() === info.peek()?.lastMoment) goTo(0);
  isPlaying.value = !isPlaying.peek();
}

/** Advances the time with each frame of the screen while it plays, from now on. */
export function followPlay(): void {
  effect(() => {
    if (!isPlaying.value) return;
    let before = performance.now();
    let rest = 0;
    let frame = requestAnimationFrame(function advance(now) {
      rest += ((now - before) / 1000) * speed.peek();
      before = now;
      // Waits for the picture of the moment before it goes on.
      if (rest >= 1 && moment.peek()?.call === callNumber.peek()) {
        step(Math.floor(rest));
        rest = 0;
      }
      if (callNumber.peek() >= (info.peek()?.lastMoment ?? 0)) isPlaying.value = false;
      else frame = requestAnimationFrame(advance);
    });
    return () => cancelAnimationFrame(frame);
  });
}

export function goToError(direction: 1 | -1): void {
  const known = timeline.peek();
  const found = known && findError(known, callNumber.peek(), direction);
  if (found === null) inform(direction > 0 ? english.time.noLaterError : english.time.noEarlierError);
  else goTo(found);
}

/** Goes to the next call that changed what is selected, or to the last one that did. */
export async function goToTouching(direction: "forwards" | "backwards"): Promise<void> {
  const selected = selection.peek();
  if (!selected) return inform(english.time.nothingSelected);
  const at = callNumber.peek();
  // Backwards, the search begins before the present call.
  const from = direction === "backwards" ? at - 1 : at;
  const found = from < 0 ? null : await ask("touching", { selection: selected, call: from, direction });
  if (found === null) inform(direction === "forwards" ? english.time.noLaterChange : english.time.noEarlierChange);
  else goTo(found);
}
