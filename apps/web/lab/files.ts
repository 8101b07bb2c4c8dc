/** The learner's files, and which of them is shown. They are stored as they are typed. */
import { batch, signal } from "@preact/signals";
import { isOwnPath, MAX_FILES } from "../../../lab/submission";
import { english } from "./english";
import { HANDOUT } from "./handout";
import { notice } from "./notice";
import { isChangedElsewhere, load, MILESTONE_KEY, store, type Texts, watch } from "./storage";
import { forgetTrail, remember } from "./trail";

/** A line, or an offset in characters. */
export type Target = { file: string; line: number } | { file: string; offset: number };

/** What the editor holds: the milestone's files, or those of an exercise. Each is stored in a place of its own. */
export interface Workspace {
  key: string;
  /** Id of the exercise; null for the milestone. */
  exercise: string | null;
  title: string;
  /** The files at the start. */
  start: Texts;
  /** Those that are given, which the learner can only read. */
  given: readonly string[];
}

const MILESTONE: Workspace = { key: MILESTONE_KEY, exercise: null, title: "", start: HANDOUT, given: [] };

export const workspace = signal(MILESTONE);

/** The texts with the files of the start that are missing among them. Given files are as they were given. */
function complete(texts: Texts): Texts {
  const { start, given } = workspace.peek();
  return new Map([...start, ...[...texts].filter(([path]) => !given.includes(path))]);
}
const first = (): string => [...workspace.peek().start.keys()][0] as string;

export const files = signal<Texts>(complete(load(MILESTONE_KEY) ?? new Map()));
/** The project's own sources that are open beside them. They cannot be changed. */
export const sources = signal<Texts>(new Map());
export const path = signal(first());
/** Counts the times that files were replaced from outside the editor. */
export const replaced = signal(0);
/** A place that the editor should show; each has a new object. */
export const target = signal<Target | null>(null);
/** Another tab has stored other files than those of this one. */
export const isInConflict = signal(false);

/** Path of a message's file as the learner knows it. */
export const ownPath = (file: string | null): string | null => file?.replace(/^system\//, "") ?? null;

export const isOpen = (file: string): boolean => files.peek().has(file) || sources.peek().has(file);

/** Shows a place, from which the learner can go back to the present one. */
export function jump(place: Target): void {
  if (!isOpen(place.file)) return;
  remember();
  showPlace(place);
}

export function showPlace(place: Target): void {
  path.value = place.file;
  target.value = place;
}

export function goTo(file: string, line: number): void {
  jump({ file, line });
}

function save(): void {
  if (isChangedElsewhere(workspace.peek().key)) isInConflict.value = true;
  else if (!store(workspace.peek().key, files.peek())) notice.value = english.notStored;
}

/** Takes over a text that was typed. */
export function edit(file: string, text: string): void {
  if (files.peek().get(file) === text) return;
  files.value = new Map(files.peek()).set(file, text);
  if (!isInConflict.peek()) save();
}

/** Replaces all files; those of the start that are missing come from there. */
function replaceFiles(texts: Texts): void {
  files.value = complete(texts);
  if (!isOpen(path.peek())) path.value = first();
  replaced.value++;
}

export function importFiles(texts: Texts): void {
  replaceFiles(texts);
  save();
}

export function resetFile(file: string): void {
  const texts = new Map(files.peek());
  const original = workspace.peek().start.get(file);
  if (original === undefined) texts.delete(file);
  else texts.set(file, original);
  importFiles(texts);
}

/** Why a file of this path cannot be made, in a sentence; null if it can. */
export function problemOfNewFile(file: string, present: Texts): string | null {
  const { fileDialogs: texts } = english;
  const names = file.split("/");
  if (names.some((name) => !/^[\w-][\w.-]*$/.test(name)) || !/[^/]\.ts$/.test(file)) return texts.badName;
  if (!isOwnPath(file)) return texts.notAllowed(file);
  // Some file systems do not tell capital letters from small ones.
  const others = [...present.keys()].map((path) => path.toLowerCase());
  const lower = file.toLowerCase();
  if (others.includes(lower)) return texts.exists(file);
  if (others.some((path) => path.startsWith(`${lower}/`) || lower.startsWith(`${path}/`))) return texts.exists(file);
  return present.size >= MAX_FILES ? texts.tooMany(MAX_FILES) : null;
}

export function addFile(file: string): void {
  edit(file, "");
  jump({ file, offset: 0 });
}

/** The text stays; imports of the file have to be changed by the learner. */
export function renameFile(from: string, to: string): void {
  const texts = [...files.peek()].map(([file, text]): [string, string] => [file === from ? to : file, text]);
  importFiles(new Map(texts));
  showPlace({ file: to, offset: 0 });
}

export function deleteFile(file: string): void {
  importFiles(new Map([...files.peek()].filter(([each]) => each !== file)));
  showPlace({ file: path.peek(), offset: 0 });
}

export function keepMine(): void {
  isInConflict.value = false;
  if (!store(workspace.peek().key, files.peek())) notice.value = english.notStored;
}

export function takeTheirs(): void {
  isInConflict.value = false;
  replaceFiles(load(workspace.peek().key) ?? new Map());
}

/** Every text is stored as it is typed, so what another tab stores builds on the same files, unless both typed at once. */
export function followStorage(): void {
  watch(
    () => workspace.peek().key,
    () => {
      if (!isInConflict.peek()) takeTheirs();
    },
  );
}

/** The files of each workspace that was left, as they were then: what was said about them is still about them. */
const left = new Map<string, Texts>();

const isSame = (a: Texts, b: Texts): boolean => JSON.stringify([...a]) === JSON.stringify([...b]);

/** Shows the files of an exercise, or the milestone's again. What is in the editor is stored already. */
export function openWorkspace(next: Workspace): void {
  if (workspace.peek().key === next.key) return;
  left.set(workspace.peek().key, files.peek());
  batch(() => {
    workspace.value = next;
    isInConflict.value = false;
    const stored = complete(load(next.key) ?? new Map());
    const known = left.get(next.key);
    files.value = known && isSame(known, stored) ? known : stored;
    path.value = first();
    target.value = null;
    replaced.value++;
    forgetTrail();
  });
}

export function openMilestone(): void {
  openWorkspace(MILESTONE);
}
