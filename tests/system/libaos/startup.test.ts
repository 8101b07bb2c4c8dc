/** The start of the libraries before `main` runs. */
import { expect, it } from "vitest";
import { CpuDriver } from "../../../evidence/harness/libraries/cpu-driver";
import { Library } from "../../../evidence/harness/libraries/library";
import { FaultKind } from "../../../system/libaos/layout/fault-kind";
import { auditEach } from "./fixtures/audit-each";

auditEach();

it.each([
  [1, "the first address range", "LIB_ERR_VSPACE_INIT < LIB_ERR_SLAB_ALLOC_FAIL"],
  [2, "the first slots", "LIB_ERR_SLOT_ALLOC_INIT < LIB_ERR_SLOT_ALLOC_INIT < LIB_ERR_SLAB_ALLOC_FAIL"],
  [3, "the reserve of slots", "LIB_ERR_SLOT_ALLOC_INIT < LIB_ERR_SLOT_ALLOC_INIT < LIB_ERR_SLAB_ALLOC_FAIL"],
  [4, "the slots of the memory manager", "MM_ERR_SLOT_ALLOC_INIT < LIB_ERR_SLOT_ALLOC_INIT < LIB_ERR_SLAB_ALLOC_FAIL"],
])("a start without block %i, for %s, ends with its error", async (nth, _use, error) => {
  const kernel = await CpuDriver.bootShared("");
  kernel.lib.faultArm!(FaultKind.SLAB, nth);
  expect(() => Library.startOn(kernel)).toThrow(new Error(`start: ${error}`));
});
