/** Compiles sources of the file system, for Node only. Relative paths start in the current directory. */
import { existsSync, readFileSync } from "node:fs";
import { type Compilation, compileAssemblyScript } from "../assemblyscript";
import { compileProgram, type Program, type ProgramRequest } from "../program";

function readFile(path: string): string | null {
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}

/** Compiles the entry files to one module. */
export function compileFiles(entries: readonly string[], flags: readonly string[]): Promise<Compilation> {
  return compileAssemblyScript({ entries, flags, readFile });
}

/** Compiles a user program. */
export function compileProgramFiles(
  entry: string,
  options: Omit<ProgramRequest, "entry" | "readFile"> = {},
): Promise<Program> {
  return compileProgram({ entry, readFile, ...options });
}
