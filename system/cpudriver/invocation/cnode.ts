/** The invocations of a CNode: copy, mint, retype, delete, revoke, create, get state, resize. */
import { CapLevel, CPTR_ROOTCN } from "../../kpi/cspace";
import {
  SYS_ERR_CAP_LOCKED,
  SYS_ERR_CAP_NOT_FOUND,
  SYS_ERR_CNODE_NOT_ROOT,
  SYS_ERR_CNODE_TYPE,
  SYS_ERR_DEST_CNODE_INVALID,
  SYS_ERR_DEST_CNODE_LOOKUP,
  SYS_ERR_DEST_ROOTCN_LOOKUP,
  SYS_ERR_ID_SPACE_EXHAUSTED,
  SYS_ERR_OK,
  SYS_ERR_REVOKE_FIRST,
  SYS_ERR_SLOTS_IN_USE,
  SYS_ERR_SLOTS_INVALID,
  SYS_ERR_SOURCE_CAP_LOOKUP,
  SYS_ERR_SOURCE_ROOTCN_LOOKUP,
  SYS_ERR_TYPE_NOT_CREATABLE,
} from "../../kpi/errno";
import { ObjType, typeIsCNode } from "../../kpi/object-types";
import { sysErrIsFail, syserr_t } from "../../kpi/syserr";
import { retypeDestLevel, retypeSourceLevel, retypeType } from "../../kpi/system-calls";
import { CapRights } from "../../kpi/types";
import { cnodeSlot, cnodeSlots } from "../cap/cnode";
import { checkCopy, checkMint, commitCopy, commitMint } from "../cap/copy";
import { Cte, keyOf } from "../cap/cte";
import { checkDelete, commitDelete, commitDeleteOnly } from "../cap/delete";
import { lookupError, lookupSlot } from "../cap/lookup";
import { checkResize, commitResize } from "../cap/resize";
import { checkNewType, checkRetype, commitRetype, Retype } from "../cap/retype";
import { commitRevoke } from "../cap/revoke";
import { kernel } from "../kernel-state";
import { mayHaveRelatives } from "../mdb/relations";
import { mdbInsert } from "../mdb/tree";
import { Arg, lookupOfCaller, lookupRoot, Result } from "./registers";

/** The source and the destination CNode that `resolveCopy` found. */
class CopyRequest {
  static source: Cte = changetype<Cte>(0);
  static cnode: Cte = changetype<Cte>(0);
}

/**
 * Looks up the capabilities that the words of copy and mint name, and checks them. Words from 2 on: destination root,
 * CNode and slot, source root and address, CNode level, source level.
 */
function resolveCopy(invoked: Cte): syserr_t {
  if (invoked.type != ObjType.L1CNode) return SYS_ERR_CNODE_NOT_ROOT;

  const sourceRoot = lookupRoot(invoked, Arg.word5);
  if (!sourceRoot) return lookupError(SYS_ERR_SOURCE_ROOTCN_LOOKUP);
  if (sourceRoot.type != ObjType.L1CNode) return SYS_ERR_CNODE_NOT_ROOT;
  const source = lookupSlot(sourceRoot, Arg.word6, Arg.word8, CapRights.READ);
  if (!source) return lookupError(SYS_ERR_SOURCE_CAP_LOOKUP);

  const root = lookupRoot(invoked, Arg.word2);
  if (!root) return lookupError(SYS_ERR_DEST_ROOTCN_LOOKUP);
  if (root.type != ObjType.L1CNode) return SYS_ERR_CNODE_TYPE;
  const cnode = lookupSlot(root, Arg.word3, Arg.word7, CapRights.READ_WRITE);
  if (!cnode) return lookupError(SYS_ERR_DEST_CNODE_LOOKUP);
  CopyRequest.source = source;
  CopyRequest.cnode = cnode;
  return checkCopy(source, cnode, Arg.word4);
}

export function invokeCopy(invoked: Cte): syserr_t {
  const err = resolveCopy(invoked);
  if (sysErrIsFail(err)) return err;
  commitCopy(CopyRequest.source, cnodeSlot(CopyRequest.cnode, Arg.word4));
  return SYS_ERR_OK;
}

export function invokeMint(invoked: Cte): syserr_t {
  let err = resolveCopy(invoked);
  if (sysErrIsFail(err)) return err;
  err = checkMint(CopyRequest.source, Arg.word9, Arg.word10);
  if (sysErrIsFail(err)) return err;
  commitMint(CopyRequest.source, cnodeSlot(CopyRequest.cnode, Arg.word4), Arg.word9, Arg.word10);
  return SYS_ERR_OK;
}

