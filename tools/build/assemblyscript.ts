/** Runs the AssemblyScript compiler in this process. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";

export interface Compilation {
  wasm: Uint8Array;
  /** Text format, if it was requested. */
  text: string;
  /** Project files that the compiler read. */
  inputs: string[];
}

/** Flags for all modules: the minimal runtime, and imported memory that is zero at the start. */
const COMMON_FLAGS = [
  ...["--runtime", "stub", "--use", "abort=", "--noAssert"],
  ...["--importMemory", "--zeroFilledMemory", "--debug", "--noColors"],
];

class Collector {
  text = "";
  write(chunk: string | Uint8Array): void {
    this.text += typeof chunk === "string" ? chunk : new TextDecoder().decode(chunk);
  }
}

/** Files that are replaced for one build: path that sources import, path of the file that is read instead. */
export type Variants = Readonly<Record<string, string>>;

/** Reads the source at a path below the checkout; null if there is none. */
export type ReadSource = (path: string) => string | null;

/** Reads the checkout's files, with some replaced. */
export function readVariants(variants: Variants): ReadSource {
  return (path) => {
    const replaced = variants[path] ?? path;
    return existsSync(replaced) ? readFileSync(replaced, "utf8") : null;
  };
}

/** Compiles the entry files to one module. Throws an error with the compiler's messages. */
export async function compileAssemblyScript(
  entries: string[],
  flags: string[],
  read: ReadSource = readVariants({}),
): Promise<Compilation> {
  const inputs = new Set<string>();
  const outputs = new Map<string, string | Uint8Array>();
  const messages = new Collector();
  const { error } = await asc.main([...entries, "--outFile", "out.wasm", ...COMMON_FLAGS, ...flags], {
    stdout: messages,
    stderr: messages,
    readFile(name: string, baseDir: string) {
      const imported = join(baseDir, name);
      const text = read(imported);
      if (text !== null && !imported.startsWith("node_modules")) inputs.add(imported);
      return text;
    },
    writeFile(name: string, contents: string | Uint8Array) {
      outputs.set(name, contents);
    },
    listFiles: () => [],
  });
  const wasm = outputs.get("out.wasm");
  if (error || !(wasm instanceof Uint8Array)) {
    throw new Error(`${entries.join(" ")}: does not compile\n${messages.text.trim() || error}`);
  }
  return { wasm, text: String(outputs.get("out.wat") ?? ""), inputs: [...inputs].sort() };
}
