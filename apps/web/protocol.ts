/**
 * Requests that the page makes of a run's worker, and their answers.
 *
 *     page    { id, name, ask }                  ->  worker
 *     worker  { id, progress } ...               ->  page
 *     worker  { id, answer } or { id, refusal }  ->  page
 *
 * The worker handles one request after the other.
 */
import type { Region } from "../../machines/boards/board";
import type { Moment, PartName } from "./moment";
import type { Run } from "./place";
import type { Selection } from "./selection";

/** What stays the same over the whole run. */
export interface RunInfo {
  dram: Region;
  /** Number of the last call. */
  lastCall: number;
  /** How the run ended, in words. */
  ending: string;
}

export interface Requests {
  /** Runs and records. `system` is the URL of the folder with the system's modules. */
  start: { ask: { run: Run; system: string }; answer: RunInfo };
  /** Goes to a call and decodes the parts of that moment. */
  moment: { ask: { call: number; parts: PartName[]; selection: Selection | null }; answer: Moment };
}

export type RequestName = keyof Requests;
export type Ask<K extends RequestName> = Requests[K]["ask"];
export type Answer<K extends RequestName> = Requests[K]["answer"];

export interface Request<K extends RequestName = RequestName> {
  id: number;
  name: K;
  ask: Ask<K>;
}

/** Share of the work that is done, from 0 to 1, and what is being done. */
export interface Progress {
  share: number;
  text: string;
}

export type Reply =
  | { id: number; progress: Progress }
  | { id: number; answer: Answer<RequestName> }
  /** A sentence for the user: what was wrong, and what to do. */
  | { id: number; refusal: string };
