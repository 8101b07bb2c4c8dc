/** The CSpace as one picture for export: the slots of the root CNode and of the open L2CNode. */
import { colour } from "../../draw/colours";
import type { Pen } from "../../draw/pen";
import { typeClass } from "../../type-classes";
import { type Drawing, MARGIN, writeText } from "../shared/exported-drawing";

export interface DrawnSlots {
  title: string;
  types: Uint8Array;
  columns: number;
  /** How full the thing in a slot is, from 0 to 1. */
  fill(slot: number): number;
  /** The selected slot; -1 if none is. */
  selected: number;
}

const PITCH = 20;
const SIDE = 18;
const TITLE = 28;

const sizeOf = ({ types, columns }: DrawnSlots) => ({
  width: columns * PITCH,
  height: TITLE + Math.ceil(types.length / columns) * PITCH,
});

function drawSlots({ title, types, columns, fill, selected }: DrawnSlots, left: number, pen: Pen): void {
  writeText(pen, title, left, MARGIN + TITLE / 2, { font: "bold 13px sans-serif" });
  for (const [slot, type] of types.entries()) {
    const x = left + (slot % columns) * PITCH;
    const y = MARGIN + TITLE + Math.floor(slot / columns) * PITCH;
    const share = type === 0 ? 1 : fill(slot);
    pen.fillStyle = colour("--type-none");
    if (share < 1) pen.fillRect(x, y, SIDE, SIDE);
    pen.fillStyle = colour(`--type-${typeClass(type)}`);
    pen.fillRect(x, y + SIDE * (1 - share), SIDE, SIDE * share);
    if (slot !== selected) continue;
    pen.strokeStyle = colour("--selected");
    pen.lineWidth = 2;
    pen.strokeRect(x, y, SIDE, SIDE);
  }
}

export function cspaceDrawing(grids: readonly DrawnSlots[]): Drawing {
  const sizes = grids.map(sizeOf);
  return {
    size: {
      width: sizes.reduce((sum, { width }) => sum + Math.max(width, 340) + MARGIN, MARGIN),
      height: sizes.reduce((most, { height }) => Math.max(most, height), 0) + 2 * MARGIN,
    },
    draw(pen) {
      let left = MARGIN;
      grids.forEach((grid, index) => {
        drawSlots(grid, left, pen);
        left += Math.max(sizes[index]?.width ?? 0, 340) + MARGIN;
      });
    },
  };
}
