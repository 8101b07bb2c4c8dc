/** Physical memory: every page of the board. */
import { useSignal } from "@preact/signals";
import type { TargetedKeyboardEvent, TargetedPointerEvent } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { formatAddress, formatBytes } from "../../../../observe/text/quantities";
import { palette } from "../../draw/colours";
import { type Draw, Picture, type Size } from "../../draw/Picture";
import { english } from "../../english";
import type { Moment } from "../../moment";
import { ask, info } from "../../present";
import { Segments } from "../../shell/Segments";
import { hovered, select, selection } from "../../state";
import { defineView } from "../view";
import { COLOURINGS, type Colouring, legendOf, pagePixels } from "./colouring";
import { drawScene, WORDS_FROM } from "./draw";
import {
  boxOf,
  type Camera,
  gridFor,
  labelledRows,
  pageAt,
  pagesInSight,
  showing,
  wholeView,
  within,
  zoomed,
} from "./layout";
import { PageCard, pageLines } from "./PageCard";
import { PageRuns } from "./PageRuns";
import { PageWords } from "./PageWords";
import { selectedPages } from "./selected-pages";

const PAGE_BYTES = 4096;
const WHEEL = 0.0018;
const KEY_ZOOM = 1.6;
/** At most this number of pages show their words at a time. */
const MOST_PAGES_OF_WORDS = 24;
const MOST_GLOWING = 4000;

type Parts = "pages" | "capabilities" | "changes";

/** Kept while another view is shown. */
const lastColouring = { value: "type" as Colouring };

/** Pages that hold the words. */
function pagesOf(addresses: Uint32Array, base: number): number[] {
  const pages: number[] = [];
  for (const address of addresses) {
    const page = Math.floor((address - base) / PAGE_BYTES);
    if (pages.at(-1) !== page) pages.push(page);
  }
  return pages;
}

