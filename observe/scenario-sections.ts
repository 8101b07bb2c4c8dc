/** Which calls of a recorded run belong to which scenario. */
import { beginOfLine, resultOfLine } from "./scenario-lines";
import { LineSplitter } from "./text/lines";

/** A scenario within a run. */
export interface ScenarioSection {
  id: string;
  /** Empty if the scenario did not end. */
  title: string;
  /** Null if the scenario did not end. */
  ok: boolean | null;
  /** Figures, or the reason for a failure. */
  note: string;
  /** The call that printed that it begins. */
  first: number;
  /** The call that printed its result; the last call of the run if it did not end. */
  last: number;
}

/**
 * Finds the scenarios in the console of a recording, in their order. They begin with the line that init prints with
 * BEGIN=1 in its environment. `calls` is the number of calls of the run.
 */
export function scenarioSections(
  console: Iterable<{ readonly call: number; readonly text: string }>,
  calls: number,
): ScenarioSection[] {
  const sections: ScenarioSection[] = [];
  let call = 0;
  const lines = new LineSplitter((line) => {
    const begin = beginOfLine(line);
    if (begin) sections.push({ id: begin.id, title: "", ok: null, note: "", first: call, last: calls });
    const result = resultOfLine(line);
    const section = sections.at(-1);
    if (!result || section?.id !== result.id || section.ok !== null) return;
    Object.assign(section, { title: result.title, ok: result.ok, note: result.note, last: call });
  });
  for (const piece of console) {
    call = piece.call;
    lines.push(piece.text);
  }
  lines.end();
  return sections;
}
