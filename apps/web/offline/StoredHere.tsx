/** Says what the site stores in the browser, and deletes it when the reader wants that. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { english } from "./english";
import { isStored } from "./offline";
import { deleteAndLeave } from "./start";

const words = english.stored;

function Question({ onCancel }: { onCancel(): void }) {
  const hasFailed = useSignal(false);
  const cancel = useRef<HTMLButtonElement>(null);
  useEffect(() => cancel.current?.focus(), []);
  return (
    <div class="delete-question" role="alertdialog" aria-labelledby="delete-question" aria-describedby="delete-loss">
      <p id="delete-question">
        <strong>{words.question}</strong>
      </p>
      <p id="delete-loss">{hasFailed.value ? words.failed : words.loss}</p>
      <div class="buttons">
        <button type="button" ref={cancel} onClick={onCancel}>
          {words.cancel}
        </button>
        <button
          type="button"
          class="primary"
          onClick={() => {
            deleteAndLeave().catch(() => {
              hasFailed.value = true;
            });
          }}
        >
          {words.yes}
        </button>
      </div>
    </div>
  );
}

export function StoredHere() {
  const isAsking = useSignal(false);
  return (
    <section class="stored-here" aria-labelledby="stored-here">
      <h3 id="stored-here">{words.title}</h3>
      {words.paragraphs.map((text) => (
        <p key={text}>{text}</p>
      ))}
      {isStored.value && <p>{words.ready}</p>}
      {isAsking.value ? (
        <Question
          onCancel={() => {
            isAsking.value = false;
          }}
        />
      ) : (
        <p>
          <button
            type="button"
            onClick={() => {
              isAsking.value = true;
            }}
          >
            {words.open}
          </button>
        </p>
      )}
    </section>
  );
}
