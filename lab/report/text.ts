/** A grade as text for people. */

import type { Sight } from "../grade/failure";
import type { Explanation, Grade, ScenarioResult } from "../grade/grade";
import { STEPS, type StepId } from "../grade/scenarios";

/** Marks parts of the text; without colours, each returns its argument. */
export interface Marks {
  good(text: string): string;
  bad(text: string): string;
  strong(text: string): string;
  faint(text: string): string;
}

export const NO_MARKS: Marks = { good: (t) => t, bad: (t) => t, strong: (t) => t, faint: (t) => t };

const WIDTH = 96;

/** Breaks a text into lines, each with an indent. */
function wrap(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && indent.length + line.length + 1 + word.length > WIDTH) {
      lines.push(indent + line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? lines : [...lines, indent + line];
}

export function points(value: number): string {
  return `${value} ${value === 1 ? "point" : "points"}`;
}

/** Where the function is, and where the program was. */
export function placesOf({ file, line, frames }: Explanation): string[] {
  const places = frames.slice(0, 4).map(({ function: name, file: at, line: row }) => `${name} (${at}:${row})`);
  const where = places.length > 0 ? [`at ${places.join(" <- ")}`] : [];
  return file === null ? where : [...where, `see ${file}:${line}`];
}

/** The explanation as one paragraph. */
export function paragraph({ title, asked, happened, means }: Explanation): string {
  return `${title[0]?.toUpperCase()}${title.slice(1)}. Asked: ${asked} Happened: ${happened} ${means}`;
}

export function commandFor(grade: Grade, { id }: ScenarioResult): string {
  return `npx typefish grade ${quoted(grade.name)} --scenario ${id}`;
}

/** A path as a shell reads it. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** Name of the file with the recording of a scenario. */
export const recordingFile = (id: string): string => `${id}.tfr`;

/** What shows the things of a kind. */
const INSPECTED = { page: "mdb", slot: "cspace", address: "pages" } as const;

/** The command that shows a moment of a recording. */
function commandOf({ call, focus }: Sight, recording: string): string {
  if (call !== null) return `npx typefish calls --recording ${recording} --from ${call} --to ${call}`;
  if (focus === null) return `npx typefish calls --recording ${recording} --backwards --limit 5`;
  return `npx typefish inspect ${INSPECTED[focus.kind]} --recording ${recording}`;
}

/** The commands that look at a failure in its recording. */
function looksAt({ where, back }: Explanation, recording: string): string[] {
  if (!where) return [];
  const steps = back.flatMap(({ question, ...sight }) => [question, `  ${commandOf(sight, recording)}`]);
  return [`look: ${commandOf(where, recording)}`, ...steps];
}

export interface ReportOptions {
  marks?: Marks;
  /** Hidden scenarios show neither title nor reason. */
  forLearner?: boolean | undefined;
  /** The folder with the recordings of the failed scenarios. */
  recordings?: string | undefined;
}

/** All lines of one grade. */
export function gradeLines(grade: Grade, options: ReportOptions = {}): string[] {
  const { marks = NO_MARKS } = options;
  const lines = [marks.strong(`${grade.name}: ${grade.earned} of ${points(grade.total)}`)];
  const explained = new Map<string, string>();
  for (const problem of grade.problems) lines.push(...wrap(problem, "  ").map(marks.bad));
  for (const step of Object.keys(STEPS) as StepId[]) {
    const results = grade.scenarios.filter((result) => result.step === step);
    if (results.length === 0) continue;
    const good = results.filter(({ ok }) => ok).length;
    lines.push("", `${marks.strong(STEPS[step])}  ${marks.faint(`${good} of ${results.length}`)}`);
    for (const result of results) lines.push(...resultLines(grade, result, options, explained));
  }
  return lines;
}

/** `explained` has the scenario that an explanation was shown for first; it is not repeated for others. */
function resultLines(
  grade: Grade,
  result: ScenarioResult,
  { marks = NO_MARKS, forLearner = false, recordings }: ReportOptions,
  explained: Map<string, string>,
): string[] {
  const { id, ok, isHidden, isExtra, explanation } = result;
  const isSecret = isHidden && forLearner;
  const verdict = ok ? marks.good("ok    ") : marks.bad("FAILED");
  const count = `${ok ? result.points : 0}/${result.points}${isExtra ? " extra" : ""}`;
  const head = `  ${id}  ${verdict}  ${count.padEnd(4)} ${isSecret ? "(hidden)" : result.title}`;
  if (!explanation || isSecret) return [head];
  const same = [explanation.kind, explanation.happened.replace(/\d+/g, "N"), explanation.file, explanation.line].join(
    " ",
  );
  const first = explained.get(same);
  if (first !== undefined) return [head, `         ${marks.faint(`as ${first}: ${explanation.title}`)}`];
  explained.set(same, id);
  const looks = recordings === undefined ? [] : looksAt(explanation, quoted(`${recordings}/${recordingFile(id)}`));
  return [
    head,
    ...wrap(paragraph(explanation), "         "),
    `         ${marks.faint(`call: ${explanation.call}`)}`,
    ...placesOf(explanation).map((place) => `         ${marks.faint(place)}`),
    `         ${marks.faint(`again: ${commandFor(grade, result)}`)}`,
    ...looks.map((line) => `         ${marks.faint(line)}`),
  ];
}

/** One line for a grade in the list of a class. */
export function classLine({ name, earned, total, scenarios, problems }: Grade, width: number): string {
  const failed = scenarios.filter(({ ok, isExtra }) => !ok && !isExtra);
  const first = failed[0];
  const why =
    problems[0] ?? (first ? `${first.id}: ${first.explanation?.title}${more(failed.length - 1)}` : "everything works");
  return `${name.padEnd(width)}  ${String(earned).padStart(4)}/${total}  ${why}`;
}

function more(count: number): string {
  return count > 0 ? `, and ${count} more` : "";
}
