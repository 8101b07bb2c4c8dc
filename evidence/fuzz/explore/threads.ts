/** Runs expanders in separate threads. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parentPort, Worker, workerData } from "node:worker_threads";
import type { DirectImages } from "../../../machines/hosted/direct/direct-machine";
import { builtFile, loadSystemImages } from "../../../machines/hosted/node/load-images";
import { createSubject } from "../side-by-side";
import type { Expander } from "./explore";
import { type Expansion, type Path, StateSpace } from "./state-space";
import { ALPHABET, WIDE_ALPHABET } from "./tiny-system";

export interface SpaceOptions {
  /** Folder with `cpudriver.wasm` and `mmu.wasm`. If absent, those of this build. */
  readonly images?: string;
  readonly bearBeginning?: boolean;
  /** Explore the wide system instead of the tiny one. */
  readonly wide?: boolean;
}

export async function createSpace({ images, bearBeginning, wide }: SpaceOptions = {}): Promise<StateSpace> {
  // The model reports refusals as exceptions, many thousands in a second.
  Error.stackTraceLimit = 0;
  const subject = await createSubject(images ? imagesIn(images) : loadSystemImages());
  return new StateSpace(subject, bearBeginning, wide ? WIDE_ALPHABET : ALPHABET);
}

function imagesIn(folder: string): DirectImages {
  const [mmu, cpudriver] = ["mmu", "cpudriver"].map(
    (name) => new Uint8Array(readFileSync(join(folder, `${name}.wasm`))),
  );
  return { ...loadSystemImages(), mmu: mmu!, cpudriver: cpudriver! };
}

/** An expander in another thread. It handles one request at a time. */
export class ThreadExpander implements Expander {
  private readonly worker: Worker;

  constructor(options: SpaceOptions) {
    this.worker = new Worker(builtFile("fuzz.js"), { workerData: options });
  }

  expand(paths: readonly Path[]): Promise<Expansion> {
    return new Promise((resolve, reject) => {
      this.worker.removeAllListeners();
      this.worker.once("message", resolve);
      this.worker.once("error", reject);
      this.worker.postMessage(paths);
    });
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }
}

/** The main function of such a thread. */
export async function serveExpander(): Promise<void> {
  const space = await createSpace(workerData as SpaceOptions);
  parentPort?.on("message", (paths: readonly Path[]) => {
    const expansion = space.expand(paths);
    space.checkRest();
    parentPort?.postMessage(expansion);
  });
}
