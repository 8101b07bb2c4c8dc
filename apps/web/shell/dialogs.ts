/** Which dialog is open. */
import { signal } from "@preact/signals";

export type DialogName = "run" | "help" | "reset" | "new-file" | "rename-file" | "delete-file";

export const openDialog = signal<DialogName | null>(null);
