/**
 * One function for each invocation. Each packs the words in the order that `system/kpi/system-calls.ts` gives. These
 * functions allocate no slots and make no decisions; `capabilities.ts`, `frame.ts` and `vnode.ts` do that. A reference
 * to nothing is refused here with `SYS_ERR_SLOTS_INVALID`, because the words of the call cannot express it.
 */
import { SYS_ERR_SLOTS_INVALID } from "../kpi/errno";
import { errval_t } from "../kpi/errval";
import {
  CallWords,
  CNodeCmd,
  FrameCmd,
  IdCmd,
  KernelCmd,
  MappingCmd,
  mapLevelsWord,
  retypeWord,
  VNodeCmd,
} from "../kpi/system-calls";
import {
  capAddr,
  capCNode,
  capLevel,
  capref,
  capSlot,
  cnodeAddr,
  cnodeLevel,
  crootAddr,
  crootCap,
  isOwnCSpace,
  namesNothing,
} from "./capref";
import { invoke } from "./system-calls";
import { capKernel, capRoot } from "./well-known";

export function invokeRetype(dest: capref, source: capref, offset: u32, type: u32, objsize: u32, count: u32): errval_t {
  if (namesNothing(dest) || namesNothing(source)) return SYS_ERR_SLOTS_INVALID;
  const cnode = capCNode(dest);
  return invoke(
    capRoot,
    CallWords.Retype,
    CNodeCmd.Retype,
    crootAddr(source),
    capAddr(source),
    offset,
    retypeWord(capLevel(source), cnodeLevel(cnode), type),
    objsize,
    count,
    crootAddr(cnode),
    cnodeAddr(cnode),
    capSlot(dest),
  );
}

export function invokeCopy(dest: capref, source: capref): errval_t {
  if (namesNothing(dest) || namesNothing(source)) return SYS_ERR_SLOTS_INVALID;
  const cnode = capCNode(dest);
  return invoke(
    capRoot,
    CallWords.Copy,
    CNodeCmd.Copy,
    crootAddr(cnode),
    cnodeAddr(cnode),
    capSlot(dest),
    crootAddr(source),
    capAddr(source),
    cnodeLevel(cnode),
    capLevel(source),
  );
}

export function invokeMint(dest: capref, source: capref, param1: u32, param2: u32): errval_t {
  if (namesNothing(dest) || namesNothing(source)) return SYS_ERR_SLOTS_INVALID;
  const cnode = capCNode(dest);
  return invoke(
    capRoot,
    CallWords.Mint,
    CNodeCmd.Mint,
    crootAddr(cnode),
    cnodeAddr(cnode),
    capSlot(dest),
    crootAddr(source),
    capAddr(source),
    cnodeLevel(cnode),
    capLevel(source),
    param1,
    param2,
  );
}

export function invokeDelete(cap: capref): errval_t {
  if (namesNothing(cap)) return SYS_ERR_SLOTS_INVALID;
  return invoke(crootCap(cap), CallWords.Delete, CNodeCmd.Delete, capAddr(cap), capLevel(cap));
}

/** `baseKiB` and `kib`: start and size of the capability's memory. */
export function invokeDeleteExact(cap: capref, baseKiB: u32, kib: u32): errval_t {
  if (namesNothing(cap)) return SYS_ERR_SLOTS_INVALID;
  return invoke(crootCap(cap), CallWords.DeleteExact, CNodeCmd.DeleteExact, capAddr(cap), capLevel(cap), baseKiB, kib);
}

export function invokeRevoke(cap: capref): errval_t {
  if (namesNothing(cap)) return SYS_ERR_SLOTS_INVALID;
  return invoke(crootCap(cap), CallWords.Revoke, CNodeCmd.Revoke, capAddr(cap), capLevel(cap));
}

/** Reads the state of a capability. -> Out.value: bit 0 is set if it is foreign, bit 1 if it is being deleted */
export function invokeGetState(cap: capref): errval_t {
  if (namesNothing(cap)) return SYS_ERR_SLOTS_INVALID;
  return invoke(capRoot, CallWords.GetState, CNodeCmd.GetState, capAddr(cap), capLevel(cap));
}

export function invokeCreate(dest: capref, type: u32, bytes: u32): errval_t {
  if (namesNothing(dest)) return SYS_ERR_SLOTS_INVALID;
  const cnode = capCNode(dest);
  return invoke(
    capRoot,
    CallWords.Create,
    CNodeCmd.Create,
    type,
    bytes,
    cnodeAddr(cnode),
    cnodeLevel(cnode),
    capSlot(dest),
  );
}

export function invokeResize(newRoot: capref, oldRoot: capref): errval_t {
  if (namesNothing(newRoot) || namesNothing(oldRoot)) return SYS_ERR_SLOTS_INVALID;
  return invoke(
    capRoot,
    CallWords.Resize,
    CNodeCmd.Resize,
    capAddr(newRoot),
    cnodeAddr(capCNode(oldRoot)),
    capSlot(oldRoot),
  );
}

export function invokeMap(
  table: capref,
  source: capref,
  entry: u32,
  attributes: u32,
  offset: u32,
  pteCount: u32,
  mapping: capref,
): errval_t {
  if (namesNothing(source) || namesNothing(mapping)) return SYS_ERR_SLOTS_INVALID;
  const cnode = capCNode(mapping);
  return invoke(
    table,
    CallWords.Map,
    VNodeCmd.Map,
    crootAddr(source),
    capAddr(source),
    entry,
    attributes,
    offset,
    pteCount,
    crootAddr(cnode),
    cnodeAddr(cnode),
    capSlot(mapping),
    mapLevelsWord(capLevel(source), cnodeLevel(cnode), u32(isOwnCSpace(source) && isOwnCSpace(cnode))),
  );
}

export function invokeUnmap(table: capref, mapping: capref): errval_t {
  if (namesNothing(mapping)) return SYS_ERR_SLOTS_INVALID;
  return invoke(table, CallWords.Unmap, VNodeCmd.Unmap, capAddr(mapping), capLevel(mapping));
}

/** Writes base and size of a page table to `out`, a `CapIdentityLayout`. */
export function invokeVNodeIdentify(table: capref, out: usize): errval_t {
  return invoke(table, CallWords.Identify, VNodeCmd.Identify, u32(out));
}

export function invokeModifyFlags(mapping: capref, offset: u32, pages: u32, flags: u32, address: u32): errval_t {
  return invoke(mapping, CallWords.Modify, MappingCmd.Modify, offset, pages, flags, address);
}

/** Writes base and size of a Frame, DevFrame or RAM capability to `out`, a `CapIdentityLayout`. */
export function invokeFrameIdentify(frame: capref, out: usize): errval_t {
  return invoke(frame, CallWords.Identify, FrameCmd.Identify, u32(out));
}

/** Writes the number of an ID capability, 8 bytes, to `out`. */
export function invokeIdIdentify(id: capref, out: usize): errval_t {
  return invoke(id, CallWords.Identify, IdCmd.Identify, u32(out));
}

/** Writes base, size and type of any capability to `out`, a `CapIdentityLayout`. */
export function invokeKernelIdentify(cap: capref, out: usize): errval_t {
  if (namesNothing(cap)) return SYS_ERR_SLOTS_INVALID;
  return invoke(capKernel, CallWords.IdentifyCap, KernelCmd.Identify_cap, capAddr(cap), capLevel(cap), u32(out));
}

/** Reads the number of the core. -> Out.value */
export function invokeCoreId(): errval_t {
  return invoke(capKernel, CallWords.CoreId, KernelCmd.Get_core_id);
}
