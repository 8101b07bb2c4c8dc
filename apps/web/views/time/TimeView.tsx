/** The whole run: scenarios, a lane for each kind of call, errors, and memory in use. */
import { useSignal } from "@preact/signals";
import type { TargetedKeyboardEvent, TargetedPointerEvent } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { CALL_KINDS } from "../../../../observe/calls/kinds";
import { counted, formatBytes, formatCount } from "../../../../observe/text/quantities";
import { type Draw, Picture, type Size } from "../../draw/Picture";
import { english } from "../../english";
import type { Moment } from "../../moment";
import { callNumber, info } from "../../present";
import { goTo, step } from "../../time";
import { timeline } from "../../timeline";
import { UNKNOWN } from "../../unknown";
import { HeadRow } from "../shared/HeadRow";
import { defineView } from "../view";
import { callAt, drawLanes, heightRange, occurringKinds, type Range } from "./lanes";

const PAGE_BYTES = 4096;
const WHEEL = 0.0018;
const KEY_ZOOM = 1.6;
const SMALLEST_RANGE = 20;

function clamped({ from, to }: Range, last: number): Range {
  const span = Math.min(Math.max(to - from, Math.min(SMALLEST_RANGE, last)), last);
  const start = Math.min(Math.max(0, from), last - span);
  return { from: start, to: start + span };
}

