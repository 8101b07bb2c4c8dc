/** Runs the AssemblyScript compiler in this process. It reads sources only through a function of the caller. */
import asc from "assemblyscript/asc";
import { CompileError, type CompileMessage, messageLine } from "./compile-error";
import { findManaged } from "./managed";
import { functionsIn, type SourceFunction } from "./source-functions";

/** Returns the text of a source, or null if there is none. Paths have no `.` and `..`, and `/` between folders. */
export type ReadFile = (path: string) => string | null;

/** Files that are replaced for one build: path that sources import, path of the file that is read instead. */
export type Variants = Readonly<Record<string, string>>;

export interface Compilation {
  wasm: Uint8Array;
  /** Text format, if the flags ask for it; otherwise empty. */
  text: string;
  /** Source map in JSON, if the flags ask for it; otherwise empty. */
  sourceMap: string;
  /** The functions that the sources declare. */
  functions: SourceFunction[];
  /** Files that were read, without those of packages. */
  inputs: string[];
}

export interface Request {
  entries: readonly string[];
  flags: readonly string[];
  readFile: ReadFile;
  variants?: Variants;
}

/** Flags for all modules: the minimal runtime, and imported memory that is zero at the start. */
const COMMON_FLAGS = [
  ...["--runtime", "stub", "--use", "abort=", "--noAssert"],
  ...["--importMemory", "--zeroFilledMemory", "--debug", "--noColors"],
];

const OUTPUT = "out.wasm";
const TEXT = "out.wat";
const ERROR_CATEGORY = 3;

/** An entry that any module may have in addition: its function `heapBase` reports where the static memory ends. */
export const HEAP_BASE_ENTRY = "compile/heap-base.ts";
/** The name of the function. */
export const HEAP_BASE = "heapBase";
const HEAP_BASE_SOURCE = `export function ${HEAP_BASE}(): usize {\n  return __heap_base;\n}\n`;

class Collector {
  text = "";
  write(chunk: string | Uint8Array): void {
    this.text += typeof chunk === "string" ? chunk : new TextDecoder().decode(chunk);
  }
}

/** Resolves `.` and `..`. */
function normalized(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return (path.startsWith("/") ? "/" : "") + parts.join("/");
}

/** The module that transforms get, before the compiler optimises it. */
interface UnoptimizedModule {
  emitBinary(sourceMapUrl: string): { binary: Uint8Array; sourceMap: string };
}

/** A name for the source map of the module before it is optimised. It is not written anywhere. */
const UNOPTIMIZED = "unoptimized.wasm.map";

/** Makes a message of the compiler's. `texts` holds the sources by path. */
function messageOf(diagnostic: asc.DiagnosticMessage, texts: ReadonlyMap<string, string>): CompileMessage {
  const { code, message, range } = diagnostic;
  const text = `TS${code}: ${message}`;
  const file = range?.source.normalizedPath ?? null;
  const before = range && texts.get(range.source.normalizedPath)?.slice(0, range.start).split("\n");
  return { file, line: before?.length ?? 0, column: before ? (before.at(-1) as string).length + 1 : 0, text };
}

/** Compiles the entry files to one module. Throws a CompileError. */
export async function compileAssemblyScript({
  entries,
  flags,
  readFile,
  variants = {},
}: Request): Promise<Compilation> {
  const inputs = new Set<string>();
  const texts = new Map<string, string>();
  const outputs = new Map<string, string | Uint8Array>();
  const report = new Collector();
  const messages: CompileMessage[] = [];
  let functions: SourceFunction[] = [];
  /** The compiler makes an instance and calls its methods. */
  class Observer {
    declare binaryen: { setDebugInfo(on: boolean): void };

    afterParse(parser: { sources: never[] }): void {
      functions = parser.sources.flatMap(functionsIn);
    }

    afterCompile(module: UnoptimizedModule): void {
      this.binaryen.setDebugInfo(true); // Writes the names of functions.
      const { binary, sourceMap } = module.emitBinary(UNOPTIMIZED);
      messages.push(...findManaged(binary, sourceMap));
    }
  }
  const { error } = await asc.main([...entries, "--outFile", OUTPUT, ...COMMON_FLAGS, ...flags], {
    stdout: report,
    stderr: report,
    readFile(name: string, baseDir: string) {
      const imported = normalized(`${baseDir}/${name}`);
      if (imported === HEAP_BASE_ENTRY) return HEAP_BASE_SOURCE;
      const path = variants[imported] ?? imported;
      const text = readFile(path);
      if (text === null) return null;
      if (!path.startsWith("node_modules")) inputs.add(path);
      texts.set(imported, text);
      return text;
    },
    writeFile(name: string, contents: string | Uint8Array) {
      outputs.set(name, contents);
    },
    listFiles: () => [],
    reportDiagnostic(diagnostic: asc.DiagnosticMessage) {
      if (diagnostic.category === ERROR_CATEGORY) messages.push(messageOf(diagnostic, texts));
    },
    transforms: [Observer as never],
  });
  if (!error && messages.length > 0)
    throw new CompileError(entries.join(" "), messages, messages.map(messageLine).join("\n"));
  const wasm = outputs.get(OUTPUT);
  if (error || !(wasm instanceof Uint8Array)) {
    throw new CompileError(entries.join(" "), messages, report.text.trim() || String(error));
  }
  return {
    wasm,
    text: String(outputs.get(TEXT) ?? ""),
    sourceMap: String(outputs.get(`${OUTPUT}.map`) ?? ""),
    functions,
    inputs: [...inputs].sort(),
  };
}
