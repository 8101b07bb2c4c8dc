/** One run: its machine and its recording. */
import { createMachine, type SystemFiles } from "../../../api/create-machine";
import { findBoard } from "../../../machines/boards/index";
import type { Machine } from "../../../machines/hosted/machine";
import { MACHINE_PAGE, MACHINE_PAGE_BYTES } from "../../../machines/hosted/mmu/layout";
import type { Run } from "../place";
import type { Progress, RunInfo } from "../protocol";
import type { Selection } from "../selection";
import { Refusal } from "./refusal";
import type { Source } from "./source";

const MIB = 0x100000;

export class Session {
  private machine: Machine;
  private at: number;

  private constructor(
    private readonly files: SystemFiles,
    private readonly run: Run,
  ) {
    this.machine = this.create();
    this.machine.run();
    this.at = this.machine.counter("systemCalls");
    this.lastCall = this.at;
  }

  private readonly lastCall: number;

  static start(files: SystemFiles, run: Run, onProgress: (progress: Progress) => void): Session {
    onProgress({ share: 0.5, text: "Running" });
    return new Session(files, run);
  }

  get info(): RunInfo {
    return { dram: this.machine.board.dram, lastCall: this.lastCall, ending: this.machine.result?.kind ?? "stopped" };
  }

  /** Goes to the moment after a call. */
  goTo(call: number): void {
    const target = Math.min(Math.max(0, call), this.lastCall);
    if (target === this.at) return;
    this.machine = this.create();
    if (target === 0) this.machine.boot();
    else this.machine.run({ untilSystemCalls: target });
    this.at = target;
  }

  source(selection: Selection | null): Source {
    const { dram, board, kernelState, ttbr0, domainState } = this.machine;
    const all = new DataView(dram.buffer, 0, MACHINE_PAGE + MACHINE_PAGE_BYTES);
    return { region: board.dram, all, dram, kernelState, ttbr0, domainState, call: this.at, selection };
  }

  private create(): Machine {
    const { scenario, board: name, memory, libmm } = this.run;
    const board = findBoard(name);
    if (!board) throw new Refusal(`There is no board '${name}'. Choose one in the toolbar.`);
    return createMachine(this.files, { board, memory: memory * MIB, ...(scenario ? { scenario } : {}), libmm });
  }
}
