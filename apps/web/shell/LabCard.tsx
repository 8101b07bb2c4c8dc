/** What the lab says about the recording that it handed over, and the moments to look at. */
import { english } from "../english";
import type { NotedMoment } from "../handover";
import { LAST_CALL } from "../place";
import { callNumber, info, labNote } from "../present";
import { isSameSelection } from "../selection";
import { call, select, selection } from "../state";
import { goTo } from "../time";

function MomentLink({ text, call: at, selection: what }: NotedMoment) {
  const number = at ?? info.value?.lastMoment ?? 0;
  const isHere = callNumber.value === number && isSameSelection(selection.value, what);
  return (
    <button
      type="button"
      class="link"
      aria-pressed={isHere}
      onClick={() => {
        select(what);
        if (at === null) call.value = LAST_CALL;
        else goTo(at);
      }}
    >
      {text}
    </button>
  );
}

/** On small screens, the view needs the room. */
const isNarrow = matchMedia("(max-width: 719px)").matches;

export function LabCard() {
  const { value: note } = labNote;
  if (!note) return null;
  const { title, text, moments } = note;
  return (
    <details class="lab-card" open={!isNarrow}>
      <summary>{title}</summary>
      <p>{text}</p>
      <ul>
        {moments.map((moment) => (
          <li key={moment.text}>
            <MomentLink {...moment} />
          </li>
        ))}
        <li>
          <a href="./lab.html">{english.labCard.back}</a>
        </li>
      </ul>
    </details>
  );
}
