/** One figure of two runs over the same axis of time. */
import { useSignal } from "@preact/signals";
import { formatCount } from "../../../../observe/text/quantities";
import { colour } from "../../draw/colours";
import { type Draw, Picture } from "../../draw/Picture";
import type { Pen } from "../../draw/pen";
import { english } from "../../english";
import { callNumber } from "../../present";
import { goTo } from "../../time";
import type { FragmentationSample } from "../../worker/fragmentation";

export interface Line {
  name: string;
  /** Token of the colour. */
  token: string;
  samples: readonly FragmentationSample[];
}

interface CurveChartProps {
  title: string;
  name: string;
  /** Is this the view's picture for export? */
  isExported?: boolean;
  lines: readonly Line[];
  /** The axis ends at this call. */
  lastCall: number;
  /** The figure of a sample, and the greatest that the axis shows. */
  value(sample: FragmentationSample): number;
  most: number;
  text(value: number): string;
}

const words = english.policies;
const TOP = 14;
const BOTTOM = 4;

/** The latest sample at or before a call. */
export function sampleAt(samples: readonly FragmentationSample[], call: number): FragmentationSample | undefined {
  return samples.findLast((sample) => sample.call <= call);
}

/** The first line is narrow and drawn last, so that both can be seen where they are equal. */
const WIDTHS = [1.75, 4];

function drawLine(
  pen: Pen,
  { token, samples }: Line,
  width: number,
  place: (sample: FragmentationSample) => [number, number],
): void {
  pen.strokeStyle = colour(token);
  pen.lineWidth = width;
  pen.beginPath();
  samples.forEach((sample, index) => {
    const [x, y] = place(sample);
    if (index === 0) pen.moveTo(x, y);
    else pen.lineTo(x, y);
  });
  pen.stroke();
}

export function CurveChart({ title, name, isExported = false, lines, lastCall, value, most, text }: CurveChartProps) {
  const pointed = useSignal<number | null>(null);
  const now = callNumber.value;
  const said = pointed.value ?? now;
  const draw: Draw = (pen, { width, height }) => {
    const x = (call: number) => (call / Math.max(1, lastCall)) * (width - 2) + 1;
    const y = (part: number) => height - BOTTOM - (most === 0 ? 0 : part / most) * (height - TOP - BOTTOM);
    pen.fillStyle = colour("--ink-soft");
    pen.font = `11px ${getComputedStyle(document.body).fontFamily}`;
    pen.textBaseline = "alphabetic";
    pen.textAlign = "left";
    pen.fillText(text(most), 2, TOP - 4);
    pen.fillStyle = colour("--line");
    for (const part of [0, 0.5, 1]) pen.fillRect(0, Math.round(y(part * most)), width, 1);
    for (const [index, line] of [...lines.entries()].reverse()) {
      drawLine(pen, line, WIDTHS[index] as number, (sample) => [x(sample.call), y(value(sample))]);
    }
    pen.fillStyle = colour("--glow");
    pen.fillRect(x(now) - 1, 0, 2, height);
    if (pointed.value !== null) {
      pen.fillStyle = colour("--line-strong");
      pen.fillRect(x(pointed.value), 0, 1, height);
    }
  };
  const callAt = (event: { clientX: number; currentTarget: Element }) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    return Math.max(0, Math.min(lastCall, Math.round(((event.clientX - left) / width) * lastCall)));
  };
  return (
    <section class="curve">
      <h3>
        {title}
        <span class="readings">
          <span class="soft">{words.afterCall(formatCount(said))}</span>
          {lines.map(({ name: policy, token, samples }) => {
            const sample = sampleAt(samples, said);
            return (
              <span key={policy}>
                <i class="swatch" style={{ background: `var(${token})` }} /> {policy}{" "}
                <strong>{sample ? text(value(sample)) : "…"}</strong>
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
          aria-label={words.chart(title)}
          onPointerMove={(event) => {
            pointed.value = callAt(event);
          }}
          onPointerLeave={() => {
            pointed.value = null;
          }}
          onClick={(event) => goTo(callAt(event))}
        />
      </div>
    </section>
  );
}
