/** The learner's files as a zip, with the paths of the learner's folder. */
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import { isOwnPath, MAX_BYTES, MAX_FILE_BYTES, MAX_FILES } from "../../../lab/submission";
import { english } from "./english";
import type { Texts } from "./storage";

export function toZip(files: Texts): Uint8Array<ArrayBuffer> {
  return new Uint8Array(zipSync(Object.fromEntries([...files].map(([path, text]) => [path, strToU8(text)]))));
}

/** Below which folder the submission's files are: "" or "mine/". */
function rootOf(names: readonly string[]): string | undefined {
  return names.find((name) => /(^|\/)libmm\/mm\.ts$/.test(name))?.slice(0, -"libmm/mm.ts".length);
}

/** The files of a submission in a zip. They may be in a folder. Throws an error whose message says what is wrong. */
export function fromZip(bytes: Uint8Array): Texts {
  const names: string[] = [];
  let total = 0;
  const wanted = (name: string, size: number) => {
    if (!/^[\w./-]+\.ts$/.test(name)) return false;
    names.push(name);
    total += size;
    if (size > MAX_FILE_BYTES * 2 || total > MAX_BYTES * 4 || names.length > MAX_FILES * 10)
      throw new Error(english.tooLarge);
    return true;
  };
  let entries: Record<string, Uint8Array>;
  try {
    entries = unzipSync(bytes, { filter: ({ name, originalSize }) => wanted(name, originalSize) });
  } catch (error) {
    throw error instanceof Error && error.message === english.tooLarge ? error : new Error(english.notZip);
  }
  const root = rootOf(names);
  const files = new Map<string, string>();
  for (const [name, content] of Object.entries(entries)) {
    if (root === undefined || !name.startsWith(root)) continue;
    const path = name.slice(root.length);
    if (!isOwnPath(path) || path.split("/").includes("..")) continue;
    if (content.length > MAX_FILE_BYTES || files.size >= MAX_FILES) throw new Error(english.tooLarge);
    files.set(path, strFromU8(content));
  }
  if (files.size === 0) throw new Error(english.noOwnFiles);
  return files;
}
