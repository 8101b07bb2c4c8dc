/** Compares the MMU's answers with the model's page tables, at addresses where the two could disagree. */

import type { DirectMachine } from "../../machines/hosted/direct/direct-machine";
import { Register } from "../../machines/hosted/mmu/layout";
import type { MachineSystem } from "../../observe/traces/machine/system";
import type { CapabilityModel } from "../model/capabilities";
import { type AccessKind, mappedRanges, translate } from "../model/mmu";
import type { Random } from "../model/random";
import { tableAt } from "./machine-state";

const USER_SPACE = 0x80000000;
/** DFSR bit for a write. */
const WRITE = 1 << 11;
/** Synchronous external abort: there is no memory at that address. */
const NO_MEMORY = 0b01000;

/** Differences at `samples` addresses of each address space. */
export function compareTranslations(
  model: CapabilityModel,
  machine: DirectMachine,
  system: MachineSystem,
  random: Random,
  samples: number,
): string[] {
  const { all } = machine.memory;
  const own = all.getUint32(Register.TTBR0, true);
  const wrong: string[] = [];
  const roots = model.space.where((cap) => cap.type === "VNode_ARM_l1").map((slot) => model.space.at(slot)!.base);
  for (const root of new Set(roots)) {
    all.setUint32(Register.TTBR0, tableAt(system, root) ?? 0, true);
    const places = interesting(model, root);
    for (let i = 0; i < samples; i++) {
      const address = places.length > 0 && random.chance(0.9) ? random.pick(places) : random.below(USER_SPACE);
      const near = address + random.pick([0, 0, random.below(0x100000), -1, 0xfff, 0x1000]);
      const va = near >= 0 && near < USER_SPACE ? near : address;
      for (const kind of ["read", "write"] as const) {
        const expected = expectation(model, root, va, kind);
        const { status, pa } = machine.translate(va, { write: kind === "write" });
        const found = answerText(status, system.space.addresses.toTrace(pa), kind);
        if (expected !== found) {
          wrong.push(
            `${kind} of 0x${va.toString(16)} by the table at 0x${root.toString(16)}: model ${expected}, MMU ${found}`,
          );
        }
      }
    }
  }
  all.setUint32(Register.TTBR0, own, true);
  return wrong;
}

/** Addresses at which a mapped range starts or ends. */
function interesting(model: CapabilityModel, root: number): number[] {
  return mappedRanges(model.tables, root).flatMap(({ virtual, bytes }) => [virtual, virtual + bytes - 1]);
}

export type { AccessKind };

export function expectation(model: CapabilityModel, root: number, va: number, kind: AccessKind): string {
  const translation = translate(model.tables, root, va, kind);
  if (!translation.ok) return `fault ${translation.status}`;
  return translation.entry.memory ? `0x${translation.address.toString(16)}` : `fault ${NO_MEMORY}`;
}

function answerText(status: number, pa: number, kind: AccessKind): string {
  if (status === 0) return `0x${pa.toString(16)}`;
  const hasDirection = ((status & WRITE) !== 0) === (kind === "write");
  return `fault ${status & ~WRITE}${hasDirection ? "" : ", in the wrong direction"}`;
}
