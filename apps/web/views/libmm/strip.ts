/** Where pieces are in the picture: one long strip of pages, wrapped into rows. */
import type { PieceColumns } from "../../../../observe/columns/pieces";
import { NodeType } from "../../../../system/libmm/layout/mm-layout";

export interface Strip {
  /** Pages in a row. */
  perRow: number;
  rows: number;
  /** Height of a row with the gap below it, in pixels. */
  pitch: number;
  /** Pixels of a page. */
  scale: number;
  /** Pages of all regions together. */
  pages: number;
  /** First page of each region in the strip. */
  starts: readonly number[];
}

const MOST_ROWS = 72;
const [LOWEST, HIGHEST] = [4, 22];

/** Rows fill the height. A page is at least a pixel wide where there is room. */
export function stripFor({ regions, regionPages }: PieceColumns, width: number, height: number): Strip {
  const starts: number[] = [];
  let pages = 0;
  for (let i = 0; i < regions; i++) {
    starts.push(pages);
    pages += regionPages[i] as number;
  }
  const most = Math.max(1, Math.min(MOST_ROWS, Math.floor(height / LOWEST)));
  const wanted = Math.max(Math.ceil(pages / Math.max(1, width)), Math.floor(height / HIGHEST));
  const rows = Math.max(1, Math.min(most, wanted));
  const perRow = Math.max(1, Math.ceil(pages / rows));
  const pitch = Math.max(LOWEST, Math.min(HIGHEST, Math.floor(height / rows)));
  return { perRow, rows, pitch, scale: width / perRow, pages, starts };
}

/** What a cell of the picture shows. Pieces that are handed out alternate, so that neighbours can be told apart. */
export const enum Cell {
  NOTHING = 0,
  FREE = 1,
  HANDED_OUT = 2,
  HANDED_OUT_TOO = 3,
}

/** The strip as a grid of cells, `columns` for each row. A cell shows the last piece that reaches into it. */
export function stripCells(pieces: PieceColumns, { rows, perRow, starts }: Strip, columns: number): Uint8Array {
  const { count, page, pages, type, regionPage, firstPiece, regions } = pieces;
  const cells = new Uint8Array(rows * columns);
  const toCell = columns / perRow;
  let region = 0;
  for (let piece = 0; piece < count; piece++) {
    while (region + 1 < regions && (firstPiece[region + 1] as number) <= piece) region++;
    const state = type[piece] === NodeType.Allocated ? Cell.HANDED_OUT + (piece & 1) : Cell.FREE;
    let place = (starts[region] as number) + (page[piece] as number) - (regionPage[region] as number);
    // Only damage leads to a piece that is not inside of its region.
    const end = place < 0 ? place : Math.min(place + (pages[piece] as number), rows * perRow);
    for (let left = end - place; left > 0; ) {
      const [row, column] = [Math.floor(place / perRow), place % perRow];
      const length = Math.min(left, perRow - column);
      const from = Math.floor(column * toCell);
      const to = Math.max(from + 1, Math.floor((column + length) * toCell));
      cells.fill(state, row * columns + from, row * columns + to);
      place += length;
      left -= length;
    }
  }
  return cells;
}

/** The region that a piece belongs to. */
export function regionOf({ regions, firstPiece }: PieceColumns, piece: number): number {
  let region = 0;
  while (region + 1 < regions && (firstPiece[region + 1] as number) <= piece) region++;
  return region;
}

/** The piece at a place of the strip; -1 if there is none. */
export function pieceAt(pieces: PieceColumns, { pitch, scale, perRow, starts }: Strip, x: number, y: number): number {
  const place = Math.floor(y / pitch) * perRow + Math.min(perRow - 1, Math.floor(x / scale));
  const region = starts.findLastIndex((start) => start <= place);
  if (region < 0) return -1;
  return pieceOfPage(pieces, (pieces.regionPage[region] as number) + place - (starts[region] as number), region);
}

/** The piece of a region that contains a page; -1 if none does. */
function pieceOfPage({ page, pages, count, firstPiece }: PieceColumns, wanted: number, region: number): number {
  let [low, high] = [firstPiece[region] as number, (firstPiece[region + 1] ?? count) - 1];
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const start = page[middle] as number;
    if (wanted < start) high = middle - 1;
    else if (wanted >= start + (pages[middle] as number)) low = middle + 1;
    else return middle;
  }
  return -1;
}

/** The piece that contains a physical page; -1 if none does. */
export function pieceWithPage(pieces: PieceColumns, wanted: number): number {
  for (let region = 0; region < pieces.regions; region++) {
    const first = pieces.regionPage[region] as number;
    if (wanted >= first && wanted < first + (pieces.regionPages[region] as number)) {
      return pieceOfPage(pieces, wanted, region);
    }
  }
  return -1;
}
