/** What the CPU driver prints at each log level. */
import { expect, it } from "vitest";
import { PAGE, RAM, ROOT, slot } from "../../../../evidence/harness/well-known";
import { ObjType } from "../../../../system/kpi/object-types";
import { useSystem } from "../../../support/use-system";

const system = await useSystem();
const { do: call, attempt } = system;

it("start-up prints init's start address and argument", () => {
  expect(system.console).toMatch(/spawn_init_common: starting from=0x400000\n/);
  expect(system.console).toMatch(/Calling dispatch from arm_kernel_startup, start address is=204000\n$/);
});

it("refused calls print nothing, so programs cannot fill the console", () => {
  system.boot({ commandLine: "loglevel=4" });
  system.console = "";
  attempt.retype({ from: RAM, type: ObjType.L1CNode, bytes: PAGE, to: slot(0) });
  attempt.retype({ from: ROOT, type: ObjType.Frame, bytes: PAGE, to: slot(0) });
  attempt.create(ObjType.Frame, slot(0));
  attempt.invoke(RAM, 77);
  attempt.delete(slot(0));
  call.create(ObjType.ID, slot(0));
  expect(system.console).toBe("");
});

it("log level 5 prints the reasons for refused calls, and lost memory", () => {
  system.boot({ commandLine: "loglevel=5" });
  system.console = "";
  attempt.invoke(RAM, 77);
  call.delete(0x200);
  expect(system.console).toMatch(/Bad invocation type 2 cmd 77\n.*dropping ram cap base [0-9a-f]{8} bytes 0x1000\n/);
});

it("a text is printed up to its length or its first zero byte", () => {
  const { address, bytes } = system.machine.scratch;
  system.console = "";
  [..."hello\0world"].forEach((c, index) => {
    bytes.setUint8(index, c.charCodeAt(0));
  });
  call.print(address, 3);
  call.print(address, 100);
  expect(system.console).toBe("helhello");
});
