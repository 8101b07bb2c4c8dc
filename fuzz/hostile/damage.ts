/** Has a call done harm? Looked at from outside, in the memory of the machine. */

import { DebugCall } from "../../kpi/system-calls";
import { OBJSIZE_CTE } from "../../kpi/types";
import { debugWords } from "../../machine/direct/call-words";
import type { DirectMachine } from "../../machine/direct/direct-machine";
import { audit } from "../../tests/support/audit";
import { changes, fingerprint, KernelMemory, type SlotContents } from "../../tests/support/slots";
import { IRQ_LINE, IRQ_LINES } from "./victim";

export class Damage {
  private readonly memory: KernelMemory;
  /** Where the CPU driver keeps the slots of the interrupt lines. */
  private readonly lines: number;

  /** To be made after boot, before the first call. */
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

  /** What the CPU driver's own objects look like. */
  fingerprint(): Map<string, number> {
    return fingerprint(this.memory);
  }

  /** Objects that are not as they were. */
  since(before: Map<string, number>): string[] {
    return changes(before, this.fingerprint()).map((what) => `changed: ${what}`);
  }

  /** Everything that is broken. */
  all(): string[] {
    const invariants = this.machine.call(debugWords(DebugCall.CHECK_INVARIANTS)).value === 1;
    return [
      ...(invariants ? [] : ["the CPU driver finds its mapping database broken"]),
      ...audit(this.memory),
      ...this.straysThatAreNoLines(),
    ];
  }
}
