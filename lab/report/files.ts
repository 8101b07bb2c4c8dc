/** Grades in the formats that other programs read. */
import type { Grade, ScenarioResult } from "../grade/grade";
import { STEPS } from "../grade/scenarios";
import { commandFor, paragraph, placesOf } from "./text";

function reason(grade: Grade, result: ScenarioResult): string {
  const { explanation } = result;
  if (!explanation) return "";
  return [
    paragraph(explanation),
    `call: ${explanation.call}`,
    ...placesOf(explanation),
    commandFor(grade, result),
  ].join("\n");
}

/** Everything, for programs. */
export function toJson(grades: readonly Grade[]): string {
  return `${JSON.stringify({ version: 1, ok: allOk(grades), grades }, null, 2)}\n`;
}

/** Whether there is a grade, and everything that is asked for works in each. */
export function allOk(grades: readonly Grade[]): boolean {
  return grades.length > 0 && grades.every(({ ok }) => ok);
}

const XML_ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

/** XML 1.0 cannot hold most control characters at all, so they become question marks. */
function xml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it replaces
  const legal = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "?");
  // Encoding and decoding replaces halves of surrogate pairs.
  return new TextDecoder()
    .decode(new TextEncoder().encode(legal))
    .replace(/[&<>"']/g, (character) => XML_ESCAPES[character] as string);
}

/** JUnit XML: a suite for each submission, a case for each scenario. */
export function toJUnit(grades: readonly Grade[]): string {
  const suites = grades.map((grade) => {
    const cases = grade.scenarios.map((result) => {
      const { id, title, step, ok, milliseconds, explanation } = result;
      const attributes = `classname="${xml(`${grade.name}: ${STEPS[step]}`)}" name="${xml(`${id} ${title}`)}" time="${milliseconds / 1000}"`;
      if (ok) return `    <testcase ${attributes}/>`;
      const failure = `<failure type="${explanation?.kind}" message="${xml(explanation?.title ?? "")}">${xml(reason(grade, result))}</failure>`;
      return `    <testcase ${attributes}>${failure}</testcase>`;
    });
    const problems = grade.problems.map(
      (problem) =>
        `    <testcase classname="${xml(grade.name)}" name="build"><error message="${xml(problem)}"/></testcase>`,
    );
    const failures = grade.scenarios.filter(({ ok }) => !ok).length;
    const count = cases.length + problems.length;
    const head = `  <testsuite name="${xml(grade.name)}" tests="${count}" failures="${failures}" errors="${problems.length}">`;
    return [head, ...problems, ...cases, "  </testsuite>"].join("\n");
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join("\n")}\n</testsuites>\n`;
}

/** A field of a CSV file (RFC 4180). A text that a spreadsheet would run as a formula is marked as text. */
function csvField(value: string | number): string {
  const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** CSV: a row for each submission, a column for each scenario. */
export function toCsv(grades: readonly Grade[]): string {
  const ids = [...new Set(grades.flatMap(({ scenarios }) => scenarios.map(({ id }) => id)))].sort();
  const head = ["submission", "points", "total", "ok", "problem", ...ids];
  const rows = grades.map(({ name, earned, total, ok, problems, scenarios }) => {
    const byId = new Map(scenarios.map((result) => [result.id, result]));
    const cells = ids.map((id) => {
      const result = byId.get(id);
      return result ? (result.ok ? result.points : 0) : "";
    });
    return [name, earned, total, ok ? "yes" : "no", problems.join(" "), ...cells];
  });
  return [head, ...rows].map((row) => `${row.map(csvField).join(",")}\r\n`).join("");
}

/**
 * `results.json` of Gradescope's autograder, for one submission. A hidden scenario is visible to the teacher only. One
 * test for each scenario, with its points.
 */
export function toGradescope(grade: Grade): string {
  const tests = grade.scenarios.map((result) => ({
    number: result.id,
    name: `${STEPS[result.step]}: ${result.title}`,
    score: result.ok ? result.points : 0,
    max_score: result.points,
    status: result.ok ? "passed" : "failed",
    output: reason(grade, result),
    visibility: result.isHidden ? "hidden" : "visible",
    extra_data: result.explanation ? { kind: result.explanation.kind } : {},
  }));
  const document = {
    score: grade.earned,
    output: grade.problems.join("\n"),
    visibility: "visible",
    stdout_visibility: "hidden",
    tests,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
