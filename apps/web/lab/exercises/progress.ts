/** The learner's name and what they have solved, in the browser's local storage. */
import { signal } from "@preact/signals";
import { normalName } from "../../../../lab/exercises/seed";
import { english } from "../english";
import { notice } from "../notice";

const KEY = "typefish.lab.exercises";

export type ExerciseState = "new" | "tried" | "solved";

interface Stored {
  name: string;
  /** States by name and exercise: `ann/split`. */
  states: Record<string, ExerciseState>;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function load(): Stored {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? "null");
    if (!isRecord(value) || typeof value.name !== "string" || !isRecord(value.states)) return { name: "", states: {} };
    const states = Object.entries(value.states).filter(([, state]) => state === "tried" || state === "solved");
    return { name: value.name, states: Object.fromEntries(states) as Stored["states"] };
  } catch {
    return { name: "", states: {} }; // Storage is not allowed, or something else has written there.
  }
}

const stored = signal(load());

function save(next: Stored): void {
  stored.value = next;
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    notice.value = english.exercises.progressLost;
  }
}

const keyOf = (name: string, id: string): string => `${normalName(name)}/${id}`;

/** The name as it was typed; empty at first. */
export const learnerName = (): string => stored.value.name;

export function setLearnerName(name: string): void {
  if (name !== stored.peek().name) save({ ...stored.peek(), name });
}

export function stateOf(id: string): ExerciseState {
  const { name, states } = stored.value;
  return states[keyOf(name, id)] ?? "new";
}

/** Notes that an exercise was tried or solved. Solved stays solved. */
export function note(id: string, ok: boolean): void {
  const { name, states } = stored.peek();
  if (states[keyOf(name, id)] === "solved") return;
  save({ name, states: { ...states, [keyOf(name, id)]: ok ? "solved" : "tried" } });
}

/** What another tab has solved counts here, too. */
export function followProgress(): void {
  addEventListener("storage", ({ key }) => {
    if (key === KEY || key === null) stored.value = load();
  });
}
