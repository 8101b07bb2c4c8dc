/** Texts that several reading exercises share. */
import type { Question, Verdict } from "../exercise";
import { parseAnswer, type RecordedRun } from "./recorded-run";

export const address = (value: number): string => `0x${value.toString(16).padStart(8, "0")}`;
export const slotText = (value: number): string => `0x${value.toString(16)}`;

/** Where the question is in the run. */
export const whereText = ({ from, to }: RecordedRun): string =>
  `Look at the calls ${from} to ${to} of the recording. The calls before them start the program.`;

/** Where to look, on the command line and in the inspector. */
export const HOW =
  "The inspector shows each call with what it changed, and memory after it. On the command line, typefish calls shows the calls of a " +
  "recording, and typefish inspect what memory held after any of them.";

/** Judges the number of a call. */
export function judgeCall(run: RecordedRun, right: number, because: string, near: (call: number) => string) {
  return (text: string): Verdict => {
    const answer = parseAnswer(text);
    if (!answer || !("call" in answer)) return { ok: false, says: "Answer with the number of a call, such as 417." };
    const { call } = answer;
    if (call === right) return { ok: true, says: `${run.describe(call)} ${because}` };
    return { ok: false, says: run.outOfRange(call) ?? `${run.describe(call)} ${near(call)}` };
  };
}

/** A question about the calls between "begin" and "end". */
export function questionAbout(run: RecordedRun, text: Question["text"], judge: Question["judge"]): Question {
  return { text: [...text, whereText(run), HOW], from: run.from, to: run.to, judge };
}
