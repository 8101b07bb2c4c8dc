/**
 * Writes the folder of a learner: the hand-out's files, everything that an editor needs to know about the rest, and a
 * package with `npm start` and `npm test`. The folder stands by itself.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, relative, resolve } from "node:path";
import { LEARNER_COMPILER_OPTIONS } from "../compiler-options";
import { HANDOUT_FILES, HANDOUT_FOLDER, isOwnPath, REPLACED } from "../submission";
import { packageRoot } from "./package-root";

/** Parts of `system/` that a learner may read and import. */
const GIVEN_FOLDERS = ["kpi", "libaos", "libmm", "init"] as const;
/** Parts of those that look into the records of the reference solution. */
const LEFT_OUT = ["init/scenarios", "libaos/paging/invariants.ts"];

const GITIGNORE = "node_modules/\n";

export const TSCONFIG = {
  compilerOptions: {
    ...LEARNER_COMPILER_OPTIONS,
    // The files in system/ and yours form one tree: "../libaos" is system/libaos.
    rootDirs: [".", "./system"],
  },
  include: ["libmm", "libaos", "init", "system"],
};

/** The folder cannot be written. The message says why. */
export class NewLabError extends Error {}

export interface NewLabRequest {
  folder: string;
  /** Write the reference solution instead of the hand-out. */
  solution: boolean;
}

/** Writes the folder, which must not exist or be empty. Returns the paths that a learner fills in. */
export function writeLab({ folder, solution }: NewLabRequest): string[] {
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new NewLabError(`${folder} is not empty: choose a folder that does not exist yet`);
  const root = packageRoot();
  mkdirSync(folder, { recursive: true });
  const own = solution ? copyReference(root, folder) : copyHandout(root, folder);
  copyGiven(root, folder);
  writeFileSync(join(folder, ".gitignore"), GITIGNORE);
  writeFileSync(join(folder, "tsconfig.json"), `${JSON.stringify(TSCONFIG, null, 2)}\n`);
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(packageOf(root, folder), null, 2)}\n`);
  linkPackage(root, folder);
  return own;
}

function copyHandout(root: string, folder: string): string[] {
  cpSync(join(root, HANDOUT_FOLDER), folder, { recursive: true });
  return [...HANDOUT_FILES];
}

/** Copies those files of `system/` that a submission replaces. */
function copyReference(root: string, folder: string): string[] {
  const paths = readdirSync(join(root, "system"), { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => isOwnPath(path) && path.endsWith(".ts"));
  for (const path of paths) cpSync(join(root, "system", path), join(folder, path));
  const readme = join(root, HANDOUT_FOLDER, "README.md");
  if (existsSync(readme)) cpSync(readme, join(folder, "README.md"));
  return paths;
}

/** Copies the sources that the learner's files build on, the page about libaos, and the compiler's types. */
export function copyGiven(root: string, folder: string): void {
  for (const given of GIVEN_FOLDERS) {
    const isWanted = (source: string) => {
      const path = relative(join(root, "system"), source).replaceAll("\\", "/");
      return !isOwnPath(path) && !LEFT_OUT.includes(path);
    };
    cpSync(join(root, "system", given), join(folder, "system", given), { recursive: true, filter: isWanted });
  }
  for (const [path, own] of Object.entries(REPLACED)) cpSync(join(root, own), join(folder, path));
  const page = join(root, "docs/libaos.md");
  if (existsSync(page)) cpSync(page, join(folder, "docs/libaos.md"));
  cpSync(compilerTypes(), join(folder, "system/assemblyscript.d.ts"));
}

/** The declarations of AssemblyScript's types and functions. They have the licence of AssemblyScript. */
function compilerTypes(): string {
  return createRequire(import.meta.url).resolve("assemblyscript/std/assembly/index.d.ts");
}

function packageOf(root: string, folder: string): object {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const name = basename(resolve(folder))
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return {
    name: name === "" ? "memory-lab" : name,
    version,
    private: true,
    type: "module",
    scripts: { start: "typefish lab start .", test: "typefish grade ." },
    dependencies: { typefish: `file:${relative(folder, root).replaceAll("\\", "/")}` },
  };
}

/** Links the package, as `npm install` would, so that `npm start` works at once. */
function linkPackage(root: string, folder: string): void {
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, ".bin"), { recursive: true });
  try {
    symlinkSync(root, join(modules, "typefish"), "junction");
    const { bin } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { bin: Record<string, string> };
    symlinkSync(join("..", "typefish", bin.typefish as string), join(modules, ".bin/typefish"));
  } catch {
    // A system without symbolic links: `npm install` makes what it can.
  }
}
