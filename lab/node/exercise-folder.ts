/** The folder of an exercise: its text, the learner's file or the recording, and a note of whose numbers it has. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Exercise, ReadingExercise, WritingExercise } from "../exercises/exercise";
import { EXERCISE_IDS, exerciseOf } from "../exercises/exercises";
import { givenOf, startOf } from "../exercises/files";
import { RecordedRun, recordReading } from "../exercises/reading/recorded-run";
import { learnerOf, seedOf } from "../exercises/seed";
import { markdownOf } from "../exercises/text";
import type { Points } from "../grade/points";
import { HANDOUT_FILES, HANDOUT_FOLDER } from "../submission";
import { copyGiven, NewLabError, TSCONFIG } from "./new";
import { packageRoot, readOwnSource } from "./package-root";
import { readReadingFiles } from "./reading-files";

const NOTE = "exercise.json";
const RECORDING = "run.tfr";
export const ANSWER = "answer.txt";

/** What `exercise.json` says. */
export interface ExerciseNote {
  exercise: Exercise;
  /** The name from which the numbers follow. */
  name: string;
}

/** The folder is not one of an exercise. The message says why. */
export class ExerciseFolderError extends Error {}

function write(folder: string, path: string, text: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** Writes the folder, which must not exist or be empty. Returns the path of what the learner fills in. */
export async function writeExercise(folder: string, { exercise, name }: ExerciseNote, points: Points): Promise<string> {
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new NewLabError(`${folder} is not empty: choose a folder that does not exist yet`);
  mkdirSync(folder, { recursive: true });
  const seed = seedOf(exercise.id, learnerOf(name, points));
  write(folder, NOTE, `${JSON.stringify({ version: 1, exercise: exercise.id, for: name }, null, 2)}\n`);
  return exercise.kind === "write" ? writeWriting(folder, exercise, seed) : writeReading(folder, exercise, seed);
}

function readme({ title, learn }: Exercise, text: string, how: string): string {
  return `# ${title}\n\n${learn}\n\n${text}\n\n## Check it\n\n${how}\n`;
}

function writeWriting(folder: string, exercise: WritingExercise, seed: number): string {
  const how = `\`\`\`\nnpx typefish lab exercise check .\n\`\`\`\n\nOnly \`${exercise.file}\` is yours. The other files are there to read.`;
  write(folder, "README.md", readme(exercise, markdownOf(exercise.variant(seed).text), how));
  write(folder, exercise.file, startOf(exercise, readOwnSource));
  for (const [path, text] of givenOf(exercise, readOwnSource)) write(folder, path, text);
  copyGiven(packageRoot(), folder);
  // The sources import what the assignment asks for. The hand-out has it for an editor, and gives no solution away.
  for (const path of HANDOUT_FILES) {
    write(folder, `system/${path}`, readFileSync(join(packageRoot(), HANDOUT_FOLDER, path)));
  }
  write(folder, "tsconfig.json", `${JSON.stringify(TSCONFIG, null, 2)}\n`);
  return exercise.file;
}

async function writeReading(folder: string, exercise: ReadingExercise, seed: number): Promise<string> {
  const recording = recordReading(readReadingFiles(), exercise.id, seed);
  const { text, from, to } = exercise.question(new RecordedRun(recording));
  const how = [
    `Write ${exercise.answer} into \`${ANSWER}\`, and nothing else.`,
    "",
    "```",
    `npx typefish calls --recording ${RECORDING} --from ${from} --to ${to}`,
    `npx typefish inspect mdb --recording ${RECORDING} --at-call ${from}`,
    "npx typefish lab exercise check .",
    "```",
  ].join("\n");
  write(folder, "README.md", readme(exercise, markdownOf(text), how));
  write(folder, RECORDING, await recording.save());
  write(folder, ANSWER, "");
  return ANSWER;
}

/** Reads `exercise.json`. Throws an ExerciseFolderError. */
export function readNote(folder: string): ExerciseNote {
  const path = join(folder, NOTE);
  if (!existsSync(path))
    throw new ExerciseFolderError(`${folder} is not the folder of an exercise: typefish lab exercise new writes one`);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new ExerciseFolderError(`${path} is not JSON: ${(error as Error).message}`);
  }
  const { exercise: id, for: name } = (value ?? {}) as { exercise?: unknown; for?: unknown };
  const exercise = typeof id === "string" ? exerciseOf(id) : undefined;
  if (!exercise)
    throw new ExerciseFolderError(
      `${path} names the exercise ${JSON.stringify(id)}: there are ${EXERCISE_IDS.join(", ")}`,
    );
  if (typeof name !== "string" || name.trim() === "")
    throw new ExerciseFolderError(`${path} must say whose numbers these are, such as "for": "ann"`);
  return { exercise, name };
}
