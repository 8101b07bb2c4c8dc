/** Options of the CPU driver. (Specification of capabilities, section 6; defect D73.) */
import { expect, it } from "vitest";
import { KernelStateLayout } from "../../../cpudriver/layout/kernel-state-layout";
import { useSystem } from "../../support/use-system";

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
  ["timeslice=20", 20],
  ["timeslice=21", 20],
  ["timeslice=4000000000", 20],
])("the time slice of '%s' is %i ms: from 1 to 20", (commandLine, milliseconds) => {
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
