/** Fragmentation: how the free memory is divided among pieces. */
import type { Fragmentation, PieceColumns } from "../../../../observe/columns/pieces";
import { formatBytes, formatCount } from "../../../../observe/text/quantities";
import { NodeType } from "../../../../system/libmm/layout/mm-layout";
import { english } from "../../english";

const words = english.libmm;
const PAGE = 4096;
/** Pieces that are drawn one by one; the rest is one part. */
const DRAWN = 24;

/** Sizes of the largest free pieces in pages, largest first, and the sum of all others. */
export function freeSizes({ count, pages, type }: PieceColumns): { largest: number[]; rest: number } {
  const free: number[] = [];
  for (let i = 0; i < count; i++) if (type[i] !== NodeType.Allocated) free.push(pages[i] as number);
  free.sort((a, b) => b - a);
  return { largest: free.slice(0, DRAWN), rest: free.slice(DRAWN).reduce((sum, each) => sum + each, 0) };
}

export function FreeMemory({ pieces, figures }: { pieces: PieceColumns; figures: Fragmentation }) {
  const { freePages, totalPages, freePieces, allocatedPieces, largest, external } = figures;
  const { largest: sizes, rest } = freeSizes(pieces);
  const facts = [
    [words.free, formatBytes(freePages * PAGE), words.ofTotal(formatBytes(totalPages * PAGE))],
    [words.largest, formatBytes(largest * PAGE), words.largestAbout],
    [words.pieces, formatCount(freePieces), words.handedOut(allocatedPieces)],
    [words.fragmentation, `${(external * 100).toFixed(1)} %`, words.fragmentationAbout],
  ];
  return (
    <section>
      <dl class="tiles">
        {facts.map(([name, value, about]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <strong>{value}</strong>
              <span class="soft">{about}</span>
            </dd>
          </div>
        ))}
      </dl>
      <div class="free-bar" role="img" aria-label={words.freeBar(sizes.length, formatBytes(rest * PAGE))}>
        {sizes.map((size, index) => (
          <i key={index} style={{ flexGrow: size }} title={formatBytes(size * PAGE)} />
        ))}
        {rest > 0 && <i class="rest" style={{ flexGrow: rest }} title={words.others(formatBytes(rest * PAGE))} />}
      </div>
    </section>
  );
}
