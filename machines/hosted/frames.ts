/**
 * Traces where a program was, from the stack of an error to functions and lines of its sources.
 *
 *     const positions = Positions.parse(sourceMap);             // compileProgram(...).positions, or dist/init.wasm.map
 *     describeFrames(error.stack, positions)                    // [{ function: "take", file, line, column }, ...]
 *     framesText(frames)                                        // "take (system/libmm/alloc.ts:66:15) <- ..."
 */
import type { Frame } from "../results";
import { lastAtOrBefore, type Mapping, type Place, readMappings, type SourceMap } from "./source-map";

/** Frames of an error's stack to record while a program runs. The CPU driver's come before the program's. */
const RECORDED_FRAMES = 120;
/** Number of described frames of the program at which the description ends. */
const MOST_FRAMES = 40;

/**
 * Lines of an error's stack that stand for WebAssembly functions, as V8 and SpiderMonkey write them. Where the host
 * formats the stack itself, for example Node with `--enable-source-maps`, the offset is a column counted from 1.
 */
const STACK_LINES = [
  /^\s*at (?<name>.+) \(.*wasm-function\[\d+\]:0x(?<offset>[0-9a-f]+)\)$/,
  /^\s*at (?<name>.+) \(wasm:.*:1:(?<column>\d+)\)$/,
  /^(?<name>.+)@.*wasm-function\[\d+\]:0x(?<offset>[0-9a-f]+)$/,
];

/** End of the name of a function that only fills in default values of parameters and calls the actual function. */
const STUB = /@varargs$/;

/** The last part of a function's name in a module: `take` of `system/libmm/alloc/take` and of `file/Class#get:take`. */
export function lastName(name: string): string {
  return name
    .replace(STUB, "")
    .replace(/<.*/, "")
    .replace(/^.*[/#.~:]/, "");
}

/**
 * The table of positions of one program: a source map with a mapping for each instruction that can trap or call. If a
 * function was inlined, two mappings have the same offset: the first is for the function of the module, with its full
 * name, and the second for the inlined function.
 */
export class Positions {
  /** `json` is a source map as `compileProgram` makes it. */
  static parse(json: string): Positions {
    const { sources, names, mappings, sourcesContent = [] } = JSON.parse(json) as SourceMap;
    const texts = sourcesContent.map((text) => text?.split("\n"));
    return new Positions(sources, texts, names, readMappings(mappings));
  }

  private constructor(
    private readonly sources: readonly string[],
    /** The lines of the sources, as far as the table has them. */
    private readonly texts: readonly (readonly string[] | undefined)[],
    private readonly names: readonly string[],
    private readonly mappings: readonly Mapping[],
  ) {}

  /** The table of the same program after a pass that moved its instructions. `moved` must keep their order. */
  moved(moved: (offset: number) => number): Positions {
    const mappings = this.mappings.map(({ offset, place }) => ({ offset: moved(offset), place }));
    return new Positions(this.sources, this.texts, this.names, mappings);
  }

  /**
   * The frames of the instruction at an offset in the module, an inlined function first. There are none unless the
   * instruction belongs to the function with this name, which tells the program's frames from those of other modules.
   */
  at(offset: number, functionName: string): Frame[] {
    const last = lastAtOrBefore(this.mappings, offset);
    let first = last;
    while (first > 0 && this.mappings[first - 1]?.offset === this.mappings[last]?.offset) first--;
    const places = this.mappings.slice(first, last + 1).flatMap(({ place }) => place ?? []);
    if (this.names[places[0]?.name ?? -1] !== functionName) return [];
    return places.map((place) => this.frame(place)).reverse();
  }

  private frame({ source, line, column, name }: Place): Frame {
    const file = this.sources[source] as string;
    const text = this.texts[source]?.[line];
    const shown = text === undefined ? {} : { text };
    return { function: lastName(this.names[name] as string), file, line: line + 1, column: column + 1, ...shown };
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
    const groups = STACK_LINES.map((pattern) => pattern.exec(line)).find((match) => match !== null)?.groups;
    if (!groups) continue;
    const { name = "", offset, column } = groups;
    const callee = frames.at(-1)?.function;
    if (STUB.test(name) && callee === lastName(name)) continue;
    const found = positions.at(offset === undefined ? Number(column) - 1 : Number.parseInt(offset, 16), name);
    const isInlinedStub = found.length > 1 && callee === found[0]?.function;
    frames.push(...(isInlinedStub ? found.slice(1) : found));
    if (frames.length >= MOST_FRAMES) break;
  }
  return frames;
}

/** Number of frames that a text shows. */
const SHOWN_FRAMES = 8;

/** Frames in one line of text, such as `take (system/libmm/alloc.ts:66:15) <- frameAlloc (...:12) <- t03`. */
export function framesText(frames: readonly Frame[]): string {
  const shown = frames.slice(0, SHOWN_FRAMES).map(({ function: name, file, line, column }, index) => {
    if (index === 0) return `${name} (${file}:${line}${column === undefined ? "" : `:${column}`})`;
    return index === 1 ? `${name} (${file}:${line})` : name;
  });
  if (frames.length > SHOWN_FRAMES) shown.push("...");
  return shown.join(" <- ");
}
