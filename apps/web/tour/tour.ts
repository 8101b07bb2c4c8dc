/** Moves the page to the steps of the tour. */
import { batch, effect, signal } from "@preact/signals";
import { ask, info } from "../present";
import { call, run, selection, tour, view } from "../state";
import { timeline } from "../timeline";
import { type Recorded, STEPS, TOUR_RUN } from "./steps";

/** Is a step being looked for? The run may have to be made first. */
export const isLooking = signal(false);

/** The step that is wanted; the latest one wins. */
let wanted = 0;

/** The tour's run with its timeline, as soon as they are complete. */
function recorded(): Promise<Recorded> {
  return new Promise((resolve) => {
    const stop = effect(() => {
      const [present, all] = [info.value, timeline.value];
      if (!present || !all || all.known < present.calls) return;
      resolve({ info: present, timeline: all, detail: (number) => ask("detail", { call: number }) });
      queueMicrotask(() => stop());
    });
  });
}

const isTourRun = () => JSON.stringify(run.peek()) === JSON.stringify(TOUR_RUN) && info.peek()?.file === undefined;

/** Goes to a step, from 1 on. What the page shows changes when the step is found. */
export async function goToStep(number: number): Promise<void> {
  const step = STEPS[number - 1];
  if (!step) return;
  wanted = number;
  isLooking.value = true;
  if (!isTourRun()) {
    batch(() => {
      run.value = { ...TOUR_RUN };
      call.value = 0;
      selection.value = null;
      tour.value = number;
      view.value = step.view;
    });
  }
  const stop = await step.find(await recorded());
  if (wanted !== number) return;
  isLooking.value = false;
  batch(() => {
    tour.value = number;
    view.value = step.view;
    call.value = stop.call;
    selection.value = stop.selection;
  });
}

export function endTour(): void {
  wanted = 0;
  isLooking.value = false;
  tour.value = 0;
}
