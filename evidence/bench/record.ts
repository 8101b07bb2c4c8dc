/**
 * Records a real trace: the requests to init's memory manager while the board boots and runs the scenarios. Hooks in a
 * special build of init report them (system/libmm/trace.ts). Each benchmark records the trace again, so it fits the code.
 */
import { boards } from "../../machines/boards/index";
import { Machine } from "../../machines/hosted/machine";
import { loadImages } from "../../machines/hosted/node/load-images";
import type { AllocationTrace, Operation } from "./allocation-trace";
import { WITHOUT_ALL_PAGES } from "./processes";

/** Name of the trace. */
export const RECORDED = "scenarios";

/** Listens to init's manager only, the first that gets memory. The managers of the scenarios get their memory from it. */
export class Recorder {
  readonly operations: Operation[] = [];
  pages = 0;
  private manager = 0;
  private takes = 0;
  /** The allocations of the live pieces, by first page. */
  private readonly live = new Map<number, number>();

  readonly hooks = {
    traceAdded: (mm: number, pages: number): void => {
      if (this.manager === 0) this.manager = mm;
      if (mm === this.manager) this.pages += pages >>> 0;
    },
    traceTaken: (mm: number, page: number, pages: number, alignment: number, isHigh: number): void => {
      if (mm !== this.manager) return;
      const id = this.takes++;
      this.live.set(page, id);
      this.operations.push({ id, pages: pages >>> 0, alignment: alignment >>> 0, isHigh: isHigh !== 0 });
    },
    traceGiven: (mm: number, page: number): void => {
      const id = this.live.get(page);
      if (mm !== this.manager || id === undefined) return;
      this.live.delete(page);
      this.operations.push({ id, pages: 0, alignment: 1 });
    },
  };
}

/**
 * Boots the board and runs the scenarios, except the one that allocates every page: it makes four times the requests of all
 * others. Throws if a scenario fails.
 */
export function recordScenarios(): AllocationTrace {
  const { images, initElf } = loadImages("bench-init");
  const board = boards[0] as (typeof boards)[0];
  const recorder = new Recorder();
  const machine = Machine.create({
    board,
    images,
    modules: [{ string: `SCENARIO=${WITHOUT_ALL_PAGES} init`, elf: initElf }],
    programImports: { trace: recorder.hooks },
  });
  const result = machine.run();
  if (result.kind !== "exit" || result.status !== 0) {
    throw new Error(`the recorded run ended with ${JSON.stringify(result)}:\n${machine.consoleText.slice(-1000)}`);
  }
  const { operations, pages } = recorder;
  return {
    name: RECORDED,
    title: `recorded from a boot of ${board.name} with the scenarios ${WITHOUT_ALL_PAGES}`,
    pages,
    seed: null,
    operations,
    exchanges: { from: 0, to: operations.length },
  };
}
