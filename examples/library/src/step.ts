/** Stops in the middle of a run, decodes the capabilities, takes a snapshot, and goes back to it. */
import { type Capability, decodeMemoryManager, domainOf, ObjType, systemOf } from "typefish/decode";
import { openMachine } from "typefish/node";

const machine = openMachine({ memory: 64 << 20, scenario: "T03" });
const frames = (): Capability[] =>
  systemOf(machine)
    .database()
    .filter(({ type }) => type === ObjType.Frame);

machine.run({ untilSystemCalls: 100 });
const snapshot = machine.snapshot();
console.log("after 100 system calls:", frames().length, "frames");

machine.run({ untilSystemCalls: 2000 });
console.log("after 2000 system calls:", frames().length, "frames");

machine.restore(snapshot);
console.log("back at", machine.counter("systemCalls"), "system calls:", frames().length, "frames");
const last = frames().at(-1);
if (last) console.log(`the last frame: 0x${last.base.toString(16)}, ${last.bytes} bytes`);

const found = domainOf(machine);
if (found) {
  const { regions } = decodeMemoryManager(found.memory, found.domain.mm);
  const pieces = regions.flatMap((region) => region.pieces);
  console.log(`libmm: ${pieces.length} pieces, ${pieces.filter(({ isFree }) => isFree).length} of them free`);
}
const [first] = machine.readPhysical(machine.kernelState, 4);
console.log("first byte of the CPU driver's state:", first);
