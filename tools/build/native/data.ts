/** Removes a module's static data from it and writes them as an object file for the linker. */
import { writeFileSync } from "node:fs";
import { type Compilation, HEAP_BASE } from "../../../compile/assemblyscript";
import { heapBaseOf } from "../../../compile/program";
import { dataSegments, withoutDataSegments, withoutExport } from "../../../compile/wasm/sections";
import { markLines, type SourceLine } from "./line-marks";

export interface SplitModule {
  /** The module without data segments and without the export for the end of its data. */
  code: Uint8Array;
  /** Places of the marks in the code. */
  lines: SourceLine[];
  data: Uint8Array;
  /** End of all static data, initialised or not. */
  end: number;
}

/** Splits a module that was compiled with `--memoryBase base` and the entry that exports `heapBase`. */
export function splitModule({ wasm, sourceMap }: Pick<Compilation, "wasm" | "sourceMap">, base: number): SplitModule {
  const segments = dataSegments(wasm);
  const dataEnd = segments.reduce((last, { address, bytes }) => Math.max(last, address + bytes.length), base);
  const data = new Uint8Array(dataEnd - base);
  for (const { address, bytes } of segments) data.set(bytes, address - base);
  const marked = markLines(wasm, sourceMap);
  const code = withoutExport(withoutDataSegments(marked.wasm), HEAP_BASE);
  return { code, lines: marked.lines, data, end: heapBaseOf(wasm) };
}

/** Writes an assembly file with only the data: section `.wasm`, and `.wasm.zero` for data that start as zero. */
export function dataSource({ data, end }: SplitModule, base: number, binary: string): string {
  writeFileSync(binary, data);
  const source = binary.replace(/bin$/, "S");
  const text = `
        .section .wasm, "aw", %progbits
        .incbin "${binary}"
        .section .wasm.zero, "aw", %nobits
        .space ${end - base - data.length}
`;
  writeFileSync(source, text);
  return source;
}
