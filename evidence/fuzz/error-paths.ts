/**
 * Lists, for each operation, every error that the specification names. A long run must have got all of them.
 *
 * An error path that no operation takes is not tested, so a long run that misses one fails. Where two codes are given,
 * the second is the cause. Three errors are missing because they cannot be reached from outside: `SYS_ERR_CAP_LOCKED`
 * (a deletion ends within its call), `SYS_ERR_CNODE_RIGHTS` (nothing lowers a CNode's rights) and
 * `SYS_ERR_ID_SPACE_EXHAUSTED` (2^32 IDs). Errors of system calls that have no operation here are covered by the
 * hostile calls, see `hostile/paths.ts`.
 */
import type { Operation, OperationName, Outcome } from "../../observe/traces/operation";

const SOURCE = ["SOURCE_ROOTCN_LOOKUP", "SOURCE_CAP_LOOKUP"];
const PLACE = ["DEST_ROOTCN_LOOKUP", "DEST_CNODE_LOOKUP", "SLOTS_INVALID"];
/** Errors of the look-up in an invoked root. */
const LOOKUP = ["CNODE_TYPE", "L1_CNODE_INDEX", "CNODE_NOT_FOUND", "CAP_NOT_FOUND", "CAP_LOOKUP_DEPTH"];
/** Errors of a command for another type. */
const OTHER_TYPE = ["ILLEGAL_INVOCATION", "INVARGS_SYSCALL", "LMP_NO_TARGET"];
const COPY = [...SOURCE, ...PLACE, "CNODE_NOT_ROOT", "CNODE_TYPE", "DEST_TYPE_INVALID", "SLOT_IN_USE"];

const PATHS: Record<OperationName, readonly string[]> = {
  retype: [
    ...["ILLEGAL_DEST_TYPE", ...SOURCE, ...PLACE, "CNODE_TYPE", "DEST_CNODE_INVALID", "DEST_TYPE_INVALID"],
    ...["RETYPE_INVALID_OFFSET", "INVALID_SIZE", "RETYPE_MAPPING_EXPLICIT", "INVALID_RETYPE"],
    ...["RETYPE_INVALID_COUNT", "REVOKE_FIRST", "SLOTS_IN_USE", "RETYPE_CREATE < INVALID_RETYPE"],
    ...LOOKUP.map((cause) => `SOURCE_CAP_LOOKUP < ${cause}`),
  ],
  copy: [...COPY, "INVALID_SOURCE_TYPE"],
  mint: [...COPY, "INVALID_SOURCE_TYPE", "INVALID_EPLEN"],
  // Except for the interrupt table, no type has a command with the number of delete. The interrupt table takes other
  // words.
  delete: [...LOOKUP, "ILLEGAL_INVOCATION", "LMP_NO_TARGET"],
  revoke: [...LOOKUP, ...OTHER_TYPE],
  map: [
    ...[...OTHER_TYPE, ...SOURCE, ...PLACE, "CNODE_NOT_ROOT", "DEST_TYPE_INVALID", "SLOT_IN_USE"],
    ...["VNODE_SLOT_INVALID", "VNODE_SLOT_RESERVED", "VNODE_SLOT_INUSE", "WRONG_MAPPING", "FRAME_OFFSET_INVALID"],
    ...["VM_MAP_SIZE", "VM_ALREADY_MAPPED", "VM_FRAME_UNALIGNED"],
  ],
  unmap: [
    ...[...OTHER_TYPE, "CAP_NOT_FOUND < CAP_NOT_FOUND", "INVALID_SOURCE_TYPE", "VNODE_NOT_INSTALLED"],
    "WRONG_MAPPING",
  ],
  modify: [...OTHER_TYPE, "WRONG_MAPPING", "VNODE_NOT_INSTALLED", "VM_MAP_SIZE"],
  destroy: [...OTHER_TYPE, "CAP_NOT_FOUND"],
  identify: ["IDENTIFY_LOOKUP < CAP_NOT_FOUND", "IDENTIFY_LOOKUP < CNODE_NOT_FOUND"],
  create: [
    ...["ILLEGAL_DEST_TYPE", "DEST_CNODE_LOOKUP", "DEST_CNODE_INVALID", "SLOTS_INVALID", "SLOTS_IN_USE"],
    "TYPE_NOT_CREATABLE",
  ],
  resize: [
    ...["RESIZE_NOT_L1", "INVALID_SOURCE_TYPE", "DEST_TYPE_INVALID", "SLOTS_INVALID", "SLOT_IN_USE", "CNODE_TYPE"],
    ...["SLOTS_IN_USE", "INVALID_SIZE", "CAP_NOT_FOUND", "CNODE_NOT_FOUND", "ILLEGAL_INVOCATION", "LMP_NO_TARGET"],
  ],
  setup: [
    ...[...OTHER_TYPE, "DISP_CSPACE_ROOT", "DISP_CSPACE_INVALID", "DISP_CSPACE_ROOT < SLOT_IN_USE"],
    ...["DISP_VSPACE_ROOT", "DISP_VSPACE_INVALID", "DISP_VSPACE_ROOT < SLOT_IN_USE"],
    ...["DISP_FRAME", "DISP_FRAME_INVALID", "DISP_FRAME_SIZE", "DISP_FRAME < SLOT_IN_USE"],
    ...["DISP_NOT_RUNNABLE", "DISP_OCAP_LOOKUP", "DISP_OCAP_TYPE"],
  ],
};

export const WANTED: readonly string[] = Object.entries(PATHS).flatMap(([op, errors]) =>
  ["OK", ...errors].map((error) => `${op}: ${error}`),
);

/** From this number of operations on, every path must have been taken. */
export const ENOUGH_OPERATIONS = 100_000;

/** The paths that an operation took: the path of its exact answer, and the path of its outermost error. */
export function pathsOf({ op }: Operation, { stack }: Outcome): string[] {
  const codes = stack.map((name) => name.replace("SYS_ERR_", ""));
  const path = `${op}: ${codes.join(" < ")}`;
  return codes.length > 1 ? [path, `${op}: ${codes[0]}`] : [path];
}
