/** The panels beside the files, of which one is shown. */
import type { ComponentType } from "preact";
import { english } from "./english";
import { Results } from "./Results";
import { Run } from "./Run";

export interface Panel {
  id: string;
  title: string;
  component: ComponentType;
}

export const PANELS: readonly Panel[] = [
  { id: "results", title: english.results, component: Results },
  { id: "run", title: english.runs.title, component: Run },
];
