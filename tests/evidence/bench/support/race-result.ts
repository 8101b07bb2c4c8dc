/** A result of a race, with the fields that a test does not care about filled in. */
import type { RaceResult } from "../../../../evidence/bench/race";
import { summarize } from "../../../../evidence/bench/statistics";

export function raceResult(fields: Partial<RaceResult>): RaceResult {
  return {
    policy: "typefish",
    isNative: false,
    trace: "mix",
    mean: 100,
    nanoseconds: summarize([90]),
    utilization: null,
    failures: 0,
    metadataBytes: 64,
    metadataPerLive: 32,
    metadataPerFree: 32,
    slots: 1,
    fragmentation: [0],
    ...fields,
  };
}
