/** What can be chosen for a race: the trace, its length and seed, and the policies. */
import { type AllocationTrace, makeTrace, TRACE_NAMES, type TraceName } from "../../evidence/bench/allocation-trace";
import { POLICIES, type PolicyName } from "../../system/libmm/layout/mm-policies";
import { MOST_PAGES } from "./race";

export interface RaceChoice {
  trace: TraceName;
  seed: number;
  /** Pairs of free and allocate in the middle of the trace. */
  exchanges: number;
  policies: readonly PolicyName[];
}

export const MOST_EXCHANGES = 50_000;

export const DEFAULT_CHOICE: RaceChoice = {
  trace: "mix",
  seed: 20161007,
  exchanges: 20_000,
  policies: ["typefish", "first-fit", "buddy"],
};

export { POLICIES, TRACE_NAMES };

export function traceOf({ trace, seed, exchanges }: RaceChoice): AllocationTrace {
  return makeTrace(trace, seed, MOST_PAGES, exchanges);
}
