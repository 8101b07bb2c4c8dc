/** Keys that work everywhere on the page. Fields and pictures keep the keys that they need. */
import { nextScheme } from "../draw/colours";
import { info } from "../present";
import { select, view } from "../state";
import { goTo, goToError, goToTouching, step, togglePlay } from "../time";
import { keyOfView, VIEWS } from "../views/registry";
import { openDialog } from "./dialogs";

const FAR = 100;

const ACTIONS: Record<string, (event: KeyboardEvent) => void> = {
  ArrowLeft: ({ shiftKey }) => step(shiftKey ? -FAR : -1),
  ArrowRight: ({ shiftKey }) => step(shiftKey ? FAR : 1),
  ",": () => step(-1),
  ".": () => step(1),
  Home: () => goTo(0),
  End: () => goTo(info.peek()?.lastMoment ?? 0),
  " ": togglePlay,
  e: () => goToError(1),
  E: () => goToError(-1),
  c: () => void goToTouching("forwards"),
  C: () => void goToTouching("backwards"),
  r: () => {
    openDialog.value = "run";
  },
  "?": () => {
    openDialog.value = "help";
  },
  d: nextScheme,
  Escape: () => select(null),
};

/** Does the element use this key itself? */
function isUsed(element: Element | null, key: string): boolean {
  if (element === null) return false;
  if (element.closest("input:not([type=radio]), select, textarea, [contenteditable]")) return key !== "Escape";
  const isControl = element.closest("button, summary, a, [type=radio]") !== null;
  if (key === " ") return isControl;
  const isScrolled = element.closest("[role=application], [role=tree], [role=grid], [role=treegrid], ol[tabindex]");
  return /^(Arrow|Home|End)/.test(key) && (isScrolled !== null || element.closest("[type=radio]") !== null);
}

export function listenToKeys(): void {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || openDialog.peek() !== null) return;
    if (isUsed(event.target instanceof Element ? event.target : null, event.key)) return;
    const chosen = VIEWS.find((_, index) => keyOfView(index) === event.key);
    const action = chosen
      ? () => {
          view.value = chosen.id;
        }
      : ACTIONS[event.key];
    if (!action) return;
    event.preventDefault();
    action(event);
  });
}
