/** Runs test files in a separate process, which can be ended even if a test loops. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

export type TestOutcome =
  | { readonly kind: "passed" /** Seconds of each file. */; readonly seconds: Readonly<Record<string, number>> }
  | { readonly kind: "failed" /** The first test that failed. */; readonly by: string }
  | { readonly kind: "timeout" };

interface VitestReport {
  success: boolean;
  testResults: {
    name: string;
    status: string;
    startTime: number;
    endTime: number;
    assertionResults: { status: string; fullName: string }[];
  }[];
}

const REPORT = "build/mutate-report.json";

let running: ChildProcess | null = null;

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // The process has already ended.
  }
}

/** Ends the present run. */
export function stopTests(): void {
  if (running) killGroup(running);
}

export async function runTests(
  folder: string,
  files: readonly string[],
  limitSeconds: number,
  stopAtFirst = true,
): Promise<TestOutcome> {
  const report = join(folder, REPORT);
  rmSync(report, { force: true });
  const args = [
    ...["node_modules/vitest/vitest.mjs", "run", ...files, ...(stopAtFirst ? ["--bail=1"] : [])],
    ...["--reporter=json", `--outputFile=${REPORT}`, "--poolOptions.forks.maxForks=1"],
  ];
  // The process group is new, so that the test workers end with it.
  const child = spawn(process.execPath, args, {
    cwd: folder,
    detached: true,
    stdio: "ignore",
    // Only the modules with the mutant are built anew, so `typefish` would complain about the others.
    env: { ...process.env, TYPEFISH_ACCEPT_STALE: "1" },
  });
  running = child;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    killGroup(child);
  }, limitSeconds * 1000);
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("exit", resolve));
  clearTimeout(timer);
  // The process may have been ended from outside and have left its workers behind.
  killGroup(child);
  running = null;
  return isLate ? { kind: "timeout" } : readReport(report, folder, code);
}

function readReport(path: string, folder: string, code: number | null): TestOutcome {
  let report: VitestReport;
  try {
    report = JSON.parse(readFileSync(path, "utf8")) as VitestReport;
  } catch {
    if (code === 0) throw new Error("vitest ended well and left no report");
    return { kind: "failed", by: `the test process ended with ${code ?? "a signal"}` };
  }
  const relative = (name: string) => name.slice(folder.length + 1);
  if (code === 0 && report.success) {
    const seconds = report.testResults.map(({ name, startTime, endTime }) => [
      relative(name),
      Math.max(0, endTime - startTime) / 1000,
    ]);
    return { kind: "passed", seconds: Object.fromEntries(seconds) };
  }
  for (const { name, status, assertionResults } of report.testResults) {
    const failed = assertionResults.find((result) => result.status === "failed");
    if (failed) return { kind: "failed", by: `${relative(name)}: ${failed.fullName}` };
    if (status === "failed") return { kind: "failed", by: relative(name) };
  }
  return { kind: "failed", by: `the test process ended with ${code ?? "a signal"}` };
}
