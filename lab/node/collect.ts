/** Reads the files of a submission from its folder. Takes only the hand-out's files, and nothing from outside. */
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  HANDOUT_FILES,
  isOwnPath,
  MAX_BYTES,
  MAX_FILE_BYTES,
  MAX_FILES,
  OWN_FOLDERS,
  type SubmissionFiles,
} from "../submission";

export interface Collected {
  files: SubmissionFiles;
  /** Why the submission cannot be built; empty if it can. */
  problems: string[];
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** A name as it can be printed: without control characters. */
export function printable(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
  return name.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, "?");
}

/** The paths of TypeScript files below a folder, relative to `root`. */
function* sourcesBelow(root: string, folder: string): Generator<string> {
  for (const { name } of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${name}`;
    if (isFolder(join(root, path))) yield* sourcesBelow(root, path);
    else if (name.endsWith(".ts")) yield path;
  }
}

export function collectSubmission(folder: string): Collected {
  const problems: string[] = [];
  const files = new Map<string, string>();
  if (!isFolder(folder)) return { files, problems: [`${printable(folder)} is not a folder.`] };
  const paths = new Set<string>(HANDOUT_FILES.filter((path) => hasFolderOf(folder, path)));
  for (const own of OWN_FOLDERS) {
    if (!hasFolderOf(folder, `${own}/x`)) continue;
    for (const path of sourcesBelow(folder, own)) {
      if (isOwnPath(path)) paths.add(path);
      if (paths.size > MAX_FILES) return { files, problems: [`There are more than ${MAX_FILES} files.`] };
    }
  }
  for (const path of paths) {
    const shown = printable(path);
    const status = lstatSync(join(folder, path), { throwIfNoEntry: false });
    if (!status) continue;
    if (!status.isFile()) problems.push(`${shown} is not a file. Links are not followed.`);
    else if (!/^[\w./-]+$/.test(path))
      problems.push(`${shown}: a file name may have letters, digits, "-", "_" and ".".`);
    else if (status.size > MAX_FILE_BYTES)
      problems.push(`${shown} has ${status.size} bytes; the limit is ${MAX_FILE_BYTES}.`);
    else files.set(path, readFileSync(join(folder, path), "utf8"));
  }
  const bytes = [...files.values()].reduce((sum, text) => sum + text.length, 0);
  if (bytes > MAX_BYTES) problems.push(`The files have ${bytes} bytes; the limit is ${MAX_BYTES}.`);
  for (const path of HANDOUT_FILES) {
    const isOptional = path === "init/tests.ts";
    if (!files.has(path) && !isOptional && !problems.some((problem) => problem.startsWith(path)))
      problems.push(`${path} is missing.`);
  }
  if (!files.has("init/tests.ts")) files.set("init/tests.ts", "export function ownTests(): void {}\n");
  return { files, problems };
}

/** Are all folders on the way to a file real folders, and not links? */
function hasFolderOf(root: string, path: string): boolean {
  const folders = path.split("/").slice(0, -1);
  return folders.every((_, index) => isFolder(join(root, ...folders.slice(0, index + 1))));
}
