/** A walk as one picture for export: register, descriptors bit by bit, physical address. */
import type { BitField } from "../../../../observe/decode/descriptor";
import type { PageWalk, WalkStep } from "../../../../observe/decode/page-walk";
import { formatAddress } from "../../../../observe/text/quantities";
import { colour } from "../../draw/colours";
import type { Pen } from "../../draw/pen";
import { english } from "../../english";
import { type Drawing, MARGIN, writeText } from "../shared/exported-drawing";

const words = english.walk;
const BIT = 20;
const LINE = 26;
const BITS = 48;
const WIDTH = 32 * BIT;

function drawBits(fields: readonly BitField[], y: number, pen: Pen): void {
  fields.forEach(({ name, high, low, value }, index) => {
    const x = MARGIN + (31 - high) * BIT;
    const width = (high - low + 1) * BIT;
    pen.fillStyle = colour(index % 2 === 1 ? "--sunken" : "--raised");
    pen.fillRect(x, y, width, BITS);
    const short = width > 2 * BIT ? name : name.replace(/\[.*/, "");
    writeText(pen, short, x + width / 2, y + 10, { token: "--ink-soft", font: "11px sans-serif", align: "center" });
    [...value.toString(2).padStart(high - low + 1, "0")].forEach((digit, bit) => {
      const font = digit === "1" ? "bold 14px monospace" : "14px monospace";
      writeText(pen, digit, x + (bit + 0.5) * BIT, y + 26, { font, align: "center" });
    });
    writeText(pen, String(high), x + 2, y + 41, { token: "--ink-soft", font: "9px sans-serif" });
  });
}

const heightOf = ({ descriptor }: WalkStep): number => LINE + (descriptor ? BITS + MARGIN : 0);

export function walkDrawing({ va, register, steps, target, read }: PageWalk): Drawing {
  const height = 3 * LINE + steps.reduce((sum, step) => sum + heightOf(step), 0);
  return {
    size: { width: WIDTH + 2 * MARGIN, height: height + 2 * MARGIN },
    draw(pen) {
      let y = MARGIN;
      const line = (text: string, token = "--ink") => {
        writeText(pen, text, MARGIN, y + LINE / 2, { token, font: "bold 13px monospace" });
        y += LINE;
      };
      line(`${words.address}  ${formatAddress(va)}`);
      line(register ? `${register.name}  ${formatAddress(register.value)}` : words.noTable);
      for (const step of steps) {
        const { level, at, descriptor } = step;
        const kind = descriptor ? words.kinds[descriptor.kind] : words.noDram;
        line(`${words.descriptor(level)}  ${formatAddress(at)}: ${kind}`);
        if (!descriptor) continue;
        drawBits(descriptor.fields, y, pen);
        y += BITS + MARGIN;
      }
      if (target) line(`${words.physical}  ${formatAddress(target.pa)}`, "--good");
      else line(`${words.noPhysical}: ${read?.name ?? ""}`, "--error");
    },
  };
}
