/** The console as it was at the moment. Lines that come later are pale; a line leads to the call that wrote it. */
import { useEffect, useRef } from "preact/hooks";
import { english } from "../english";
import type { Moment } from "../moment";
import { callNumber, info } from "../present";
import type { ConsoleLine } from "../protocol";
import { goTo } from "../time";
import { defineView } from "./view";

const NO_LINES: readonly ConsoleLine[] = [];
/** Lines are in the document only around the present one. */
const LINES_BEFORE = 400;
const LINES_AFTER = 40;

const kindOfLine = (text: string) =>
  / FAILED( |$)/.test(text) ? "failed" : / ok( {2,}|$)/.test(text) ? "ok" : /^kernel\b/.test(text) ? "kernel" : "plain";

export function ConsoleView(_: { moment: Moment }) {
  const now = callNumber.value;
  const lines = info.value?.console ?? NO_LINES;
  const list = useRef<HTMLOListElement>(null);
  let written = lines.findIndex(({ call }) => call > now);
  if (written < 0) written = lines.length;
  const first = Math.max(0, written - LINES_BEFORE);
  useEffect(() => {
    const last = list.current?.querySelector<HTMLElement>("[data-last]");
    const box = list.current;
    if (last && box) box.scrollTop = last.offsetTop + last.offsetHeight - box.clientHeight + 24;
  }, [written, lines]);
  /** The arrow keys go to the call that wrote the line above or below. */
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    const at = event.key === "ArrowUp" ? written - 2 : written;
    const line = lines[at];
    if (line) goTo(line.call);
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls.
    <ol class="console mono" ref={list} tabIndex={0} aria-label={english.console.title} onKeyDown={onKeyDown}>
      {first > 0 && <li class="soft">{english.console.earlier(first)}</li>}
      {lines.slice(first, written + LINES_AFTER).map(({ text, call }, index) => {
        const at = first + index;
        return (
          <li
            key={at}
            data-kind={kindOfLine(text)}
            data-later={at >= written || undefined}
            data-last={at === written - 1 || undefined}
          >
            <button type="button" class="plain" tabIndex={-1} onClick={() => goTo(call)}>
              {text || " "}
            </button>
          </li>
        );
      })}
    </ol>
  );
}

export const consoleView = defineView({
  id: "console",
  title: english.console.title,
  about: english.console.about,
  needs: [],
  component: ConsoleView,
});
