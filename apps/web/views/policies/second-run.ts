/** The run that the present one is compared with: the same scenarios with another policy, in a worker of its own. */
import { effect, signal } from "@preact/signals";
import { RunClient } from "../../client";
import type { Moment } from "../../moment";
import type { Run } from "../../place";
import { callNumber } from "../../present";
import type { RunInfo } from "../../protocol";
import type { FragmentationSample } from "../../worker/fragmentation";
import type { ManagerView } from "../../worker/manager";
import { collectCurve } from "./curve";

export class SecondRun {
  readonly info = signal<RunInfo | null>(null);
  /** Why there is no run: a sentence; null if there is one, or will be. */
  readonly trouble = signal<string | null>(null);
  /** The memory manager at the present call, or at the run's end if it is shorter. */
  readonly manager = signal<ManagerView | null>(null);
  readonly samples = signal<readonly FragmentationSample[]>([]);
  private readonly client = new RunClient();
  private isOpen = true;
  private stopFollowing = () => {};

  constructor(run: Run) {
    void this.start(run);
  }

  close(): void {
    this.isOpen = false;
    this.stopFollowing();
    this.client.close();
  }

  private async start(run: Run): Promise<void> {
    try {
      const system = new URL("system/", document.baseURI).href;
      const info = await this.client.ask("start", { run, system });
      if (!this.isOpen) return;
      this.info.value = info;
      this.follow(info);
      await collectCurve(
        (...request) => this.client.ask(...request),
        info,
        () => this.isOpen,
        (samples) => {
          this.samples.value = samples;
        },
      );
    } catch (error) {
      if (this.isOpen) this.trouble.value = error instanceof Error ? error.message : String(error);
    }
  }

  /** Fetches the manager of each present moment. One request is under way at a time. */
  private follow({ lastMoment }: RunInfo): void {
    let isAsking = false;
    let wanted = -1;
    const fetchWanted = async () => {
      if (isAsking) return;
      isAsking = true;
      for (let fetched = -1; fetched !== wanted && this.isOpen; ) {
        fetched = wanted;
        const moment = await this.client.ask("moment", { call: fetched, parts: ["libmm"], selection: null });
        this.manager.value = (moment as Moment<"libmm">).libmm;
      }
      isAsking = false;
    };
    this.stopFollowing = effect(() => {
      wanted = Math.min(callNumber.value, lastMoment);
      void fetchWanted();
    });
  }
}
