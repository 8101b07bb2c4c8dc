/** Finds damage that a call has done. Reads the machine's memory from outside. */

import { debugWords } from "../../../machines/calls/call-words";
import type { DirectMachine } from "../../../machines/hosted/direct/direct-machine";
import { DebugCall } from "../../../system/kpi/system-calls";
import { OBJSIZE_CTE } from "../../../system/kpi/types";
import { audit } from "../../harness/audit";
import { changes, fingerprint, KernelMemory, type SlotContents } from "../../harness/slots";
import { IRQ_LINE, IRQ_LINES } from "./victim";

export class Damage {
  private readonly memory: KernelMemory;
  /** Address of the first of the CPU driver's slots for interrupt lines. */
  private readonly lines: number;

  /** Must be created after boot and before the first call. */
  constructor(private readonly machine: DirectMachine) {
    this.memory = new KernelMemory(machine);
    this.lines = this.strays(this.memory.slots())[0]! - IRQ_LINE * OBJSIZE_CTE;
  }

  /** Occupied slots that are in no CNode and no dispatcher. */
  private strays(slots: readonly SlotContents[]): number[] {
    const places = new Set(this.memory.places());
    return slots.flatMap(({ at }) => (places.has(at) ? [] : [at]));
  }

  private straysThatAreNoLines(): string[] {
    return this.strays(this.memory.slots())
      .map((at) => (at - this.lines) / OBJSIZE_CTE)
      .filter((line) => !(Number.isInteger(line) && line >= 0 && line < IRQ_LINES))
      .map((line) => `the mapping database has a slot outside of all CNodes, where interrupt line ${line} would be`);
  }

  /** Hashes of the CPU driver's own objects. */
  fingerprint(): Map<string, number> {
    return fingerprint(this.memory);
  }

  /** Objects that have changed since a fingerprint. */
  since(before: Map<string, number>): string[] {
    return changes(before, this.fingerprint()).map((what) => `changed: ${what}`);
  }

  /** All violations. */
  all(): string[] {
    const invariants = this.machine.call(debugWords(DebugCall.CHECK_INVARIANTS)).value === 1;
    return [
      ...(invariants ? [] : ["the CPU driver finds its mapping database broken"]),
      ...audit(this.memory),
      ...this.straysThatAreNoLines(),
    ];
  }
}
