/** Prints the system calls of a scenario that map memory. */
import type { Machine } from "typefish";
import { callObserver, callText } from "typefish/decode";
import { openMachine } from "typefish/node";

let shown = 0;
const onSystemCall = callObserver(
  () => machine,
  (call) => {
    if (call.kind === "map" && shown++ < 3) console.log(callText(call));
  },
);
const machine: Machine = openMachine({ memory: 64 << 20, scenario: "T03", onSystemCall });
machine.run();
console.log(shown, "maps");
