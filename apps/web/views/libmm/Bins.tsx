/** The free pieces by size, in the classes of the policy: a bar for each class. */
import { useSignal } from "@preact/signals";
import type { BinColumns } from "../../../../observe/columns/bins";
import { formatBytes, formatCount } from "../../../../observe/text/quantities";
import { POLICIES } from "../../../../system/libmm/layout/mm-policies";
import { english } from "../../english";

const words = english.libmm;
const PAGE = 4096;
const HEIGHT = 72;

/** Powers of two get a label, unless they are too close to the one before. */
function ticks({ count, smallest }: BinColumns, shown: number): { index: number; text: string }[] {
  const marks: { index: number; text: string }[] = [];
  for (let index = 1; index < Math.min(count, shown); index++) {
    const pages = smallest[index] as number;
    if ((pages & (pages - 1)) !== 0) continue;
    const last = marks.at(-1);
    if (last && (index - last.index) / shown < 0.08) continue;
    marks.push({ index, text: formatBytes(pages * PAGE) });
  }
  return marks;
}

export function sizeOfBin({ smallest, largest }: BinColumns, index: number): string {
  const [from, to] = [smallest[index] as number, largest[index] as number];
  if (from === to) return formatBytes(from * PAGE);
  return to === 0xffffffff
    ? words.sizeFrom(formatBytes(from * PAGE))
    : `${formatBytes(from * PAGE)} – ${formatBytes(to * PAGE)}`;
}

export function Bins({ bins, totalPages }: { bins: BinColumns; totalPages: number }) {
  const pointed = useSignal<number | null>(null);
  const { smallest, pieces, pages, listed } = bins;
  const used = [...pieces.keys()].filter((index) => (pieces[index] as number) > 0 || (listed?.[index] ?? 0) > 0);
  const beyond = smallest.findIndex((size) => size > totalPages);
  const shown = Math.max((used.at(-1) ?? 0) + 1, beyond < 0 ? bins.count : beyond);
  const most = used.reduce((sum, index) => Math.max(sum, pieces[index] as number), 1);
  const height = (index: number) => (Math.log2(1 + (pieces[index] as number)) / Math.log2(1 + most)) * HEIGHT;
  const broken = listed ? used.filter((index) => listed[index] !== pieces[index]) : [];
  const said = pointed.value;
  return (
    <section>
      <h3>
        {words.bins(POLICIES[bins.policy] ?? `${bins.policy}`)}
        <span class="soft">
          {said === null
            ? words.binsUsed(used.length)
            : words.bin(sizeOfBin(bins, said), pieces[said] as number, formatBytes((pages[said] as number) * PAGE))}
        </span>
      </h3>
      {broken.length > 0 && <p class="wrong">{words.brokenBins(broken.length)}</p>}
      <svg
        class="bins"
        viewBox={`0 0 ${shown * 4} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={words.binsUsed(used.length)}
        onPointerMove={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          const index = Math.floor(((event.clientX - box.left) / box.width) * shown);
          pointed.value = index >= 0 && index < shown ? index : null;
        }}
        onPointerLeave={() => {
          pointed.value = null;
        }}
      >
        {said !== null && <rect class="bin-pointed" x={said * 4} width="4" height={HEIGHT} />}
        <rect class="bin-line" y={HEIGHT - 1} width={shown * 4} height="1" />
        {used.map((index) => (
          <rect
            key={index}
            class="bin"
            x={index * 4 + 0.4}
            width="3.2"
            y={HEIGHT - height(index)}
            height={height(index)}
          />
        ))}
      </svg>
      <div class="ticks" aria-hidden="true">
        {ticks(bins, shown).map(({ index, text }) => (
          <span key={index} data-first={index / shown < 0.04} style={{ left: `${((index + 0.5) / shown) * 100}%` }}>
            {text}
          </span>
        ))}
      </div>
      <details>
        <summary>{words.asTable}</summary>
        <table class="meanings">
          <thead>
            <tr>
              <th>{words.size}</th>
              <th>{words.pieces}</th>
              <th>{words.together}</th>
            </tr>
          </thead>
          <tbody>
            {used.map((index) => (
              <tr key={index}>
                <td>{sizeOfBin(bins, index)}</td>
                <td class="number">{formatCount(pieces[index] as number)}</td>
                <td class="number">{formatBytes((pages[index] as number) * PAGE)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}
