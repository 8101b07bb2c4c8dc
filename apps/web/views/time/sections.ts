/** The scenarios of a run as sections of time, from the lines of the console. */
import type { ConsoleText } from "../../protocol";

export interface Section {
  id: string;
  /** Calls. */
  from: number;
  to: number;
  /** Null until the scenario has ended. */
  isOk: boolean | null;
}

const BEGIN = /^[\w-]+\.\d+\.(?:\d+|-): (\w+) +begins, \d+ of \d+$/;
const RESULT = /^[\w-]+\.\d+\.(?:\d+|-): (\w+) +.+? +(ok|FAILED)(?: {2,}.*)?$/;

export interface ConsoleLine {
  text: string;
  /** The call that wrote its end. */
  call: number;
}

/** The console's lines. The last one may be unfinished. */
export function linesOf({ texts, calls }: ConsoleText): ConsoleLine[] {
  const lines: ConsoleLine[] = [];
  let open = "";
  texts.forEach((text, index) => {
    const parts = (open + text).split("\n");
    open = parts.pop() as string;
    for (const part of parts) lines.push({ text: part, call: calls[index] as number });
  });
  if (open !== "") lines.push({ text: open, call: calls.at(-1) ?? 0 });
  return lines;
}

/** `last` is the last call of the run. */
export function sectionsOf(lines: readonly ConsoleLine[], last: number): Section[] {
  const sections: Section[] = [];
  for (const { text, call } of lines) {
    const id = BEGIN.exec(text)?.[1];
    if (id !== undefined) sections.push({ id, from: call, to: last, isOk: null });
    const result = RESULT.exec(text);
    const open = sections.at(-1);
    if (result && open && open.isOk === null && open.id === result[1]) {
      open.to = call;
      open.isOk = result[2] === "ok";
    }
  }
  return sections;
}
