/** `npm run bench:native`: instruction counts of the native machine, as a table, and into docs/benchmarks.md. */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { findNativeBoard, type NativeBoard } from "../native/boards";
import { kernelFile, programFiles } from "../native/built";
import { sectionSizes } from "../native/elf";
import { type Figure, measure } from "../native/measure";
import { MissingTools, requireTools, toolPath } from "../native/toolchain";

const USAGE_STATUS = 2;
const DOCUMENT = "docs/benchmarks.md";
const BEGIN = "<!-- figures: npm run bench:native writes what follows -->";
const END = "<!-- end of figures -->";

const SIZES = [100, 1_000, 5_000, 20_000, 100_000];

const count = (value: number) => Math.round(value).toLocaleString("en-US");

function row(cells: string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function table(head: string[], rows: string[][]): string {
  return [row(head), row(head.map((_, index) => (index === 0 ? "---" : "---:"))), ...rows.map(row)].join("\n");
}

/** One row an operation, one column a size: median and greatest. */
function bySize(figures: Figure[]): string {
  const operations = [...new Set(figures.map(({ operation }) => operation))];
  const cell = (operation: string, size: number) => {
    const figure = figures.find((candidate) => candidate.operation === operation && candidate.size === size);
    return figure ? `${count(figure.median)} (${count(figure.greatest)})` : "";
  };
  return table(
    ["Live regions", ...SIZES.map(count)],
    operations.map((operation) => [operation, ...SIZES.map((size) => cell(operation, size))]),
  );
}

function single(figures: Figure[]): string {
  const label = ({ operation, size }: Figure) => {
    if (size === 0) return operation;
    return operation === "revoke" ? `revoke, ${count(size)} descendants` : `${operation}, ${count(size)} pages`;
  };
  return table(
    ["Operation", "Instructions"],
    figures.map((figure) => [label(figure).replace(", 1 pages", ", 1 page"), count(figure.median)]),
  );
}

function textSize(path: string): string {
  return `${count(sectionSizes(readFileSync(path)).get(".text") as number)} bytes`;
}

function versionOf(tool: "clang" | "qemu"): string {
  return (execFileSync(toolPath(tool), ["--version"], { encoding: "utf8" }).split("\n")[0] as string).trim();
}

function report(native: NativeBoard, beside: Figure[], others: Figure[]): string {
  return [
    `${versionOf("clang")}; ${versionOf("qemu")}; ${native.board.soc}.`,
    `Text of the CPU driver ${textSize(kernelFile(native))}, of init ${textSize(programFiles("init").debug)}.`,
    "",
    single(others),
    "",
    "Beside live regions of one page, median of 101 calls (greatest):",
    "",
    bySize(beside.filter(({ operation }) => operation !== "boot to main")),
  ].join("\n");
}

function writeFigures(text: string): void {
  const document = readFileSync(DOCUMENT, "utf8");
  const [before, rest] = document.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`${DOCUMENT} does not say where the figures go: ${BEGIN} ... ${END}`);
  writeFileSync(DOCUMENT, `${before}${BEGIN}\n\n${text}\n\n${END}${after}`);
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
  const others = await measure(native);
  const beside: Figure[] = [];
  for (const size of SIZES) beside.push(...(await measure(native, size)));
  const text = report(native, beside, others);
  console.log(text);
  writeFigures(text);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof MissingTools ? USAGE_STATUS : 1;
}
