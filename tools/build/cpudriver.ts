/** Compiles a CPU driver: the real one, or one that replaces it in tests. */
import { compileAssemblyScript } from "./assemblyscript";
import { HEAP_BASE_ENTRY } from "./entries";
import { withExportedGlobals } from "./wasm-binary";

/** Offset in DRAM at which its static data begins. */
export const CPUDRIVER_BASE = 0x10000;
const FLAGS = ["-O3", "--memoryBase", String(CPUDRIVER_BASE)];

export async function buildCpuDriver(entry: string): Promise<{ wasm: Uint8Array; inputs: string[] }> {
  const { wasm, inputs } = await compileAssemblyScript([entry, HEAP_BASE_ENTRY], FLAGS);
  return { wasm: withExportedGlobals(wasm), inputs };
}
