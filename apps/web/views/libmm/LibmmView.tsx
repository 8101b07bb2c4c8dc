/** libmm: the pieces of the memory manager, its bins, fragmentation, and how full the allocators are. */
import { useMemo } from "preact/hooks";
import type { CapabilityColumns } from "../../../../observe/columns/capabilities";
import { formatAddress, formatBytes } from "../../../../observe/text/quantities";
import { english } from "../../english";
import type { Moment } from "../../moment";
import { select, selection } from "../../state";
import { Damage } from "../shared/Damage";
import { type Column, Rows } from "../shared/Rows";
import { memoryText, selectedIndex } from "../shared/relations";
import { defineView } from "../view";
import { Bins } from "./Bins";
import { FreeMemory } from "./FreeMemory";
import { Gauges } from "./Gauges";
import { PieceStrip } from "./PieceStrip";
import { pieceWithPage } from "./strip";

const words = english.libmm;
const PAGE = 4096;

/** The page that a selection is about; null if it is about no physical memory. A slot means the memory of what it holds. */
function selectedPage(capabilities: CapabilityColumns): number | null {
  const picked = selection.value;
  switch (picked?.kind) {
    case "page":
    case "capability":
      return Math.floor(picked.base / PAGE);
    case "entry":
      return Math.floor(picked.at / PAGE);
    case "slot": {
      const held = selectedIndex(capabilities, picked);
      return Math.floor((held < 0 ? picked.at : (capabilities.base[held] as number)) / PAGE);
    }
    default:
      return null;
  }
}

function LibmmView({ moment: { libmm, capabilities } }: { moment: Moment<"libmm" | "capabilities"> }) {
  const { pieces, fragmentation, bins, gauges, damage } = libmm;
  const page = selectedPage(capabilities);
  const chosen = useMemo(() => (pieces && page !== null ? pieceWithPage(pieces, page) : -1), [pieces, page]);
  if (!pieces || !fragmentation) {
    return (
      <>
        <Damage notes={damage} />
        <p class="quiet">{words.none}</p>
        {gauges.length > 0 && <Gauges gauges={gauges} />}
      </>
    );
  }
  const choose = (piece: number) => select({ kind: "page", base: (pieces.page[piece] as number) * PAGE });
  const columns: Column[] = [
    {
      title: words.piece,
      track: "minmax(5.6rem, 12.2rem)",
      isCode: true,
      cell: (row) => memoryText((pieces.page[row] as number) * PAGE, (pieces.pages[row] as number) * PAGE),
    },
    {
      title: words.size,
      track: "5.5rem",
      isNumber: true,
      cell: (row) => formatBytes((pieces.pages[row] as number) * PAGE),
    },
    { title: words.state, track: "minmax(5.5rem, 1fr)", cell: (row) => words.states[pieces.type[row] as number] },
    {
      title: words.record,
      track: "6.5rem",
      isCode: true,
      from: 460,
      cell: (row) => formatAddress(pieces.at[row] as number),
    },
  ];
  return (
    <div class="libmm">
      <Damage notes={damage} />
      <FreeMemory pieces={pieces} figures={fragmentation} />
      <PieceStrip pieces={pieces} selected={chosen} onSelect={choose} />
      <div class="halves">
        <div>
          {bins && <Bins bins={bins} totalPages={fragmentation.totalPages} />}
          <Rows
            label={words.pieces}
            count={pieces.count}
            columns={columns}
            selected={chosen}
            onSelect={choose}
            empty={words.noPieces}
          />
        </div>
        <Gauges gauges={gauges} />
      </div>
    </div>
  );
}

export const libmm = defineView({
  id: "libmm",
  title: words.title,
  about: words.about,
  needs: ["libmm", "capabilities"],
  component: LibmmView,
});
