/**
 * A copy of the checkout to break things in, below build/: sources of its own, modules of its own, and the packages of the
 * checkout. The checkout itself is only read.
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

/** Made in the copy; kept from one run to the next. */
const MADE = ["build", "dist"];
const PACKAGES = "node_modules";

/** What the builds of the copy leave: kept as it was without a mutant. */
const OUTPUTS = ["dist", "build/fixtures", "build/records"];

/** Another process works in the same copy. */
export class WorkspaceInUse extends Error {}

export class Workspace {
  readonly folder: string;
  /** Of all sources, tests and tools. */
  readonly hash: string;
  private outputs = new Map<string, Buffer>();

  /** Makes the copy, or brings it up to date. */
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

  /** Two that broke different things in one copy would judge both wrongly. */
  private claim(): void {
    const note = `${this.folder}.pid`;
    const owner = existsSync(note) ? Number(readFileSync(note, "utf8")) : process.pid;
    if (owner !== process.pid && isRunning(owner)) {
      throw new WorkspaceInUse(`process ${owner} works in ${this.folder}: wait for it, or end it`);
    }
    writeFile(note, String(process.pid));
  }

  /** Tracked files, and new ones that are not ignored, as they are now. */
  private sources(): string[] {
    const list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    const paths = execFileSync("git", list, { cwd: this.checkout, encoding: "utf8" }).split("\0");
    return [...new Set(paths)].filter((path) => path !== "" && existsSync(join(this.checkout, path))).sort();
  }

  /** One by one, so that what tools keep beside the packages is not shared. */
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
    // The build distrusts what is written to while it runs: this was before.
    const before = Date.now() / 1000 - 60;
    utimesSync(target, before, before);
  }

  /** Remembers what was built: without a mutant. */
  keepOutputs(): void {
    this.outputs = new Map(this.outputPaths().map((path) => [path, readFileSync(join(this.folder, path))]));
  }

  restoreOutputs(): void {
    for (const path of this.outputPaths()) if (!this.outputs.has(path)) rmSync(join(this.folder, path));
    for (const [path, contents] of this.outputs) {
      if (!this.isAsKept(path)) writeFile(join(this.folder, path), contents);
    }
  }

  /** Is a built file the same, byte by byte, as without a mutant? */
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
