/** The panels beside the files, of which one is shown. */
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { Compare } from "./Compare";
import { english } from "./english";
import { Results } from "./Results";

export interface Panel {
  id: string;
  title: string;
  component: ComponentType;
}

export const PANELS: readonly Panel[] = [
  { id: "results", title: english.results, component: Results },
  { id: "compare", title: english.compare.title, component: Compare },
];

/** Id of the panel that is shown. */
export const panel = signal("results");
