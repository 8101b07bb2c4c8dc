/** Boots the board with 64 MiB, runs a scenario, and prints how the run ended. */
import { openMachine } from "typefish/node";

const machine = openMachine({ memory: 64 << 20, scenario: "T02", limits: { milliseconds: 60_000 } });
const result = machine.run();
console.log(
  machine.consoleText
    .split("\n")
    .filter((line) => line.includes("T02"))
    .join("\n"),
);
console.log(result.kind, "after", machine.counter("systemCalls"), "system calls");
