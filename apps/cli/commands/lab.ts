/** `typefish lab`: the hand-out of the assignment, and init with a learner's files. */
import type { Command } from "commander";
import { NewLabError, writeLab } from "../../../lab/node/new";
import { loadSystemImages } from "../../../machines/hosted/node/load-images";
import { addBoardOptions } from "../board-options";
import { colorsFor } from "../colors";
import { colorLine } from "../console-lines";
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
  if ("problems" in built) {
    for (const problem of built.problems) output.line(problem);
    throw new UsageError(
      `${folder} cannot be built: ${built.problems.length === 1 ? "see the message" : `see the ${built.problems.length} messages`} above`,
    );
  }
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
