/** `typefish grade`: grades submissions of the assignment. */
import { existsSync, readFileSync } from "node:fs";
import { type Command, Option } from "commander";
import { type Grade, scenariosWithPoints } from "../../../lab/grade/grade";
import { PatternError, selectIds } from "../../../lab/grade/pattern";
import { type Points, PointsError, parsePoints } from "../../../lab/grade/points";
import defaultPoints from "../../../lab/grade/points.json";
import { STEPS } from "../../../lab/grade/scenarios";
import { isZip, zipsIn } from "../../../lab/node/collect";
import { gradeAll } from "../../../lab/node/grade-all";
import { mergeResults, type Place, ResultsError, ResultsFile, resultKey } from "../../../lab/node/results";
import { allOk, toCsv, toGradescope, toJson, toJUnit } from "../../../lab/report/files";
import { classLine, gradeLines, type Marks } from "../../../lab/report/text";
import { printable } from "../../../lab/submission";
import { ProgressLine } from "../../../observe/text/progress";
import { readShard, type Shard } from "../../../observe/text/shard";
import { colorsFor } from "../colors";
import { ExitCode } from "../exit-code";
import { requireFolder, requireWritable, writeBytes } from "../files";
import { labWorkerScript } from "../lab-worker";
import { output } from "../output";
import { UsageError } from "../usage-error";

interface GradeOptions {
  scenario?: string;
  points?: string;
  json?: boolean;
  junit?: string;
  csv?: string;
  gradescope?: string;
  results?: string;
  record?: string;
  shard?: Shard;
  merge?: boolean;
  learner?: boolean;
  list?: boolean;
  color: boolean;
}

const EXAMPLES = `
A submission is a folder with the files of the hand-out (typefish lab new), or a zip that the lab's page has saved. Only
these files are taken from it. A folder without them stands for all zips in it.

The exit code is 0 only if everything that is asked for works in every submission, 1 if something does not, and 2 if
the command line is wrong.

Examples:
  typefish grade mine                                grade one submission
  typefish grade typefish-lab.zip                    grade the zip of a learner
  typefish grade mine --scenario G14                 run one scenario; also 'G1*' or G14,G20
  typefish grade --list                              show the scenarios and their points
  typefish grade class/* --csv grades.csv            grade a class; --json, --junit FILE and --csv FILE write all grades
  typefish grade hand-ins --csv grades.csv           grade all zips in the folder hand-ins
  typefish grade class/* --results grades.jsonl      continue where an interrupted run stopped
  typefish grade class/* --shard 1/4 --results 1.jsonl
  typefish grade --merge 1.jsonl 2.jsonl 3.jsonl 4.jsonl --csv grades.csv
  typefish grade mine --gradescope results.json      write what Gradescope reads
  typefish grade mine --record failures              record the scenarios that fail, to look at any moment of them
  typefish grade mine --points points.json           use other points, limits, extra or hidden scenarios
`;

function shardArgument(text: string): Shard {
  const shard = readShard(text);
  if (!shard) throw new UsageError(`--shard '${text}' is not a part: use 1/4 for the first of four`);
  return shard;
}

export function addGradeCommand(program: Command): void {
  program
    .command("grade [submissions...]")
    .description("grade submissions of the assignment, and explain what fails")
    .option("--scenario <pattern>", "scenarios to run, such as G14, 'G1*' or G01,G20")
    .option("--points <file>", "the teacher's file: points, steps, limits, extra and hidden scenarios (JSON)")
    .option("--list", "list the scenarios and their points, and grade nothing")
    .option("--json", "print one JSON document")
    .option("--junit <file>", "write the grades as JUnit XML")
    .option("--csv <file>", "write a table with a row for each submission")
    .option("--gradescope <file>", "write results.json for Gradescope (one submission)")
    .addOption(
      new Option("--record <folder>", "record each scenario that fails (one submission)").conflicts([
        "results",
        "merge",
      ]),
    )
    .option("--results <file>", "keep each grade in this file, and take over those that it holds")
    .option("--shard <i/n>", "grade the i-th of n parts of the submissions", shardArgument)
    .option("--merge", "the arguments are files of --results: report their grades and run nothing")
    .option("--learner", "do not show titles and reasons of hidden scenarios")
    .option("--no-color", "use no colours, even on a terminal")
    .addHelpText("after", EXAMPLES)
    .action((folders: string[], options: GradeOptions) => grade(folders, options));
}

export function readPoints(file: string | undefined): Points {
  if (file === undefined) return parsePoints(JSON.stringify(defaultPoints));
  try {
    return parsePoints(readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof PointsError) throw new UsageError(`${file}: ${error.message}`);
    throw error;
  }
}

/** The ids that patterns such as `G1*,G20` select. */
function selected(pattern: string | undefined, points: Points): string[] {
  const ids = scenariosWithPoints(points).map(({ id }) => id);
  if (pattern === undefined) return ids;
  try {
    return selectIds(pattern, ids);
  } catch (error) {
    if (error instanceof PatternError)
      throw new UsageError(`${error.message}: typefish grade --list shows all scenarios`);
    throw error;
  }
}

