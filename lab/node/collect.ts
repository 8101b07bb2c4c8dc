/** Reads the files of a submission from its folder or zip. Takes only the hand-out's files, and nothing from outside. */
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  HANDOUT_FILES,
  isOwnPath,
  MAX_FILES,
  OWN_FOLDERS,
  printable,
  problemOfFile,
  problemsOfAll,
  type SubmissionFiles,
} from "../submission";
import { MAX_ZIP_BYTES, unpackSubmission, ZipError } from "../zip";

export interface Collected {
  files: SubmissionFiles;
  /** Why the submission cannot be built; empty if it can. */
  problems: string[];
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** The paths of TypeScript files below a folder, relative to `root`. */
function* sourcesBelow(root: string, folder: string): Generator<string> {
  for (const { name } of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${name}`;
    if (isFolder(join(root, path))) yield* sourcesBelow(root, path);
    else if (name.endsWith(".ts")) yield path;
  }
}

/** Does the name belong to a zip? */
export const isZip = (path: string): boolean => /\.zip$/i.test(path);

/** The zips in a folder of hand-ins: one that has no hand-out's files itself. Empty for anything else. */
export function zipsIn(folder: string): string[] {
  if (!isFolder(folder) || HANDOUT_FILES.some((path) => isFolder(join(folder, path.split("/")[0] as string))))
    return [];
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile() && isZip(entry.name));
  return names.map(({ name }) => join(folder, name)).sort();
}

/** Reads a submission: a folder, or a zip as the lab's page saves it. */
export function collectSubmission(path: string): Collected {
  const { files, problems } = isFolder(path) ? readFolder(path) : readZip(path);
  if (problems.length > 0) return { files, problems };
  const all = new Map(files);
  if (!all.has(OPTIONAL_FILE)) all.set(OPTIONAL_FILE, "export function ownTests(): void {}\n");
  const missing = HANDOUT_FILES.filter((each) => !all.has(each)).map((each) => `${each} is missing.`);
  return { files: all, problems: [...problemsOfAll(all), ...missing] };
}

/** A submission without tests of its own can be graded. */
const OPTIONAL_FILE = "init/tests.ts";

function readZip(path: string): Collected {
  const files = new Map<string, string>();
  const shown = printable(path);
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (!status?.isFile() || !isZip(path)) return { files, problems: [`${shown} is neither a folder nor a zip.`] };
  try {
    if (status.size > MAX_ZIP_BYTES) throw new ZipError(`it has ${status.size} bytes; the limit is ${MAX_ZIP_BYTES}.`);
    return { files: unpackSubmission(readFileSync(path)), problems: [] };
  } catch (error) {
    if (error instanceof ZipError) return { files, problems: [`${shown}: ${error.message}`] };
    throw error;
  }
}

function readFolder(folder: string): Collected {
  const problems: string[] = [];
  const files = new Map<string, string>();
  const paths = new Set<string>(HANDOUT_FILES.filter((path) => hasFolderOf(folder, path)));
  for (const own of OWN_FOLDERS) {
    if (!hasFolderOf(folder, `${own}/x`)) continue;
    for (const path of sourcesBelow(folder, own)) {
      if (isOwnPath(path)) paths.add(path);
      if (paths.size > MAX_FILES) return { files, problems: [`There are more than ${MAX_FILES} files.`] };
    }
  }
  for (const path of paths) {
    const status = lstatSync(join(folder, path), { throwIfNoEntry: false });
    if (!status) continue;
    const problem = status.isFile()
      ? problemOfFile(path, status.size)
      : `${printable(path)} is not a file. Links are not followed.`;
    if (problem === null) files.set(path, readFileSync(join(folder, path), "utf8"));
    else problems.push(problem);
  }
  return { files, problems };
}

/** Are all folders on the way to a file real folders, and not links? */
function hasFolderOf(root: string, path: string): boolean {
  const folders = path.split("/").slice(0, -1);
  return folders.every((_, index) => isFolder(join(root, ...folders.slice(0, index + 1))));
}
