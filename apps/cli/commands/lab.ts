/** `typefish lab`: the hand-out of the assignment, init with a learner's files, and races of their manager. */
import { type Command, InvalidArgumentError, Option } from "commander";
import type { TraceName } from "../../../evidence/bench/allocation-trace";
import { textTable } from "../../../evidence/bench/tables";
import { NewLabError, writeLab } from "../../../lab/node/new";
import { DEFAULT_CHOICE, MOST_EXCHANGES, POLICIES, TRACE_NAMES, traceOf } from "../../../lab/race/choice";
import { placesOfStop, RACE_COLUMNS, refusalRemark, stopSentence } from "../../../lab/report/race";
import { loadSystemImages } from "../../../machines/hosted/node/load-images";
import { ProgressLine } from "../../../observe/text/progress";
import { counted, parseCount } from "../../../observe/text/quantities";
import type { PolicyName } from "../../../system/libmm/layout/mm-policies";
import { addBoardOptions, countArgument } from "../board-options";
import { colorsFor } from "../colors";
import { colorLine } from "../console-lines";
import { ExitCode } from "../exit-code";
import { runHosted } from "../hosted-run";
import { withLabWorker } from "../lab-worker";
import { complaintAbout, describeResult, exitCodeOf } from "../outcome";
import { output } from "../output";
import { NO_SCENARIO, type SessionOptions } from "../session";
import { UsageError } from "../usage-error";
import { addExerciseCommand } from "./exercise";

const EXAMPLES = `
Examples:
  typefish lab new mine              write the hand-out of the assignment into the new folder mine
  typefish lab start mine            boot init with the files in mine (npm start in that folder)
  typefish grade mine                run the graded scenarios (npm test in that folder)
  typefish lab exercise list         show the exercises beside the assignment
  typefish lab race mine             race the manager in mine with policies of Typefish's own
  typefish lab race mine --trace misfits --policy best-fit buddy --json
  typefish lab new reference --solution --teacher
                                     write the reference solution
`;

interface NewOptions {
  solution?: boolean;
  teacher?: boolean;
}

interface StartOptions extends SessionOptions {
  color: boolean;
}

export function addLabCommand(program: Command): void {
  const lab = program
    .command("lab")
    .description("do the assignment: write a memory manager of your own")
    .addHelpText("after", EXAMPLES);
  lab
    .command("new <folder>")
    .description("write the hand-out into a new folder")
    .option("--solution", "write the reference solution instead, for teachers")
    .option("--teacher", "confirm that you want to see the solution")
    .action((folder: string, options: NewOptions) => newLab(folder, options));
  addBoardOptions(lab.command("start <folder>").description("build init with the files in a folder, and boot it"))
    .option("--no-color", "use no colours, even on a terminal")
    .action((folder: string, options: StartOptions) => start(folder, options));
  addExerciseCommand(lab);
  lab
    .command("race <folder>")
    .description("race the manager in a folder with Typefish's own policies, on the same trace of requests")
    .addOption(
      new Option("--trace <name>", "requests: see docs/benchmarks-policies.md")
        .choices(TRACE_NAMES)
        .default(DEFAULT_CHOICE.trace),
    )
    .addOption(
      new Option("--policy <names...>", "policies that race").choices(POLICIES).default([...DEFAULT_CHOICE.policies]),
    )
    .option("--exchanges <n>", "pairs of free and allocate", exchangesArgument, DEFAULT_CHOICE.exchanges)
    .option("--seed <n>", "seed of the trace", countArgument, DEFAULT_CHOICE.seed)
    .option("--json", "print one JSON document with all figures")
    .action((folder: string, options: RaceOptions) => race(folder, options));
}

interface RaceOptions {
  trace: TraceName;
  policy: PolicyName[];
  exchanges: number;
  seed: number;
  json?: boolean;
}

function exchangesArgument(text: string): number {
  const count = parseCount(text);
  if (count !== null && count >= 1 && count <= MOST_EXCHANGES) return count;
  throw new InvalidArgumentError(`Expected a number from 1 to ${MOST_EXCHANGES}.`);
}

async function race(folder: string, { trace, policy, exchanges, seed, json }: RaceOptions): Promise<void> {
  const choice = { trace, seed, exchanges, policies: policy };
  const progress = new ProgressLine("racing");
  const results = await withLabWorker((worker) =>
    worker.race(folder, choice, (share) => progress.show(`${Math.floor(100 * share)} %`)),
  );
  progress.clear();
  if ("problems" in results) throw new UsageError(notBuilt(folder, results.problems));
  const { title, pages, operations } = traceOf(choice);
  if (json) return output.json({ ...choice, title, pages, operations: operations.length, results });
  output.line(
    textTable({
      title: `${trace}: ${title} (${counted(operations.length, "operation")}, ${counted(pages, "page")}, seed ${seed})`,
      head: ["", ...RACE_COLUMNS.map((column) => column.title)],
      rows: results.map((result) => [result.name, ...RACE_COLUMNS.map(({ cell }) => cell(result))]),
    }),
  );
  for (const result of results) {
    const { name, stop } = result;
    const remarks = [refusalRemark(result), stop && stopSentence(stop), stop && placesOfStop(stop)];
    for (const remark of remarks) if (remark) output.line(`${name}: ${remark}`);
  }
  if (results.some(({ stop }) => stop !== null)) process.exitCode = ExitCode.FAILED;
}

/** Prints what does not compile. Returns the complaint. */
function notBuilt(folder: string, problems: readonly string[]): string {
  for (const problem of problems) output.line(problem);
  return `${folder} cannot be built: ${problems.length === 1 ? "see the message" : `see the ${problems.length} messages`} above`;
}

function newLab(folder: string, { solution = false, teacher = false }: NewOptions): void {
  if (solution && !teacher)
    throw new UsageError("--solution shows the reference solution: add --teacher if you want to see it");
  let own: string[];
  try {
    own = writeLab({ folder, solution });
  } catch (error) {
    if (error instanceof NewLabError) throw new UsageError(error.message);
    throw error;
  }
  const files = solution ? `${own.length} files of the reference solution` : own.join(", ");
  output.line(`${folder} holds ${files}`);
  output.line("");
  output.line(`  cd ${folder}`);
  output.line("  npm start        boots init with your files");
  output.line("  npm test         runs the graded scenarios");
  output.line("");
  output.line("README.md in that folder is the assignment. docs/libaos.md describes the functions that you can use.");
}

async function start(folder: string, options: StartOptions): Promise<void> {
  const built = await withLabWorker((worker) => worker.build(folder));
  if ("problems" in built) throw new UsageError(notBuilt(folder, built.problems));
  const { wasm, elf, positions } = built;
  const program = { images: { ...loadSystemImages(), init: wasm, positions }, initElf: elf };
  const colors = colorsFor(process.stdout, options.color);
  const run = runHosted(
    { ...options, scenario: NO_SCENARIO, program },
    { onLine: (line) => output.line(colorLine(line, colors)) },
  );
  output.line(colors.bold(`typefish: ${describeResult(run.result, null)}`));
  // If the program ended with a status, its own lines say why.
  const complaint = run.result.kind === "exit" ? null : complaintAbout(run);
  if (complaint !== null) output.complaint(complaint);
  process.exitCode = exitCodeOf(run);
}