/** Words: source root, source address, offset, levels and type, object size, count, destination root, CNode, slot. */
export function invokeRetype(invoked: Cte): syserr_t {
  const type = retypeType(Arg.word5);
  let err = checkNewType(type);
  if (sysErrIsFail(err)) return err;

  const sourceRoot = lookupRoot(invoked, Arg.word2);
  if (!sourceRoot) return lookupError(SYS_ERR_SOURCE_ROOTCN_LOOKUP);
  const source = lookupSlot(sourceRoot, Arg.word3, retypeSourceLevel(Arg.word5), CapRights.READ);
  if (!source) return lookupError(SYS_ERR_SOURCE_CAP_LOOKUP);

  const root = lookupRoot(invoked, Arg.word8);
  if (!root) return lookupError(SYS_ERR_DEST_ROOTCN_LOOKUP);
  if (root.type != ObjType.L1CNode) return SYS_ERR_CNODE_TYPE;
  const cnode = lookupSlot(root, Arg.word9, retypeDestLevel(Arg.word5), CapRights.READ_WRITE);
  if (!cnode) return lookupError(SYS_ERR_DEST_CNODE_LOOKUP);
  if (!typeIsCNode(cnode.type)) return SYS_ERR_DEST_CNODE_INVALID;

  Retype.source = source;
  Retype.cnode = cnode;
  Retype.offset = Arg.word4;
  Retype.type = type;
  Retype.objectSize = Arg.word6;
  Retype.count = Arg.word7;
  Retype.slot = Arg.word10;
  err = checkRetype();
  if (sysErrIsFail(err)) return err;
  commitRetype();
  return SYS_ERR_OK;
}

/** Words: address and level in the CSpace of the invoked root. */
export function invokeDelete(invoked: Cte): syserr_t {
  const cte = lookupSlot(invoked, Arg.word2, Arg.word3, CapRights.READ_WRITE);
  if (!cte) return lookupError(SYS_ERR_OK);
  const err = checkDelete(cte);
  if (sysErrIsFail(err)) return err;
  commitDelete(cte);
  return SYS_ERR_OK;
}

/**
 * Words: address and level in the CSpace of the invoked root, start and size of the object in KiB. Deletes the capability
 * only if it is one of exactly that memory, else SYS_ERR_CAP_NOT_FOUND, and if it has neither copies nor descendants, else
 * SYS_ERR_REVOKE_FIRST.
 */
export function invokeDeleteExact(invoked: Cte): syserr_t {
  const cte = lookupSlot(invoked, Arg.word2, Arg.word3, CapRights.READ_WRITE);
  if (!cte) return lookupError(SYS_ERR_OK);
  // An object without a size has 0 KiB, and is not memory that anyone can name.
  const isNamed = Arg.word5 != 0 && cte.key == Arg.word4 && cte.kib == Arg.word5;
  if (!isNamed) return SYS_ERR_CAP_NOT_FOUND;
  const err = checkDelete(cte);
  if (sysErrIsFail(err)) return err;
  if (mayHaveRelatives(cte)) return SYS_ERR_REVOKE_FIRST;
  commitDeleteOnly(cte);
  return SYS_ERR_OK;
}

/** Words: address and level in the CSpace of the invoked root. */
export function invokeRevoke(invoked: Cte): syserr_t {
  const cte = lookupSlot(invoked, Arg.word2, Arg.word3, CapRights.READ_WRITE);
  if (!cte) return lookupError(SYS_ERR_OK);
  if (cte.inDelete) return SYS_ERR_CAP_LOCKED;
  commitRevoke(cte);
  return SYS_ERR_OK;
}

/** Words: type, bytes, address and level of the destination CNode, slot. Only IDs can be created without a source. */
export function invokeCreate(invoked: Cte): syserr_t {
  const type = Arg.word2;
  const err = checkNewType(type);
  if (sysErrIsFail(err)) return err;
  const cnode = lookupSlot(invoked, Arg.word4, Arg.word5, CapRights.READ_WRITE);
  if (!cnode) return lookupError(SYS_ERR_DEST_CNODE_LOOKUP);
  // An L1CNode may not hold an ID.
  if (cnode.type != ObjType.L2CNode) return SYS_ERR_DEST_CNODE_INVALID;
  if (Arg.word6 >= cnodeSlots(cnode)) return SYS_ERR_SLOTS_INVALID;
  const slot = cnodeSlot(cnode, Arg.word6);
  if (!slot.isEmpty) return SYS_ERR_SLOTS_IN_USE;
  if (type != ObjType.ID) return SYS_ERR_TYPE_NOT_CREATABLE;
  if (kernel.nextId == 0) return SYS_ERR_ID_SPACE_EXHAUSTED;

  slot.fill(ObjType.ID, keyOf(ObjType.ID, 0), 0);
  slot.word1 = kernel.nextId++;
  mdbInsert(slot);
  return SYS_ERR_OK;
}

/** Words: address and level. Value: 2 if the capability is being deleted, else 0. (1 would mean: of another core.) */
export function invokeGetState(invoked: Cte): syserr_t {
  const cte = lookupSlot(invoked, Arg.word2, Arg.word3, CapRights.READ);
  if (!cte) return lookupError(SYS_ERR_OK);
  Result.value = cte.inDelete ? 2 : 0;
  return SYS_ERR_OK;
}

/** Words: address of the new root, address of the CNode that receives the old root, slot in that CNode. */
export function invokeResize(invoked: Cte): syserr_t {
  const taskSlot = lookupOfCaller(CPTR_ROOTCN, CapLevel.L2, CapRights.READ);
  if (!taskSlot) return lookupError(SYS_ERR_OK);
  const err = checkResize(invoked, taskSlot, Arg.word2, Arg.word3, Arg.word4);
  if (sysErrIsFail(err)) return err;
  commitResize();
  return SYS_ERR_OK;
}
