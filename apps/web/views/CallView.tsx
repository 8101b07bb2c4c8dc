/** The present call in words: arguments, answer, what it changed, and the source lines that made it. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Frame } from "../../../machines/results";
import { formatAddress, formatCount } from "../../../observe/text/quantities";
import { english } from "../english";
import type { Moment } from "../moment";
import { ask, callNumber, detail, info, labNote } from "../present";
import { isSameSelection } from "../selection";
import { select, selection } from "../state";
import type { LinkedText } from "../worker/call-detail";
import { HeadRow } from "./shared/HeadRow";
import { defineView } from "./view";

/** A text that selects what it names. */
function Linked({ text, selection: target }: LinkedText) {
  if (target === null) return <span>{text}</span>;
  return (
    <button
      type="button"
      class="link mono"
      aria-pressed={isSameSelection(target, selection.value)}
      onClick={() => select(target)}
    >
      {text}
    </button>
  );
}

const MOST_WORDS = 64;
const MOST_FRAMES = 12;

function ChangedWords({ moment }: { moment: Moment<"changes"> }) {
  const { length, address, before, after } = moment.changes;
  const text = english.call;
  if (length === 0) return <p class="soft">{text.noWords}</p>;
  const hex = (value: number | undefined) => (value ?? 0).toString(16).padStart(8, "0");
  return (
    <details class="words-changed" open={length <= 8}>
      <summary>{text.words(length)}</summary>
      <table class="hex">
        <HeadRow titles={text.wordColumns} />
        <tbody>
          {Array.from(address.subarray(0, MOST_WORDS), (at, index) => (
            <tr key={at}>
              <th scope="row">
                <button
                  type="button"
                  class="link mono"
                  onClick={() => select({ kind: "page", base: at - (at % 0x1000) })}
                >
                  {formatAddress(at)}
                </button>
              </th>
              <td class="zero">{hex(before[index])}</td>
              <td class="changed">{hex(after[index])}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {length > MOST_WORDS && <p class="soft">{text.moreWords(length - MOST_WORDS)}</p>}
    </details>
  );
}

function Frames({ frames }: { frames: readonly Frame[] }) {
  return (
    <ol class="frames">
      {frames.map(({ function: name, file, line, text }, index) => (
        <li key={`${index} ${file}`}>
          <span class="mono">{name}</span>
          <span class="soft mono">
            {file}:{line}
          </span>
          {text !== undefined && <pre class="mono">{text.trim()}</pre>}
        </li>
      ))}
    </ol>
  );
}

function SourceLines({ call }: { call: number }) {
  const frames = useSignal<Frame[] | "asked" | null>(null);
  const text = english.call;
  const find = async () => {
    frames.value = "asked";
    const found = await ask("stack", { call });
    if (call === callNumber.peek()) frames.value = found;
  };
  useEffect(() => {
    frames.value = null;
    // The lab's recordings are short.
    if (labNote.peek()) void find();
  }, [call]);
  if (frames.value === null || frames.value === "asked") {
    return (
      <button type="button" disabled={frames.value === "asked"} onClick={find}>
        {frames.value === "asked" ? text.searching : text.findSource}
      </button>
    );
  }
  if (frames.value.length === 0) return <p class="soft">{text.noSource}</p>;
  const own = frames.value.filter((frame) => frame.text !== undefined);
  return <Frames frames={own.length > 0 ? own : frames.value} />;
}

export function CallView({ moment }: { moment: Moment<"changes"> }) {
  const text = english.call;
  const run = info.value;
  const number = callNumber.value;
  const known = detail.value;
  if (number === 0) return <p>{text.beforeFirst}</p>;
  if (run && number > run.calls) {
    return (
      <div class="call">
        <p>{text.afterLast(run.ending)}</p>
        <Frames frames={run.frames.slice(0, MOST_FRAMES)} />
      </div>
    );
  }
  if (!known) return <p class="soft">{text.reading}</p>;
  const isOfLab = labNote.value !== null;
  const source = (
    <section>
      <h4>{text.source}</h4>
      <SourceLines call={known.number} />
    </section>
  );
  return (
    <article class="call" aria-busy={known.number !== number}>
      <h3>
        <span class="mono">{known.kind}</span>
        <span class="soft">{text.number(formatCount(known.number))}</span>
      </h3>
      {/* For a learner, the own line comes first. */}
      {isOfLab && source}
      <dl class="arguments">
        {known.arguments.map((argument) => (
          <div key={argument.name}>
            <dt>{argument.name}</dt>
            <dd>
              <Linked {...argument} />
            </dd>
          </div>
        ))}
        <div class={`answer ${known.outcome}`}>
          <dt>{text.answer}</dt>
          <dd>
            {known.errors.length === 0 ? (
              <span class="mono">{known.answer}</span>
            ) : (
              <ol class="errors">
                {known.errors.map(({ name, meaning }) => (
                  <li key={name}>
                    <code>{name}</code> <span>{meaning}</span>
                  </li>
                ))}
              </ol>
            )}
            {known.explanation && (
              <p class="explanation">
                <Linked {...known.explanation} />
              </p>
            )}
          </dd>
        </div>
      </dl>
      <section>
        <h4>{text.changed}</h4>
        {known.changes.length === 0 && <p class="soft">{text.nothingChanged}</p>}
        <ul class="changes">
          {known.changes.map((change, index) => (
            <li key={`${index} ${change.text}`} data-sign={change.text[0]}>
              <Linked text={change.text.slice(2)} selection={change.selection} />
            </li>
          ))}
        </ul>
        <ChangedWords moment={moment} />
      </section>
      {!isOfLab && source}
    </article>
  );
}

export const callView = defineView<"changes">({
  id: "call",
  title: english.call.title,
  about: english.call.about,
  needs: ["changes"],
  component: CallView,
});
