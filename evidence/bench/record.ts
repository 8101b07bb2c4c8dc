/**
 * A real load: what init's memory manager hands out and takes back while the board boots and runs the scenarios, told
 * by hooks in a build of init that is made for it (system/libmm/trace.ts). Recorded anew each time: it never goes stale.
 */
import { boards } from "../../machines/boards/index";
import { Machine } from "../../machines/hosted/machine";
import { loadImages } from "../../machines/hosted/node/load-images";
import type { AllocationTrace, Operation } from "./allocation-trace";
import { WITHOUT_ALL_PAGES } from "./processes";

/** Name of the trace. */
export const RECORDED = "scenarios";

/** Listens to one manager, the first that gets memory: init's. Those that scenarios set up get theirs from it. */
export class Recorder {
  readonly operations: Operation[] = [];
  pages = 0;
  private manager = 0;
  private takes = 0;
  /** Operations that took what is live, by page. */
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
 * Boots the board and runs the scenarios, without the one that takes every page, one by one: nothing else would count
 * beside it. Throws if they fail.
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
    throw new Error(
      `the run that is recorded ended with ${JSON.stringify(result)}:\n${machine.consoleText.slice(-1000)}`,
    );
  }
  const { operations, pages } = recorder;
  return {
    name: RECORDED,
    title: `recorded: boot and scenarios ${WITHOUT_ALL_PAGES}, ${board.name}`,
    pages,
    seed: null,
    operations,
    exchanges: { from: 0, to: operations.length },
  };
}
