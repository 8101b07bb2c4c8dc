/** Figures about all calls of the run, collected in the background while nothing else is asked of the worker. */
import { computed, signal } from "@preact/signals";
import type { RunClient } from "./client";
import type { RunInfo } from "./protocol";
import type { TimelinePiece } from "./worker/timeline";

/** Columns; element n belongs to call n. */
export interface Timeline {
  /** Number of calls that have figures already: 1 to `known`. */
  known: number;
  kind: Uint8Array;
  error: Uint16Array;
  capabilities: Uint32Array;
  usedPages: Uint32Array;
}

export const timeline = signal<Timeline | null>(null);

/** All calls have figures. */
export const isCollected = computed(() => {
  const { value } = timeline;
  return value !== null && value.known === value.kind.length - 1;
});

const MILLISECONDS_A_PIECE = 25;

function withPiece(all: Timeline, { from, count, ...columns }: TimelinePiece): Timeline {
  all.kind.set(columns.kind, from);
  all.error.set(columns.error, from);
  all.capabilities.set(columns.capabilities, from);
  all.usedPages.set(columns.usedPages, from);
  return { ...all, known: from + count - 1 };
}

/** Collects until the end of the run, or until `isWanted` says no. Between two pieces, other requests get their turn. */
export async function collectTimeline(client: RunClient, { calls }: RunInfo, isWanted: () => boolean): Promise<void> {
  let all: Timeline = {
    known: 0,
    kind: new Uint8Array(calls + 1),
    error: new Uint16Array(calls + 1),
    capabilities: new Uint32Array(calls + 1),
    usedPages: new Uint32Array(calls + 1),
  };
  timeline.value = all;
  while (all.known < calls && isWanted()) {
    const piece = await client.ask("timeline", { from: all.known + 1, milliseconds: MILLISECONDS_A_PIECE });
    if (!isWanted()) return;
    all = withPiece(all, piece);
    timeline.value = all;
  }
}

/** The next call after `call` with an error, or the last one before it; null if there is none. */
export function findError({ error, known }: Timeline, call: number, direction: 1 | -1): number | null {
  for (let at = Math.min(call + direction, known); at >= 1 && at <= known; at += direction) {
    if (error[at] !== 0) return at;
  }
  return null;
}
