/** All pieces as a picture: the memory of the manager as one long strip, wrapped into rows. */
import { useSignal } from "@preact/signals";
import type { PieceColumns } from "../../../../observe/columns/pieces";
import { formatAddress, formatBytes } from "../../../../observe/text/quantities";
import { NodeType } from "../../../../system/libmm/layout/mm-layout";
import { colour } from "../../draw/colours";
import { type Draw, Picture, type Size } from "../../draw/Picture";
import type { Pen } from "../../draw/pen";
import { english } from "../../english";
import { pieceAt, regionOf, type Strip, stripFor } from "./strip";

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
}

/** Calls `paint` for each part of a piece, which may reach over several rows. */
function eachPart(
  { page, pages, regionPage }: PieceColumns,
  { perRow, pitch, scale, starts }: Strip,
  piece: number,
  region: number,
  paint: (x: number, y: number, width: number, height: number) => void,
): void {
  let place = (starts[region] as number) + (page[piece] as number) - (regionPage[region] as number);
  for (let left = pages[piece] as number; left > 0; ) {
    const column = place % perRow;
    const length = Math.min(left, perRow - column);
    paint(column * scale, Math.floor(place / perRow) * pitch, length * scale, pitch - 1);
    place += length;
    left -= length;
  }
}

function drawPieces(pieces: PieceColumns, strip: Strip, pen: Pen): void {
  const free = colour("--piece-free");
  const handedOut = [colour("--piece-used"), colour("--piece-used-too")];
  let region = 0;
  for (let piece = 0; piece < pieces.count; piece++) {
    while (region + 1 < pieces.regions && (pieces.firstPiece[region + 1] as number) <= piece) region++;
    // Neighbours differ, so that each piece can be seen.
    pen.fillStyle = pieces.type[piece] === NodeType.Allocated ? (handedOut[piece & 1] as string) : free;
    eachPart(pieces, strip, piece, region, (x, y, width, height) => {
      // A line of the ground separates pieces that are wide enough.
      pen.fillRect(x, y, width > 3 ? width - 1 : Math.max(width, 0.5), height);
    });
  }
}

export function PieceStrip({ pieces, selected, onSelect }: PieceStripProps) {
  const size = useSignal<Size>({ width: 0, height: 0 });
  const pointed = useSignal(-1);
  const strip = stripFor(pieces, size.value.width, size.value.height);
  const draw: Draw = (pen, box) => {
    const drawn = stripFor(pieces, box.width, box.height);
    drawPieces(pieces, drawn, pen);
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
          name="libmm"
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
