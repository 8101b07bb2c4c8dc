/**
 * The figures of both benchmarks in files, so that the table of the CPU driver's operations in docs/benchmarks.md can
 * show them side by side: whichever benchmark runs writes its own file, and the table anew.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkoutFolder } from "../../machines/native/checkout";
import { writeSection } from "./document";
import { type Figures, kernelTable } from "./kernel-table";
import { markdownTable } from "./tables";

export type Benchmark = "hosted" | "native";

interface Results {
  /** On what, and when. */
  machine: string;
  /** Nanoseconds, or instructions, by name and size of the operation: "copy 100000". */
  figures: Record<string, number>;
}

const SECTION = "kernel: written by npm run bench -- --write and by npm run bench:native";

function fileOf(benchmark: Benchmark): string {
  return join(checkoutFolder(), "evidence/bench/results", `${benchmark}.json`);
}

function read(benchmark: Benchmark): Results | null {
  try {
    return JSON.parse(readFileSync(fileOf(benchmark), "utf8")) as Results;
  } catch {
    return null; // Never measured, or not in a checkout.
  }
}

function figuresOf(results: Results | null): Figures | null {
  return results && ((name, size) => results.figures[`${name} ${size}`] ?? null);
}

/** What the native benchmark said when it last ran. */
export function nativeFigures(): Figures | null {
  return figuresOf(read("native"));
}

/** Keeps what a benchmark has measured, and writes the table. */
export function writeKernelResults(
  benchmark: Benchmark,
  machine: string,
  measured: readonly { name: string; size: number; value: number }[],
): void {
  const round = (value: number) => Number(value.toFixed(2));
  const figures = Object.fromEntries(measured.map(({ name, size, value }) => [`${name} ${size}`, round(value)]));
  const results: Results = { machine, figures };
  mkdirSync(dirname(fileOf(benchmark)), { recursive: true });
  writeFileSync(fileOf(benchmark), `${JSON.stringify(results, null, 2)}\n`);

  const [hosted, native] = [read("hosted"), read("native")];
  const machines = [
    ...(hosted ? [`Hosted: ${hosted.machine}.`] : []),
    ...(native ? [`Native: ${native.machine}.`] : []),
  ];
  const table = kernelTable(figuresOf(hosted), figuresOf(native));
  writeSection(SECTION, `${machines.join("\n")}\n\n${markdownTable(table)}`);
}
