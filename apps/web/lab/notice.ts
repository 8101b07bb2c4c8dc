/** A sentence for the learner, shown until it is closed. */
import { signal } from "@preact/signals";

export const notice = signal<string | null>(null);
