/** The list of all views, in the order of the tabs. */
import { overview } from "./overview";
import type { View } from "./view";

export const VIEWS: readonly View[] = [overview];

/** The view with this id, or else the first one. */
export function findView(id: string): View {
  return VIEWS.find((view) => view.id === id) ?? (VIEWS[0] as View);
}

/** All views that are on the screen if this one is chosen. */
export function viewsOf(id: string): readonly View[] {
  return [findView(id)];
}
