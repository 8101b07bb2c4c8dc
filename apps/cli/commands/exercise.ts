/** `typefish lab exercise`: small exercises beside the assignment, with numbers of each learner's own. */
import { existsSync } from "node:fs";
import type { Command } from "commander";
import { EXERCISE_IDS, EXERCISES, exerciseOf } from "../../../lab/exercises/exercises";
import { learnerOf, normalName, seedOf } from "../../../lab/exercises/seed";
import type { Points } from "../../../lab/grade/points";
import { STEPS } from "../../../lab/grade/scenarios";
import type { CheckedFolder } from "../../../lab/node/exercise-check";
import { writeExercise } from "../../../lab/node/exercise-folder";
import { NewLabError } from "../../../lab/node/new";
import { type Marks, paragraph, placesOf, points as pointsText, wrap } from "../../../lab/report/text";
import { printable } from "../../../lab/submission";
import { colorsFor } from "../colors";
import { ExitCode } from "../exit-code";
import { withLabWorker } from "../lab-worker";
import { output } from "../output";
import { UsageError } from "../usage-error";
import { readPoints } from "./grade";

const EXAMPLES = `
The numbers of an exercise follow from the name of the learner: sizes, alignments, orders, addresses, and which page
it is about. The same name gives the same numbers everywhere, also in the lab's page. With --points, the teacher's file
says which exercises there are, what they count, and the number of the class.

The exit code of check is 0 if every exercise is solved, 1 if one is not, and 2 if the command line is wrong.

Examples:
  typefish lab exercise list                            show the exercises
  typefish lab exercise new split mine --for ann        write the exercise split, with Ann's numbers, into the folder mine
  typefish lab exercise check mine                      check it, and explain what fails
  typefish lab exercise new leak read --for ann         write a reading exercise: a question and a recording
  typefish lab exercise check read --answer 0x80341000  check an answer; without --answer, the one in answer.txt
  typefish lab exercise check class/* --json            check many, for a program
`;

interface ListOptions {
  points?: string;
  for?: string;
  json?: boolean;
}

interface CheckOptions extends ListOptions {
  answer?: string;
  color: boolean;
}

const POINTS_OPTION = [
  "--points <file>",
  "the teacher's file: exercises that are offered, points, seeds (JSON)",
] as const;

export function addExerciseCommand(lab: Command): void {
  const exercise = lab
    .command("exercise")
    .description("small exercises beside the assignment: list, new, check")
    .addHelpText("after", EXAMPLES);
  exercise
    .command("list")
    .description("list the exercises")
    .option(...POINTS_OPTION)
    .option("--for <name>", "also show the seeds of this learner")
    .option("--json", "print one JSON document")
    .action(list);
  exercise
    .command("new <exercise> <folder>")
    .description("write an exercise into a new folder")
    .requiredOption("--for <name>", "name or number of the learner, from which the numbers follow")
    .option(...POINTS_OPTION)
    .action(write);
  exercise
    .command("check <folders...>")
    .description("check exercises, and explain what fails")
    .option("--answer <text>", "the answer to one reading exercise")
    .option("--for <name>", "check with the numbers of this learner, whatever exercise.json says")
    .option(...POINTS_OPTION)
    .option("--json", "print one JSON document")
    .option("--no-color", "use no colours, even on a terminal")
    .addHelpText("after", EXAMPLES)
    .action(check);
}

/** The learner's name as it was typed. Throws a UsageError for an empty one. */
function nameIn(text: string): string {
  if (normalName(text) === "") throw new UsageError("--for must be a name or a number, such as --for ann");
  return text.trim();
}

function list({ points: file, for: name, json }: ListOptions): void {
  const points = readPoints(file);
  const learner = name === undefined ? null : learnerOf(nameIn(name), points);
  const rows = EXERCISES.flatMap(({ id, kind, title, step, learn }) => {
    const count = points.exercises[id];
    const seed = learner ? { seed: seedOf(id, learner) } : {};
    return count === undefined ? [] : [{ id, kind, title, step: STEPS[step], learn, points: count, ...seed }];
  });
  if (json) return output.json(rows);
  for (const { id, kind, title, points: count, ...rest } of rows) {
    const seed = "seed" in rest ? `  seed ${rest.seed}` : "";
    output.line(`${id.padEnd(12)} ${kind.padEnd(6)} ${String(count).padStart(2)}  ${title}${seed}`);
  }
}

