/** Checks before the work whether its result can be written to a file. */
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { systemReason } from "./system-errors";

/** The reason why a file cannot be written, as a clause; null if it can. */
export function whyNotWritable(path: string): string | null {
  const folder = dirname(path);
  try {
    if (existsSync(path)) {
      if (statSync(path).isDirectory()) return "it is a folder";
      accessSync(path, constants.W_OK);
      return null;
    }
    if (!existsSync(folder)) return `there is no folder ${folder}`;
    if (!statSync(folder).isDirectory()) return `${folder} is not a folder`;
    accessSync(folder, constants.W_OK);
    return null;
  } catch (error) {
    return systemReason(error);
  }
}
