/** Whole runs of the command line, each in a process of its own. */
import { spawnSync } from "node:child_process";
import { builtFile } from "../../machines/hosted/node/load-images";
import type { Measurements } from "./program";

const NANOSECONDS = 1e6;
/** All scenarios except the last group, which allocates every page of the board. */
export const WITHOUT_ALL_PAGES = "T*";

interface BootReport {
  ok: boolean;
  figures: { milliseconds: number };
}

/** Runs `typefish boot`; returns its report, and the time of the whole process in milliseconds. */
function boot(scenario: string): { report: BootReport; milliseconds: number } {
  const start = performance.now();
  const { stdout } = spawnSync(process.execPath, [builtFile("cli.js"), "boot", "--json", "--scenario", scenario], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const milliseconds = performance.now() - start;
  return { report: JSON.parse(stdout) as BootReport, milliseconds };
}

/** Boots without scenarios `count` times. */
export function measureBoot(count: number, into: Measurements, progress: (what: string) => void): void {
  for (let i = 0; i < count; i++) {
    progress("boot");
    const { report, milliseconds } = boot("none");
    into.add("boot", 0, report.figures.milliseconds * NANOSECONDS);
    into.add("boot-process", 0, milliseconds * NANOSECONDS);
  }
}

/** Runs all scenarios, without and with every page of the board. */
export function measureStart(into: Measurements, progress: (what: string) => void): void {
  progress("all scenarios except the one that allocates every page");
  into.add("start-without-pages", 0, boot(WITHOUT_ALL_PAGES).milliseconds * NANOSECONDS);
  progress("all scenarios");
  into.add("start", 0, boot("*").milliseconds * NANOSECONDS);
}
