/** A picture for export only: the view itself shows the same as elements of the document. */
import { useEffect, useRef } from "preact/hooks";
import { colour } from "../../draw/colours";
import { exported } from "../../draw/export";
import type { Draw, Size } from "../../draw/Picture";
import { type Pen, SvgPen } from "../../draw/pen";

/** Pixels of a PNG for each CSS pixel. */
const RATIO = 2;
export const MARGIN = 16;

export interface Drawing {
  size: Size;
  draw(pen: Pen): void;
}

/** Offers a drawing for export as long as the view is shown. It is made when the reader asks for it. */
export function useExportedDrawing(name: string, make: () => Drawing): void {
  const latest = useRef(make);
  latest.current = make;
  useEffect(() => {
    const onGround: Draw = (pen, { width, height }) => {
      pen.fillStyle = colour("--ground");
      pen.fillRect(0, 0, width, height);
      latest.current().draw(pen);
    };
    const mine = {
      name,
      png: async () => {
        const { size } = latest.current();
        const canvas = document.createElement("canvas");
        canvas.width = size.width * RATIO;
        canvas.height = size.height * RATIO;
        const context = canvas.getContext("2d") as CanvasRenderingContext2D;
        context.scale(RATIO, RATIO);
        onGround(context, size, context);
        return new Promise<Blob>((resolve, reject) =>
          canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png"),
        );
      },
      svg: () => {
        const { size } = latest.current();
        const pen = new SvgPen(size.width, size.height);
        onGround(pen, size, null);
        return pen.toString();
      },
    };
    exported.value = mine;
    return () => {
      if (exported.peek() === mine) exported.value = null;
    };
  }, [name]);
}

/** Writes a line of text; `y` is its middle. */
export function writeText(
  pen: Pen,
  text: string,
  x: number,
  y: number,
  { token = "--ink", font = "13px sans-serif", align = "left" as CanvasTextAlign } = {},
): void {
  pen.fillStyle = colour(token);
  pen.font = font;
  pen.textAlign = align;
  pen.textBaseline = "middle";
  pen.fillText(text, x, y);
}
