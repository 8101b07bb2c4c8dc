/** `npm run bench:native` counts the instructions of the native machine, prints tables, and writes them into docs/benchmarks.md. */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { type NativeFigures, nativeAims } from "../evidence/bench/aims";
import { SYSTEM_PAGE, writeSection } from "../evidence/bench/document";
import { writeKernelResults } from "../evidence/bench/kernel-results";
import { kernelTable } from "../evidence/bench/kernel-table";
import { type Figure, measure } from "../evidence/bench/measure-native";
import { sel4Table } from "../evidence/bench/sel4-table";
import { aimsTable, markdownTable, type Table, textTable } from "../evidence/bench/tables";
import { findNativeBoard, type NativeBoard } from "../machines/native/boards";
import { kernelFile, programFiles } from "../machines/native/built";
import { checkoutFolder } from "../machines/native/checkout";
import { sectionSizes } from "../machines/native/elf";
import { MissingTools, requireTools, toolPath } from "../machines/native/toolchain";

const USAGE_STATUS = 2;
const SEL4_SECTION = "seL4: written by npm run bench:native";
const SECTION = "figures: written by npm run bench:native";

const SIZES = [100, 1_000, 10_000, 100_000];

const count = (value: number) => Math.round(value).toLocaleString("en-US");

/** The operations beside live pages, with the names that the tables show. */
const TITLES: Record<string, string> = {
  "mm-alloc": "mm_alloc",
  "mm-free": "mm_free",
  retype: "retype",
  delete: "delete",
  copy: "copy",
  "delete-copy": "delete a copy",
  identify: "identify",
};

/** A row for each operation and a column for each size, with the median and the greatest count. */
function bySize(figures: Figure[]): Table {
  const cell = (operation: string, size: number) => {
    const figure = figures.find((candidate) => candidate.operation === operation && candidate.size === size);
    return figure ? `${count(figure.median)} (${count(figure.greatest)})` : "";
  };
  return {
    title: "Instructions of an operation on one page: median of 101 calls (greatest)",
    head: ["live pages", ...SIZES.map(count)],
    rows: Object.entries(TITLES).map(([operation, title]) => [title, ...SIZES.map((size) => cell(operation, size))]),
  };
}

function textSize(path: string): number {
  return sectionSizes(readFileSync(path)).get(".text") as number;
}

function aimedAt(native: NativeBoard, figures: Figure[]): NativeFigures {
  const medians = (operation: string) =>
    figures.flatMap((figure) => (figure.operation === operation && figure.size > 0 ? [figure.median] : []));
  return {
    instructions: { mm_alloc: medians("mm-alloc"), mm_free: medians("mm-free") },
    textBytes: { "the CPU driver": textSize(kernelFile(native)), init: textSize(programFiles("init").debug) },
  };
}

function versionOf(tool: "clang" | "qemu"): string {
  return (execFileSync(toolPath(tool), ["--version"], { encoding: "utf8" }).split("\n")[0] as string).trim();
}

/** The machine and the tools of the measurement. */
function machineLine(native: NativeBoard): string {
  return `${native.board.soc}; ${versionOf("clang")}; ${versionOf("qemu")}; ${new Date().toISOString().slice(0, 10)}`;
}

function bootLine(figures: Figure[]): string {
  const boot = figures.find(({ operation }) => operation === "boot to main") as Figure;
  return `From reset to the program's first line: ${count(boot.median)} instructions.`;
}

function build(native: NativeBoard): void {
  const args = ["native", "--board", native.name, "--program", "bench", "--program", "init", "--quiet"];
  const { status } = spawnSync(process.execPath, ["tools/run.mjs", ...args], { stdio: "inherit" });
  if (status !== 0) throw new Error("the native build failed");
}

try {
  requireTools("clang", "lld", "qemu");
  const native = findNativeBoard("vexpress-a9") as NativeBoard;
  build(native);
  const figures = await measure(native);
  for (const size of SIZES) figures.push(...(await measure(native, size)));
  const machine = machineLine(native);
  const boot = bootLine(figures);
  const tables = [bySize(figures), aimsTable(nativeAims(aimedAt(native, figures)), "Aims for the native machine")];
  const median = (name: string, size: number) =>
    figures.find((figure) => figure.operation === name && figure.size === size)?.median ?? null;
  console.log([machine, boot, textTable(kernelTable(null, median)), ...tables.map(textTable)].join("\n\n"));
  const root = checkoutFolder();
  writeSection(
    root,
    SYSTEM_PAGE,
    SECTION,
    [`Measured on: ${machine}.`, boot, ...tables.map(markdownTable)].join("\n\n"),
  );
  const compared = sel4Table(median, textSize(kernelFile(native)));
  console.log(`\n${textTable(compared)}`);
  writeSection(root, SYSTEM_PAGE, SEL4_SECTION, markdownTable(compared));
  const measured = figures.map(({ operation, size, median: value }) => ({ name: operation, size, value }));
  writeKernelResults(root, "native", machine, measured);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof MissingTools ? USAGE_STATUS : 1;
}
