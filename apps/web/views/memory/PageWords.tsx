/** The words of a page, with runs of zero rows left out. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { formatAddress } from "../../../../observe/text/quantities";
import { english } from "../../english";
import { ask } from "../../present";

const ROW_WORDS = 4;
const hex = (value: number) => value.toString(16).padStart(8, "0");

interface Row {
  offset: number;
  /** Null for a run of rows that are zero. */
  words: Uint32Array | null;
  rows: number;
}

function rowsOf(words: Uint32Array): Row[] {
  const rows: Row[] = [];
  for (let at = 0; at < words.length; at += ROW_WORDS) {
    const row = words.subarray(at, at + ROW_WORDS);
    const last = rows.at(-1);
    if (row.some((word) => word !== 0)) rows.push({ offset: 4 * at, words: row, rows: 1 });
    else if (last?.words === null) last.rows++;
    else rows.push({ offset: 4 * at, words: null, rows: 1 });
  }
  return rows;
}

export function PageWords({ base, call, changed }: { base: number; call: number; changed: ReadonlySet<number> }) {
  const words = useSignal<Uint32Array | null>(null);
  useEffect(() => {
    let isWanted = true;
    ask("words", { call, pages: [base] }).then((answer) => {
      if (isWanted) words.value = answer;
    });
    return () => {
      isWanted = false;
    };
  }, [base, call]);
  const text = english.memory;
  return (
    <div class="words">
      <h3>{text.wordsOf(formatAddress(base))}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls. */}
      <section class="scroll" tabIndex={0} aria-label={text.wordsOf(formatAddress(base))}>
        <table class="hex">
          <tbody>
            {words.value &&
              rowsOf(words.value).map(({ offset, words: row, rows }) => (
                <tr key={offset}>
                  <th scope="row">{offset.toString(16).padStart(3, "0")}</th>
                  {row ? (
                    Array.from(row, (word, index) => {
                      const isChanged = changed.has(base + offset + 4 * index);
                      return (
                        <td key={4 * index} class={isChanged ? "changed" : word === 0 ? "zero" : undefined}>
                          {hex(word)}
                        </td>
                      );
                    })
                  ) : (
                    <td colSpan={ROW_WORDS} class="zero">
                      {text.zeroBytes(rows * ROW_WORDS * 4)}
                    </td>
                  )}
                </tr>
              ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}
