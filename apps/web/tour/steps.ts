/**
 * The guided tour: eight steps through one run, each at a moment that is found in the run itself.
 *
 * A step says which view opens, and how its call and its selection are found from what the run did. So the tour stays
 * right when scenarios change.
 */
import { CALL_KINDS, type CallKind } from "../../../observe/calls/kinds";
import type { ScenarioSection } from "../../../observe/scenario-sections";
import type { Run } from "../place";
import type { RunInfo } from "../protocol";
import type { Selection } from "../selection";
import type { Timeline } from "../timeline";
import type { CallDetail } from "../worker/call-detail";

/** Allocation, mapping, all pages one by one, and revoke: on a small board, so that it is recorded fast. */
export const TOUR_RUN: Run = {
  scenario: "T05,T40,P01,H17",
  board: "pandaboard-es",
  memory: 16,
  libmm: "typefish",
};

/** What a step can look up in the run. */
export interface Recorded {
  info: RunInfo;
  timeline: Timeline;
  detail(call: number): Promise<CallDetail>;
}

export interface Stop {
  call: number;
  selection: Selection | null;
}

export type StepName = "boot" | "retype" | "map" | "fault" | "free" | "coalesce" | "revoke" | "exhaustion";

export interface TourStep {
  name: StepName;
  /** Id of the view that opens. */
  view: string;
  find(run: Recorded): Promise<Stop>;
}

const START: Stop = { call: 0, selection: null };

function sectionOf({ info }: Recorded, id: string): ScenarioSection | undefined {
  return info.scenarios.find((section) => section.id === id);
}

/** The first call of a kind in a scenario, refused or not; the boot if there is none. */
function firstCall(run: Recorded, scenario: string, kind: CallKind, isRefused = false, after = 0): number {
  const section = sectionOf(run, scenario);
  if (!section) return 0;
  const { kind: kinds, error } = run.timeline;
  for (let call = Math.max(section.first, after + 1); call < section.last; call++) {
    if (kinds[call] === CALL_KINDS.indexOf(kind) && (error[call] !== 0) === isRefused) return call;
  }
  return 0;
}

/** The last call of a kind before another call. */
function lastCallBefore({ timeline }: Recorded, before: number, kind: CallKind): number {
  for (let call = before - 1; call > 0; call--) if (timeline.kind[call] === CALL_KINDS.indexOf(kind)) return call;
  return 0;
}

/** The first of the things that a call changed. */
async function changedBy(run: Recorded, call: number): Promise<Selection | null> {
  return call === 0 ? null : ((await run.detail(call)).changes[0]?.selection ?? null);
}

/** The first argument of a call that leads somewhere. */
async function argumentOf(run: Recorded, call: number, kind: Selection["kind"]): Promise<Selection | null> {
  if (call === 0) return null;
  const found = (await run.detail(call)).arguments.find(({ selection }) => selection?.kind === kind);
  return found?.selection ?? null;
}

/** The program prints from memory that is not mapped any more: the first refused print after a mapping. */
const refusedPrint = (run: Recorded) => firstCall(run, "T40", "print", true);

/** The call after which P01 holds the most pages; the boot if it did not run. */
function fullest(run: Recorded): number {
  const section = sectionOf(run, "P01");
  if (!section) return 0;
  const used = run.timeline.usedPages.subarray(section.first, section.last);
  const most = used.reduce((largest, pages) => Math.max(largest, pages), 0);
  return section.first + used.indexOf(most);
}

export const STEPS: readonly TourStep[] = [
  { name: "boot", view: "memory", find: async () => START },
  {
    name: "retype",
    view: "capabilities",
    async find(run) {
      const call = firstCall(run, "T05", "retype");
      return { call, selection: await changedBy(run, call) };
    },
  },
  {
    name: "map",
    view: "walk",
    async find(run) {
      const print = refusedPrint(run);
      return { call: lastCallBefore(run, print, "map"), selection: await argumentOf(run, print, "address") };
    },
  },
  {
    name: "fault",
    view: "walk",
    async find(run) {
      const call = refusedPrint(run);
      return { call, selection: await argumentOf(run, call, "address") };
    },
  },
  {
    name: "free",
    view: "libmm",
    async find(run) {
      const call = firstCall(run, "P01", "delete", false, fullest(run));
      // The slot is empty after the call; its capability can only be found before.
      return { call: call - 1, selection: await argumentOf(run, call, "slot") };
    },
  },
  {
    name: "coalesce",
    view: "libmm",
    async find(run) {
      const full = fullest(run);
      const { usedPages } = run.timeline;
      const half = (usedPages[full] as number) / 2;
      return { call: usedPages.findIndex((pages, call) => call > full && pages <= half), selection: null };
    },
  },
  {
    name: "revoke",
    view: "capabilities",
    async find(run) {
      const call = firstCall(run, "H17", "revoke");
      return { call: call - 1, selection: await argumentOf(run, call, "slot") };
    },
  },
  {
    name: "exhaustion",
    view: "libmm",
    find: async (run) => ({ call: fullest(run), selection: null }),
  },
];
