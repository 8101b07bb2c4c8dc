/** Records a run, steps through it in both directions, and asks who changed a capability. */
import { type Capability, decodeMemoryManager, domainOf, ObjType, systemOf } from "typefish/decode";
import { recordMachine } from "typefish/node";

const recording = recordMachine({ memory: 64 << 20, scenario: "T03" });
const frames = (): Capability[] =>
  systemOf(recording)
    .database()
    .filter(({ type }) => type === ObjType.Frame);

recording.goTo({ call: 100, at: "exit" });
console.log("after 100 system calls:", frames().length, "frames");

recording.goTo({ call: 1800, at: "exit" });
console.log("after 1800 system calls:", frames().length, "frames");

recording.goTo({ call: 100, at: "exit" });
console.log("back at call", "call" in recording.moment && recording.moment.call, "with", frames().length, "frames");
const last = frames().at(-1);
if (last) {
  console.log(`the last frame: 0x${last.base.toString(16)}, ${last.bytes} bytes`);
  const slot = { start: last.at, end: last.at + 64 };
  const [made] = recording.touching([slot], { from: recording.moment, direction: "backwards" });
  console.log("call", made?.call, "was the last to change its slot");
}

const found = domainOf(recording);
if (found) {
  const { regions } = decodeMemoryManager(found.memory, found.domain.mm);
  const pieces = regions.flatMap((region) => region.pieces);
  console.log(`libmm: ${pieces.length} pieces, ${pieces.filter(({ isFree }) => isFree).length} of them free`);
}
