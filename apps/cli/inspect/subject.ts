/** Finds what the views show in a machine's memory. */
import type { Machine } from "../../../machines/hosted/machine";
import { Damage, readable } from "../../../observe/decode/damage";
import { PhysicalReader } from "../../../observe/decode/memory-reader";
import { System } from "../../../observe/decode/system";
import { decodeDomain } from "../../../observe/decode/user/domain";
import type { Subject } from "./view";

export function subjectOf(machine: Machine): Subject {
  const damage = new Damage();
  const system = new System(new PhysicalReader(machine.dram, machine.board.dram.base), machine.kernelState, damage);
  const memory = system.userMemory();
  const at = machine.domainState;
  const domain = memory && at !== null ? readable(damage, "domain", at, () => decodeDomain(memory, at, damage)) : null;
  return { system, user: memory && domain ? { memory, domain } : null, damage };
}
