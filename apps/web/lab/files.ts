/** The learner's files, and which of them is shown. They are stored as they are typed. */
import { signal } from "@preact/signals";
import { isOwnPath, MAX_FILES } from "../../../lab/submission";
import { english } from "./english";
import { HANDOUT } from "./handout";
import { notice } from "./notice";
import { isChangedElsewhere, load, store, type Texts, watch } from "./storage";
import { remember } from "./trail";

/** A line, or an offset in characters. */
export type Target = { file: string; line: number } | { file: string; offset: number };

const withHandout = (texts: Texts): Texts => new Map([...HANDOUT, ...texts]);
const FIRST = [...HANDOUT.keys()][0] as string;

export const files = signal<Texts>(withHandout(load() ?? new Map()));
/** The project's own sources that are open beside them. They cannot be changed. */
export const sources = signal<Texts>(new Map());
export const path = signal(FIRST);
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
  if (isChangedElsewhere()) isInConflict.value = true;
  else if (!store(files.peek())) notice.value = english.notStored;
}

/** Takes over a text that was typed. */
export function edit(file: string, text: string): void {
  if (files.peek().get(file) === text) return;
  files.value = new Map(files.peek()).set(file, text);
  if (!isInConflict.peek()) save();
}

/** Replaces all files; those of the hand-out that are missing come from there. */
function replaceFiles(texts: Texts): void {
  files.value = withHandout(texts);
  if (!isOpen(path.peek())) path.value = FIRST;
  replaced.value++;
}

export function importFiles(texts: Texts): void {
  replaceFiles(texts);
  save();
}

export function resetFile(file: string): void {
  const texts = new Map(files.peek());
  const original = HANDOUT.get(file);
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
  if (!store(files.peek())) notice.value = english.notStored;
}

export function takeTheirs(): void {
  isInConflict.value = false;
  replaceFiles(load() ?? new Map());
}

/** Every text is stored as it is typed, so what another tab stores builds on the same files, unless both typed at once. */
export function followStorage(): void {
  watch(() => {
    if (!isInConflict.peek()) takeTheirs();
  });
}
