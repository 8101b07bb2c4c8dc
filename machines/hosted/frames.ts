/**
 * Traces where a program was, from the stack of an error to functions and lines of its sources.
 *
 *     const positions = Positions.parse(sourceMap);             // compileProgram(...).positions, or dist/init.wasm.map
 *     describeFrames(error.stack, positions)                    // [{ function: "take", file, line, column }, ...]
 *     framesText(frames)                                        // "take (system/libmm/alloc.ts:66:15) <- ..."
 */
import type { Frame } from "../results";
import { type Mapping, readMappings, type SourceMap } from "./source-map";

/** Stands in the table between the name of a function of the module and that of a function inlined into it. */
export const INLINED = " > ";

/** Frames of an error's stack to record while a program runs. The CPU driver's come before the program's. */
const RECORDED_FRAMES = 120;
/** Frames of the program to describe. */
const MOST_FRAMES = 40;

/** Lines of an error's stack that stand for WebAssembly functions, as V8 and SpiderMonkey write them. */
const STACK_LINES = [
  /^\s*at (?<name>.+) \(.*wasm-function\[\d+\]:0x(?<offset>[0-9a-f]+)\)$/,
  /^(?<name>.+)@.*wasm-function\[\d+\]:0x(?<offset>[0-9a-f]+)$/,
];

/** The last part of a function's name in a module: `take` of `system/libmm/alloc/take` and of `file/Class#take`. */
export function lastName(name: string): string {
  return name.replace(/<.*/, "").replace(/^.*[/#.~]/, "");
}

/** The table of positions of one program. */
export class Positions {
  /** `json` is a source map as `compileProgram` makes it. */
  static parse(json: string): Positions {
    const { sources, names, mappings } = JSON.parse(json) as SourceMap;
    return new Positions(sources, names, readMappings(mappings));
  }

  private constructor(
    private readonly sources: readonly string[],
    private readonly names: readonly string[],
    private readonly mappings: readonly Mapping[],
  ) {}

  /**
   * The place of the instruction at an offset in the module, if the instruction belongs to the function with this name.
   * The name of a function tells the program's frames from those of other modules.
   */
  at(offset: number, functionName: string): Frame | null {
    let [low, high] = [0, this.mappings.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.mappings[middle] as Mapping).offset <= offset) low = middle + 1;
      else high = middle;
    }
    const place = this.mappings[low - 1]?.place;
    const [outer, inlined] = this.names[place?.name ?? -1]?.split(INLINED) ?? [];
    if (!place || outer !== functionName) return null;
    return {
      function: inlined ?? lastName(outer),
      file: this.sources[place.source] as string,
      line: place.line + 1,
      column: place.column + 1,
    };
  }
}

/** Calls a function. While it runs, engines that record few frames of an error's stack record more. */
export function withRecordedFrames<T>(call: () => T): T {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = RECORDED_FRAMES;
  try {
    return call();
  } finally {
    Error.stackTraceLimit = before;
  }
}

/** The frames of the program on an error's stack, innermost first. Other frames are left out. */
export function describeFrames(stack: string, positions: Positions): Frame[] {
  const frames: Frame[] = [];
  for (const line of stack.split("\n")) {
    const found = STACK_LINES.map((pattern) => pattern.exec(line)).find((match) => match !== null)?.groups;
    const frame = found && positions.at(Number.parseInt(found.offset as string, 16), found.name as string);
    if (frame && frames.length < MOST_FRAMES) frames.push(frame);
  }
  return frames;
}

/** Number of frames that a text shows with their lines, and in all. */
const SHOWN_WITH_LINE = 2;
const SHOWN = 8;

/** Frames in one line of text, such as `take (system/libmm/alloc.ts:66:15) <- frameAlloc <- t03`. */
export function framesText(frames: readonly Frame[]): string {
  const shown = frames.slice(0, SHOWN).map(({ function: name, file, line, column }, index) => {
    return index < SHOWN_WITH_LINE ? `${name} (${file}:${line}:${column})` : name;
  });
  if (frames.length > SHOWN) shown.push("...");
  return shown.join(" <- ");
}
