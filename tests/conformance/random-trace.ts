/** A trace made up at random, with the model's answers. */
import { Random } from "../model/random";
import { ModelSystem } from "./model-system";
import type { InitialCap } from "./operation";
import { OperationSource } from "./random-operation";
import { formatHeader, formatStep } from "./trace";

const DRAM = { base: 0x81000000, bytes: 64 << 20 };
const SLOTS = 1024;

/** As in recorded traces: memory in slot 0, an empty L1 table in slot 1, a region of devices in slot 2. */
function initialCaps(random: Random): InitialCap[] {
  return [
    { slot: 0, type: "RAM", base: DRAM.base, bytes: DRAM.bytes },
    { slot: 1, type: "VNode_ARM_l1", base: 0x80100000, bytes: 16384 },
    random.chance(0.5)
      ? { slot: 2, type: "DevFrame", base: 0x48000000, bytes: 16 << 20 }
      : { slot: 2, type: "PhysAddr", base: 0x88000000, bytes: 16 << 20 },
  ];
}

/** The lines of one trace. */
export function randomTrace(number: number, seed: number, operations: number): string[] {
  const random = new Random(seed);
  const caps = initialCaps(random);
  const system = new ModelSystem(caps);
  const source = new OperationSource(random, system.model);
  const lines = [formatHeader({ number, seed, dram: DRAM, slots: SLOTS, caps })];
  for (let i = 0; i < operations; i++) {
    const operation = source.next();
    lines.push(formatStep(operation, system.perform(operation)));
  }
  lines.push(JSON.stringify(system.dump()));
  return lines;
}
