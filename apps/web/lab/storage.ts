/**
 * Keeps the learner's files in the browser's local storage. Each write has a revision of its own, so that a tab notices
 * when another tab has written since, and does not write over it.
 */
import { isOwnPath, MAX_BYTES } from "../../../lab/submission";

/** Where the milestone's files are. The files of an exercise have a key of their own. */
export const MILESTONE_KEY = "typefish.lab";

interface Stored {
  revision: string;
  files: [path: string, text: string][];
}

export type Texts = ReadonlyMap<string, string>;

/** The revision that this tab has read or written. */
let known: string | null = null;
let writes = 0;

function read(key: string): Stored | null {
  try {
    const value = JSON.parse(localStorage.getItem(key) ?? "null") as Stored | null;
    if (!value || typeof value.revision !== "string" || !Array.isArray(value.files)) return null;
    const isFile = ([path, text]: [unknown, unknown]) =>
      typeof path === "string" && typeof text === "string" && isOwnPath(path);
    return value.files.every(isFile) ? value : null;
  } catch {
    return null; // Storage is not allowed, or something else has written there.
  }
}

/** The stored files; null if there are none. From now on, this tab builds on them. */
export function load(key: string): Texts | null {
  const stored = read(key);
  known = stored?.revision ?? null;
  return stored && new Map(stored.files);
}

/** Has another tab written since this tab last read or wrote? */
export function isChangedElsewhere(key: string): boolean {
  return (read(key)?.revision ?? null) !== known;
}

/** Stores the files over whatever is stored. Returns false if the browser does not keep them. */
export function store(key: string, files: Texts): boolean {
  const revision = `${performance.timeOrigin} ${++writes}`;
  const text = JSON.stringify({ revision, files: [...files] } satisfies Stored);
  if (text.length > 2 * MAX_BYTES) return false;
  try {
    localStorage.setItem(key, text);
    known = revision;
    return true;
  } catch {
    return false; // Storage is not allowed, or full.
  }
}

/** Calls `changed` when another tab has written where this one has its files. */
export function watch(ownKey: () => string, changed: () => void): void {
  addEventListener("storage", ({ key }) => {
    if ((key === ownKey() || key === null) && isChangedElsewhere(ownKey())) changed();
  });
}
