/** Loads the files that `npm run build` makes. If one is missing, throws a UsageError that says what to do. */
import { existsSync } from "node:fs";
import {
  type BuiltFiles,
  builtFile,
  loadImages,
  loadRecordableImages,
  loadSystemImages,
  type RecordableFiles,
  readRecorder,
} from "../../machines/hosted/node/load-images";
import { UsageError } from "./usage-error";

function orExplain<T>(load: () => T): T {
  try {
    return load();
  } catch {
    throw new UsageError("the built files are missing: run npm run build");
  }
}

/**
 * Checks for files that the build makes only on request. If one is missing, throws a UsageError that names `command`.
 */
export function requireBuilt(names: readonly string[], command: string): void {
  const isMissing = (name: string) => !existsSync(orExplain(() => builtFile(name)));
  if (names.some(isMissing)) throw new UsageError(`this command needs files that are not built yet: run ${command}`);
}

/** The MMU, the CPU driver, and init or another program. */
export function builtFiles(program = "init"): BuiltFiles {
  return orExplain(() => loadImages(program));
}

/** The MMU and the CPU driver. */
export function builtSystem(): ReturnType<typeof loadSystemImages> {
  return orExplain(() => loadSystemImages());
}

/** The folder with the inspector's page. */
export function webFolder(): string {
  return orExplain(() => builtFile("web"));
}

/** What a recording needs: the MMU, the CPU driver, init or another program, and the recorder. */
export function builtRecordable(program = "init"): RecordableFiles {
  return orExplain(() => loadRecordableImages(program));
}

/** The recorder. */
export function builtRecorder(): Uint8Array<ArrayBuffer> {
  return orExplain(() => readRecorder());
}
