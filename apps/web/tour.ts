/** The guided tour: eight moments of one run, found by what happens in them. */
import { batch, effect } from "@preact/signals";
import { CALL_KINDS, type CallKind } from "../../observe/calls/kinds";
import type { ScenarioSection } from "../../observe/scenario-sections";
import { LAST_CALL, type Run, START } from "./place";
import { detail, info } from "./present";
import type { Selection } from "./selection";
import { call, run, select, selection, tour, view } from "./state";
import { isCollected, type Timeline, timeline } from "./timeline";
import type { CallDetail } from "./worker/call-detail";

const TOUR_RUN: Run = { ...START.run, scenario: "T01,T40,T32,H16", memory: 16 };

/** The calls of one scenario. */
interface Part {
  timeline: Timeline;
  first: number;
  last: number;
}

type Find = (part: Part) => number;

/** The nth call of a kind from a call on; the last call of the scenario if there is none. */
function nth(kind: CallKind, count = 1, isRefused = false, from: Find = ({ first }) => first): Find {
  return (part) => {
    const wanted = CALL_KINDS.indexOf(kind);
    let left = count;
    for (let at = from(part); at <= part.last; at++) {
      const isIt = part.timeline.kind[at] === wanted && (part.timeline.error[at] !== 0) === isRefused;
      if (isIt && --left === 0) return at;
    }
    return part.last;
  };
}

/** The first call after which the most memory is handed out. */
const mostUsed: Find = ({ timeline: { usedPages }, first, last }) => {
  let best = first;
  for (let at = first; at <= last; at++) if ((usedPages[at] as number) > (usedPages[best] as number)) best = at;
  return best;
};

/** The first call after `mostUsed` after which the least memory is handed out. */
const leastUsedLater: Find = (part) => {
  const { usedPages } = part.timeline;
  let best = mostUsed(part);
  for (let at = best; at <= part.last; at++) if ((usedPages[at] as number) < (usedPages[best] as number)) best = at;
  return best;
};

const selectsChange = ({ changes }: CallDetail) => changes[0]?.selection ?? null;
const selectsEntry = ({ changes }: CallDetail) =>
  changes.find(({ selection: each }) => each?.kind === "entry")?.selection ?? null;
const selectsArgument = ({ arguments: all }: CallDetail) => all.find((each) => each.selection)?.selection ?? null;

interface Step {
  /** The scenario, and the call in it; the boot without one. */
  at: { scenario: string; find: Find } | null;
  view: string;
  /** What is selected once the call is known in words. */
  selects?: (call: CallDetail) => Selection | null;
}

/** In the order of the texts in `english.tour.steps`. */
export const STEPS: readonly Step[] = [
  { at: null, view: "memory" },
  { at: { scenario: "T01", find: nth("retype", 2) }, view: "capabilities", selects: selectsChange },
  { at: { scenario: "T40", find: nth("map", 2) }, view: "walk", selects: selectsEntry },
  { at: { scenario: "T40", find: nth("print", 1, true) }, view: "walk", selects: selectsArgument },
  { at: { scenario: "T01", find: nth("delete", 30, false, mostUsed) }, view: "libmm" },
  { at: { scenario: "T01", find: leastUsedLater }, view: "libmm" },
  { at: { scenario: "H16", find: nth("revoke") }, view: "capabilities", selects: selectsArgument },
  { at: { scenario: "T32", find: mostUsed }, view: "memory" },
];

function callOf({ at }: Step, known: Timeline, scenarios: readonly ScenarioSection[]): number {
  const section = scenarios.find(({ id }) => id === at?.scenario);
  return at && section ? at.find({ timeline: known, first: section.first, last: section.last }) : 0;
}

/** The step whose place has been taken. */
let arrived = 0;

/** Goes to a step, counted from 1; 0 ends the tour. */
export function goToStep(step: number): void {
  arrived = 0;
  batch(() => {
    tour.value = step;
    if (step > 0 && JSON.stringify(run.peek()) !== JSON.stringify(TOUR_RUN)) {
      call.value = LAST_CALL;
      selection.value = null;
      run.value = TOUR_RUN;
    }
  });
}

/** Takes the place of the step that is asked for, as soon as the run is known. */
export function followTour(): void {
  // A link to a step shows the place that the link holds.
  arrived = tour.peek();
  let selects: { call: number; from: NonNullable<Step["selects"]> } | null = null;
  effect(() => {
    const step = STEPS[tour.value - 1];
    const known = timeline.value;
    if (!step || arrived === tour.value || !isCollected.value || !info.value || !known) return;
    arrived = tour.value;
    const target = callOf(step, known, info.value.scenarios);
    selects = step.selects ? { call: target, from: step.selects } : null;
    batch(() => {
      call.value = target;
      view.value = step.view;
      select(null);
    });
  });
  effect(() => {
    const known = detail.value;
    if (!known || selects?.call !== known.number) return;
    const { from } = selects;
    selects = null;
    select(from(known));
  });
}
