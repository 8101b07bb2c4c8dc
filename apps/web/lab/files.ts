/** The learner's files, and which of them is shown. They are stored as they are typed. */
import { signal } from "@preact/signals";
import { english } from "./english";
import { HANDOUT } from "./handout";
import { notice } from "./notice";
import { isChangedElsewhere, load, store, type Texts, watch } from "./storage";

const withHandout = (texts: Texts): Texts => new Map([...HANDOUT, ...texts]);
const FIRST = [...HANDOUT.keys()][0] as string;

export const files = signal<Texts>(withHandout(load() ?? new Map()));
export const path = signal(FIRST);
/** Counts the times that files were replaced from outside the editor. */
export const replaced = signal(0);
/** A place that the editor should show; each has a new object. */
export const target = signal<{ file: string; line: number } | null>(null);
/** Another tab has stored other files than those of this one. */
export const isInConflict = signal(false);

/** Path of a message's file as the learner knows it. */
export const ownPath = (file: string | null): string | null => file?.replace(/^system\//, "") ?? null;

export function goTo(file: string, line: number): void {
  if (!files.peek().has(file)) return;
  path.value = file;
  target.value = { file, line };
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
  if (!files.peek().has(path.peek())) path.value = FIRST;
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
