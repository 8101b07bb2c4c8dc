/** Where the page is: run, call, selection, view. This is its only state, and its address holds all of it. */
import { parseSelection, type Selection, selectionText } from "./selection";

/** What to run. Two equal requests give equal runs, byte for byte. */
export interface Run {
  /** Patterns of scenarios, separated by commas. Empty: init runs none. */
  scenario: string;
  board: string;
  /** DRAM in MiB. */
  memory: number;
  /** Policy of init's memory manager. */
  libmm: string;
  /** Key of a recording that the lab has handed over; it is shown instead of a run. */
  lab?: string;
}

export interface Place {
  run: Run;
  /** The moment after this call; 0 is the moment before the first one. `LAST_CALL` is the end of the run. */
  call: number;
  selection: Selection | null;
  /** Id of a view. */
  view: string;
  /** The policy that the run is compared with; an empty text for the usual one. */
  against: string;
  /** Number of the step of the tour, from 1 on; 0 without the tour. */
  tour: number;
}

export const LAST_CALL = Number.POSITIVE_INFINITY;

export const START: Place = {
  run: { scenario: "T0*", board: "pandaboard-es", memory: 64, libmm: "typefish" },
  call: LAST_CALL,
  selection: null,
  view: "memory",
  against: "",
  tour: 0,
};

/** The fragment of the page's address, with its `#`. What is as at the start is left out. */
export function placeText({ run, call, selection, view, against, tour }: Place): string {
  const words = new URLSearchParams();
  if (view !== START.view) words.set("view", view);
  if (run.scenario !== START.run.scenario) words.set("scenario", run.scenario);
  if (run.board !== START.run.board) words.set("board", run.board);
  if (run.memory !== START.run.memory) words.set("memory", String(run.memory));
  if (run.libmm !== START.run.libmm) words.set("libmm", run.libmm);
  if (run.lab !== undefined) words.set("lab", run.lab);
  if (call !== LAST_CALL) words.set("call", String(call));
  if (selection) words.set("select", selectionText(selection));
  if (against !== "") words.set("against", against);
  if (tour !== 0) words.set("tour", String(tour));
  return `#${words}`;
}

/** Keys of recordings. */
const KEY = /^[0-9a-z]{1,40}$/;

function wholeNumber(word: string | null, otherwise: number): number {
  return word !== null && /^\d{1,9}$/.test(word) ? Number(word) : otherwise;
}

/** Reads the fragment of an address. Words that it does not know are left out, and what is missing is as at the start. */
export function parsePlace(fragment: string): Place {
  const words = new URLSearchParams(fragment.replace(/^#/, ""));
  const select = words.get("select");
  const lab = words.get("lab");
  return {
    view: words.get("view") ?? START.view,
    run: {
      scenario: words.get("scenario") ?? START.run.scenario,
      board: words.get("board") ?? START.run.board,
      memory: wholeNumber(words.get("memory"), START.run.memory),
      libmm: words.get("libmm") ?? START.run.libmm,
      ...(lab !== null && KEY.test(lab) ? { lab } : {}),
    },
    call: wholeNumber(words.get("call"), LAST_CALL),
    selection: select === null ? null : parseSelection(select),
    against: words.get("against") ?? START.against,
    tour: wholeNumber(words.get("tour"), START.tour),
  };
}
