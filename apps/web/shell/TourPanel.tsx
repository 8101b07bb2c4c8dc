/** What the present step of the guided tour shows. */
import { english } from "../english";
import { tour } from "../state";
import { goToStep, STEPS } from "../tour";
import { IconButton } from "./Icon";

export function TourPanel() {
  const step = english.tour.steps[tour.value - 1];
  if (!step) return null;
  const text = english.tour;
  const isLast = tour.value === STEPS.length;
  return (
    <section class="tour" aria-label={text.title}>
      <div aria-live="polite">
        <h3>
          <span class="soft">{text.step(tour.value, STEPS.length)}</span> {step.title}
        </h3>
        <p>{step.text}</p>
      </div>
      <div class="tour-buttons">
        <button type="button" disabled={tour.value === 1} onClick={() => goToStep(tour.value - 1)}>
          {text.back}
        </button>
        <button type="button" class="primary" onClick={() => goToStep(isLast ? 0 : tour.value + 1)}>
          {isLast ? text.end : text.next}
        </button>
        <IconButton name="close" label={text.leave} onClick={() => goToStep(0)} />
      </div>
    </section>
  );
}
