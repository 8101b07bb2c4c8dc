/** What the inspector's page asks of a run's worker. `requests/` has the messages. */
import type { Region } from "../../machines/boards/board";
import type { Frame } from "../../machines/results";
import type { ListedScenario } from "../../observe/scenario-lines";
import type { ScenarioSection } from "../../observe/scenario-sections";
import type { Moment, PartName } from "./moment";
import type { Run } from "./place";
import type { Selection } from "./selection";
import type { CallDetail } from "./worker/call-detail";
import type { FragmentationSample } from "./worker/fragmentation";
import type { TimelinePiece } from "./worker/timeline";

/** A line of the console, and the call that wrote its end. */
export interface ConsoleLine {
  text: string;
  call: number;
}

/** What stays the same over the whole run. */
export interface RunInfo {
  /** The file from which it was opened. */
  file?: string;
  board: string;
  dram: Region;
  /** Number of the last call. */
  calls: number;
  /** The last moment: `calls`, or one more if the run ended in the program after its last call. */
  lastMoment: number;
  /** How the run ended: a sentence. */
  ending: string;
  /** Where the program was then, innermost function first, if a fault or a limit stopped it. */
  frames: readonly Frame[];
  console: ConsoleLine[];
  scenarios: ScenarioSection[];
}

export interface RunRequests {
  /** The scenarios that init has. */
  scenarios: { ask: { run: Run; system: string }; answer: ListedScenario[] };
  /** Runs and records. `system` is the URL of the folder with the system's modules. */
  start: { ask: { run: Run; system: string }; answer: RunInfo };
  /** Opens the file of a recording. */
  open: { ask: { name: string; bytes: Uint8Array<ArrayBuffer>; system: string }; answer: RunInfo };
  /** Goes to a call and decodes the parts of that moment. */
  moment: { ask: { call: number; parts: PartName[]; selection: Selection | null }; answer: Moment };
  /** The words of pages of physical memory at a moment, 1024 for each page. */
  words: { ask: { call: number; pages: number[] }; answer: Uint32Array };
  /** A call in words. */
  detail: { ask: { call: number }; answer: CallDetail };
  /** Figures about the calls from `from` on, as many as take about `milliseconds`. */
  timeline: { ask: { from: number; milliseconds: number }; answer: TimelinePiece };
  /** The nearest call, after `call` or up to it, that changed what is selected; null if there is none. */
  touching: {
    ask: { selection: Selection; call: number; direction: "forwards" | "backwards" };
    answer: number | null;
  };
  /** The program's functions that made a call, innermost first. */
  stack: { ask: { call: number }; answer: Frame[] };
  /** How fragmented libmm's memory is after each of some calls. */
  fragmentation: { ask: { calls: number[] }; answer: FragmentationSample[] };
  /** The recording as a file. */
  save: { ask: null; answer: Uint8Array };
}
