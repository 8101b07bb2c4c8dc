/**
 * Identify writes a capability's base, size and type to the caller's memory. (Specification of capabilities, section
 * 4.8.)
 */
import { SYS_ERR_IDENTIFY_LOOKUP, SYS_ERR_INVALID_USER_BUFFER, SYS_ERR_OK } from "../../kpi/errno";
import { syserr_t } from "../../kpi/syserr";
import { CapIdentityLayout } from "../../kpi/system-calls";
import { CapRights } from "../../kpi/types";
import { Cte } from "../cap/cte";
import { lookupError } from "../cap/lookup";
import { mayHaveRelatives } from "../mdb/relations";
import { bytesToPageEnd, copyToUser, NOWHERE, userToMem } from "../paging/user-buffer";
import { Arg, callerL1, lookupOfCaller, Result } from "./registers";

/** Buffer for the base, size and type of a capability; `CapIdentityLayout` draws it. */
const identity: usize = memory.data(CapIdentityLayout.SIZE, 8);

function storeIdentity(cte: Cte, at: usize, bytes: u32): void {
  store<u64>(at, cte.base, CapIdentityLayout.BASE);
  store<u64>(at, cte.bytes, CapIdentityLayout.BYTES);
  if (bytes == u32(CapIdentityLayout.SIZE)) store<u32>(at, cte.type, CapIdentityLayout.TYPE);
}

/** Writes the first `bytes` bytes of the identity to a user address. */
function writeIdentity(cte: Cte, address: u32, bytes: u32): syserr_t {
  // Words of one page need no copy.
  if (address % 4 == 0 && bytesToPageEnd(address) >= bytes) {
    const at = userToMem(callerL1(), address, true);
    if (at == NOWHERE) return SYS_ERR_INVALID_USER_BUFFER;
    storeIdentity(cte, at, bytes);
    return SYS_ERR_OK;
  }
  storeIdentity(cte, identity, CapIdentityLayout.SIZE);
  return copyToUser(callerL1(), address, identity, bytes);
}

/** Invoked on memory. Word: user address for base and size. */
export function invokeIdentifyFrame(invoked: Cte): syserr_t {
  return writeIdentity(invoked, Arg.word2, CapIdentityLayout.FRAME_SIZE);
}

/**
 * Invoked on a page table. Word: user address for base, size and type. The type has a field of its own, because the
 * base is only 1 KiB aligned and has too few free bits.
 */
export function invokeIdentifyVNode(invoked: Cte): syserr_t {
  return writeIdentity(invoked, Arg.word2, CapIdentityLayout.SIZE);
}

/**
 * Invoked on the Kernel capability. Words: address and level of any capability, user address for base, size and type.
 * Value: 1 if the capability may have copies or descendants to revoke.
 */
export function invokeIdentifyCap(_invoked: Cte): syserr_t {
  const cte = lookupOfCaller(Arg.word2, Arg.word3, CapRights.READ);
  if (!cte) return lookupError(SYS_ERR_IDENTIFY_LOOKUP);
  Result.value = u32(mayHaveRelatives(cte));
  return writeIdentity(cte, Arg.word4, CapIdentityLayout.SIZE);
}

/** Invoked on an ID. Value: its number, which is unique on this core. */
export function invokeIdentifyId(invoked: Cte): syserr_t {
  Result.value = invoked.word1;
  return 0;
}
