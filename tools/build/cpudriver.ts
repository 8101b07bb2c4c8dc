/** Compiles a CPU driver: ours, or one that stands in for it in tests. */
import { compileAssemblyScript } from "./assemblyscript";
import { HEAP_BASE_ENTRY } from "./entries";
import { withExportedGlobals } from "./wasm-binary";

/** Where its static data begins, as an offset in DRAM. */
export const CPUDRIVER_BASE = 0x10000;
const FLAGS = ["-O3", "--memoryBase", String(CPUDRIVER_BASE)];

export async function buildCpuDriver(entry: string): Promise<{ wasm: Uint8Array; inputs: string[] }> {
  const { wasm, inputs } = await compileAssemblyScript([entry, HEAP_BASE_ENTRY], FLAGS);
  return { wasm: withExportedGlobals(wasm), inputs };
}
