/** Which of the panels is shown. */
import { signal } from "@preact/signals";

/** Id of the panel that is shown. */
export const panel = signal("results");
