/** The list of all views, in the order of the tabs. */
import { callView } from "./CallView";
import { consoleView } from "./ConsoleView";
import { capabilities } from "./capabilities/CapabilitiesView";
import { cspace } from "./cspace/CSpaceView";
import { libmm } from "./libmm/LibmmView";
import { memory } from "./memory/MemoryView";
import { policies } from "./policies/PoliciesView";
import { space } from "./space/SpaceView";
import { time } from "./time/TimeView";
import type { View } from "./view";
import { walk } from "./walk/WalkView";

export const VIEWS: readonly View[] = [
  memory,
  capabilities,
  cspace,
  space,
  walk,
  libmm,
  policies,
  time,
  callView,
  consoleView,
];

/** The digit that chooses the view at an index: 1 to 9, then 0. */
export function keyOfView(index: number): string {
  return String((index + 1) % 10);
}

/** The view with this id, or else the first one. */
export function findView(id: string): View {
  return VIEWS.find((view) => view.id === id) ?? (VIEWS[0] as View);
}

/** Views that a wide screen shows beside the others. */
const BESIDE: readonly View[] = [callView, consoleView];

/** What is beside a view on a wide screen: the call and the console, without the view itself. */
export function besideOf(id: string): readonly View[] {
  return BESIDE.filter((view) => view.id !== id);
}
