/** The address space as one picture for export: a bar for each MiB that is in use. */
import { formatAddress, formatBytes } from "../../../../observe/text/quantities";
import { colour } from "../../draw/colours";
import { english } from "../../english";
import { type Drawing, MARGIN, writeText } from "../shared/exported-drawing";
import type { MibRow, Segment } from "./mib-rows";

const ROW = 18;
const BAR = 12;
const LABEL = 96;
const WIDTH = 512;

/** `tokenOf` is the colour of a segment. */
export function spaceDrawing(rows: readonly MibRow[], tokenOf: (segment: Segment) => string): Drawing {
  return {
    size: { width: 2 * MARGIN + LABEL + WIDTH, height: 2 * MARGIN + rows.length * ROW },
    draw(pen) {
      const left = MARGIN + LABEL;
      rows.forEach(({ va, bytes, segments }, index) => {
        const y = MARGIN + index * ROW;
        if (segments.length === 0) {
          const text = english.space.gap(formatBytes(bytes));
          writeText(pen, text, left + WIDTH / 2, y + ROW / 2, { token: "--ink-soft", align: "center" });
          return;
        }
        writeText(pen, formatAddress(va), MARGIN, y + ROW / 2, { font: "12px monospace" });
        pen.fillStyle = colour("--sunken");
        pen.fillRect(left, y + (ROW - BAR) / 2, WIDTH, BAR);
        for (const segment of segments) {
          pen.fillStyle = colour(tokenOf(segment));
          const x = left + ((segment.va - va) / bytes) * WIDTH;
          pen.fillRect(x, y + (ROW - BAR) / 2, Math.max(1, (segment.bytes / bytes) * WIDTH), BAR);
        }
      });
    },
  };
}
