/**
 * A copy of the checkout below build/, in which mutants are tried. It has its own sources and built modules and uses
 * the checkout's packages. The checkout itself is only read.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";

/** Folders that are built in the copy and kept between runs. */
const MADE = ["build", "dist"];
const PACKAGES = "node_modules";

/** Outputs of the copy's builds. Their contents without a mutant are remembered. */
const OUTPUTS = ["dist", "build/fixtures", "build/records"];

/** Thrown if another process uses the same copy. */
export class WorkspaceInUse extends Error {}

export class Workspace {
  readonly folder: string;
  /** Hash of all sources, tests and tools. */
  readonly hash: string;
  private outputs = new Map<string, Buffer>();

  /** Makes the copy, or updates it. */
  constructor(
    private readonly checkout: string,
    folder: string,
  ) {
    this.folder = resolve(folder);
    this.claim();
    mkdirSync(this.folder, { recursive: true });
    for (const name of readdirSync(this.folder)) {
      if (!MADE.includes(name)) rmSync(join(this.folder, name), { recursive: true });
    }
    const hash = createHash("sha256");
    for (const path of this.sources()) {
      const contents = readFileSync(join(checkout, path));
      hash.update(`${path}\0${contents.length}\0`).update(contents);
      writeFile(join(this.folder, path), contents);
    }
    this.hash = hash.digest("hex").slice(0, 16);
    this.linkPackages();
  }

  /** Claims the copy, because two processes with different mutants in one copy would get wrong results. */
  private claim(): void {
    const note = `${this.folder}.pid`;
    const owner = existsSync(note) ? Number(readFileSync(note, "utf8")) : process.pid;
    if (owner !== process.pid && isRunning(owner)) {
      throw new WorkspaceInUse(`process ${owner} works in ${this.folder}: wait for it, or end it`);
    }
    writeFile(note, String(process.pid));
  }

  /** All tracked files, and new files that are not ignored. */
  private sources(): string[] {
    const list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    const paths = execFileSync("git", list, { cwd: this.checkout, encoding: "utf8" }).split("\0");
    return [...new Set(paths)].filter((path) => path !== "" && existsSync(join(this.checkout, path))).sort();
  }

  /** Links the packages one by one, so that files that tools keep beside the packages are not shared. */
  private linkPackages(): void {
    const packages = join(this.checkout, PACKAGES);
    mkdirSync(join(this.folder, PACKAGES));
    for (const name of readdirSync(packages)) {
      if (name.startsWith(".") && name !== ".bin") continue;
      symlinkSync(join(packages, name), join(this.folder, PACKAGES, name));
    }
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), "utf8");
  }

  write(path: string, text: string): void {
    const target = join(this.folder, path);
    writeFile(target, text);
    // The build does not trust an input that is written while it runs, so give the file an older time.
    const before = Date.now() / 1000 - 60;
    utimesSync(target, before, before);
  }

  /** Remembers the outputs built without a mutant. */
  keepOutputs(): void {
    this.outputs = new Map(this.outputPaths().map((path) => [path, readFileSync(join(this.folder, path))]));
  }

  restoreOutputs(): void {
    for (const path of this.outputPaths()) if (!this.outputs.has(path)) rmSync(join(this.folder, path));
    for (const [path, contents] of this.outputs) {
      if (!this.isAsKept(path)) writeFile(join(this.folder, path), contents);
    }
  }

  /** Whether a built file is identical to the one built without a mutant. */
  isAsKept(path: string): boolean {
    const [kept, target] = [this.outputs.get(path), join(this.folder, path)];
    return kept !== undefined && existsSync(target) && kept.equals(readFileSync(target));
  }

  private outputPaths(): string[] {
    return OUTPUTS.filter((folder) => existsSync(join(this.folder, folder))).flatMap((folder) =>
      readdirSync(join(this.folder, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(this.folder.length + 1)),
    );
  }
}

function writeFile(path: string, contents: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
