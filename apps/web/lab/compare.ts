/** The race of the learner's manager with the built-in policies: what is chosen, and the latest results. */
import { signal } from "@preact/signals";
import { DEFAULT_CHOICE, type RaceChoice } from "../../../lab/race/choice";
import { files } from "./files";
import { base, request } from "./lab";
import type { Raced } from "./protocol";
import type { Texts } from "./storage";

export const choice = signal<RaceChoice>(DEFAULT_CHOICE);
/** The latest race, with the files and the choice that it is about. */
export const raced = signal<{ files: Texts; choice: RaceChoice; answer: Raced } | null>(null);

export async function startRace(): Promise<void> {
  const [about, chosen] = [files.peek(), choice.peek()];
  const answer = await request("race", { files: [...about], base: base(), choice: chosen });
  if (answer) raced.value = { files: about, choice: chosen, answer };
}
