/**
 * Puts the WebAssembly of the compiler's Binaryen into a file of its own, for the browser.
 *
 * Binaryen's package is one script of 13 MB: its WebAssembly as the literal of a string, and 0.3 MB of code. A browser
 * would parse and decode all of it at each start of the worker. A file of its own is compiled while it is loaded, and
 * the browser keeps the machine code.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import type { Plugin } from "vite";

/** The Binaryen that comes with asc: another version would not build the programs that the command line builds. */
function scriptOfCompiler(): string {
  const compiler = createRequire(import.meta.url).resolve("assemblyscript/package.json");
  return createRequire(compiler).resolve("binaryen");
}

/** Returns the WebAssembly as the script decodes it: a process of its own writes what the script instantiates. */
function wasmOf(path: string): Uint8Array {
  const program = `
    const { instantiate } = WebAssembly;
    WebAssembly.instantiate = (bytes, imports) => {
      process.stdout.write(bytes);
      return instantiate(bytes, imports);
    };
    await import(${JSON.stringify(pathToFileURL(path).href)});`;
  const flags = ["--input-type=module", "--eval", program];
  return execFileSync(process.execPath, flags, { maxBuffer: 64 * 1024 * 1024 });
}

/** Where the literal of the WebAssembly begins, with its backtick. */
const LITERAL = "`\\0asm";
/** The call that starts Binaryen, at the end of the script. */
const START = /=await (\w+)\(\)(?=[^()]*export\s*\{[^}]*\};?\s*$)/;

/** Removes the literal, and starts Binaryen with what is at `url`, an expression, by a hook of Emscripten's. */
function withWasmAt(url: string, script: string): string {
  const from = script.indexOf(LITERAL);
  let to = from + 1;
  while (to < script.length && script[to] !== "`") to += script[to] === "\\" ? 2 : 1;
  const rest = `${script.slice(0, from)}""${script.slice(to + 1)}`;
  if (from === -1 || !START.test(rest))
    throw new Error("tools/build/binaryen.ts does not know this version of Binaryen");
  // Not every server of files knows the type of WebAssembly, which compileStreaming demands.
  const load = `(async () => {
    const response = await fetch(${url});
    if (!response.ok) throw new Error("binaryen.wasm cannot be loaded");
    const isNamed = response.headers.get("content-type") === "application/wasm";
    return isNamed ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
  })()`;
  const hook = "(wasm) => (imports, done) => void WebAssembly.instantiate(wasm, imports).then(done)";
  return rest.replace(START, (_, start) => `=await ${start}({ instantiateWasm: (${hook})(await ${load}) })`);
}

/** A plugin for the worker with the compiler. */
export function splitBinaryen(): Plugin {
  const path = scriptOfCompiler();
  return {
    name: "split-binaryen",
    load(id) {
      if (id.replace(/\?.*/, "") !== path) return null;
      const wasm = this.emitFile({ type: "asset", name: "binaryen.wasm", source: wasmOf(path) });
      return withWasmAt(`import.meta.ROLLUP_FILE_URL_${wasm}`, readFileSync(path, "utf8"));
    },
  };
}
