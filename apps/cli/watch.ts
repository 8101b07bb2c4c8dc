/** `--watch`: builds and runs the command again whenever a source of the checkout changes. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { counted, formatDuration } from "../../observe/text/quantities";
import { output } from "./output";
import { checkoutOfDist } from "./stale";
import { UsageError } from "./usage-error";

/** Folders and files that the build reads. */
const SOURCES = [
  "system",
  "compile",
  "machines",
  "observe",
  "evidence",
  "apps",
  "lab",
  "tools",
  "package.json",
  "package-lock.json",
];
/** An editor may write several files at once, and one file in several steps. */
const DEBOUNCE_MS = 150;
const ENDING_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

interface Finished {
  output: string;
  status: number | null;
}

class Watch {
  private child: ChildProcess | null = null;
  private isRunning = false;
  private changed = new Set<string>();
  private wake: () => void = () => {};
  private ended = false;

  constructor(
    private readonly root: string,
    private readonly args: readonly string[],
  ) {}

  /** Notes a change. A run of the old build ends; a build ends by itself, so that its files stay whole. */
  change(path: string): void {
    this.changed.add(path);
    if (this.isRunning) this.child?.kill();
    this.wake();
  }

  end(): void {
    this.ended = true;
    this.child?.kill();
    this.wake();
  }

  /** Returns after `end`. */
  async loop(): Promise<void> {
    let mustRun = true;
    while (!this.ended) {
      const built = await this.build();
      if (built !== "failed" && (mustRun || built === "changed")) mustRun = !(await this.run());
      if (this.ended) return;
      if (this.changed.size === 0) output.complaint("waiting for a change of the sources; Ctrl-C ends");
      await this.nextChange();
    }
  }

  private async build(): Promise<"changed" | "unchanged" | "failed"> {
    const [first, ...others] = this.changed;
    this.changed.clear();
    if (first !== undefined) {
      const more = others.length === 0 ? "" : ` and ${counted(others.length, "more file")}`;
      output.complaint(`${first}${more} changed: building`);
    }
    const start = performance.now();
    const { output: text, status } = await this.finish(["tools/run.mjs", "build", "--quiet", "--quick"], true);
    if (this.ended) return "failed";
    if (status !== 0) {
      output.details(text.trimEnd());
      output.complaint("the build failed, so nothing runs");
      return "failed";
    }
    if (text === "") return "unchanged";
    output.complaint(`built in ${formatDuration(performance.now() - start)}`);
    return "changed";
  }

  /** Runs the command. Returns false if a change ended it. */
  private async run(): Promise<boolean> {
    this.isRunning = true;
    await this.finish(["dist/cli.js", ...this.args], false);
    this.isRunning = false;
    return this.changed.size === 0;
  }

  /** Runs a script of the checkout to its end. Its output is collected or shown. */
  private finish([script, ...args]: [string, ...string[]], collect: boolean): Promise<Finished> {
    return new Promise((resolve, reject) => {
      const path = join(this.root, script);
      // The command runs in the user's folder, because arguments may name files there.
      const options = collect ? { cwd: this.root } : {};
      const child = spawn(process.execPath, [path, ...args], { ...options, stdio: collect ? "pipe" : "inherit" });
      this.child = child;
      let text = "";
      const add = (chunk: Buffer) => {
        text += chunk;
      };
      child.stdout?.on("data", add);
      child.stderr?.on("data", add);
      child.on("error", reject);
      child.on("close", (status) => {
        this.child = null;
        resolve({ output: text, status });
      });
    });
  }

  /** Waits until a change is older than the debounce time. */
  private async nextChange(): Promise<void> {
    while (!this.ended && this.changed.size === 0) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    for (let count = -1; !this.ended && count !== this.changed.size; ) {
      count = this.changed.size;
      await new Promise((resolve) => setTimeout(resolve, DEBOUNCE_MS));
    }
  }
}

/** Builds and runs the command with these arguments until a signal ends it. */
export async function watchAndRun(args: readonly string[]): Promise<void> {
  const root = checkoutOfDist();
  if (root === null) throw new UsageError("--watch needs a checkout of the repository, because it builds the sources");
  const { watch } = await import("chokidar");
  const session = new Watch(
    root,
    args.filter((argument) => argument !== "--watch"),
  );
  const isSource = (path: string) => /\.(ts|mjs|json|c|h|S|ld)$/.test(path);
  const watcher = watch(SOURCES, {
    cwd: root,
    ignoreInitial: true,
    ignored: (path, stats) => stats?.isFile() === true && !isSource(path),
  });
  watcher.on("all", (event, path) => {
    if (!event.endsWith("Dir")) session.change(path);
  });
  watcher.on("error", (error) => output.complaint(`the sources cannot be watched: ${(error as Error).message}`));
  for (const signal of ENDING_SIGNALS) process.once(signal, () => session.end());
  await session.loop();
  await watcher.close();
}
