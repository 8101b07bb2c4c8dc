/** `npm run bench`: the command `typefish bench`, by itself. */
import { Command } from "commander";
import { addBenchCommand } from "../cli/commands/bench";

const program = new Command("bench");
addBenchCommand(program);
await program.parseAsync(["bench", ...process.argv.slice(2)], { from: "user" });
