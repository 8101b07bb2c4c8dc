/** Makes a random trace with the model's answers. */
import { headerLine, stepLine } from "../../observe/traces/format";
import { NO_ANSWER } from "../../observe/traces/operation";
import type { InitialCap } from "../../observe/traces/trace";
import { ModelSystem } from "./model-system";
import { Random } from "./random";
import { OperationSource } from "./random-operation";

const DRAM = { base: 0x81000000, bytes: 64 << 20 };
const SLOTS = 1024;

/** The initial state, as in recorded traces: memory in slot 0, an empty L1 table in slot 1, device memory in slot 2. */
function initialCaps(random: Random): InitialCap[] {
  return [
    { slot: 0, type: "RAM", base: DRAM.base, bytes: DRAM.bytes },
    { slot: 1, type: "VNode_ARM_l1", base: 0x80100000, bytes: 16384 },
    random.chance(0.5)
      ? { slot: 2, type: "DevFrame", base: 0x48000000, bytes: 16 << 20 }
      : { slot: 2, type: "PhysAddr", base: 0x88000000, bytes: 16 << 20 },
  ];
}

/** The lines of one trace. With `nested` it has operations and slots that recordings of other systems do not know. */
export function randomTrace(number: number, seed: number, operations: number, nested = false): string[] {
  const random = new Random(seed);
  const caps = initialCaps(random);
  const system = new ModelSystem({ caps, slots: SLOTS });
  const source = new OperationSource(random, system, nested);
  const lines = [headerLine({ trace: number, seed, dram: DRAM, slots: SLOTS, caps })];
  for (let i = 0; i < operations; i++) {
    const { operation, outcome } = source.play();
    lines.push(stepLine(operation, outcome));
    if (outcome.err === NO_ANSWER) return lines;
  }
  lines.push(JSON.stringify(system.dump()));
  return lines;
}
