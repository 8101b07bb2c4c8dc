/** Runs the benchmark program (evidence/bench/programs/) on a board and collects the lines that it prints. */
import { readFileSync } from "node:fs";
import { boards } from "../../machines/boards/index";
import { compileImages } from "../../machines/hosted/core";
import { Machine } from "../../machines/hosted/machine";
import { type BuiltFiles, builtFile, loadImages } from "../../machines/hosted/node/load-images";
import { LineSplitter } from "../../observe/text/lines";
import { type Summary, summarize } from "./statistics";

/** Nanoseconds for one operation, by measurement and size. */
export class Measurements {
  private readonly batches = new Map<string, Map<number, number[]>>();

  add(name: string, size: number, nanoseconds: number): void {
    const sizes = this.batches.get(name) ?? new Map<number, number[]>();
    const values = sizes.get(size) ?? [];
    this.batches.set(name, sizes.set(size, values));
    values.push(nanoseconds);
  }

  names(): string[] {
    return [...this.batches.keys()];
  }

  sizes(name: string): number[] {
    return [...(this.batches.get(name)?.keys() ?? [])].sort((a, b) => a - b);
  }

  toJSON(): { name: string; size: number; nanoseconds: Summary }[] {
    return this.names().flatMap((name) =>
      this.sizes(name).map((size) => ({ name, size, nanoseconds: this.summary(name, size) as Summary })),
    );
  }

  /** The value that tables show: the lower quartile. */
  readonly figure = (name: string, size = 0): number | null => this.summary(name, size)?.quartile ?? null;

  figures(): { name: string; size: number; value: number }[] {
    return this.toJSON().map(({ name, size, nanoseconds }) => ({ name, size, value: nanoseconds.quartile }));
  }

  summary(name: string, size = 0): Summary | null {
    const values = this.batches.get(name)?.get(size);
    return values ? summarize(values) : null;
  }
}

/** The groups of measurements that the program knows. */
export const PROGRAM_GROUPS = ["calls", "loads", "mapping", "memory", "revoke", "root-growth"] as const;
export type ProgramGroup = (typeof PROGRAM_GROUPS)[number];

const LINE = /^bench: (\S+) (\d+) (\d+) (\d+)$/;

let compiled: BuiltFiles | null = null;

/** Compiled once, so that each run starts with the optimisations of the runs before. */
function compiledProgram(): BuiltFiles {
  if (compiled) return compiled;
  const { images, initElf } = loadImages("bench-program");
  compiled = { images: compileImages(images), initElf };
  return compiled;
}

/** Measures one group, or all in one run. `progress` receives the name of each measurement that begins. */
export function runProgram(group: ProgramGroup | null, into: Measurements, progress: (what: string) => void): void {
  const { images, initElf } = compiledProgram();
  let current = "";
  const lines = new LineSplitter((line) => {
    const match = LINE.exec(line);
    if (!match) return;
    const [name, size, operations, nanoseconds] = [match[1] as string, ...match.slice(2).map(Number)] as const;
    into.add(name, size as number, (nanoseconds as number) / (operations as number));
    if (current !== `${name} ${size}`) progress(`${name} ${size || ""}`);
    current = `${name} ${size}`;
  });
  const machine = Machine.create({
    board: boards[0] as (typeof boards)[0],
    images,
    modules: [{ string: group === null ? "bench" : `BENCH=${group} bench`, elf: initElf }],
    clock: () => process.hrtime.bigint(),
    onConsole: (chunk) => lines.push(chunk),
  });
  const result = machine.run();
  lines.end();
  if (result.kind !== "exit" || result.status !== 0) {
    throw new Error(`the benchmark program ended with ${JSON.stringify(result)}:\n${machine.consoleText.slice(-1000)}`);
  }
}

interface LoadsExports extends WebAssembly.Exports {
  chaseInit(base: number): void;
  chase(base: number, count: number): number;
}

const RAW_LOADS = 1_000_000;
const RAW_BATCHES = 25;

/** The same loads as in the program, but of plain memory without the MMU. */
export function runRawLoads(into: Measurements): void {
  const memory = new WebAssembly.Memory({ initial: 16 });
  const module = new WebAssembly.Module(readFileSync(builtFile("bench-loads.wasm")));
  const { chaseInit, chase } = new WebAssembly.Instance(module, { env: { memory } }).exports as LoadsExports;
  const base = 65536;
  chaseInit(base);
  for (let batch = 0; batch < RAW_BATCHES; batch++) {
    const start = process.hrtime.bigint();
    chase(base, RAW_LOADS);
    into.add("raw-load", 0, Number(process.hrtime.bigint() - start) / RAW_LOADS);
  }
}