async function grade(folders: string[], options: GradeOptions): Promise<void> {
  const points = readPoints(options.points);
  if (options.list) return list(points, options);
  for (const key of ["junit", "csv", "gradescope", "results"] as const) {
    const file = options[key];
    if (file !== undefined) requireWritable(`--${key}`, file);
  }
  if (folders.length === 0) throw new UsageError("name the submissions to grade: typefish grade FOLDER...");
  const grades = options.merge ? asUsage(() => mergeResults(folders)) : await gradeFolders(folders, points, options);
  report(grades, options);
  process.exitCode = allOk(grades) ? ExitCode.OK : ExitCode.FAILED;
}

function list(points: Points, { json }: GradeOptions): void {
  const scenarios = scenariosWithPoints(points);
  if (json) {
    return output.json(
      scenarios.map(({ id, step, title }) => ({ id, step: STEPS[step], title, points: points.points[id] })),
    );
  }
  let heading = "";
  for (const { id, step, title } of scenarios) {
    if (STEPS[step] !== heading) output.line(`${heading === "" ? "" : "\n"}${STEPS[step]}`);
    heading = STEPS[step];
    output.line(`  ${id}  ${String(points.points[id]).padStart(2)}  ${title}`);
  }
}

interface Submission {
  name: string;
  /** Path of a folder or a zip. */
  folder: string;
  /** Where it is among all submissions of the command line, whatever part is graded. */
  place: Place;
}

/** Replaces each folder of zips by its zips, in the order of their names. */
function withZips(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const zips = zipsIn(path);
    return zips.length > 0 ? zips : [path];
  });
}

/** The submissions of a part. Throws a UsageError for one that does not exist, or is named twice. */
function submissionsIn(named: readonly string[], shard: Shard | undefined): Submission[] {
  const missing = named.find((path) => !existsSync(path));
  if (missing !== undefined)
    throw new UsageError(`there is no ${isZip(missing) ? "file" : "folder"} ${printable(missing)}`);
  const paths = withZips(named);
  const names = paths.map((path) => printable(path.replace(/(.)\/+$/, "$1")));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(`${twice} is named twice: name each submission once`);
  return paths
    .map((folder, index) => ({ name: names[index] as string, folder, place: { index, count: paths.length } }))
    .filter((_, index) => !shard || index % shard.count === shard.index);
}

async function gradeFolders(folders: string[], points: Points, options: GradeOptions): Promise<Grade[]> {
  const submissions = submissionsIn(folders, options.shard);
  if (options.record !== undefined) {
    if (submissions.length !== 1) throw new UsageError(`--record is for one submission, not ${submissions.length}`);
    requireFolder("--record", options.record);
  }
  const scenarios = selected(options.scenario, points);
  const grades = new Map<Submission, Grade>();
  const results = options.results === undefined ? null : asUsage(() => new ResultsFile(options.results as string));
  const keys = new Map<Submission, string>();
  for (const submission of results ? submissions : []) {
    const key = resultKey(submission.folder, points, scenarios);
    keys.set(submission, key);
    const known = results?.known(submission.name, key, submission.place);
    if (known) grades.set(submission, known);
  }
  const progress = new ProgressLine("grading");
  const showProgress = () => progress.show(`${grades.size} of ${submissions.length}`);
  const width = Math.max(...submissions.map(({ name }) => name.length), 0);
  const showsEach = submissions.length > 1 && !options.json;
  showProgress();
  await gradeAll({
    worker: labWorkerScript(),
    submissions: submissions.filter((submission) => !grades.has(submission)),
    points,
    scenarios,
    record: options.record === undefined ? undefined : { folder: options.record, forLearner: options.learner ?? false },
    onGrade: (submission, grade) => {
      grades.set(submission, grade);
      results?.add(keys.get(submission) as string, submission.place, grade);
      progress.clear();
      if (showsEach) output.line(classLine(grade, width));
      showProgress();
    },
  });
  progress.clear();
  return submissions.map((submission) => grades.get(submission) as Grade);
}

/** Files of results that cannot be used are a mistake of the command line. */
function asUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ResultsError) throw new UsageError(error.message);
    throw error;
  }
}

function report(grades: readonly Grade[], options: GradeOptions): void {
  const write = (file: string | undefined, text: () => string) => {
    if (file !== undefined) writeBytes(file, new TextEncoder().encode(text()));
  };
  write(options.junit, () => toJUnit(grades));
  write(options.csv, () => toCsv(grades));
  write(options.gradescope, () => {
    if (grades.length !== 1) throw new UsageError(`--gradescope is for one submission, not ${grades.length}`);
    return toGradescope(grades[0] as Grade);
  });
  if (options.json) return output.write(toJson(grades));
  if (grades.length === 1) return showOne(grades[0] as Grade, options);
  const complete = grades.filter(({ ok }) => ok).length;
  output.line(
    `${grades.length} submissions: everything works in ${complete}, something fails in ${grades.length - complete}`,
  );
}

function showOne(grade: Grade, options: GradeOptions): void {
  const colors = colorsFor(process.stdout, options.color);
  const marks: Marks = { good: colors.green, bad: colors.red, strong: colors.bold, faint: colors.dim };
  const { learner: forLearner, record: recordings } = options;
  for (const line of gradeLines(grade, { marks, forLearner, recordings })) output.line(line);
  const failed = grade.scenarios.filter(({ ok }) => !ok).length;
  const passed = grade.scenarios.length - failed;
  output.line("");
  output.line(colors.bold(`typefish: ${passed} ok, ${failed} failed, ${grade.earned} of ${grade.total} points`));
  if (failed > 0 && recordings === undefined)
    output.line(
      colors.dim("--record FOLDER records the failed scenarios, so that you can look at any moment of them."),
    );
}
