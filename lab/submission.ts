/**
 * The files of a submission, and where they go in the system.
 *
 * A submission replaces parts of `system/`. In these parts, none of our own files exist while a submission is compiled,
 * so it cannot fall back on the reference solution. Everything else comes from our own `system/`.
 */

/** The hand-out, below the folder of the project. */
export const HANDOUT_FOLDER = "lab/handout";

/** Paths of the hand-out, below the learner's folder. Each must exist in a submission. */
export const HANDOUT_FILES = [
  "libmm/mm.ts",
  "libaos/mapping/map-fixed.ts",
  "libaos/slab-refill.ts",
  "init/tests.ts",
] as const;

/** Folders in which a submission may have further files of its own. */
export const OWN_FOLDERS = ["libmm", "libaos/mapping"] as const;

/** Files in those folders that are given: the submission's are ignored. */
const GIVEN_FILES: readonly string[] = ["libmm/slot-prealloc.ts"];

/** Limits that keep a submission's files small enough to compile. */
export const MAX_FILES = 100;
export const MAX_FILE_BYTES = 256 * 1024;
export const MAX_BYTES = 1024 * 1024;

/** Texts by path below the learner's folder, such as "libmm/mm.ts". */
export type SubmissionFiles = ReadonlyMap<string, string>;

/** Does the path belong to the submission? Paths are relative to the learner's folder. */
export function isOwnPath(path: string): boolean {
  if (GIVEN_FILES.includes(path)) return false;
  const isHandout = (HANDOUT_FILES as readonly string[]).includes(path);
  return isHandout || OWN_FOLDERS.some((folder) => path.startsWith(`${folder}/`));
}

/** A name as it can be printed: without control characters. */
export function printable(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
  return name.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, "?");
}

/** Why a file of this path and size cannot be a part of a submission, in a sentence; null if it can. */
export function problemOfFile(path: string, bytes: number): string | null {
  if (!/^[\w./-]+$/.test(path)) return `${printable(path)}: a file name may have letters, digits, "-", "_" and ".".`;
  return bytes > MAX_FILE_BYTES ? `${path} has ${bytes} bytes; the limit is ${MAX_FILE_BYTES}.` : null;
}

/** Why there are too many files, or too large ones, in sentences. */
export function problemsOfAll(files: SubmissionFiles): string[] {
  const bytes = [...files.values()].reduce((sum, text) => sum + text.length, 0);
  return [
    ...(files.size > MAX_FILES ? [`There are more than ${MAX_FILES} files.`] : []),
    ...(bytes > MAX_BYTES ? [`The files have ${bytes} bytes; the limit is ${MAX_BYTES}.`] : []),
  ];
}

const SYSTEM = "system/";
/** Replaced in every program of a submission, because ours need more of a manager than the assignment's interface. */
export const REPLACED: Readonly<Record<string, string>> = {
  "system/init/scenarios/main.ts": "lab/program/no-scenarios.ts",
  "system/init/one-step.ts": "lab/program/two-steps.ts",
};

/** Which of our own files is read for an imported path; null if the path belongs to the submission. */
export function ownSourceOf(path: string): string | null {
  if (path.startsWith(SYSTEM) && isOwnPath(path.slice(SYSTEM.length))) return null;
  return REPLACED[path] ?? path;
}

/** Reads the sources of a program with the submission in it. `read` reads our own files, by path below the checkout. */
export function readWithSubmission(
  files: SubmissionFiles,
  read: (path: string) => string | null,
): (path: string) => string | null {
  return (path) => {
    const own = ownSourceOf(path);
    return own === null ? (files.get(path.slice(SYSTEM.length)) ?? null) : read(own);
  };
}

/** The programs that a submission is built into. */
export const DRIVER_ENTRY = "lab/program/driver.ts";
export const RACE_ENTRY = "lab/program/race.ts";
export const INIT_ENTRY = `${SYSTEM}init/main.ts`;
