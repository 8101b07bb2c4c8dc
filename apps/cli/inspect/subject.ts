/** Finds what the views show in a machine's memory. */
import type { Bytes } from "../../../machines/calls/call-machine";
import { Damage, readable } from "../../../observe/decode/damage";
import { PhysicalReader } from "../../../observe/decode/memory-reader";
import { System } from "../../../observe/decode/system";
import { decodeDomain } from "../../../observe/decode/user/domain";
import type { Subject } from "./view";

/** A machine, or a recording of one. */
export interface Inspectable {
  readonly dram: Bytes;
  readonly board: { readonly dram: { readonly base: number } };
  readonly kernelState: number;
  readonly domainState: number | null;
}

export function subjectOf(machine: Inspectable): Subject {
  const damage = new Damage();
  const system = new System(new PhysicalReader(machine.dram, machine.board.dram.base), machine.kernelState, damage);
  const memory = system.userMemory();
  const at = machine.domainState;
  const domain = memory && at !== null ? readable(damage, "domain", at, () => decodeDomain(memory, at, damage)) : null;
  return { system, user: memory && domain ? { memory, domain } : null, damage };
}
