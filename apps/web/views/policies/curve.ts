/** Figures over a whole run, collected from left to right, so that they can be drawn as they come. */
import type { RunClient } from "../../client";
import type { RunInfo } from "../../protocol";
import type { FragmentationSample } from "../../worker/fragmentation";

/** Moments at which a run is looked at, and how many of them are asked for at a time. */
const SAMPLES = 240;
const AT_A_TIME = 8;

/** About `SAMPLES` calls from the boot to the last one, at equal distances. */
export function sampledCalls(last: number): number[] {
  const count = Math.min(SAMPLES, last + 1);
  return Array.from({ length: count }, (_, index) => Math.round((index / Math.max(1, count - 1)) * last));
}

/** Collects until the end of the run, or until `isWanted` says no. Other requests get their turn in between. */
export async function collectCurve(
  ask: RunClient["ask"],
  { lastMoment }: RunInfo,
  isWanted: () => boolean,
  onPart: (samples: readonly FragmentationSample[]) => void,
): Promise<void> {
  const calls = sampledCalls(lastMoment);
  let samples: readonly FragmentationSample[] = [];
  for (let from = 0; from < calls.length && isWanted(); from += AT_A_TIME) {
    const part = await ask("fragmentation", { calls: calls.slice(from, from + AT_A_TIME) });
    if (!isWanted()) return;
    samples = [...samples, ...part];
    onPart(samples);
  }
}
