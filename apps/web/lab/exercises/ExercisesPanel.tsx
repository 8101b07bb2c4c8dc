/** The panel of exercises: the list, or one exercise with its text, its check and what comes out of it. */
import { useEffect, useRef } from "preact/hooks";
import type { Passage } from "../../../../lab/exercises/exercise";
import { english } from "../english";
import { workspace } from "../files";
import { isReady, isRunning, work } from "../lab";
import { Why } from "../Results";
import {
  answer,
  check,
  checked,
  close,
  inspectRecording,
  loadExercises,
  nameChanged,
  offered,
  open,
  opened,
  openNext,
  ownFile,
  ownText,
  present,
  saveRecording,
  start,
  verdict,
} from "./exercises";
import { learnerName, setLearnerName, stateOf } from "./progress";
import type { OfferedExercise, OpenedExercise } from "./protocol";

const texts = english.exercises;

function NameField() {
  const field = useRef<HTMLInputElement>(null);
  const take = () => {
    const name = (field.current?.value ?? "").trim();
    if (name === learnerName()) return;
    setLearnerName(name);
    nameChanged();
  };
  return (
    <form
      class="exercise-name"
      onSubmit={(event) => {
        event.preventDefault();
        take();
      }}
    >
      <label for="exercise-name">{texts.name}</label>
      <input
        ref={field}
        id="exercise-name"
        type="text"
        autocomplete="off"
        maxLength={80}
        value={learnerName()}
        aria-describedby="exercise-name-help"
        onChange={take}
      />
      <p id="exercise-name-help" class="soft">
        {texts.nameHelp}
      </p>
    </form>
  );
}

function Row({ exercise: { id, kind, title, learn } }: { exercise: OfferedExercise }) {
  const state = stateOf(id);
  return (
    <li data-exercise={id} data-state={state}>
      <button type="button" class="link" aria-label={texts.open(title)} onClick={() => void open(id)}>
        {title}
      </button>
      <span class="soft kind">{texts.kinds[kind]}</span>
      <span class={state === "solved" ? "good state" : "soft state"}>{texts.states[state]}</span>
      <p class="soft">{learn}</p>
    </li>
  );
}

function List() {
  const { value: rows } = offered;
  useEffect(() => {
    if (isReady.value) void loadExercises();
  }, [isReady.value]);
  if (rows === null) {
    if (!isReady.value || work.value !== null) return <p class="soft">{english.working.exercises}</p>;
    return (
      <p>
        {texts.notLoaded}{" "}
        <button type="button" onClick={() => void loadExercises()}>
          {texts.again}
        </button>
      </p>
    );
  }
  const solved = rows.filter(({ id }) => stateOf(id) === "solved").length;
  return (
    <>
      <p>{texts.solved(solved, rows.length)}</p>
      <ol class="exercise-list">
        {rows.map((exercise) => (
          <Row key={exercise.id} exercise={exercise} />
        ))}
      </ol>
      <div class="soft">
        {texts.about.map((text) => (
          <p key={text}>{text}</p>
        ))}
      </div>
    </>
  );
}

function Text({ text }: { text: readonly Passage[] }) {
  return (
    <>
      {text.map((passage) =>
        typeof passage === "string" ? (
          <p key={passage}>{passage}</p>
        ) : (
          <figure key={passage.says} class="drawing">
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move a drawing that is wider than the panel */}
            <pre role="img" aria-label={`${texts.drawing}${passage.says}`} tabIndex={0}>
              {passage.drawing}
            </pre>
          </figure>
        ),
      )}
    </>
  );
}

function Writing({ id }: { id: string }) {
  const isOpen = workspace.value.exercise === id;
  return (
    <>
      <div class="buttons">
        {isOpen ? (
          <button
            type="button"
            class="primary"
            disabled={!isReady.value || isRunning.value}
            onClick={() => void check()}
          >
            {texts.check}
          </button>
        ) : (
          <button type="button" class="primary" onClick={start}>
            {stateOf(id) === "new" ? texts.start : texts.resume}
          </button>
        )}
      </div>
      {isOpen && <p class="soft">{texts.inEditor(ownFile.value)}</p>}
      <CheckResult isOpen={isOpen} />
    </>
  );
}

