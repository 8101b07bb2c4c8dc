/** What the grader says. */
import type { Explanation, Grade, ScenarioResult } from "../../../lab/grade/grade";
import { STEPS, type StepId } from "../../../lab/grade/scenarios";
import { paragraph } from "../../../lab/report/text";
import { english } from "./english";
import { files } from "./files";
import { graded } from "./lab";
import { PlaceLink } from "./PlaceLink";

const SHOWN_FRAMES = 4;

function Why({ explanation }: { explanation: Explanation }) {
  const { call, file, line, frames } = explanation;
  return (
    <div class="why">
      <p>{paragraph(explanation)}</p>
      <p>
        {english.call}: <code>{call}</code>
      </p>
      {frames.length > 0 && (
        <p>
          {english.at}{" "}
          {frames.slice(0, SHOWN_FRAMES).map((frame, index) => (
            <span key={`${index} ${frame.file}`}>
              {index > 0 && " ← "}
              <PlaceLink file={frame.file} line={frame.line} name={frame.function} />
            </span>
          ))}
        </p>
      )}
      {file !== null && line !== null && (
        <p>
          {english.see} <PlaceLink file={file} line={line} />
        </p>
      )}
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

function Scenario({ result, isFirst }: { result: ScenarioResult; isFirst: boolean }) {
  if (!result.explanation || result.isHidden)
    return (
      <li class="scenario" data-id={result.id} data-ok={result.ok}>
        <div class="line">
          <Verdict result={result} />
        </div>
      </li>
    );
  return (
    <li class="scenario" data-id={result.id} data-ok={result.ok}>
      <details open={isFirst}>
        <summary class="line">
          <Verdict result={result} />
        </summary>
        <Why explanation={result.explanation} />
      </details>
    </li>
  );
}

function Step({ step, grade, first }: { step: StepId; grade: Grade; first: string | undefined }) {
  const results = grade.scenarios.filter((result) => result.step === step);
  if (results.length === 0) return null;
  return (
    <section class="step" aria-labelledby={`step-${step}`}>
      <h3 id={`step-${step}`}>
        {STEPS[step]} <span class="soft">{english.step(results.filter(({ ok }) => ok).length, results.length)}</span>
      </h3>
      <ul>
        {results.map((result) => (
          <Scenario key={result.id} result={result} isFirst={result.id === first} />
        ))}
      </ul>
    </section>
  );
}

export function Results() {
  if (!graded.value) return null;
  const { grade, fingerprint, files: about } = graded.value;
  const first = grade.scenarios.find(({ ok, isHidden }) => !ok && !isHidden)?.id;
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
        <Step key={step} step={step} grade={grade} first={first} />
      ))}
      {fingerprint && (
        <p class="soft fingerprint" title={english.programTitle(fingerprint)} data-fingerprint={fingerprint}>
          {english.program(fingerprint)}
        </p>
      )}
    </section>
  );
}
