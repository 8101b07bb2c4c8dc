/** What is known of a run, wherever its log begins. */
import type { RunResult } from "../../results";
import type { RecordedImages } from "./images";
import { Column, type ConsoleEvent, type FaultEvent, ROW_WORDS, type Run, type Setup, UNKNOWN } from "./run";

export interface RunFacts {
  setup: Setup;
  images: RecordedImages;
  logBytes: number;
  stageBytes?: number;
  /** Number of calls of the whole run. */
  calls: number;
  result: RunResult;
  /** A row of 16 words for each call from 0 on, as `Recording.callWords` describes them. */
  rows: Uint32Array;
  faults: readonly FaultEvent[];
  console: readonly ConsoleEvent[];
  /** The run ended in its last call. */
  endsInCall: boolean;
  kernelState: number;
  domainState: number | null;
}

/** Columns of `Recording.callWords` after the words and the result. */
export const enum Fact {
  /** Words of the log before the exit of the call. */
  LOG = 14,
  RETURNED = 15,
}

/** The rows of a first run as `Recording.callWords` describes them. */
export function factsOfCalls({ log, rows, calls }: Run): Uint32Array {
  const facts = new Uint32Array((calls + 1) * ROW_WORDS);
  facts.set(rows.subarray(0, calls * ROW_WORDS), ROW_WORDS);
  for (let at = ROW_WORDS; at < facts.length; at += ROW_WORDS) {
    const exit = facts[at + Column.EXIT] as number;
    const hasReturned = exit !== UNKNOWN;
    facts[at + Fact.LOG] = log.wordsBefore(hasReturned ? exit : log.epochs);
    facts[at + Fact.RETURNED] = Number(hasReturned);
  }
  return facts;
}
