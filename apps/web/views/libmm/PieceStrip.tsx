/** All pieces as a picture: the memory of the manager as one long strip, wrapped into rows. */
import { useSignal } from "@preact/signals";
import type { PieceColumns } from "../../../../observe/columns/pieces";
import { formatAddress, formatBytes } from "../../../../observe/text/quantities";
import { NodeType } from "../../../../system/libmm/layout/mm-layout";
import { colour, mixed, rgb } from "../../draw/colours";
import { type Draw, Picture, type Size } from "../../draw/Picture";
import type { Pen } from "../../draw/pen";
import { english } from "../../english";
import { pieceAt, regionOf, type Strip, stripCells, stripFor } from "./strip";

const words = english.libmm;
const PAGE = 4096;

export function pieceText({ page, pages, type }: PieceColumns, piece: number): string {
  const [first, count] = [page[piece] as number, pages[piece] as number];
  const range = `${formatAddress(first * PAGE)} – ${formatAddress((first + count) * PAGE - 1)}`;
  return `${range}, ${formatBytes(count * PAGE)}, ${words.states[type[piece] as number] ?? ""}`;
}

interface PieceStripProps {
  pieces: PieceColumns;
  /** -1 if none is. */
  selected: number;
  onSelect(piece: number): void;
  /** Is this the view's picture for export? */
  isExported?: boolean;
}

/** Calls `paint` for each part of a piece, which may reach over several rows. */
function eachPart(
  { page, pages, regionPage }: PieceColumns,
  { rows, perRow, pitch, scale, starts }: Strip,
  piece: number,
  region: number,
  paint: (x: number, y: number, width: number, height: number) => void,
): void {
  let place = (starts[region] as number) + (page[piece] as number) - (regionPage[region] as number);
  const end = Math.min(place + (pages[piece] as number), rows * perRow);
  for (let left = end - place; left > 0; ) {
    const column = place % perRow;
    const length = Math.min(left, perRow - column);
    paint(column * scale, Math.floor(place / perRow) * pitch, length * scale, pitch - 1);
    place += length;
    left -= length;
  }
}

/** The tokens of the states of `Cell`. */
const TOKENS = ["--ground", "--piece-free", "--piece-used", "--piece-used-too"];

/** One pixel for each cell; reused for each picture. */
const sheet = document.createElement("canvas");

function drawCells(
  cells: Uint8Array,
  columns: number,
  { rows, pitch }: Strip,
  width: number,
  canvas: CanvasRenderingContext2D,
): void {
  sheet.width = columns;
  sheet.height = rows;
  const context = sheet.getContext("2d") as CanvasRenderingContext2D;
  const image = context.createImageData(columns, rows);
  const pixels = TOKENS.map((token) => mixed(rgb(token), rgb(token), 0));
  new Uint32Array(image.data.buffer).set(Uint32Array.from(cells, (state) => pixels[state] as number));
  context.putImageData(image, 0, 0);
  canvas.imageSmoothingEnabled = false;
  canvas.drawImage(sheet, 0, 0, width, rows * pitch);
}

/** The same with a rectangle for each run of equal cells, for pens without images. */
function drawRuns(cells: Uint8Array, columns: number, { rows, pitch }: Strip, width: number, pen: Pen): void {
  for (let row = 0; row < rows; row++) {
    const line = cells.subarray(row * columns, (row + 1) * columns);
    for (let from = 0; from < columns; ) {
      let to = from + 1;
      while (to < columns && line[to] === line[from]) to++;
      pen.fillStyle = colour(TOKENS[line[from] as number] as string);
      pen.fillRect((from / columns) * width, row * pitch, ((to - from) / columns) * width, pitch);
      from = to;
    }
  }
}

export function PieceStrip({ pieces, selected, onSelect, isExported = true }: PieceStripProps) {
  const size = useSignal<Size>({ width: 0, height: 0 });
  const pointed = useSignal(-1);
  const strip = stripFor(pieces, size.value.width, size.value.height);
  const draw: Draw = (pen, box, canvas) => {
    const drawn = stripFor(pieces, box.width, box.height);
    const columns = Math.max(1, Math.round(box.width * (canvas ? devicePixelRatio : 1)));
    const cells = stripCells(pieces, drawn, columns);
    if (canvas) drawCells(cells, columns, drawn, box.width, canvas);
    else drawRuns(cells, columns, drawn, box.width, pen);
    pen.fillStyle = colour("--ground");
    for (let row = 1; row <= drawn.rows; row++) pen.fillRect(0, row * drawn.pitch - 1, box.width, 1);
    if (selected < 0 || selected >= pieces.count) return;
    pen.strokeStyle = colour("--selected");
    pen.lineWidth = 2;
    eachPart(pieces, drawn, selected, regionOf(pieces, selected), (x, y, width, height) =>
      pen.strokeRect(x - 0.5, y - 0.5, Math.max(width, 3), height + 1),
    );
  };
  const at = (event: { clientX: number; clientY: number; currentTarget: Element }) => {
    const box = event.currentTarget.getBoundingClientRect();
    return pieceAt(pieces, strip, event.clientX - box.left, event.clientY - box.top);
  };
  const said = pointed.value >= 0 ? pointed.value : selected;
  return (
    <figure class="piece-strip">
      <div class="strip-stage">
        <Picture
          draw={draw}
          name="typefish-libmm"
          isExported={isExported}
          role="img"
          aria-label={words.strip}
          onSize={(next) => {
            size.value = next;
          }}
          onPointerMove={(event) => {
            pointed.value = at(event);
          }}
          onPointerLeave={() => {
            pointed.value = -1;
          }}
          onClick={(event) => {
            const piece = at(event);
            if (piece >= 0) onSelect(piece);
          }}
        />
      </div>
      <figcaption>
        <ul class="legend">
          <li>
            <i class="swatch piece-free" /> {words.states[NodeType.Free]}
          </li>
          <li>
            <i class="swatch piece-used" /> {words.states[NodeType.Allocated]}
          </li>
        </ul>
        <span class="mono soft">{said >= 0 && said < pieces.count ? pieceText(pieces, said) : ""}</span>
      </figcaption>
    </figure>
  );
}
