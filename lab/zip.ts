/**
 * A submission as a zip: what the lab's page saves and opens, and what `typefish grade` takes. The entries are the paths of
 * the learner's folder; they may all be in one folder, as when a folder is packed.
 */
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import {
  HANDOUT_FILES,
  isOwnPath,
  MAX_BYTES,
  MAX_FILES,
  printable,
  problemOfFile,
  problemsOfAll,
  type SubmissionFiles,
} from "./submission";

/** Largest zip that is read. A folder of a learner with everything in it is smaller. */
export const MAX_ZIP_BYTES = 4 * MAX_BYTES;
/** Most entries that a zip may have; those that do not belong to the submission are not read. */
const MAX_ENTRIES = 100 * MAX_FILES;

/** A zip that is not taken. The message is a sentence that follows the name of the zip. */
export class ZipError extends Error {}

export function packSubmission(files: SubmissionFiles): Uint8Array<ArrayBuffer> {
  return new Uint8Array(zipSync(Object.fromEntries([...files].map(([path, text]) => [path, strToU8(text)]))));
}

/** Reads the submission's files from a zip. Throws a ZipError. */
export function unpackSubmission(zip: Uint8Array): SubmissionFiles {
  if (zip.length > MAX_ZIP_BYTES) throw new ZipError(`it has ${zip.length} bytes; the limit is ${MAX_ZIP_BYTES}.`);
  const sizes = sizesIn(zip);
  const root = rootOf([...sizes.keys()]);
  const isWanted = (name: string) => name.startsWith(root) && isSource(name.slice(root.length));
  const wanted = [...sizes].filter(([name]) => isWanted(name));
  if (wanted.length > MAX_FILES) throw new ZipError(`it has more than ${MAX_FILES} files.`);
  for (const [name, size] of wanted) {
    const problem = problemOfFile(name.slice(root.length), size);
    if (problem !== null) throw new ZipError(problem);
  }
  const contents = unzip(zip, isWanted);
  const files = new Map(Object.entries(contents).map(([name, bytes]) => [name.slice(root.length), strFromU8(bytes)]));
  const [problem] = problemsOfAll(files);
  if (problem !== undefined) throw new ZipError(problem);
  return files;
}

function unzip(zip: Uint8Array, filter: (name: string, size: number) => boolean): Record<string, Uint8Array> {
  try {
    return unzipSync(zip, { filter: ({ name, originalSize }) => filter(name, originalSize) });
  } catch (error) {
    throw error instanceof ZipError ? error : new ZipError("it is not a zip that can be read.");
  }
}

/** The bytes of each entry, as the zip's directory has them. Reads no contents. */
function sizesIn(zip: Uint8Array): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  unzip(zip, (name, size) => {
    if (isOutside(name)) throw new ZipError(`it has an entry outside of its folder: ${printable(name)}.`);
    if (sizes.has(name)) throw new ZipError(`it has two entries with the name ${printable(name)}.`);
    sizes.set(name, size);
    if (sizes.size > MAX_ENTRIES) throw new ZipError(`it has more than ${MAX_ENTRIES} entries.`);
    return false;
  });
  return sizes;
}

const isOutside = (name: string): boolean => /^[/\\]|^[a-z]:/i.test(name) || name.split(/[/\\]/).includes("..");

const isSource = (path: string): boolean => path.endsWith(".ts") && isOwnPath(path);

/** The folder of the submission in the zip: "" or "mine/". */
function rootOf(names: readonly string[]): string {
  const [main] = HANDOUT_FILES;
  const roots = names
    .filter((name) => (name === main || name.endsWith(`/${main}`)) && !name.startsWith("__MACOSX/"))
    .map((name) => name.slice(0, -main.length));
  const depth = Math.min(...roots.map((root) => root.split("/").length));
  const [root, other] = roots.filter((each) => each.split("/").length === depth);
  if (root === undefined) throw new ZipError(`it has no file ${main}.`);
  if (other !== undefined)
    throw new ZipError(`it has several submissions, in ${root} and ${other}: pack each into a zip of its own.`);
  return root;
}
