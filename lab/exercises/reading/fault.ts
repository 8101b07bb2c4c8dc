import type { ReadingExercise } from "../exercise";
import type { RecordedRun } from "./recorded-run";
import { address, judgeCall, questionAbout } from "./texts";

/** The address of the fault that ended the run. */
function faultAddress({ recording }: RecordedRun): number {
  const fault = recording.faults.at(-1)?.fault;
  if (fault?.kind !== "data abort") throw new Error("the run of the exercise did not end with a data abort");
  return fault.address >>> 0;
}

export const faultExercise: ReadingExercise = {
  kind: "read",
  id: "fault",
  title: "Why does this access fault?",
  step: "map",
  learn:
    "A mapping ends with an unmap, but also when the mapped capability is deleted or revoked, and a modify can take its rights away.",
  answer: "the number of a call",
  question(run) {
    const va = faultAddress(run);
    const changes = run.transitions((call) => run.walk(va, call).write === null);
    const last = changes.at(-1);
    if (!last || last.after) throw new Error("the page of the recording is writable at the end");
    const { write } = run.walk(va, run.to);
    const near = (call: number): string => {
      if (changes.some((change) => change.call === call && change.after))
        return "After it, the write works. Look for the later call after which it does not.";
      if (changes.some((change) => change.call === call))
        return "The write fails after it, but a later call repairs that.";
      return "A write at this address has the same effect before and after it.";
    };
    return questionAbout(
      run,
      [
        `The program writes at ${address(va)}, and that works. At the end it writes there again, and the processor reports a data abort: the run ends. ` +
          "Which call is the reason, so that the write worked before it and not after it?",
        "The call need not name the address, nor a page table: think of everything that ends a mapping.",
      ],
      judgeCall(run, last.call, `After it, the walk ends with a fault: ${write?.reason ?? ""}`, near),
    );
  },
};
