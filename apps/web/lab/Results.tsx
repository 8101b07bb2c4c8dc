/** What the grader says. */
import type { Sight } from "../../../lab/grade/failure";
import type { Explanation, Grade, ScenarioResult } from "../../../lab/grade/grade";
import { STEPS, type StepId } from "../../../lab/grade/scenarios";
import { paragraph } from "../../../lab/report/text";
import type { Frame } from "../../../machines/results";
import { IconButton } from "../shell/Icon";
import { english } from "./english";
import { files, ownPath } from "./files";
import { graded } from "./lab";
import { PlaceLink } from "./PlaceLink";
import { inspect, noteOf, runOne } from "./runs";
import type { Texts } from "./storage";

const SHOWN_FRAMES = 4;

/** Where the program was, innermost function first. */
export function Frames({ frames }: { frames: readonly Frame[] }) {
  if (frames.length === 0) return null;
  return (
    <p>
      {english.at}{" "}
      {frames.slice(0, SHOWN_FRAMES).map((frame, index) => (
        <span key={`${index} ${frame.file}`}>
          {index > 0 && " ← "}
          <PlaceLink file={ownPath(frame.file) as string} line={frame.line} name={frame.function} />
        </span>
      ))}
    </p>
  );
}

/** Links to the moments of a failure, in the inspector. */
function Looks({ result, explanation, about }: { result: ScenarioResult; explanation: Explanation; about: Texts }) {
  const { where, back } = explanation;
  if (!where) return null;
  const show = (sight: Sight) =>
    void inspect(about, result.id, noteOf({ id: result.id, explanation }), sight, explanation.kind);
  return (
    <div class="looks">
      <button type="button" onClick={() => show(where)}>
        {english.runs.inspect}
      </button>
      {back.map(({ question, ...sight }) => (
        <button key={question} type="button" class="link" onClick={() => show(sight)}>
          {question}
        </button>
      ))}
    </div>
  );
}

function Why({ result, explanation, about }: { result: ScenarioResult; explanation: Explanation; about: Texts }) {
  const { call, file, line, frames } = explanation;
  return (
    <div class="why">
      <p>{paragraph(explanation)}</p>
      <p>
        {english.call}: <code>{call}</code>
      </p>
      <Frames frames={frames} />
      {file !== null && line !== null && (
        <p>
          {english.see} <PlaceLink file={file} line={line} />
        </p>
      )}
      <Looks result={result} explanation={explanation} about={about} />
    </div>
  );
}

function Verdict({ result }: { result: ScenarioResult }) {
  const { id, ok, points, isExtra, isHidden, title } = result;
  return (
    <>
      <span class="mono">{id}</span>
      <span class={ok ? "good" : "bad"}>{ok ? english.passed : english.failed}</span>
      <span class="title">{isHidden ? english.hidden : title}</span>
      <span class="soft count">
        {ok ? points : 0}/{points}
        {isExtra && ` ${english.extra}`}
      </span>
    </>
  );
}

function Scenario({ result, isOpen, about }: { result: ScenarioResult; isOpen: boolean; about: Texts }) {
  const { id, ok, isHidden, explanation } = result;
  return (
    <li class="scenario" data-id={id} data-ok={ok}>
      {explanation && !isHidden ? (
        <details open={isOpen}>
          <summary class="line">
            <Verdict result={result} />
          </summary>
          <Why result={result} explanation={explanation} about={about} />
        </details>
      ) : (
        <div class="line">
          <Verdict result={result} />
        </div>
      )}
      {!isHidden && (
        <IconButton name="play" class="run-one" label={english.runs.runOne(id)} onClick={() => runOne(id)} />
      )}
    </li>
  );
}

/** Results of scenarios. The first one that failed shows why. */
export function ScenarioList({
  results,
  about,
  first,
}: {
  results: readonly ScenarioResult[];
  about: Texts;
  first?: string | undefined;
}) {
  const opened = first ?? results.find(isShownFailure)?.id;
  return (
    <ul>
      {results.map((result) => (
        <Scenario key={result.id} result={result} isOpen={result.id === opened} about={about} />
      ))}
    </ul>
  );
}

const isShownFailure = ({ ok, isHidden }: ScenarioResult) => !ok && !isHidden;

function Step({ step, grade, first, about }: { step: StepId; grade: Grade; first: string; about: Texts }) {
  const results = grade.scenarios.filter((result) => result.step === step);
  if (results.length === 0) return null;
  return (
    <section class="step" aria-labelledby={`step-${step}`}>
      <h3 id={`step-${step}`}>
        {STEPS[step]} <span class="soft">{english.step(results.filter(({ ok }) => ok).length, results.length)}</span>
      </h3>
      <ScenarioList results={results} about={about} first={first} />
    </section>
  );
}

export function Results() {
  if (!graded.value) return null;
  const { grade, fingerprint, files: about } = graded.value;
  const first = grade.scenarios.find(isShownFailure)?.id ?? "";
  return (
    <section class="graded" aria-label={english.results} data-current={about === files.value}>
      <p class="points">
        <strong>{english.points(grade.earned, grade.total)}</strong>
        {about !== files.value && <span class="soft"> {english.older}</span>}
      </p>
      <progress value={grade.earned} max={grade.total} aria-label={english.points(grade.earned, grade.total)} />
      {grade.problems.map((problem) => (
        <p key={problem} class="bad">
          {problem}
        </p>
      ))}
      {(Object.keys(STEPS) as StepId[]).map((step) => (
        <Step key={step} step={step} grade={grade} first={first} about={about} />
      ))}
      {fingerprint && (
        <p class="soft fingerprint" title={english.programTitle(fingerprint)} data-fingerprint={fingerprint}>
          {english.program(fingerprint)}
        </p>
      )}
    </section>
  );
}
