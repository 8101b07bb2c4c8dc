/** Replays a recorded trace of capability operations, and compares every answer. */
import { openDirectMachine, readTraces } from "typefish/node";
import { MachineSystem, playTrace } from "typefish/traces";

const machine = openDirectMachine();
let [compared, differing] = [0, 0];
for (const trace of readTraces("traces.jsonl")) {
  const result = playTrace(trace, new MachineSystem(machine, trace.header));
  compared += result.compared;
  differing += result.differing;
}
console.log(`${compared} answers compared, ${differing} differ`);
