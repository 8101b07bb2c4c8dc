/**
 * Proves that the CPU driver and init allocate no hidden memory. They are compiled without optimisation, so that
 * nothing is inlined or renamed, and must contain no allocating function of AssemblyScript's runtime.
 */
import { compileFiles } from "../../compile/node/files";
import { CPUDRIVER_ENTRY, INIT_ENTRY } from "../build/entries";

/**
 * Functions of the runtime, and library classes that use its heap. (`rt/common` only reads the length of a literal.)
 */
const MANAGED =
  /^ \(func \$(~lib\/(?:rt\/(?!common\/)|array|string\/String#concat|map|set|arraybuffer|typedarray)\S*)/gm;

export async function findAllocations(exists: (path: string) => boolean): Promise<string[]> {
  const findings: string[] = [];
  for (const entry of [CPUDRIVER_ENTRY, INIT_ENTRY].filter(exists)) {
    const { text } = await compileFiles([entry], ["--optimizeLevel", "0", "--textFile", "out.wat"]);
    for (const [, name] of text.matchAll(MANAGED)) {
      findings.push(
        `${entry}: contains ${name}. Some expression below it makes an object on a heap that does not exist: ` +
          "a `new`, an array or closure, or strings that are joined. Use @unmanaged records over memory.data.",
      );
    }
  }
  return findings;
}
