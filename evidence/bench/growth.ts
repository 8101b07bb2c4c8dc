/** The time to free a piece and allocate another, by live pieces: the trace mix, with 80 % of the memory in use. */

import type { PolicyName } from "../../system/libmm/layout/mm-policies";
import { makeTrace } from "./allocation-trace";
import { type Entrant, entrantsOf, raceEntrants } from "./race";
import type { NativeCode } from "./race-code";

export interface GrowthRow extends Entrant {
  /** Nanoseconds for a pair, by live pieces. */
  pairs: { live: number; nanoseconds: number }[];
}

const LIVE = [100, 1000, 10_000, 100_000, 1_000_000];
/** Pages of the mix's average piece, and the share of memory that is in use. */
const PAGES_PER_PIECE = 8.4;
const FILL = 0.8;
const EXCHANGES = 40_000;

export function measureGrowth(
  policies: readonly PolicyName[],
  seed: number,
  progress: (what: string) => void,
  native: NativeCode | null,
): GrowthRow[] {
  const rows = entrantsOf(policies, native).map((entrant): GrowthRow => ({ ...entrant, pairs: [] }));
  for (const live of LIVE) {
    progress(`growth with ${live} live pieces`);
    const pages = Math.round((live * PAGES_PER_PIECE) / FILL);
    const trace = makeTrace("mix", seed, pages, EXCHANGES);
    // Each policy runs alone: in turns, it would find the caches full of the pieces of the others.
    for (const { pairs, ...entrant } of rows) {
      for (const { mean } of raceEntrants(trace, [entrant], { span: trace.exchanges, native })) {
        pairs.push({ live, nanoseconds: 2 * mean });
      }
    }
  }
  return rows;
}
