/** Compiles a CPU driver: the real one, or one that replaces it in tests. */
import { HEAP_BASE_ENTRY } from "../../compile/assemblyscript";
import { compileFiles } from "../../compile/node/files";
import { withExportedGlobals } from "../../compile/wasm/sections";

/** Offset in DRAM at which its static data begins. */
export const CPUDRIVER_BASE = 0x10000;
const FLAGS = ["-O3", "--memoryBase", String(CPUDRIVER_BASE)];

export async function buildCpuDriver(entry: string): Promise<{ wasm: Uint8Array; inputs: string[] }> {
  const { wasm, inputs } = await compileFiles([entry, HEAP_BASE_ENTRY], FLAGS);
  return { wasm: withExportedGlobals(wasm), inputs };
}
