/** Which panel is shown beside the files, by its id. */
import { signal } from "@preact/signals";

export const panel = signal("results");
