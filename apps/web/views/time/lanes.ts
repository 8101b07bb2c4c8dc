/** Draws the run: scenarios, a lane for each kind of call, errors, and curves. */
import { CALL_KINDS } from "../../../../observe/calls/kinds";
import type { ScenarioSection } from "../../../../observe/scenario-sections";
import { formatBytes, formatCount } from "../../../../observe/text/quantities";
import { colour } from "../../draw/colours";
import type { Size } from "../../draw/Picture";
import type { Pen } from "../../draw/pen";
import { english } from "../../english";
import type { Timeline } from "../../timeline";
import { UNKNOWN } from "../../unknown";

const PAGE_BYTES = 4096;

/** The part of the run that is in sight, in calls. */
export interface Range {
  from: number;
  to: number;
}

export interface Lanes {
  timeline: Timeline;
  sections: readonly ScenarioSection[];
  /** Kinds that occur, in the order of the lanes. */
  kinds: readonly number[];
  range: Range;
  now: number;
  hovered: number | null;
}

export const GUTTER = 138;
const RIGHT = 10;
const SECTION_HEIGHT = 24;
const GAP = 14;
const AXIS_HEIGHT = 22;
const FIXED = SECTION_HEIGHT + GAP / 2 + 2 * GAP + AXIS_HEIGHT;
const LOWEST_LANE = 20;
const HIGHEST_LANE = 30;
const LOWEST_CURVE = 74;
const HIGHEST_CURVE = 200;
/** A curve gets as much room as this number of lanes. */
const LANES_A_CURVE = 4;

/** Heights of a lane and of a curve. */
interface Heights {
  lane: number;
  curve: number;
}

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);

/** Divides the height of the picture. */
function heightsFor(kinds: number, height: number): Heights {
  const room = height - FIXED;
  const lane = Math.floor(clamp(room / (kinds + 2 * LANES_A_CURVE), LOWEST_LANE, HIGHEST_LANE));
  return { lane, curve: Math.floor(clamp((room - kinds * lane) / 2, LOWEST_CURVE, HIGHEST_CURVE)) };
}

/** The least and the greatest height of a picture with this number of lanes. */
export function heightRange(kinds: number): { least: number; most: number } {
  return {
    least: FIXED + kinds * LOWEST_LANE + 2 * LOWEST_CURVE,
    most: FIXED + kinds * HIGHEST_LANE + 2 * HIGHEST_CURVE,
  };
}

/** Kinds that occur so far. */
export function occurringKinds({ kind, known }: Timeline): number[] {
  const seen = new Set<number>();
  for (let call = 1; call <= known; call++) seen.add(kind[call] as number);
  return [...seen].sort((a, b) => a - b);
}

export function xOf(call: number, { from, to }: Range, width: number): number {
  return GUTTER + ((call - from) / Math.max(1, to - from)) * (width - GUTTER - RIGHT);
}

export function callAt(x: number, { from, to }: Range, width: number): number {
  return Math.round(from + ((x - GUTTER) / Math.max(1, width - GUTTER - RIGHT)) * (to - from));
}

const FONT = "12px system-ui, sans-serif";
const MONO = "11px ui-monospace, monospace";

function drawSections({ sections, range }: Lanes, { width }: Size, pen: Pen): void {
  pen.font = "11px system-ui, sans-serif";
  pen.textBaseline = "middle";
  pen.textAlign = "left";
  sections.forEach(({ id, first, last, ok }, index) => {
    const start = Math.max(GUTTER, xOf(first, range, width));
    const end = Math.min(width - RIGHT, xOf(last, range, width));
    if (end < GUTTER || start > width - RIGHT) return;
    pen.fillStyle = ok === false ? colour("--error-soft") : colour(index % 2 ? "--band" : "--band-strong");
    pen.fillRect(start, 2, Math.max(1, end - start - 1), SECTION_HEIGHT - 4);
    if (end - start < 28) return;
    pen.fillStyle = ok === false ? colour("--error") : colour("--ink");
    pen.fillText(id, start + 5, SECTION_HEIGHT / 2);
  });
}

/** One lane: a bar for each column of pixels, the darker the more calls there are. */
function drawLane(
  kind: number,
  top: number,
  laneHeight: number,
  { timeline, range }: Lanes,
  { width }: Size,
  pen: Pen,
): void {
  const columns = Math.max(1, Math.floor(width - GUTTER - RIGHT));
  const counts = new Uint32Array(columns);
  const errors = new Uint8Array(columns);
  const { from, to } = range;
  const perCall = columns / Math.max(1, to - from);
  const last = Math.min(timeline.known, Math.floor(to));
  for (let call = Math.max(1, Math.ceil(from)); call <= last; call++) {
    if (timeline.kind[call] !== kind) continue;
    const column = Math.min(columns - 1, Math.max(0, Math.floor((call - from) * perCall)));
    counts[column] = (counts[column] as number) + 1;
    if (timeline.error[call] !== 0) errors[column] = 1;
  }
  const barWidth = Math.max(1, Math.min(8, perCall * 0.8));
  const callsAColumn = Math.max(1, 1 / perCall);
  const height = laneHeight - 6;
  const [plain, failed] = [colour("--lane"), colour("--error")];
  for (let column = 0; column < columns; column++) {
    const count = counts[column] as number;
    if (count === 0) continue;
    const share = Math.sqrt(Math.min(1, count / callsAColumn));
    pen.fillStyle = plain;
    pen.globalAlpha = 0.3 + 0.7 * share;
    pen.fillRect(GUTTER + column, top + 3, barWidth, height);
    if (errors[column] === 0) continue;
    pen.globalAlpha = 1;
    pen.fillStyle = failed;
    pen.fillRect(GUTTER + column, top + 3 + height - 4, Math.max(2, barWidth), 4);
  }
  pen.globalAlpha = 1;
}

