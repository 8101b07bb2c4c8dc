/** The state of the panel of exercises: the list, the exercise that is open, and what is said about it. */
import { computed, signal } from "@preact/signals";
import type { Checked } from "../../../../lab/exercises/check";
import type { Verdict } from "../../../../lab/exercises/exercise";
import { saveFile } from "../../draw/export";
import { handOver } from "../../handover";
import { english } from "../english";
import { files, openWorkspace, workspace } from "../files";
import { base, request } from "../lab";
import { notice } from "../notice";
import { panel } from "../panel";
import type { Texts } from "../storage";
import { learnerName, note } from "./progress";
import type { AskedExercise, OfferedExercise, OpenedExercise } from "./protocol";

/** The exercises that are offered; null before they are loaded. */
export const offered = signal<readonly OfferedExercise[] | null>(null);
/** Id of the exercise that is shown; null for the list. */
export const openId = signal<string | null>(null);
export const opened = signal<OpenedExercise | null>(null);
/** The latest check of the file, with the text that it is about. */
export const checked = signal<{ text: string; answer: Checked } | null>(null);
/** What is said about the latest answer. */
export const verdict = signal<Verdict | null>(null);

export const present = computed(() => offered.value?.find(({ id }) => id === openId.value) ?? null);

/** The learner's file of the exercise in the editor. */
export const ownFile = computed(() => [...workspace.value.start.keys()][0] ?? "");
export const ownText = computed(() => files.value.get(ownFile.value) ?? "");

const asked = (id: string): AskedExercise => ({ id, name: learnerName(), base: base() });

export async function loadExercises(): Promise<void> {
  if (offered.peek() === null) offered.value = await request("exercises", { base: base() });
}

export async function open(id: string): Promise<void> {
  openId.value = id;
  opened.value = null;
  checked.value = null;
  verdict.value = null;
  const answer = await request("exercise", asked(id));
  if (openId.peek() === id) opened.value = answer;
}

export function close(): void {
  openId.value = null;
  opened.value = null;
}

/** Puts the files of the open exercise into the editor. */
export function start(): void {
  const [exercise, text] = [present.peek(), opened.peek()];
  if (!exercise || text?.kind !== "write") return;
  const { id, title } = exercise;
  const given = text.files.slice(1).map(([path]) => path);
  openWorkspace({ key: `typefish.lab.exercise.${id}`, exercise: id, title, start: new Map(text.files), given });
}

/** Checks the file of the exercise that is in the editor. */
export async function check(): Promise<void> {
  const { exercise: id } = workspace.peek();
  if (id === null) return;
  panel.value = "exercises";
  if (openId.peek() !== id) await open(id);
  const text = ownText.peek();
  const answer = await request("checkExercise", { ...asked(id), text });
  if (!answer || openId.peek() !== id) return;
  checked.value = { text, answer };
  note(id, answer.ok);
}

export async function answer(text: string): Promise<void> {
  const id = openId.peek();
  if (id === null) return;
  verdict.value = null;
  const said = await request("answerExercise", { ...asked(id), answer: text });
  if (!said || openId.peek() !== id) return;
  verdict.value = said;
  note(id, said.ok);
}

/** What a zip of the editor's files holds. That of an exercise says whose numbers it has, for `typefish lab exercise check`. */
export function filesToSave(): Texts {
  const { exercise } = workspace.peek();
  if (exercise === null) return files.peek();
  const note = { version: 1, exercise, for: learnerName() };
  return new Map([...files.peek(), ["exercise.json", `${JSON.stringify(note, null, 2)}\n`]]);
}

/** Opens the recording in the inspector, in a tab of its own, where the calls of the question begin. */
export async function inspectRecording(): Promise<void> {
  const [exercise, about] = [present.peek(), opened.peek()];
  if (!exercise || about?.kind !== "read") return;
  // A tab that is opened later than the click would be blocked.
  const tab = window.open("about:blank", "_blank");
  const bytes = await request("recordExercise", asked(exercise.id));
  if (!bytes) return tab?.close();
  const { from, to, text } = about;
  const moments = [
    { text: english.exercises.begins(from), call: from, selection: null },
    { text: english.exercises.ends(to), call: to, selection: null },
  ];
  const note = { title: exercise.title, text: String(text[0]), moments };
  try {
    const key = await handOver({ name: exercise.id, bytes, note });
    const address = new URL(`index.html#view=call&lab=${key}&call=${from}`, base()).href;
    if (tab) tab.location.href = address;
    else location.href = address;
  } catch {
    tab?.close();
    notice.value = english.exercises.notHandedOver;
  }
}

export async function saveRecording(): Promise<void> {
  const id = openId.peek();
  const bytes = id === null ? null : await request("recordExercise", asked(id));
  if (!bytes) return;
  saveFile(`typefish-${id}.tfr`, new Blob([bytes as Uint8Array<ArrayBuffer>]));
  notice.value = english.exercises.saved;
}

/** Opens the exercise behind the present one; the first one comes after the last. */
export function openNext(): void {
  const all = offered.peek() ?? [];
  const at = all.findIndex(({ id }) => id === openId.peek());
  const next = all[(at + 1) % all.length];
  if (next) void open(next.id);
}

/** Another name has other numbers. */
export function nameChanged(): void {
  const id = openId.peek();
  if (id !== null) void open(id);
}