async function write(id: string, folder: string, { for: name = "", points: file }: ListOptions): Promise<void> {
  const points = readPoints(file);
  const exercise = exerciseOf(id);
  const offered = EXERCISE_IDS.filter((each) => points.exercises[each] !== undefined);
  if (!exercise || !offered.includes(id))
    throw new UsageError(`there is no exercise '${printable(id)}': there are ${offered.join(", ")}`);
  try {
    const own = await writeExercise(folder, { exercise, name: nameIn(name) }, points);
    output.line(`${folder} holds the exercise "${exercise.title}". README.md says what to do, ${own} is yours.`);
    output.line("");
    output.line(`  typefish lab exercise check ${folder}`);
  } catch (error) {
    if (error instanceof NewLabError) throw new UsageError(error.message);
    throw error;
  }
}

async function check(folders: string[], options: CheckOptions): Promise<void> {
  const points = readPoints(options.points);
  const missing = folders.find((folder) => !existsSync(folder));
  if (missing !== undefined) throw new UsageError(`there is no folder ${printable(missing)}`);
  if (options.answer !== undefined && folders.length > 1)
    throw new UsageError("--answer is for one exercise: name one folder");
  const name = options.for === undefined ? undefined : nameIn(options.for);
  const checked = await checkAll(folders, points, options.answer, name);
  if (options.json) output.json({ version: 1, ok: checked.every(({ ok }) => ok), exercises: checked });
  else report(checked, options.color);
  process.exitCode = checked.every(({ ok }) => ok) ? ExitCode.OK : ExitCode.FAILED;
}

/** Checks folders one after the other. One that cannot be checked is a mistake of the command line only if it is alone. */
function checkAll(folders: string[], points: Points, answer?: string, name?: string): Promise<CheckedFolder[]> {
  return withLabWorker(async (worker) => {
    const checked: CheckedFolder[] = [];
    for (const folder of folders) {
      const result = await worker.check({ folder, points, answer, name });
      if (!("refusal" in result)) checked.push(result);
      else if (folders.length === 1) throw new UsageError(printable(result.refusal));
      else checked.push(uncheckable(folder, printable(result.refusal)));
    }
    return checked;
  });
}

function uncheckable(folder: string, problem: string): CheckedFolder {
  const nothing = { exercise: null, title: null, for: null, ok: false, points: 0, of: 0, cases: [], says: null };
  return { folder, ...nothing, problems: [problem] };
}

function report(checked: readonly CheckedFolder[], color: boolean): void {
  const colors = colorsFor(process.stdout, color);
  const marks: Marks = { good: colors.green, bad: colors.red, strong: colors.bold, faint: colors.dim };
  for (const each of checked) for (const line of linesOf(each, marks)) output.line(line);
  const solved = checked.filter(({ ok }) => ok).length;
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  const [earned, all] = [sum(checked.map(({ points }) => points)), sum(checked.map(({ of }) => of))];
  output.line(colors.bold(`typefish: ${solved} of ${checked.length} solved, ${earned} of ${pointsText(all)}`));
}

function linesOf({ folder, title, for: name, ok, problems, cases, says }: CheckedFolder, marks: Marks): string[] {
  const verdict = ok ? marks.good("solved") : marks.bad("not solved");
  const what = title === null ? "" : `: ${title} ${marks.faint(`(${name})`)}`;
  const lines = [`${marks.strong(printable(folder))}${what}  ${verdict}`];
  for (const problem of problems) lines.push(...wrap(problem, "  ").map(marks.bad));
  if (says !== null) lines.push(...wrap(says, "  "));
  for (const { title: what, ok: isGood, explanation } of cases) {
    lines.push(`  ${isGood ? marks.good("ok    ") : marks.bad("FAILED")}  ${what}`);
    if (!explanation) continue;
    lines.push(...wrap(paragraph(explanation), "          "));
    for (const place of [`call: ${explanation.call}`, ...placesOf(explanation)])
      lines.push(`          ${marks.faint(place)}`);
  }
  return [...lines, ""];
}
