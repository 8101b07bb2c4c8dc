/** One figure of several runs over the same axis, such as time. */
import { useSignal } from "@preact/signals";
import { colour } from "./colours";
import { type Draw, Picture } from "./Picture";
import type { Pen } from "./pen";

export interface Point {
  at: number;
  value: number;
}

export interface Line {
  name: string;
  /** Token of the colour. */
  token: string;
  /** In the order of the axis. */
  points: readonly Point[];
  /** In pixels. */
  width: number;
}

interface CurveChartProps {
  title: string;
  /** Name of an exported file, without its ending. */
  name: string;
  /** Is this the view's picture for export? */
  isExported?: boolean;
  /** The first line is drawn last, so that it can be seen where lines are equal. */
  lines: readonly Line[];
  /** The axis ends at this place. */
  last: number;
  /** The greatest value that the picture shows. */
  most: number;
  text(value: number): string;
  /** A place of the axis in words, and what the picture shows. */
  placeText(at: number): string;
  label: string;
  /** The place that is marked, and whose values are shown unless the pointer is at another; by default the end. */
  marked?: number;
  onPick?(at: number): void;
}

const TOP = 14;
const BOTTOM = 4;

/** The latest value at or before a place. */
export function valueAt(points: readonly Point[], at: number): number | undefined {
  return points.findLast((point) => point.at <= at)?.value;
}

function drawLine(pen: Pen, { token, points, width }: Line, place: (point: Point) => [number, number]): void {
  pen.strokeStyle = colour(token);
  pen.lineWidth = width;
  pen.beginPath();
  points.forEach((point, index) => {
    const [x, y] = place(point);
    if (index === 0) pen.moveTo(x, y);
    else pen.lineTo(x, y);
  });
  pen.stroke();
}

export function CurveChart(props: CurveChartProps) {
  const { title, name, isExported = false, lines, last, most, text, placeText, label, marked, onPick } = props;
  const pointed = useSignal<number | null>(null);
  const said = pointed.value ?? marked ?? last;
  const draw: Draw = (pen, { width, height }) => {
    const x = (at: number) => (at / Math.max(1, last)) * (width - 2) + 1;
    const y = (value: number) => height - BOTTOM - (most === 0 ? 0 : value / most) * (height - TOP - BOTTOM);
    pen.fillStyle = colour("--ink-soft");
    pen.font = `11px ${getComputedStyle(document.body).fontFamily}`;
    pen.textBaseline = "alphabetic";
    pen.textAlign = "left";
    pen.fillText(text(most), 2, TOP - 4);
    pen.fillStyle = colour("--line");
    for (const part of [0, 0.5, 1]) pen.fillRect(0, Math.round(y(part * most)), width, 1);
    for (const line of [...lines].reverse()) drawLine(pen, line, ({ at, value }) => [x(at), y(value)]);
    if (marked !== undefined) {
      pen.fillStyle = colour("--glow");
      pen.fillRect(x(marked) - 1, 0, 2, height);
    }
    if (pointed.value !== null) {
      pen.fillStyle = colour("--line-strong");
      pen.fillRect(x(pointed.value), 0, 1, height);
    }
  };
  const placeOf = (event: { clientX: number; currentTarget: Element }) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    return Math.max(0, Math.min(last, Math.round(((event.clientX - left) / width) * last)));
  };
  return (
    <section class="curve">
      <h3>
        {title}
        <span class="readings">
          <span class="soft">{placeText(said)}</span>
          {lines.map(({ name: lineName, token, points }) => {
            const value = valueAt(points, said);
            return (
              <span key={lineName}>
                <i class="swatch" style={{ background: `var(${token})` }} /> {lineName}{" "}
                <strong>{value === undefined ? "…" : text(value)}</strong>
              </span>
            );
          })}
        </span>
      </h3>
      <div class="curve-stage">
        <Picture
          draw={draw}
          name={name}
          isExported={isExported}
          role="img"
          aria-label={label}
          onPointerMove={(event) => {
            pointed.value = placeOf(event);
          }}
          onPointerLeave={() => {
            pointed.value = null;
          }}
          {...(onPick && { onClick: (event) => onPick(placeOf(event)) })}
        />
      </div>
    </section>
  );
}
