/** Finds the kind of a call without decoding it, for all calls of a run. */
import { CteLayout } from "../../system/cpudriver/layout/cte-layout";
import { DcbLayout } from "../../system/cpudriver/layout/dcb-layout";
import { KernelStateLayout } from "../../system/cpudriver/layout/kernel-state-layout";
import { CapLevel } from "../../system/kpi/cspace";
import { ObjType } from "../../system/kpi/object-types";
import { callNumber, invokeLevel, SysCall } from "../../system/kpi/system-calls";
import { L2_CNODE_BITS, L2_CNODE_SLOTS } from "../../system/kpi/types";
import type { PhysicalReader } from "../decode/memory-reader";
import { addressOfKey, bytesOf } from "../decode/object-range";
import { type CallKind, kindOf } from "./kinds";

/** The slot `index` of the CNode whose capability is in a slot; null if there is none. */
function slotOf(memory: PhysicalReader, cnode: number, index: number): number | null {
  const key = memory.u32(cnode + CteLayout.KEY);
  if (index * CteLayout.SIZE >= bytesOf(key, memory.u32(cnode + CteLayout.END_KIB))) return null;
  return addressOfKey(key) + index * CteLayout.SIZE;
}

const typeAt = (memory: PhysicalReader, slot: number | null): ObjType =>
  slot === null ? ObjType.Null : memory.u8(slot + CteLayout.TYPE);

/**
 * The type of the capability at an address in the running program's CSpace, looked up as `Places` does, but with a few
 * loads. Null if there is none.
 */
export function typeOfAddress(
  memory: PhysicalReader,
  kernelState: number,
  address: number,
  level: number,
): ObjType | null {
  const dcb = memory.pointer(kernelState + KernelStateLayout.CURRENT_DCB);
  if (dcb === null) return null;
  const root = dcb + DcbLayout.CSPACE;
  const found = (slot: number | null) => typeAt(memory, slot) || null;
  if (level === CapLevel.ROOT || typeAt(memory, root) !== ObjType.L1CNode) {
    return level === CapLevel.ROOT ? found(root) : null;
  }
  const first = slotOf(memory, root, address >>> L2_CNODE_BITS);
  if (level === CapLevel.L1 || first === null) return found(first);
  if (level !== CapLevel.L2 || typeAt(memory, first) !== ObjType.L2CNode) return null;
  return found(slotOf(memory, first, address & (L2_CNODE_SLOTS - 1)));
}

/** The kind of a call whose first two words these are, before it is made. */
export function kindOfWords(memory: PhysicalReader, kernelState: number, word0: number, word1: number): CallKind {
  const isInvocation = callNumber(word0) === SysCall.INVOKE;
  return kindOf(word0, isInvocation ? typeOfAddress(memory, kernelState, word1, invokeLevel(word0)) : null);
}
