/** `typefish bench`: what everything costs on this machine. */
import type { Command } from "commander";
import { systemAims } from "../../bench/aims";
import { machineLine } from "../../bench/machine-line";
import { ProgressLine } from "../../bench/progress";
import { measureSystem, SYSTEM_GROUPS, type SystemGroup } from "../../bench/system";
import { aimsTable, systemTables, textTable } from "../../bench/tables";
import { output } from "../output";
import { UsageError } from "../usage-error";

interface BenchOptions {
  json?: boolean;
}

const EXAMPLES = `
Examples:
  typefish bench                     everything: some minutes
  typefish bench memory              one group of measurements
  typefish bench --json > bench.json
`;

export function addBenchCommand(program: Command): void {
  program
    .command("bench")
    .description("measure what everything costs on this machine")
    .argument("[names...]", `what to measure: ${SYSTEM_GROUPS.join(", ")}; everything if there is none`)
    .option("--json", "print one JSON document")
    .addHelpText("after", EXAMPLES)
    .action((names: string[], options: BenchOptions) => bench(names, options));
}

function systemGroups(names: readonly string[]): SystemGroup[] {
  const unknown = names.find((name) => !(SYSTEM_GROUPS as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`there is no benchmark '${unknown}': choose of ${SYSTEM_GROUPS.join(", ")}`);
  }
  return SYSTEM_GROUPS.filter((group) => names.length === 0 || names.includes(group));
}

function bench(names: string[], options: BenchOptions): void {
  const groups = systemGroups(names);
  const progress = new ProgressLine();
  const measurements = measureSystem(groups, progress.show);
  progress.clear();
  const aims = systemAims(measurements);
  if (options.json) return output.json({ machine: machineLine(), aims, measurements: measurements.toJSON() });
  output.line(machineLine());
  for (const table of [...systemTables(measurements), aimsTable(aims)]) output.line(`\n${textTable(table)}`);
}
