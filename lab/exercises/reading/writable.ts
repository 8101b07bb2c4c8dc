import type { ReadingExercise } from "../exercise";
import type { RecordedRun } from "./recorded-run";
import { address, judgeCall, questionAbout } from "./texts";

/** May the program write at the address after a call? */
export const isWritable = (run: RecordedRun, call: number): boolean => run.walk(run.about, call).write === null;
const isReadable = (run: RecordedRun, call: number): boolean => run.walk(run.about, call).read === null;

export const writableExercise: ReadingExercise = {
  kind: "read",
  id: "writable",
  title: "Which call made this page writable?",
  step: "map",
  learn: "Rights are in the page-table entry. A map call sets them, and a modify call changes them later.",
  answer: "the number of a call",
  question(run) {
    const changes = run.transitions((call) => isWritable(run, call));
    const last = changes.at(-1);
    if (!last?.after) throw new Error("the page of the recording is not writable at the end");
    const near = (call: number): string => {
      if (changes.some((change) => change.call === call && change.after))
        return "It made the page writable, but a later call took that right away again. Which call gave it for good?";
      if (changes.some((change) => change.call === call)) return "It took the right to write away.";
      if (isReadable(run, call) && !isReadable(run, call - 1)) return "It mapped the page, but for reading only.";
      return "It does not change whether the program can write there. Which page-table entry is the one of this address?";
    };
    return questionAbout(
      run,
      [
        `At the end, the program can write at ${address(run.about)}. Which call made this page writable? If several did, because the right was taken ` +
          "away in between, the last of them counts.",
        `The address selects an entry of an L2 table: bits 12 to 19 of ${address(run.about)} are ${(run.about >>> 12) & 0xff}. Look for the calls that write this ` +
          "entry, and at the flags that they write.",
      ],
      judgeCall(run, last.call, "After it, the entry allows the program to write, and that stays so.", near),
    );
  },
};
