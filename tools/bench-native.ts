/**
 * `npm run bench:native`: measures instruction counts of the native machine, prints tables and updates
 * docs/benchmarks.md.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { writeSection } from "../evidence/bench/document";
import { writeKernelResults } from "../evidence/bench/kernel-results";
import { kernelTable } from "../evidence/bench/kernel-table";
import { type Figure, measure } from "../evidence/bench/measure-native";
import { markdownTable, type Table, textTable } from "../evidence/bench/tables";
import { findNativeBoard, type NativeBoard } from "../machines/native/boards";
import { kernelFile, programFiles } from "../machines/native/built";
import { sectionSizes } from "../machines/native/elf";
import { MissingTools, requireTools, toolPath } from "../machines/native/toolchain";

const USAGE_STATUS = 2;
const SECTION = "figures: written by npm run bench:native";

const SIZES = [100, 1_000, 5_000, 20_000, 100_000];

const count = (value: number) => Math.round(value).toLocaleString("en-US");

/** Operations measured with a given number of live regions, and their names in the library. */
const TITLES: Record<string, string> = {
  "mm-alloc": "mm_alloc",
  "mm-free": "mm_free",
  retype: "retype",
  delete: "delete",
  copy: "copy",
  "delete-copy": "delete of a copy",
  identify: "identify",
};

/** A table with one row for each operation and one column for each size: median and greatest. */
function bySize(figures: Figure[]): Table {
  const cell = (operation: string, size: number) => {
    const figure = figures.find((candidate) => candidate.operation === operation && candidate.size === size);
    return figure ? `${count(figure.median)} (${count(figure.greatest)})` : "";
  };
  return {
    title: "Beside live regions of one page: median of 101 calls (greatest)",
    head: ["live regions", ...SIZES.map(count)],
    rows: Object.entries(TITLES).map(([operation, title]) => [title, ...SIZES.map((size) => cell(operation, size))]),
  };
}

function textSize(path: string): string {
  return `${count(sectionSizes(readFileSync(path)).get(".text") as number)} bytes`;
}

function versionOf(tool: "clang" | "qemu"): string {
  return (execFileSync(toolPath(tool), ["--version"], { encoding: "utf8" }).split("\n")[0] as string).trim();
}

/** The measured machine and the tools that built and emulated it. */
function machineLine(native: NativeBoard): string {
  return `${native.board.soc}; ${versionOf("clang")}; ${versionOf("qemu")}; ${new Date().toISOString().slice(0, 10)}`;
}

function sizesLine(native: NativeBoard, figures: Figure[]): string {
  const boot = figures.find(({ operation }) => operation === "boot to main") as Figure;
  const text = `Text of the CPU driver ${textSize(kernelFile(native))}, of init ${textSize(programFiles("init").debug)}.`;
  return `${text}\nFrom reset to the program's first line: ${count(boot.median)} instructions.`;
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
  const sizes = sizesLine(native, figures);
  const table = bySize(figures);
  const median = (name: string, size: number) =>
    figures.find((figure) => figure.operation === name && figure.size === size)?.median ?? null;
  console.log([machine, sizes, textTable(kernelTable(null, median)), textTable(table)].join("\n\n"));
  writeSection(SECTION, `Measured on: ${machine}.\n${sizes}\n\n${markdownTable(table)}`);
  const measured = figures.map(({ operation, size, median: value }) => ({ name: operation, size, value }));
  writeKernelResults("native", machine, measured);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof MissingTools ? USAGE_STATUS : 1;
}
