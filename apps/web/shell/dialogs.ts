/** Which dialog is open. */
import { signal } from "@preact/signals";

export type DialogName = "run" | "help" | "reset";

export const openDialog = signal<DialogName | null>(null);
