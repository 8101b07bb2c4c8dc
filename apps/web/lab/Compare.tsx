/** The panel in which the learner's manager races the built-in policies. */
import type { ComponentChildren } from "preact";
import { KINDS } from "../../../evidence/bench/allocation-trace";
import { MOST_EXCHANGES, POLICIES, type RaceChoice, TRACE_NAMES, traceOf } from "../../../lab/race/choice";
import type { RaceResult, RaceSample, RaceStop } from "../../../lab/race/race";
import {
  formatAPiece,
  formatNanoseconds,
  formatShare,
  RACE_COLUMNS,
  refusalRemark,
  stopSentence,
} from "../../../lab/report/race";
import { formatCount } from "../../../observe/text/quantities";
import type { PolicyName } from "../../../system/libmm/layout/mm-policies";
import { CurveChart, type Line, valueAt } from "../draw/CurveChart";
import { saveFile } from "../draw/export";
import { choice, raced, startRace } from "./compare";
import { english } from "./english";
import { files } from "./files";
import { isReady, isRunning } from "./lab";
import type { Raced } from "./protocol";
import { Frames } from "./Results";

const words = english.compare;

/** Lengths that can be chosen, in pairs of free and allocate. */
const LENGTHS = [2000, 20_000, MOST_EXCHANGES];
const MOST_SEED = 0xffffffff;
/** Rows of the table behind a curve. */
const ROWS = 10;
const MINE = { token: "--curve-mine", width: 2.5 };
const OTHERS_WIDTH = 1.75;

function change(part: Partial<RaceChoice>): void {
  choice.value = { ...choice.peek(), ...part };
}

function toggle(policy: PolicyName): void {
  const { policies } = choice.peek();
  // In their usual order, so that a race does not depend on the order of the clicks.
  change({ policies: POLICIES.filter((each) => policies.includes(each) !== (each === policy)) });
}