function MemoryView({ moment }: { moment: Moment<Parts> }) {
  const { pages, changes } = moment;
  const base = info.value?.dram.base ?? 0;
  const by = useSignal<Colouring>(lastColouring.value);
  const size = useSignal<Size>({ width: 0, height: 0 });
  const camera = useSignal<Camera | null>(null);
  const cursor = useSignal<number | null>(null);
  const words = useSignal<ReadonlyMap<number, Uint32Array>>(new Map());
  const drag = useRef<{ x: number; y: number; camera: Camera; moved: boolean } | null>(null);
  const stage = useRef<HTMLDivElement>(null);

  const grid = useMemo(() => gridFor(pages.count, size.value), [pages.count, size.value]);
  const whole = wholeView(grid, size.value);
  const shown = within(camera.value ?? whole, grid, size.value);
  const isWhole = shown.scale <= whole.scale * 1.001;

  const pixels = useMemo(() => pagePixels(by.value, moment), [by.value, moment, palette.value]);
  const legend = useMemo(() => legendOf(by.value, pages), [by.value, pages]);
  const changedPages = useMemo(() => pagesOf(changes.address, base).slice(0, MOST_GLOWING), [changes, base]);
  const changedWords = useMemo(() => new Set(changes.address), [changes]);
  const selected = selectedPages(selection.value, moment, base);

  // Words of the pages that are large enough.
  const readable = shown.scale < WORDS_FROM ? [] : pagesInSight(shown, grid, size.value, MOST_PAGES_OF_WORDS);
  const readableText = readable.join(" ");
  useEffect(() => {
    if (readableText === "") {
      if (words.peek().size > 0) words.value = new Map();
      return;
    }
    let isWanted = true;
    const wanted = readableText.split(" ").map(Number);
    const ranges = wanted.map((page) => base + page * PAGE_BYTES);
    ask("words", { call: moment.call, pages: ranges }).then((answer) => {
      if (isWanted) words.value = new Map(wanted.map((page, i) => [page, answer.subarray(i * 1024, i * 1024 + 1024)]));
    });
    return () => {
      isWanted = false;
    };
  }, [readableText, moment.call, base]);

  // A page that was selected elsewhere comes into sight.
  const target = selected[0];
  useEffect(() => {
    if (target !== undefined && size.peek().width > 0) {
      camera.value = showing(within(camera.peek() ?? whole, grid, size.peek()), target, grid, size.peek());
    }
  }, [target]);

  const draw: Draw = (pen, box, canvas) =>
    drawScene(
      {
        grid,
        camera: shown,
        base,
        pixels,
        changedPages,
        changedWords,
        selected,
        hovered: cursor.value === null ? selectedPages(hovered.value, moment, base) : [cursor.value],
        words: words.value,
      },
      box,
      pen,
      canvas,
    );

  const place = (event: { clientX: number; clientY: number }) => {
    const { left, top } = (stage.current as HTMLElement).getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const point = (page: number | null) => {
    cursor.value = page;
    hovered.value = page === null ? null : { kind: "page", base: base + page * PAGE_BYTES };
  };
  const zoomBy = (factor: number, at = { x: size.value.width / 2, y: size.value.height / 2 }) => {
    camera.value = zoomed(shown, factor, at.x, at.y, grid, size.value);
  };
  const choose = (page: number | null) => {
    if (page !== null) select({ kind: "page", base: base + page * PAGE_BYTES });
  };

  // Preact attaches wheel listeners as passive ones.
  const wheel = useRef<(event: WheelEvent) => void>(() => {});
  wheel.current = (event) => {
    event.preventDefault();
    zoomBy(Math.exp(-event.deltaY * WHEEL * (event.ctrlKey ? 4 : 1)), place(event));
  };
  useEffect(() => {
    const listener = (event: WheelEvent) => wheel.current(event);
    const element = stage.current as HTMLElement;
    element.addEventListener("wheel", listener, { passive: false });
    return () => element.removeEventListener("wheel", listener);
  }, []);

  const onPointerDown = (event: TargetedPointerEvent<HTMLDivElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { ...place(event), camera: shown, moved: false };
  };
  const onPointerMove = (event: TargetedPointerEvent<HTMLDivElement>) => {
    const at = place(event);
    const from = drag.current;
    if (!from) return point(pageAt(shown, grid, at.x, at.y));
    const [dx, dy] = [at.x - from.x, at.y - from.y];
    if (!from.moved && Math.hypot(dx, dy) < 4) return;
    from.moved = true;
    const { scale, x, y } = from.camera;
    camera.value = within({ scale, x: x - dx / scale, y: y - dy / (scale * grid.aspect) }, grid, size.value);
  };
  const onPointerUp = (event: TargetedPointerEvent<HTMLDivElement>) => {
    const at = place(event);
    if (drag.current && !drag.current.moved) choose(pageAt(shown, grid, at.x, at.y));
    drag.current = null;
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    const steps: Record<string, number> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -grid.columns,
      ArrowDown: grid.columns,
    };
    const by = steps[event.key];
    if (by !== undefined) {
      const from = cursor.value ?? target ?? 0;
      const next = Math.min(Math.max(0, from + by), pages.count - 1);
      point(next);
      camera.value = showing(shown, next, grid, size.value);
    } else if (event.key === "+" || event.key === "=") zoomToCursor(KEY_ZOOM);
    else if (event.key === "-") zoomToCursor(1 / KEY_ZOOM);
    else if (event.key === "0") camera.value = null;
    else if (event.key === "Enter") choose(cursor.value);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const zoomToCursor = (factor: number) => {
    const page = cursor.value ?? target;
    if (page === undefined || page === null) return zoomBy(factor);
    const { x, y, width, height } = boxOf(shown, grid, page);
    zoomBy(factor, { x: x + width / 2, y: y + height / 2 });
  };

  const text = english.memory;
  return (
    <div class="memory">
      <div class="controls">
        <Segments
          label={text.colourBy}
          options={COLOURINGS.map((id) => ({ id, text: text.colourings[id] }))}
          value={by.value}
          onChange={(id) => {
            by.value = id;
            lastColouring.value = id;
          }}
        />
      </div>
      <ul class="legend" aria-label={text.legend}>
        {legend.map(({ key, token, pages: count }) => (
          <li key={key}>
            <i class="swatch" style={{ background: `var(${token})` }} />
            {text.keys[key]} <span class="soft">{formatBytes(count * PAGE_BYTES)}</span>
          </li>
        ))}
        {by.value === "age" && (
          <li>
            {text.newest} <i class="ramp" /> {text.oldest}
          </li>
        )}
        <li>
          <i class="swatch glow" />
          {text.changed(changedPages.length)}
        </li>
      </ul>
      <div class="map-and-words">
        <div class="map">
          <div class="row-labels" aria-hidden="true">
            {labelledRows(shown, grid, size.value).map(({ row, y }) => (
              <span key={row} style={{ transform: `translateY(${y}px)` }}>
                {formatAddress(base + row * grid.columns * PAGE_BYTES)}
              </span>
            ))}
          </div>
          <div
            class="stage"
            ref={stage}
            role="application"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: the picture reacts to keys.
            tabIndex={0}
            aria-label={text.picture(pages.count)}
            aria-describedby="memory-keys"
            onPointerDown={onPointerDown}
            onPointerMove={onPointerMove}
            onPointerUp={onPointerUp}
            onPointerLeave={() => point(null)}
            onDblClick={(event) => zoomBy(4, place(event))}
            onKeyDown={onKeyDown}
          >
            <Picture
              draw={draw}
              name={`typefish-memory-call-${moment.call}`}
              aria-hidden="true"
              onSize={(next) => {
                size.value = next;
              }}
            />
            {cursor.value !== null && (
              <PageCard
                lines={pageLines(cursor.value, moment, base)}
                at={boxOf(shown, grid, cursor.value)}
                size={size.value}
              />
            )}
          </div>
          <div class="buttons over" role="toolbar" aria-label={text.zoom}>
            <button type="button" onClick={() => zoomToCursor(KEY_ZOOM)} aria-label={text.zoomIn} title={text.zoomIn}>
              +
            </button>
            <button
              type="button"
              onClick={() => zoomToCursor(1 / KEY_ZOOM)}
              aria-label={text.zoomOut}
              title={text.zoomOut}
              disabled={isWhole}
            >
              −
            </button>
            <button
              type="button"
              onClick={() => {
                camera.value = null;
              }}
              disabled={isWhole}
            >
              {text.fit}
            </button>
          </div>
          <p id="memory-keys" class="unseen">
            {text.keysHint}
          </p>
        </div>
        {selection.value?.kind === "page" && (
          <PageWords base={selection.value.base} call={moment.call} changed={changedWords} />
        )}
      </div>
      <PageRuns moment={moment} base={base} />
      <p class="unseen" aria-live="polite">
        {cursor.value !== null ? pageLines(cursor.value, moment, base).join(", ") : ""}
      </p>
    </div>
  );
}

export const memory = defineView<Parts>({
  id: "memory",
  title: english.memory.title,
  about: english.memory.about,
  needs: ["pages", "capabilities", "changes"],
  component: MemoryView,
});
