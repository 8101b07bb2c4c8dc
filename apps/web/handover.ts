/**
 * Recordings that the lab hands to the inspector. They are in the browser's IndexedDB, so that the inspector shows them
 * again after a reload, without a server. Only the latest ones are kept.
 */
import { createStore, delMany, get, keys, set } from "idb-keyval";
import type { Selection } from "./selection";

/** A moment of a recording, and why to look at it. */
export interface NotedMoment {
  text: string;
  /** The moment after this call; null for the end of the run. */
  call: number | null;
  selection: Selection | null;
}

/** What the lab says about a recording. */
export interface LabNote {
  title: string;
  text: string;
  moments: readonly NotedMoment[];
}

export interface Handover {
  /** What was recorded, in a word: the id of a scenario. */
  name: string;
  bytes: Uint8Array;
  note: LabNote;
}

const MOST = 12;

/** Keys grow with time, so that the oldest come first. */
const keyOf = (time: number) => time.toString(36).padStart(9, "0");

const store = () => createStore("typefish.recordings", "recordings");

/** Stores a recording, and deletes old ones. Returns its key. Rejects if the browser stores nothing. */
export async function handOver(handover: Handover): Promise<string> {
  const recordings = store();
  const known = (await keys<string>(recordings)).sort();
  await delMany(known.slice(0, Math.max(0, known.length - MOST + 1)), recordings);
  let time = Date.now();
  while (known.includes(keyOf(time))) time++;
  const key = keyOf(time);
  await set(key, handover, recordings);
  return key;
}

/** The recording with a key; undefined if it is not there any more, or if the browser stores nothing. */
export function takeOver(key: string): Promise<Handover | undefined> {
  return get<Handover>(key, store()).catch(() => undefined);
}
