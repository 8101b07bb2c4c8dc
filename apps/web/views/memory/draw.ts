/** Draws the pages of the board. */
import { colour, pixelColour } from "../../draw/colours";
import type { Size } from "../../draw/Picture";
import type { Pen } from "../../draw/pen";
import { boxOf, type Camera, type Grid } from "./layout";

const PAGE_BYTES = 4096;
const WORDS = 1024;
const WORD_COLUMNS = 32;
const WORD_ROWS = 32;
/** From this width on, the words of a page are drawn, and from the next one on, with their values. */
export const WORDS_FROM = 160;
const VALUES_FROM = 1900;
/** From this width on, a gap separates the pages. */
const GAPS_FROM = 5;
/** What is smaller is marked by a larger frame. */
const SMALLEST_GLOW = 7;
const SMALLEST_FRAME = 8;

export interface Scene {
  grid: Grid;
  camera: Camera;
  /** Physical address of page 0. */
  base: number;
  /** A pixel for each page. */
  pixels: Uint32Array;
  /** Pages that the last step changed, and the addresses of their changed words. */
  changedPages: readonly number[];
  changedWords: ReadonlySet<number>;
  selected: readonly number[];
  hovered: readonly number[];
  /** The words of pages that are large enough to see them. */
  words: ReadonlyMap<number, Uint32Array>;
}

/** One pixel a page, and the pixels that it shows. Moving the camera does not paint it again. */
const sheet = document.createElement("canvas");
let painted: Uint32Array | null = null;

function paintSheet(pixels: Uint32Array, { columns, rows, pages }: Grid): void {
  if (painted === pixels && sheet.width === columns && sheet.height === rows) return;
  sheet.width = columns;
  sheet.height = rows;
  const context = sheet.getContext("2d") as CanvasRenderingContext2D;
  const image = context.createImageData(columns, rows);
  new Uint32Array(image.data.buffer).set(pixels.subarray(0, pages));
  context.putImageData(image, 0, 0);
  painted = pixels;
}

function drawPixels({ grid, camera, pixels }: Scene, canvas: CanvasRenderingContext2D): void {
  const { columns, rows } = grid;
  paintSheet(pixels, grid);
  canvas.imageSmoothingEnabled = false;
  const { x, y, width, height } = boxOf(camera, grid, 0);
  canvas.drawImage(sheet, x, y, columns * width, rows * height);
}

/** The same with a rectangle for each run of equal pixels, for pens without images. */
function drawRuns({ grid, camera, pixels }: Scene, pen: Pen): void {
  const { columns, pages } = grid;
  for (let from = 0; from < pages; ) {
    const rowEnd = Math.min(pages, (Math.floor(from / columns) + 1) * columns);
    let to = from + 1;
    while (to < rowEnd && pixels[to] === pixels[from]) to++;
    const { x, y, width, height } = boxOf(camera, grid, from);
    pen.fillStyle = pixelColour(pixels[from] as number);
    pen.fillRect(x, y, (to - from) * width, height);
    from = to;
  }
}

function drawGaps({ grid, camera }: Scene, size: Size, pen: Pen): void {
  const { scale } = camera;
  const height = scale * grid.aspect;
  pen.strokeStyle = colour("--paper");
  pen.lineWidth = Math.min(scale, height) < 12 ? 0.5 : 1;
  pen.beginPath();
  for (let column = Math.ceil(camera.x); column <= Math.min(grid.columns, camera.x + size.width / scale); column++) {
    pen.moveTo((column - camera.x) * scale, 0);
    pen.lineTo((column - camera.x) * scale, size.height);
  }
  for (let row = Math.ceil(camera.y); row <= Math.min(grid.rows, camera.y + size.height / height); row++) {
    pen.moveTo(0, (row - camera.y) * height);
    pen.lineTo(size.width, (row - camera.y) * height);
  }
  pen.stroke();
}

type Rectangle = ReturnType<typeof boxOf>;

