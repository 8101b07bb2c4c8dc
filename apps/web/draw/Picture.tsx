/** A canvas that fills its box, is drawn again when its subject changes, and can be exported. */
import { effect, useSignal } from "@preact/signals";
import type { HTMLAttributes } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { palette } from "./colours";
import { exported } from "./export";
import { type Pen, SvgPen } from "./pen";

export interface Size {
  width: number;
  height: number;
}

/** Draws the picture in CSS pixels. `canvas` is null if the pen writes SVG. */
export type Draw = (pen: Pen, size: Size, canvas: CanvasRenderingContext2D | null) => void;

interface PictureProps extends Omit<HTMLAttributes<HTMLCanvasElement>, "draw" | "size"> {
  /** Signals that it reads make it run again. */
  draw: Draw;
  /** Name of an exported file, without its ending. */
  name: string;
  onSize?: (size: Size) => void;
  /** Whether the toolbar's button saves it. If absent, it does. */
  isExported?: boolean;
}

export function Picture({ draw, name, onSize, isExported = true, ...attributes }: PictureProps) {
  const ref = useRef<HTMLCanvasElement>(null);
  const latest = useRef(draw);
  latest.current = draw;
  const size = useSignal<Size>({ width: 0, height: 0 });
  const version = useSignal(0);
  version.value = version.peek() + 1;

  useEffect(() => {
    const canvas = ref.current as HTMLCanvasElement;
    const observer = new ResizeObserver(([entry]) => {
      const { width, height } = (entry as ResizeObserverEntry).contentRect;
      size.value = { width, height };
      onSize?.({ width, height });
    });
    observer.observe(canvas.parentElement as HTMLElement);
    let frame = 0;
    const paint = () => {
      frame = 0;
      const { width, height } = size.peek();
      const context = canvas.getContext("2d");
      if (!context || width === 0 || height === 0) return;
      const ratio = devicePixelRatio;
      const [pixelWidth, pixelHeight] = [Math.round(width * ratio), Math.round(height * ratio)];
      if (canvas.width !== pixelWidth || canvas.height !== pixelHeight) {
        canvas.width = pixelWidth;
        canvas.height = pixelHeight;
      }
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      latest.current(context, { width, height }, context);
    };
    const stop = effect(() => {
      void [size.value, version.value, palette.value];
      if (frame === 0) frame = requestAnimationFrame(paint);
    });
    const mine = {
      name,
      png: () =>
        new Promise<Blob>((resolve, reject) =>
          canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png"),
        ),
      svg: () => {
        const { width, height } = size.peek();
        const pen = new SvgPen(width, height);
        latest.current(pen, { width, height }, null);
        return pen.toString();
      },
    };
    if (isExported) exported.value = mine;
    return () => {
      stop();
      observer.disconnect();
      cancelAnimationFrame(frame);
      if (exported.peek() === mine) exported.value = null;
    };
  }, [name]);

  return <canvas ref={ref} class="picture" {...attributes} />;
}
