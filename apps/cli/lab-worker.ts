/** Runs the lab's worker in threads. The compiler is loaded there only, so other commands start without it. */
import { MessageChannel } from "node:worker_threads";
import { Piscina } from "piscina";
import type { Program } from "../../compile/program";
import type { CheckedFolder, CheckTask } from "../../lab/node/exercise-check";
import type { RaceChoice } from "../../lab/race/choice";
import type { RaceResult } from "../../lab/race/race";
import { builtFile } from "../../machines/hosted/node/load-images";
import { requireBuilt } from "./built-files";

/** Longest time for checking one exercise. */
const SECONDS = 120;

const SCRIPT = "lab-worker.js";

/** Path of the worker's script. Throws a UsageError if it is not built. */
export function labWorkerScript(): string {
  requireBuilt([SCRIPT], "npm run build");
  return builtFile(SCRIPT);
}

export interface LabWorker {
  /** Builds init with the files of a folder. */
  build(folder: string): Promise<Program | { problems: string[] }>;
  /** Checks the folder of an exercise. */
  check(task: CheckTask): Promise<CheckedFolder | { refusal: string }>;
  /** Races the files of a folder with our own policies. `progress` receives the share that is done. */
  race(
    folder: string,
    choice: RaceChoice,
    progress: (share: number) => void,
  ): Promise<RaceResult[] | { problems: string[] }>;
}

/** Starts one worker thread and ends it afterwards. */
export async function withLabWorker<T>(use: (worker: LabWorker) => Promise<T>): Promise<T> {
  const pool = new Piscina({ filename: labWorkerScript(), minThreads: 1, maxThreads: 1 });
  try {
    return await use({
      build: (folder) => pool.run(folder, { name: "buildInit" }),
      check: async (task) => {
        try {
          return await pool.run(task, { name: "checkFolder", signal: AbortSignal.timeout(SECONDS * 1000) });
        } catch (error) {
          if (!(error instanceof Error) || error.name !== "AbortError") throw error;
          return { refusal: `${task.folder}: compiling and running it took more than ${SECONDS} s` };
        }
      },
      race: async (folder, choice, progress) => {
        const { port1, port2 } = new MessageChannel();
        port1.on("message", progress);
        try {
          const task = { folder, name: folder, choice, progress: port2 };
          return await pool.run(task, { name: "raceFolder", transferList: [port2] });
        } finally {
          port1.close();
        }
      },
    });
  } finally {
    await pool.destroy();
  }
}
