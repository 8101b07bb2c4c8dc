/** The present step of the tour in words, above the time. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { english } from "../english";
import { IconButton } from "../shell/Icon";
import { tour } from "../state";
import { STEPS } from "./steps";
import { endTour, goToStep, isLooking } from "./tour";

const words = english.tour;

export function TourCard() {
  const number = tour.value;
  const step = STEPS[number - 1];
  const heading = useRef<HTMLHeadingElement>(null);
  const isFolded = useSignal(false);
  useEffect(() => heading.current?.focus(), [number]);
  if (!step) return null;
  const { title, paragraphs, hint } = words.steps[step.name];
  return (
    <aside class="tour" aria-label={words.label}>
      <header>
        <h2 ref={heading} tabIndex={-1}>
          <span class="soft">{words.number(number, STEPS.length)}</span> {title}
        </h2>
        <IconButton
          name={isFolded.value ? "unfold" : "fold"}
          label={isFolded.value ? words.unfold : words.fold}
          onClick={() => {
            isFolded.value = !isFolded.value;
          }}
        />
        <IconButton name="close" label={words.end} onClick={endTour} />
      </header>
      {!isFolded.value && paragraphs.map((paragraph) => <p key={paragraph}>{paragraph}</p>)}
      <p class="hint">{hint}</p>
      <footer>
        <span class="soft" role="status">
          {isLooking.value ? words.looking : ""}
        </span>
        <button type="button" disabled={number === 1} onClick={() => void goToStep(number - 1)}>
          {words.back}
        </button>
        {number < STEPS.length ? (
          <button type="button" class="primary" onClick={() => void goToStep(number + 1)}>
            {words.next}
          </button>
        ) : (
          <button type="button" class="primary" onClick={endTour}>
            {words.finish}
          </button>
        )}
      </footer>
    </aside>
  );
}