/** Brings what has just been said into view. */
function useInView(said: object | null) {
  const region = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (said) region.current?.scrollIntoView({ block: "nearest" });
  }, [said]);
  return region;
}

function CheckResult({ isOpen }: { isOpen: boolean }) {
  const { value: latest } = checked;
  const region = useInView(latest);
  // The region must be there before its contents, or a screen reader does not read them.
  return (
    <div ref={region} class="exercise-result" role="status" data-ok={latest?.answer.ok}>
      {latest && (
        <>
          <p class={latest.answer.ok ? "good" : "bad"}>
            <strong>{latest.answer.ok ? texts.right : texts.wrong}</strong>
            {isOpen && latest.text !== ownText.value && <span class="soft"> {texts.olderCheck}</span>}
          </p>
          {latest.answer.problems.map((problem) => (
            <p key={problem} class="bad">
              {problem}
            </p>
          ))}
          <ul>
            {latest.answer.cases.map(({ title, ok, explanation }) => (
              <li key={title} class="scenario" data-ok={ok}>
                <div class="line">
                  <span class={ok ? "good" : "bad"}>{ok ? english.passed : english.failed}</span>
                  <span class="title">{title}</span>
                </div>
                {explanation && <Why explanation={explanation} />}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function Reading({ about }: { about: Extract<OpenedExercise, { kind: "read" }> }) {
  const field = useRef<HTMLInputElement>(null);
  const region = useInView(verdict.value);
  return (
    <>
      <div class="buttons">
        <button type="button" disabled={isRunning.value} onClick={() => void inspectRecording()}>
          {texts.inspect}
        </button>
        <button type="button" disabled={isRunning.value} onClick={() => void saveRecording()}>
          {texts.save}
        </button>
      </div>
      <form
        class="exercise-answer"
        onSubmit={(event) => {
          event.preventDefault();
          void answer(field.current?.value ?? "");
        }}
      >
        <label for="exercise-answer">{texts.answer}</label>
        <input
          ref={field}
          id="exercise-answer"
          class="mono"
          type="text"
          autocomplete="off"
          spellcheck={false}
          maxLength={40}
          aria-describedby="exercise-answer-help"
        />
        <button type="submit" class="primary" disabled={isRunning.value}>
          {texts.answerCheck}
        </button>
        <p id="exercise-answer-help" class="soft">
          {texts.answerIs(about.answer)}
        </p>
      </form>
      <div ref={region} class="exercise-result" role="status" data-ok={verdict.value?.ok}>
        {verdict.value && (
          <>
            <p class={verdict.value.ok ? "good" : "bad"}>
              <strong>{verdict.value.ok ? texts.right : texts.wrong}</strong>
            </p>
            <p>{verdict.value.says}</p>
          </>
        )}
      </div>
    </>
  );
}

function One({ exercise }: { exercise: OfferedExercise }) {
  const { id, title, learn, step } = exercise;
  const { value: about } = opened;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [id]);
  return (
    <article class="exercise" data-exercise={id} data-state={stateOf(id)}>
      <nav class="buttons" aria-label={texts.title}>
        <button type="button" onClick={close}>
          {texts.all}
        </button>
        <button type="button" onClick={openNext}>
          {texts.next}
        </button>
      </nav>
      <h3 ref={heading} tabIndex={-1}>
        {title}
      </h3>
      <p class="soft">{step}</p>
      <p>
        <em>{learn}</em>
      </p>
      {about && <Text text={about.text} />}
      {about?.kind === "write" && <Writing id={id} />}
      {about?.kind === "read" && <Reading key={id} about={about} />}
    </article>
  );
}

export function ExercisesPanel() {
  return (
    <section class="exercises" aria-label={texts.title}>
      <NameField />
      {present.value ? <One key={present.value.id} exercise={present.value} /> : <List />}
    </section>
  );
}
