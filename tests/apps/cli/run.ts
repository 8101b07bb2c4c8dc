/** The command as a user runs it: a process, its output, its exit code. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const CLI = fileURLToPath(new URL("../../../dist/cli.js", import.meta.url));
if (!existsSync(CLI)) throw new Error("dist/cli.js is not built yet: run npm run build");

/** More than the console of any run. */
const MOST_OUTPUT = 64 << 20;

export interface Run {
  stdout: string;
  stderr: string;
  status: number | null;
  /** Lines of standard output. */
  lines: string[];
}

export interface RunInput {
  /** Path of the command; the built one if absent. */
  command?: string;
  stdin?: string | Uint8Array;
  environment?: Record<string, string>;
}

export function typefish(args: string[], { command = CLI, stdin = "", environment = {} }: RunInput = {}): Run {
  const { stdout, stderr, status } = spawnSync(process.execPath, [command, ...args], {
    input: stdin,
    encoding: "utf8",
    maxBuffer: MOST_OUTPUT,
    env: { ...process.env, NO_COLOR: "", FORCE_COLOR: "1", ...environment },
  });
  return { stdout, stderr, status, lines: stdout.split("\n").slice(0, -1) };
}

/** The same for commands that take long: the test's process goes on meanwhile, and can report to the test runner. */
export function typefishMeanwhile(args: string[], program = [process.execPath, CLI], cwd?: string): Promise<Run> {
  return new Promise((resolve) => {
    const [file, ...first] = program as [string, ...string[]];
    const { FORCE_COLOR: _, ...environment } = process.env;
    const env = { ...environment, NO_COLOR: "1" };
    const child = spawn(file, [...first, ...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    child.on("close", (status) => resolve({ stdout, stderr, status, lines: stdout.split("\n").slice(0, -1) }));
  });
}

/** Runs the command and closes its standard output after the first bytes, as `head` does. */
export function typefishIntoClosedPipe(args: string[]): Promise<{ stderr: string; status: number | null }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    let stderr = "";
    child.stdout.once("data", () => child.stdout.destroy());
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    child.on("close", (status) => resolve({ stderr, status }));
  });
}

/** The part of `lines` that is also in `wanted`, in the order in which it appears. */
export function onlyLines(lines: readonly string[], wanted: readonly string[]): string[] {
  return lines.filter((line) => wanted.includes(line));
}
