/** The panels beside the files, of which one is shown. */
import type { ComponentType } from "preact";
import { Compare } from "./Compare";
import { english } from "./english";
import { ExercisesPanel } from "./exercises/ExercisesPanel";
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
  { id: "exercises", title: english.exercises.title, component: ExercisesPanel },
  { id: "compare", title: english.compare.title, component: Compare },
];
