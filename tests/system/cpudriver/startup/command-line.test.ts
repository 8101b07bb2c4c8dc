/** Options of the CPU driver. (Specification of capabilities, section 6; defect D73.) */
import { expect, it } from "vitest";
import { memoryMap } from "../../../../evidence/harness/system";
import { KernelStateLayout } from "../../../../system/cpudriver/layout/kernel-state-layout";
import { useSystem } from "../../../support/use-system";

const system = await useSystem();

const option = (commandLine: string, field: KernelStateLayout) => {
  system.boot({ commandLine });
  return system.memory.stateField(field);
};

it.each([
  ["", 20],
  ["timeslice=0", 1],
  ["timeslice=1", 1],
  ["timeslice=7", 7],
  ["timeslice=1:", 1],
  ["timeslice=1/", 1],
  ["timeslice=19", 19],
  ["timeslice=10", 10],
  ["timeslice=20", 20],
  ["timeslice=21", 20],
  ["timeslice=4000000000", 20],
])("the time slice of '%s' is %i ms, within 1 to 20 ms", (commandLine, milliseconds) => {
  expect(option(commandLine, KernelStateLayout.TIMESLICE)).toBe(milliseconds);
});

it.each([
  ["loglevel=2 consolePort=3", 2],
  ["consolePort=3   loglevel=2", 2],
  ["xloglevel=7 loglevel=3", 3],
  ["loglevelx=7", 4],
  ["loglevel", 4],
])("the log level of '%s' is %i", (commandLine, level) => {
  expect(option(commandLine, KernelStateLayout.LOG_LEVEL)).toBe(level);
});

it("at log level 5 the CPU driver prints every entry of the memory map and every module", () => {
  system.boot({ commandLine: "loglevel=5" });
  const entries = memoryMap.map(({ base, bytes, type }) => {
    const hex = (address: number) => address.toString(16);
    return `memory: ${hex(base)}-${hex(base + bytes - 1)} type ${type}`;
  });
  for (const entry of entries) expect(system.console).toContain(entry);
  expect(system.console.match(/ {2}memory: /g)).toHaveLength(entries.length);
  expect(system.console.match(/ {2}module: /g)).toHaveLength(1);
  expect(system.console).toContain("  command line: loglevel=5");
});
