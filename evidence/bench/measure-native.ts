/** Runs the native benchmark (machines/native/bench/) and collects instructions, by operation and size. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NativeBoard } from "../../machines/native/boards";
import { writeImage } from "../../machines/native/make";
import { instructionsOf, runQemu } from "../../machines/native/qemu";

/** A clock interrupt now and then makes a sample longer: medians do not see it. */
export interface Figure {
  operation: string;
  /** Live regions, pages or descendants; 0 where there is nothing to count. */
  size: number;
  least: number;
  median: number;
  greatest: number;
}

const SAMPLE = /^sample: (.+) (\d+) (\d+)$/;

/** Measures beside `size` live regions; without a size, what does not depend on them. */
export async function measure(native: NativeBoard, size?: number): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "typefish-"));
  try {
    const moduleString = size === undefined ? "bench" : `SIZE=${size} bench`;
    const commandLine = native.board.commandLine.replace(/\bloglevel=\d+/, "loglevel=1");
    const request = { native, program: "bench", moduleString, commandLine };
    const image = writeImage(request, join(folder, "image.elf"));
    let text = "";
    const onConsole = (chunk: string) => {
      text += chunk;
    };
    const result = await runQemu({ native, image, countInstructions: true, onConsole });
    if (result.kind !== "exit" || result.status !== 0) {
      throw new Error(`the benchmark ended with ${JSON.stringify(result)}:\n${text.slice(-1000)}`);
    }
    return figuresOf(text);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function figuresOf(text: string): Figure[] {
  const samples = new Map<string, number[]>();
  for (const line of text.split("\n")) {
    const match = SAMPLE.exec(line);
    if (!match) continue;
    const key = `${match[1]} ${match[2]}`;
    samples.set(key, [...(samples.get(key) ?? []), instructionsOf(Number(match[3]))]);
  }
  return [...samples].map(([key, values]) => {
    const sorted = values.sort((a, b) => a - b);
    const at = key.lastIndexOf(" ");
    return {
      operation: key.slice(0, at),
      size: Number(key.slice(at + 1)),
      least: sorted[0] as number,
      median: sorted[sorted.length >> 1] as number,
      greatest: sorted.at(-1) as number,
    };
  });
}
