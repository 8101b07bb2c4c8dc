/** The panel that runs init, or some of the scenarios, and shows what they print. */
import { useEffect, useRef } from "preact/hooks";
import { SCENARIOS } from "../../../lab/grade/scenarios";
import { english } from "./english";
import { files } from "./files";
import { isReady, stop, work } from "./lab";
import type { InitEnd } from "./protocol";
import { Frames, ScenarioList } from "./Results";
import { inspect, output, ran, run, wanted } from "./runs";

const words = english.runs;

/** The console, scrolled to its end as long as the reader has not scrolled up. */
function Output() {
  const pre = useRef<HTMLPreElement>(null);
  const isAtEnd = useRef(true);
  const { value: text } = output;
  useEffect(() => {
    const { current } = pre;
    if (current && isAtEnd.current) current.scrollTop = current.scrollHeight;
  }, [text]);
  return (
    <pre
      ref={pre}
      class="mono run-output"
      role="log"
      aria-label={words.output}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: keyboards scroll it
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
        isAtEnd.current = scrollTop + clientHeight > scrollHeight - 4;
      }}
    >
      {text}
    </pre>
  );
}

function InitResult({ end, about }: { end: InitEnd; about: ReadonlyMap<string, string> }) {
  const { result } = end;
  const text = words.initEnded(result, end.systemCalls);
  const frames = "frames" in result ? result.frames : [];
  const note = { title: words.initTitle, text, moments: [{ text: words.theEnd, call: null, selection: null }] };
  return (
    <div class="run-end" data-kind={result.kind}>
      <p role="status">{text}</p>
      <Frames frames={frames} />
      <p>
        <button type="button" onClick={() => void inspect(about, "init", note, { call: null, focus: null })}>
          {words.inspect}
        </button>
      </p>
    </div>
  );
}

export function Run() {
  const isRunning = work.value?.name === "run";
  const latest = ran.value;
  return (
    <section class="run" aria-label={words.title}>
      <form
        class="run-form"
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <label for="run-what">{words.what}</label>
        <input
          id="run-what"
          class="mono"
          list="run-choices"
          value={wanted.value}
          autocomplete="off"
          spellcheck={false}
          aria-describedby="run-hint"
          onInput={(event) => {
            wanted.value = event.currentTarget.value;
          }}
        />
        <datalist id="run-choices">
          <option value="init">{words.initChoice}</option>
          <option value="*">{words.allChoice}</option>
          {SCENARIOS.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </datalist>
        {isRunning ? (
          <button type="button" onClick={stop}>
            {english.stop}
          </button>
        ) : (
          <button type="submit" class="primary" disabled={!isReady.value}>
            {words.run}
          </button>
        )}
      </form>
      <p id="run-hint" class="soft">
        {words.hint}
      </p>
      {latest && (
        <div data-current={latest.files === files.value} data-ran={latest.end ? latest.what : undefined}>
          {latest.files !== files.value && <p class="soft">{english.older}</p>}
          {output.value !== "" && <Output />}
          {latest.end?.init && <InitResult end={latest.end.init} about={latest.files} />}
          {latest.end && <ScenarioList results={latest.end.results} about={latest.files} />}
        </div>
      )}
    </section>
  );
}
