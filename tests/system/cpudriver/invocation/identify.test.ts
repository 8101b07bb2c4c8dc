/** Identify: base, size and type of capabilities. (Specification of capabilities, section 4.8.) */
import { expect, it } from "vitest";
import { DEVICES, inRootSlot, KERNEL, L1_TABLE, PAGE, RAM, ROOT, slot } from "../../../../evidence/harness/well-known";
import { CapLevel, RootSlot } from "../../../../system/kpi/cspace";
import { ObjType } from "../../../../system/kpi/object-types";
import { KernelCmd } from "../../../../system/kpi/system-calls";
import { useSystem } from "../../../support/use-system";

const system = await useSystem();
const { do: call, attempt } = system;

const scratch = () => system.machine.scratch;
const written = () => [0, 8].map((at) => Number(scratch().bytes.getBigUint64(at, true)));

it.each([
  ["RAM", RAM],
  ["a device frame", DEVICES],
])("identify gives base and size of %s", (_name, address) => {
  const expected = system.identity(address);
  call.identify(address, scratch().address);
  expect(written()).toEqual([expected.base, expected.bytes]);
});

it("identify gives base, size and type of a page table, whose base is aligned to 1 KiB", () => {
  call.retype({ from: RAM, type: ObjType.VNode_ARM_l2, count: 4, to: slot(0) });
  const { base } = system.identity(RAM);
  call.identifyVNode(slot(3), scratch().address);
  expect(written()).toEqual([base + 3 * 1024, 1024]);
  expect(scratch().bytes.getUint32(16, true)).toBe(ObjType.VNode_ARM_l2);
});

it("CNodes, dispatchers and mappings can be identified through the Kernel capability only", () => {
  expect(system.identity(ROOT)).toMatchObject({ type: ObjType.L1CNode, bytes: 16384 });
  call.retype({ from: RAM, type: ObjType.Frame, bytes: PAGE, to: slot(0) });
  call.map({ table: L1_TABLE + 30, source: slot(0), entry: 0, mapping: slot(1) });
  expect(system.identity(slot(1))).toMatchObject({ type: ObjType.Frame_Mapping, bytes: 0 });
  expect(attempt.identify(slot(1), scratch().address)).toBe("SYS_ERR_INVARGS_SYSCALL");
  call.delete(KERNEL);
  expect(attempt.identifyCap(KERNEL, slot(1), scratch().address)).toBe("SYS_ERR_CAP_NOT_FOUND");
});

it("a control block can be identified in its slot of the root", () => {
  call.identify({ address: inRootSlot(RootSlot.BSPKCB), level: CapLevel.L1 }, scratch().address);
  expect(written()[1]).toBe(65536);
});

it("identify refuses an empty slot", () => {
  expect(attempt.identifyCap(KERNEL, slot(0), scratch().address)).toBe(
    "SYS_ERR_IDENTIFY_LOOKUP < SYS_ERR_CAP_NOT_FOUND",
  );
});

it("the Kernel capability gives core and platform", () => {
  expect(call.kernelCommand(KERNEL, KernelCmd.Get_core_id)).toBe(0);
  expect(call.kernelCommand(KERNEL, KernelCmd.Get_platform)).toBe(0);
});
