/** The picture as a table: runs of pages that one capability covers. */
import { useSignal } from "@preact/signals";
import { formatAddress, formatBytes } from "../../../../observe/text/quantities";
import { typeName } from "../../../../system/kpi/object-types";
import { english } from "../../english";
import type { Moment } from "../../moment";
import { select } from "../../state";
import { HeadRow } from "../shared/HeadRow";
import { ownerName } from "./colouring";

const PAGE_BYTES = 4096;
const MOST_ROWS = 400;

interface PageRun {
  page: number;
  count: number;
}

function runsOf({ count, capability, owner }: Moment<"pages">["pages"]): { runs: PageRun[]; left: number } {
  const runs: PageRun[] = [];
  let left = 0;
  for (let page = 0; page < count; ) {
    let end = page + 1;
    while (end < count && capability[end] === capability[page] && owner[end] === owner[page]) end++;
    if (runs.length < MOST_ROWS) runs.push({ page, count: end - page });
    else left++;
    page = end;
  }
  return { runs, left };
}

export function PageRuns({ moment, base }: { moment: Moment<"pages">; base: number }) {
  const isOpen = useSignal(false);
  const { pages } = moment;
  const text = english.memory;
  const { runs, left } = isOpen.value ? runsOf(pages) : { runs: [], left: 0 };
  return (
    <details
      class="behind"
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open;
      }}
    >
      <summary>{text.asTable}</summary>
      {isOpen.value && (
        <table class="plain">
          <HeadRow titles={text.columns} />
          <tbody>
            {runs.map(({ page, count }) => (
              <tr key={page}>
                <td>
                  <button
                    type="button"
                    class="link mono"
                    onClick={() => select({ kind: "page", base: base + page * PAGE_BYTES })}
                  >
                    {formatAddress(base + page * PAGE_BYTES)}
                  </button>
                </td>
                <td>{formatBytes(count * PAGE_BYTES)}</td>
                <td>{pages.type[page] === 0 ? text.nothing : typeName(pages.type[page] as number)}</td>
                <td>{text.keys[ownerName(pages.owner[page] as number)]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {left > 0 && <p class="soft">{text.moreRows(left)}</p>}
    </details>
  );
}
