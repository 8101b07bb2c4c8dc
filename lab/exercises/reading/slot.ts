import type { ReadingExercise } from "../exercise";
import { judgeCall, questionAbout, slotText } from "./texts";

export const slotExercise: ReadingExercise = {
  kind: "read",
  id: "slot",
  title: "Which call emptied this slot?",
  step: "slots",
  learn:
    "A delete empties the slot that it names. A revoke empties all slots with copies and descendants, wherever they are.",
  answer: "the number of a call",
  question(run) {
    const { about } = run;
    const changes = run.transitions((call) => run.heldIn(about, call) !== null);
    const last = changes.at(-1);
    if (!last || last.after) throw new Error("the slot of the recording is not empty at the end");
    const near = (call: number): string => {
      if (changes.some((change) => change.call === call && change.after)) return "It filled the slot.";
      if (changes.some((change) => change.call === call))
        return "It emptied the slot, but a later call filled it again. Which call emptied it for good?";
      return `Slot ${slotText(about)} is the same before and after it. A call can empty slots that it does not name.`;
    };
    return questionAbout(
      run,
      [
        `Slot ${slotText(about)} holds a capability for some time, and at the end it is empty. Which call emptied it? If it was emptied several times, the last one counts.`,
        "A call that empties a slot need not name it. Find out which object the capability stood for, and what it was made from.",
      ],
      judgeCall(run, last.call, `It emptied slot ${slotText(about)}, and nothing fills it again.`, near),
    );
  },
};
