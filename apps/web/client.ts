/** The worker of a run. */
import type { RunRequests } from "./protocol";
import { WorkerClient } from "./requests/client";

export class RunClient extends WorkerClient<RunRequests> {
  constructor() {
    super(new Worker(new URL("./worker/worker.ts", import.meta.url), { type: "module" }));
  }
}