function TimeView(_: { moment: Moment }) {
  const run = info.value;
  const known = timeline.value;
  const range = useSignal<Range | null>(null);
  const pointed = useSignal<number | null>(null);
  const size = useSignal<Size>({ width: 0, height: 0 });
  const stage = useRef<HTMLDivElement>(null);
  const drag = useRef<{ x: number; range: Range; moved: boolean } | null>(null);
  const text = english.time;
  const last = Math.max(1, run?.lastMoment ?? 1);
  const shown = range.value ?? { from: 0, to: last };
  const sections = run?.scenarios ?? [];
  const kinds = useMemo(() => (known ? occurringKinds(known) : []), [known]);

  const zoom = (factor: number, around: number) => {
    const { from, to } = shown;
    range.value = clamped({ from: around - (around - from) / factor, to: around + (to - around) / factor }, last);
  };
  const pan = (calls: number) => {
    range.value = clamped({ from: shown.from + calls, to: shown.to + calls }, last);
  };
  const xIn = (event: { clientX: number }) =>
    event.clientX - (stage.current as HTMLElement).getBoundingClientRect().left;
  const wheel = useRef<(event: WheelEvent) => void>(() => {});
  wheel.current = (event) => {
    event.preventDefault();
    const perPixel = (shown.to - shown.from) / size.value.width;
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey) {
      return pan((event.deltaX || event.deltaY) * perPixel);
    }
    zoom(Math.exp(-event.deltaY * WHEEL), callAt(xIn(event), shown, size.value.width));
  };
  useEffect(() => {
    const listener = (event: WheelEvent) => wheel.current(event);
    const element = stage.current as HTMLElement;
    element.addEventListener("wheel", listener, { passive: false });
    return () => element.removeEventListener("wheel", listener);
  }, []);

  // The present call stays in sight.
  const now = callNumber.value;
  useEffect(() => {
    const { from, to } = range.peek() ?? { from: 0, to: last };
    if (now >= from && now <= to) return;
    const half = (to - from) / 2;
    range.value = clamped({ from: now - half, to: now + half }, last);
  }, [now]);

  const onPointerDown = (event: TargetedPointerEvent<HTMLDivElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { x: xIn(event), range: shown, moved: false };
  };
  const onPointerMove = (event: TargetedPointerEvent<HTMLDivElement>) => {
    const x = xIn(event);
    pointed.value = Math.min(Math.max(0, callAt(x, shown, size.value.width)), last);
    const from = drag.current;
    if (!from || (!from.moved && Math.abs(x - from.x) < 4)) return;
    from.moved = true;
    const calls = ((from.x - x) / size.value.width) * (from.range.to - from.range.from);
    range.value = clamped({ from: from.range.from + calls, to: from.range.to + calls }, last);
  };
  const onPointerUp = (event: TargetedPointerEvent<HTMLDivElement>) => {
    if (drag.current && !drag.current.moved) goTo(callAt(xIn(event), shown, size.value.width));
    drag.current = null;
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    if (event.key === "+" || event.key === "=") zoom(KEY_ZOOM, now);
    else if (event.key === "-") zoom(1 / KEY_ZOOM, now);
    else if (event.key === "0") range.value = null;
    else if (event.key === "ArrowLeft") step(event.shiftKey ? -100 : -1);
    else if (event.key === "ArrowRight") step(event.shiftKey ? 100 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const draw: Draw = (pen, box) => {
    if (known) drawLanes({ timeline: known, sections, kinds, range: shown, now, hovered: pointed.value }, box, pen);
  };
  const at = pointed.value ?? now;
  const { least, most } = heightRange(Math.max(kinds.length, 6));
  return (
    <div class="time">
      <div class="controls">
        <p class="mono readout">{known && run ? readout(at) : " "}</p>
        <div class="buttons" role="toolbar" aria-label={text.zoom}>
          <button type="button" onClick={() => zoom(KEY_ZOOM, now)} aria-label={text.zoomIn} title={text.zoomIn}>
            +
          </button>
          <button
            type="button"
            onClick={() => zoom(1 / KEY_ZOOM, now)}
            disabled={range.value === null}
            aria-label={text.zoomOut}
            title={text.zoomOut}
          >
            −
          </button>
          <button
            type="button"
            disabled={range.value === null}
            onClick={() => {
              range.value = null;
            }}
          >
            {text.whole}
          </button>
        </div>
      </div>
      <div
        class="lanes"
        ref={stage}
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the picture reacts to keys.
        tabIndex={0}
        aria-label={text.picture(run?.calls ?? 0)}
        style={{ minHeight: `${least}px`, maxHeight: `${most}px` }}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerLeave={() => {
          pointed.value = null;
        }}
        onKeyDown={onKeyDown}
      >
        <Picture
          draw={draw}
          name="typefish-time"
          aria-hidden="true"
          onSize={(next) => {
            size.value = next;
          }}
        />
      </div>
      <details class="behind">
        <summary>{text.asTable}</summary>
        <div class="tables">
          <table class="plain">
            <HeadRow titles={text.scenarioColumns} />
            <tbody>
              {sections.map(({ id, title, first, last: end, ok }) => (
                <tr key={`${id} ${first}`}>
                  <td>
                    <button type="button" class="link" onClick={() => goTo(first)}>
                      {id}
                    </button>
                  </td>
                  <td>{title}</td>
                  <td class="number">{formatCount(first)}</td>
                  <td class="number">{formatCount(end)}</td>
                  <td>{ok === null ? text.unfinished : ok ? text.ok : text.failed}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <table class="plain">
            <HeadRow titles={text.kindColumns} />
            <tbody>
              {known &&
                kinds.map((kind) => {
                  const [calls, errors] = countsOf(kind);
                  return (
                    <tr key={kind}>
                      <td>{CALL_KINDS[kind]}</td>
                      <td class="number">{formatCount(calls)}</td>
                      <td class="number">{formatCount(errors)}</td>
                    </tr>
                  );
                })}
            </tbody>
          </table>
        </div>
      </details>
    </div>
  );

  function countsOf(kind: number): [calls: number, errors: number] {
    let [calls, errors] = [0, 0];
    for (let call = 1; call <= (known?.known ?? 0); call++) {
      if (known?.kind[call] !== kind) continue;
      calls++;
      if (known.error[call] !== 0) errors++;
    }
    return [calls, errors];
  }

  function readout(call: number): string {
    if (!known || call > known.known || call === 0) return text.call(formatCount(call));
    const section = sections.find(({ first, last: end }) => call >= first && call <= end);
    return [
      text.call(formatCount(call)),
      CALL_KINDS[known.kind[call] as number],
      ...(known.error[call] ? [text.refused] : []),
      ...(known.usedPages[call] === UNKNOWN
        ? []
        : [
            text.usedAt(formatBytes((known.usedPages[call] as number) * PAGE_BYTES)),
            counted(known.capabilities[call] as number, "capability", "capabilities"),
          ]),
      ...(section ? [section.id] : []),
    ].join("  ·  ");
  }
}

export const time = defineView({
  id: "time",
  title: english.time.title,
  about: english.time.about,
  needs: [],
  component: TimeView,
});
