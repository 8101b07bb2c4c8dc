/**
 * Keeps the figures of both benchmarks in files, so that a table in docs/benchmarks.md can show them side by side. Each
 * benchmark writes its own file, and then the table.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkoutFolder } from "../../machines/native/checkout";
import { SYSTEM_PAGE, writeSection } from "./document";
import { type Figures, kernelTable } from "./kernel-table";
import { markdownTable } from "./tables";

export type Benchmark = "hosted" | "native";

interface Results {
  /** The machine and the day. */
  machine: string;
  /** Nanoseconds, or instructions, by name and size of the operation: "copy 100000". */
  figures: Record<string, number>;
}

const SECTION = "kernel: written by npm run bench -- --write and by npm run bench:native";

function fileOf(root: string, benchmark: Benchmark): string {
  return join(root, "evidence/bench/results", `${benchmark}.json`);
}

function read(root: string, benchmark: Benchmark): Results | null {
  try {
    return JSON.parse(readFileSync(fileOf(root, benchmark), "utf8")) as Results;
  } catch {
    return null; // Not measured yet.
  }
}

function figuresOf(results: Results | null): Figures | null {
  return results && ((name, size) => results.figures[`${name} ${size}`] ?? null);
}

/** The figures of the native benchmark's last run; null if there are none, as in an installed package. */
export function nativeFigures(): Figures | null {
  try {
    return figuresOf(read(checkoutFolder(), "native"));
  } catch {
    return null;
  }
}

/** Keeps the figures of a benchmark, and writes the table. */
export function writeKernelResults(
  root: string,
  benchmark: Benchmark,
  machine: string,
  measured: readonly { name: string; size: number; value: number }[],
): void {
  const round = (value: number) => Number(value.toFixed(2));
  const figures = Object.fromEntries(measured.map(({ name, size, value }) => [`${name} ${size}`, round(value)]));
  const results: Results = { machine, figures };
  mkdirSync(dirname(fileOf(root, benchmark)), { recursive: true });
  writeFileSync(fileOf(root, benchmark), `${JSON.stringify(results, null, 2)}\n`);

  const [hosted, native] = [read(root, "hosted"), read(root, "native")];
  const machines = [
    ...(hosted ? [`Hosted: ${hosted.machine}.`] : []),
    ...(native ? [`Native: ${native.machine}.`] : []),
  ];
  const table = kernelTable(figuresOf(hosted), figuresOf(native));
  writeSection(root, SYSTEM_PAGE, SECTION, `${machines.join("\n")}\n\n${markdownTable(table)}`);
}
