/** Removes a module's static data from it and writes them as an object file for the linker. */
import { writeFileSync } from "node:fs";
import binaryen from "binaryen";
import { dataSegments, withoutDataSegments } from "../../../compile/wasm/sections";

export interface SplitModule {
  /** The module without data segments and without the export for the end of its data. */
  code: Uint8Array;
  data: Uint8Array;
  /** End of all static data, initialised or not. */
  end: number;
}

/** Splits a module that was compiled with `--memoryBase base` into code and data. */
export function splitModule(wasm: Uint8Array, base: number): SplitModule {
  const segments = dataSegments(wasm);
  const dataEnd = segments.reduce((last, { address, bytes }) => Math.max(last, address + bytes.length), base);
  const data = new Uint8Array(dataEnd - base);
  for (const { address, bytes } of segments) data.set(bytes, address - base);
  const module = binaryen.readBinary(withoutDataSegments(wasm));
  try {
    const end = takeHeapBase(module);
    binaryen.setDebugInfo(true);
    return { code: module.emitBinary(), data, end };
  } finally {
    module.dispose();
  }
}

/** Removes the function `heapBase` and returns its constant. It is not needed at run time. */
function takeHeapBase(module: binaryen.Module): number {
  const func = module.getFunction(binaryen.getExportInfo(module.getExport("heapBase")).value);
  const result = binaryen.getExpressionInfo(binaryen.getFunctionInfo(func).body);
  if (result.id !== binaryen.ConstId) throw new Error("heapBase does not return a constant");
  module.removeExport("heapBase");
  return (result as binaryen.ConstInfo).value as number;
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