function drawCurve(
  values: Uint32Array,
  title: string,
  format: (value: number) => string,
  top: number,
  curveHeight: number,
  { timeline, range }: Lanes,
  { width }: Size,
  pen: Pen,
): void {
  const { from, to } = range;
  const first = Math.max(1, Math.ceil(from));
  const last = Math.min(timeline.known, Math.floor(to));
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (let call = first; call <= last; call++) {
    if (values[call] === UNKNOWN) continue;
    low = Math.min(low, values[call] as number);
    high = Math.max(high, values[call] as number);
  }
  pen.fillStyle = colour("--ink");
  pen.font = FONT;
  pen.textBaseline = "top";
  pen.textAlign = "left";
  pen.fillText(title, 0, top + 2);
  if (low > high) return;
  pen.fillStyle = colour("--ink-soft");
  pen.font = MONO;
  pen.textAlign = "right";
  pen.fillText(format(high), GUTTER - 8, top + 18);
  pen.textBaseline = "alphabetic";
  pen.fillText(format(low), GUTTER - 8, top + curveHeight - 2);
  pen.fillStyle = colour("--band");
  pen.fillRect(GUTTER, top, width - GUTTER - RIGHT, curveHeight);
  const y = (value: number) => top + curveHeight - 3 - ((value - low) / Math.max(1, high - low)) * (curveHeight - 6);
  pen.strokeStyle = colour("--lane");
  pen.lineWidth = 1.5;
  pen.beginPath();
  // The extremes of each column of pixels: no peak gets lost.
  const perColumn = Math.max(1, (to - from) / Math.max(1, width - GUTTER - RIGHT));
  let isDrawing = false;
  for (let start = first; start <= last; start += perColumn) {
    const [begin, end] = [Math.floor(start), Math.min(last, Math.floor(start + perColumn))];
    const isKnown = values[begin] !== UNKNOWN && values[end] !== UNKNOWN;
    if (isKnown && !isDrawing) pen.moveTo(xOf(begin, range, width), y(values[begin] as number));
    isDrawing = isKnown;
    if (!isKnown) continue;
    let [least, most] = [values[begin] as number, values[begin] as number];
    for (let call = begin; call <= end; call++) {
      least = Math.min(least, values[call] as number);
      most = Math.max(most, values[call] as number);
    }
    const x = xOf(begin, range, width);
    pen.lineTo(x, y(least));
    if (most !== least) pen.lineTo(x, y(most));
    pen.lineTo(x, y(values[end] as number));
  }
  pen.stroke();
}

function drawAxis({ range }: Lanes, { width, height }: Size, pen: Pen): void {
  const span = range.to - range.from;
  const room = Math.max(2, (width - GUTTER - RIGHT) / 110);
  const unit = 10 ** Math.floor(Math.log10(Math.max(1, span / room)));
  const tick = [1, 2, 5, 10].map((factor) => factor * unit).find((each) => span / each <= room) ?? unit * 10;
  pen.font = MONO;
  pen.textBaseline = "middle";
  pen.textAlign = "center";
  for (let call = Math.ceil(range.from / tick) * tick; call <= range.to; call += tick) {
    const x = xOf(call, range, width);
    pen.fillStyle = colour("--line");
    pen.fillRect(x, SECTION_HEIGHT, 1, height - SECTION_HEIGHT - AXIS_HEIGHT);
    pen.fillStyle = colour("--ink-soft");
    const half = 4 * formatCount(call).length;
    pen.fillText(formatCount(call), Math.min(Math.max(x, GUTTER + half - 6), width - half), height - AXIS_HEIGHT / 2);
  }
}

function drawCursor(call: number, token: string, { range }: Lanes, { width, height }: Size, pen: Pen): void {
  if (call < range.from || call > range.to) return;
  const x = xOf(call, range, width);
  pen.fillStyle = colour(token);
  pen.fillRect(x - 0.75, 0, 1.5, height - AXIS_HEIGHT + 4);
}

export function drawLanes(lanes: Lanes, size: Size, pen: Pen): void {
  const { kinds, timeline, now, hovered } = lanes;
  drawAxis(lanes, size, pen);
  drawSections(lanes, size, pen);
  const { lane, curve } = heightsFor(kinds.length, size.height);
  let top = SECTION_HEIGHT + GAP / 2;
  for (const kind of kinds) {
    pen.fillStyle = colour("--ink");
    pen.font = FONT;
    pen.textBaseline = "middle";
    pen.textAlign = "left";
    pen.fillText(CALL_KINDS[kind] ?? "", 0, top + lane / 2);
    pen.fillStyle = colour("--line");
    pen.fillRect(GUTTER, top + lane - 1, size.width - GUTTER - RIGHT, 1);
    drawLane(kind, top, lane, lanes, size, pen);
    top += lane;
  }
  top += GAP;
  const text = english.time;
  drawCurve(timeline.usedPages, text.used, (pages) => formatBytes(pages * PAGE_BYTES), top, curve, lanes, size, pen);
  top += curve + GAP;
  drawCurve(timeline.capabilities, text.capabilities, formatCount, top, curve, lanes, size, pen);
  if (hovered !== null) drawCursor(hovered, "--line-strong", lanes, size, pen);
  drawCursor(now, "--glow", lanes, size, pen);
}