function Form() {
  const { trace, seed, exchanges, policies } = choice.value;
  return (
    <form
      class="race-form"
      onSubmit={(event) => {
        event.preventDefault();
        void startRace();
      }}
    >
      <label>
        {words.trace}
        <select
          value={trace}
          onChange={(event) => change({ trace: event.currentTarget.value as RaceChoice["trace"] })}
          aria-describedby="race-trace"
        >
          {TRACE_NAMES.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label>
        {words.length}
        <select value={exchanges} onChange={(event) => change({ exchanges: Number(event.currentTarget.value) })}>
          {LENGTHS.map((length) => (
            <option key={length} value={length}>
              {words.pairs(length)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {words.seed}
        <input
          type="number"
          min={0}
          max={MOST_SEED}
          step={1}
          required
          value={seed}
          onChange={(event) => {
            if (event.currentTarget.reportValidity()) change({ seed: event.currentTarget.valueAsNumber });
          }}
        />
      </label>
      <p class="soft" id="race-trace">
        {words.requests(KINDS[trace].title)}
      </p>
      <fieldset>
        <legend>{words.against}</legend>
        {POLICIES.map((policy) => (
          <label key={policy}>
            <input type="checkbox" checked={policies.includes(policy)} onChange={() => toggle(policy)} /> {policy}
          </label>
        ))}
      </fieldset>
      <button type="submit" class="primary" disabled={!isReady.value || isRunning.value}>
        {words.start}
      </button>
    </form>
  );
}

function Stop({ name, stop }: { name: string; stop: RaceStop }) {
  return (
    <div class="why" data-stopped={name}>
      <p>
        <strong>{name}</strong>: {stopSentence(stop)}
      </p>
      <Frames frames={stop.frames} />
    </div>
  );
}

/** A box that scrolls if its content is too wide, also by keyboard. */
function Scrolling({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys need a focus to scroll
    <section class="scrolls" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}

function Figures({ results }: { results: readonly RaceResult[] }) {
  return (
    <Scrolling label={words.figures}>
      <table class="plain race-figures">
        <thead>
          <tr>
            <td />
            {results.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {RACE_COLUMNS.map(({ title, about, cell }) => (
            <tr key={title}>
              <th scope="row" title={about}>
                {title}
              </th>
              {results.map((result) => (
                <td key={result.name} class="number">
                  {cell(result)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}

interface Curve {
  id: string;
  title: string;
  value(sample: RaceSample): number | null;
  /** The greatest value of the axis; null for the greatest value that there is. */
  most: number | null;
  text(value: number): string;
}

const CURVES: readonly Curve[] = [
  { id: "time", title: words.time, value: (s) => s.nanoseconds, most: null, text: formatNanoseconds },
  { id: "fragmentation", title: words.fragmentation, value: (s) => s.fragmentation, most: 1, text: formatShare },
  { id: "in-use", title: words.inUse, value: (s) => s.inUse, most: 1, text: formatShare },
  { id: "metadata", title: words.metadata, value: (s) => s.metadata, most: null, text: formatAPiece },
];

function linesOf({ value }: Curve, results: readonly RaceResult[], policies: readonly PolicyName[]): Line[] {
  return results.map(({ name, samples }, index) => {
    const policy = policies[index - 1];
    const looks = policy ? { token: `--race-${policy}`, width: OTHERS_WIDTH } : MINE;
    const points = samples.flatMap((sample) => {
      const figure = value(sample);
      return figure === null ? [] : [{ at: sample.operation, value: figure }];
    });
    return { name, points, ...looks };
  });
}

function Behind({
  title,
  lines,
  last,
  text,
}: {
  title: string;
  lines: readonly Line[];
  last: number;
  text: Curve["text"];
}) {
  const places = Array.from({ length: ROWS }, (_, row) => Math.round(((row + 1) / ROWS) * last));
  return (
    <details class="behind">
      <summary>{words.asTable(title)}</summary>
      <Scrolling label={words.asTable(title)}>
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">{words.operation}</th>
              {lines.map(({ name }) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {places.map((at) => (
              <tr key={at}>
                <td class="number">{formatCount(at)}</td>
                {lines.map(({ name, points }) => {
                  const isOver = (points.at(-1)?.at ?? 0) < at;
                  const value = isOver ? undefined : valueAt(points, at);
                  return (
                    <td key={name} class="number">
                      {value === undefined ? "" : text(value)}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolling>
    </details>
  );
}

function Curves({
  results,
  policies,
  last,
}: {
  results: readonly RaceResult[];
  policies: readonly PolicyName[];
  last: number;
}) {
  return (
    <>
      {CURVES.map((curve) => {
        const { id, title, most, text } = curve;
        const lines = linesOf(curve, results, policies);
        const greatest = lines.flatMap(({ points }) => points).reduce((top, { value }) => Math.max(top, value), 0);
        return (
          <div key={id} class="race-curve" data-curve={id}>
            <CurveChart
              title={title}
              name={`typefish-race-${id}`}
              lines={lines}
              last={last}
              most={most ?? greatest}
              text={text}
              placeText={(at) => words.after(formatCount(at))}
              label={words.chart(title)}
            />
            <Behind title={title} lines={lines} last={last} text={text} />
          </div>
        );
      })}
    </>
  );
}

function save(chosen: RaceChoice, results: readonly RaceResult[]): void {
  const { title, pages, operations } = traceOf(chosen);
  const all = { ...chosen, title, pages, operations: operations.length, results };
  const text = `${JSON.stringify(all, null, 2)}\n`;
  saveFile("typefish-race.json", new Blob([text], { type: "application/json" }));
}

function Outcome({ answer, chosen, isCurrent }: { answer: Raced; chosen: RaceChoice; isCurrent: boolean }) {
  if ("problems" in answer)
    return (
      <div class="race-results" data-current={isCurrent}>
        {answer.problems.map((problem) => (
          <p key={problem} class="bad">
            {problem}
          </p>
        ))}
      </div>
    );
  const { results, operations, clockStep } = answer;
  return (
    <div class="race-results" data-current={isCurrent}>
      <p>
        {words.raced(chosen.trace, operations, chosen.seed)}
        {!isCurrent && <span class="soft"> {english.older}</span>}
      </p>
      {results.map(({ name, stop }) => stop && <Stop key={name} name={name} stop={stop} />)}
      {results.map((result) => {
        const remark = refusalRemark(result);
        return (
          remark && (
            <p key={result.name}>
              {result.name}: {remark}
            </p>
          )
        );
      })}
      <Figures results={results} />
      <Curves results={results} policies={chosen.policies} last={operations} />
      <details class="behind">
        <summary>{words.measuredTitle}</summary>
        {words.measured(clockStep).map((text) => (
          <p key={text}>{text}</p>
        ))}
        <dl class="race-meanings">
          {RACE_COLUMNS.map(({ title, about }) => (
            <div key={title}>
              <dt>{title}</dt>
              <dd>{about}</dd>
            </div>
          ))}
        </dl>
      </details>
      <p>
        <button type="button" onClick={() => save(chosen, results)}>
          {words.save}
        </button>
      </p>
    </div>
  );
}

export function Compare() {
  const latest = raced.value;
  return (
    <section class="compare">
      <p>{words.about}</p>
      <Form />
      {latest && <Outcome answer={latest.answer} chosen={latest.choice} isCurrent={latest.files === files.value} />}
    </section>
  );
}
