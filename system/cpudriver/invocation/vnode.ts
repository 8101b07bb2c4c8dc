/** The invocations of page tables and mappings. */
import { CapLevel } from "../../kpi/cspace";
import {
  SYS_ERR_CAP_NOT_FOUND,
  SYS_ERR_CNODE_NOT_ROOT,
  SYS_ERR_DEST_CNODE_LOOKUP,
  SYS_ERR_DEST_ROOTCN_LOOKUP,
  SYS_ERR_DEST_TYPE_INVALID,
  SYS_ERR_OK,
  SYS_ERR_SLOT_IN_USE,
  SYS_ERR_SLOTS_INVALID,
  SYS_ERR_SOURCE_CAP_LOOKUP,
  SYS_ERR_SOURCE_ROOTCN_LOOKUP,
} from "../../kpi/errno";
import { ObjType } from "../../kpi/object-types";
import { sysErrIsFail, syserr_t } from "../../kpi/syserr";
import { mapMappingLevel, mapRootsAreOwn, mapSourceLevel } from "../../kpi/system-calls";
import { CapRights } from "../../kpi/types";
import { cnodeSlot, cnodeSlots } from "../cap/cnode";
import { Cte } from "../cap/cte";
import { lookupError, lookupSlot } from "../cap/lookup";
import { checkModify, checkUnmap, commitModify, commitUnmap, MapRequest, map } from "../paging/map";
import { deleteMapping } from "../paging/mapping";
import { Arg, callerRoot, lookupOfCaller } from "./registers";

/**
 * Words: source root, source address, entry, attributes, offset, entries, mapping root, mapping CNode, mapping slot,
 * levels and whether both roots are the caller's own.
 */
export function invokeMap(invoked: Cte): syserr_t {
  const own: Cte | null = mapRootsAreOwn(Arg.word11) != 0 ? callerRoot() : null;
  const sourceRoot = own || lookupOfCaller(Arg.word2, CapLevel.L2, CapRights.READ);
  if (!sourceRoot) return lookupError(SYS_ERR_SOURCE_ROOTCN_LOOKUP);
  if (sourceRoot.type != ObjType.L1CNode) return SYS_ERR_CNODE_NOT_ROOT;
  const source = lookupSlot(sourceRoot, Arg.word3, mapSourceLevel(Arg.word11), CapRights.READ);
  if (!source) return lookupError(SYS_ERR_SOURCE_CAP_LOOKUP);

  const root = own || lookupOfCaller(Arg.word8, CapLevel.L2, CapRights.READ_WRITE);
  if (!root) return lookupError(SYS_ERR_DEST_ROOTCN_LOOKUP);
  const cnode = lookupSlot(root, Arg.word9, mapMappingLevel(Arg.word11), CapRights.READ_WRITE);
  if (!cnode) return lookupError(SYS_ERR_DEST_CNODE_LOOKUP);
  if (cnode.type != ObjType.L2CNode) return SYS_ERR_DEST_TYPE_INVALID;
  if (Arg.word10 >= cnodeSlots(cnode)) return SYS_ERR_SLOTS_INVALID;
  MapRequest.mapping = cnodeSlot(cnode, Arg.word10);
  if (!MapRequest.mapping.isEmpty) return SYS_ERR_SLOT_IN_USE;

  MapRequest.table = invoked;
  MapRequest.source = source;
  MapRequest.entry = Arg.word4;
  MapRequest.flags = Arg.word5;
  MapRequest.offset = Arg.word6;
  MapRequest.count = Arg.word7;
  return map();
}

/** Words: address and level of the mapping. */
export function invokeUnmap(invoked: Cte): syserr_t {
  const mapping = lookupOfCaller(Arg.word2, Arg.word3, CapRights.READ_WRITE);
  if (!mapping) return lookupError(SYS_ERR_CAP_NOT_FOUND);
  const err = checkUnmap(invoked, mapping);
  if (sysErrIsFail(err)) return err;
  commitUnmap(mapping);
  return SYS_ERR_OK;
}

/** Words: first entry, entries, attributes, and a virtual address as a hint which TLB entries to flush (not used). */
export function invokeModify(invoked: Cte): syserr_t {
  const err = checkModify(invoked, Arg.word2, Arg.word3, Arg.word4);
  if (sysErrIsFail(err)) return err;
  commitModify(invoked, Arg.word2, Arg.word3, Arg.word4);
  return SYS_ERR_OK;
}

/** Unmaps and deletes the invoked mapping. */
export function invokeDestroyMapping(invoked: Cte): syserr_t {
  deleteMapping(invoked);
  return SYS_ERR_OK;
}