/** A rectangle with at least this side, around the same middle. */
function atLeast({ x, y, width, height }: Rectangle, side: number): Rectangle {
  const [wider, higher] = [Math.max(0, side - width), Math.max(0, side - height)];
  return { x: x - wider / 2, y: y - higher / 2, width: width + wider, height: height + higher };
}

function drawGlow({ grid, camera, changedPages }: Scene, size: Size, pen: Pen): void {
  pen.strokeStyle = colour("--glow");
  for (const page of changedPages) {
    const { x, y, width, height } = atLeast(boxOf(camera, grid, page), SMALLEST_GLOW);
    if (x + width < 0 || y + height < 0 || x > size.width || y > size.height) continue;
    pen.globalAlpha = 0.28;
    pen.lineWidth = 5;
    pen.strokeRect(x - 1, y - 1, width + 2, height + 2);
    pen.globalAlpha = 1;
    pen.lineWidth = 1.5;
    pen.strokeRect(x, y, width, height);
  }
}

/** A frame in two colours, to be seen on every ground. */
function frame(pen: Pen, { x, y, width, height }: Rectangle, lineWidth: number): void {
  pen.lineWidth = lineWidth + 2;
  pen.strokeStyle = colour("--paper");
  pen.strokeRect(x, y, width, height);
  pen.lineWidth = lineWidth;
  pen.strokeStyle = colour("--selected");
  pen.strokeRect(x, y, width, height);
}

function drawWords({ camera, grid, words, base, changedWords }: Scene, size: Size, pen: Pen): void {
  const showsValues = camera.scale >= VALUES_FROM;
  const [zero, plain, glow, address] = [colour("--sunken"), colour("--ink-soft"), colour("--glow"), colour("--accent")];
  const [ink, paper] = [colour("--ink"), colour("--paper")];
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  for (const [page, values] of words) {
    const corner = boxOf(camera, grid, page);
    const [width, height] = [corner.width / WORD_COLUMNS, corner.height / WORD_ROWS];
    const inset = Math.min(width, height) > 6 ? 1 : Math.min(width, height) * 0.12;
    pen.font = `${Math.min(13, width / 5.2)}px ui-monospace, monospace`;
    for (let index = 0; index < WORDS; index++) {
      const x = corner.x + (index % WORD_COLUMNS) * width;
      const y = corner.y + Math.floor(index / WORD_COLUMNS) * height;
      if (x + width < 0 || y + height < 0 || x > size.width || y > size.height) continue;
      const value = values[index] as number;
      const isChanged = changedWords.has(base + page * PAGE_BYTES + 4 * index);
      pen.fillStyle = isChanged ? glow : value === 0 ? zero : value >= base ? address : plain;
      pen.globalAlpha = isChanged ? 0.9 : value === 0 ? 1 : 0.35;
      pen.fillRect(x + inset, y + inset, width - 2 * inset, height - 2 * inset);
      pen.globalAlpha = 1;
      if (!showsValues) continue;
      pen.fillStyle = isChanged ? paper : ink;
      pen.fillText(value.toString(16).padStart(8, "0"), x + width / 2, y + height / 2);
    }
  }
}

export function drawScene(scene: Scene, size: Size, pen: Pen, canvas: CanvasRenderingContext2D | null): void {
  const { camera, selected, hovered, grid } = scene;
  if (canvas) drawPixels(scene, canvas);
  else drawRuns(scene, pen);
  if (camera.scale >= GAPS_FROM && camera.scale * grid.aspect >= GAPS_FROM) drawGaps(scene, size, pen);
  if (camera.scale >= WORDS_FROM) drawWords(scene, size, pen);
  drawGlow(scene, size, pen);
  for (const page of selected) {
    frame(pen, atLeast(boxOf(camera, grid, page), SMALLEST_FRAME), selected.length > 4 ? 1 : 2);
  }
  for (const page of hovered) frame(pen, atLeast(boxOf(camera, grid, page), SMALLEST_GLOW), 1);
}
