/** Boots in a browser. The page serves the package's images, `typefish/images/*`, below `images/`. */
import { createMachine, type Machine, type MachineImages, type RunResult } from "typefish";
import { systemOf } from "typefish/decode";
import { parseTraces } from "typefish/traces";

async function compiled(name: string): Promise<WebAssembly.Module> {
  return WebAssembly.compileStreaming(fetch(`images/${name}.wasm`));
}

/** Call it in a worker: a run blocks its thread. */
export async function boot(show: (text: string) => void): Promise<{ machine: Machine; result: RunResult }> {
  const [mmu, mmuAccess, cpudriver, init] = await Promise.all(["mmu", "mmu-access", "cpudriver", "init"].map(compiled));
  const initElf = new Uint8Array(await (await fetch("images/init.elf")).arrayBuffer());
  const machine = createMachine(
    { images: { mmu, mmuAccess, cpudriver, init } as MachineImages, initElf },
    { memory: 64 << 20, onConsole: show },
  );
  const result = machine.run();
  show(`${systemOf(machine).database().length} capabilities\n`);
  return { machine, result };
}

/** The number of traces in a file that the page fetched. */
export function countTraces(text: string): number {
  return [...parseTraces("page", text)].length;
}
