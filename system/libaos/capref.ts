/**
 * References to slots (`capref`) and to CNodes (`cnoderef`): plain values of 64 bits.
 *
 *      63    62                             32 31                          8 7            0
 *     +-----+---------------------------------+-----------------------------+--------------+
 *     | kind| croot                           | slot in the root CNode      | slot in L2   |
 *     +-----+---------------------------------+-----------------------------+--------------+
 *
 * `croot` selects a CSpace. It is the address, in the caller's own CSpace, of the capability of that CSpace's root
 * CNode; for the caller's own CSpace it is CPTR_ROOTCN. The lower half is the address of the slot in the selected
 * CSpace.
 *
 *     kind ROOT  (0)   a slot of that root CNode itself; bits 7..0 are zero
 *     kind OTHER (1)   a slot of an L2CNode
 *
 * A `cnoderef` has the same layout; the bits of the slot are zero. The value 0 is the null reference, because no real
 * reference has croot 0. Two references are equal if their values are equal. (Specification of capabilities, section
 * 2.3.)
 *
 * A value that does not fit its field, such as slot 256 of an L2CNode, gives a reference to nothing. Its root slot is
 * the greatest that 24 bits can express, and no root CNode is that large. A reference made from a reference to nothing
 * also refers to nothing. Every operation on one is refused with `SYS_ERR_SLOTS_INVALID`.
 */
import { CapLevel, CNodeType, CPTR_ROOTCN } from "../kpi/cspace";
import { capaddr_t, cslot_t, L2_CNODE_BITS, L2_CNODE_SLOTS } from "../kpi/types";

/**
 * A reference to a slot, and to the capability in it. It is a plain number, so it can be copied and compared with `==`.
 * Copying the reference does not copy the capability.
 */
export type capref = u64;
export type cnoderef = u64;

/** The reference to no slot. */
export const NULL_CAP: capref = 0;
export const NULL_CNODE: cnoderef = 0;

const KIND_SHIFT: u64 = 63;
const CROOT_SHIFT: u64 = 32;
const CROOT_MASK: u32 = 0x7fffffff;
const SLOT_MASK: u64 = (1 << L2_CNODE_BITS) - 1;
/** The root slot that marks a reference to nothing. */
const NO_ROOT_SLOT: u32 = 0xffffff;

/** A reference to nothing with the kind and the croot of `ref`. */
function toNothing(ref: u64): u64 {
  return ref | (u64(NO_ROOT_SLOT) << L2_CNODE_BITS);
}

/** Does `ref` refer to nothing? */
export function namesNothing(ref: u64): bool {
  return u32(ref) >>> L2_CNODE_BITS == NO_ROOT_SLOT;
}

/** Puts a root slot into `ref`, which has only its kind and croot set. */
function withRootSlot(ref: u64, rootSlot: cslot_t): u64 {
  const fits = rootSlot < NO_ROOT_SLOT && u32(ref) == 0;
  return fits ? ref | (u64(rootSlot) << L2_CNODE_BITS) : toNothing(ref);
}

/** Reference to the L2CNode in slot `rootSlot` of the caller's own root CNode. */
export function cnodeInRootSlot(rootSlot: cslot_t): cnoderef {
  return withRootSlot((u64(CNodeType.OTHER) << KIND_SHIFT) | (u64(CPTR_ROOTCN) << CROOT_SHIFT), rootSlot);
}

/**
 * Slot `slot` of a CNode, 0 to 255 in an L2CNode. A number that is too large gives a reference to nothing, and every
 * operation on it is refused with `SYS_ERR_SLOTS_INVALID`.
 *
 * @example
 * const slot = capref(Out.cnode, 5); // slot 5 of the CNode that the last call returned
 */
export function capref(cnode: cnoderef, slot: cslot_t): capref {
  if (cnodeType(cnode) == CNodeType.ROOT) return withRootSlot(cnode, slot);
  const fits = slot < L2_CNODE_SLOTS && (cnode & SLOT_MASK) == 0;
  return fits ? cnode | u64(slot) : toNothing(cnode);
}

/** The CNode that contains a slot. */
export function capCNode(cap: capref): cnoderef {
  return cnodeType(cap) == CNodeType.ROOT ? (cap >> CROOT_SHIFT) << CROOT_SHIFT : cap & ~SLOT_MASK;
}

/** Number of the slot in its CNode. */
export function capSlot(cap: capref): cslot_t {
  return cnodeType(cap) == CNodeType.ROOT ? u32(cap) >>> L2_CNODE_BITS : u32(cap & SLOT_MASK);
}

/** The `CNodeType` of the CNode that a reference names. */
export function cnodeType(ref: cnoderef): u32 {
  return u32(ref >> KIND_SHIFT);
}

/** Address of the slot in its CSpace. */
export function capAddr(cap: capref): capaddr_t {
  return u32(cap);
}

/** The number of address levels to look up, as a `CapLevel`. */
export function capLevel(cap: capref): u32 {
  return cap == NULL_CAP ? <u32>CapLevel.ROOT : cnodeType(cap) == CNodeType.ROOT ? <u32>CapLevel.L1 : <u32>CapLevel.L2;
}

/** Address of a CNode's capability in the CSpace that the CNode belongs to. */
export function cnodeAddr(ref: cnoderef): capaddr_t {
  return cnodeType(ref) == CNodeType.ROOT ? crootAddr(ref) : u32(ref & ~SLOT_MASK);
}

/** The `CapLevel` to pass together with `cnodeAddr`. */
export function cnodeLevel(ref: cnoderef): u32 {
  return cnodeType(ref) == CNodeType.ROOT ? <u32>CapLevel.ROOT : <u32>CapLevel.L1;
}

/** Address, in the caller's own CSpace, of the root of the CSpace that a reference selects. */
export function crootAddr(ref: cnoderef): capaddr_t {
  return u32(ref >> CROOT_SHIFT) & CROOT_MASK;
}

/** Does a reference select the caller's own CSpace? Only capabilities there can be invoked. */
export function isOwnCSpace(ref: cnoderef): bool {
  return crootAddr(ref) == CPTR_ROOTCN;
}

/** Reference to the capability of the root of the CSpace that a reference selects. */
export function crootCap(ref: cnoderef): capref {
  return (u64(1) << KIND_SHIFT) | (u64(CPTR_ROOTCN) << CROOT_SHIFT) | u64(crootAddr(ref));
}

/**
 * Is this `NULL_CAP`, the reference to no slot? Another reference may still name an empty slot.
 *
 * @example
 * const record = st.table(0x100);
 * if (isNullCap(record.cap)) debugPrintf("there is no L2 table for 0x10000000\n");
 */
export function isNullCap(cap: capref): bool {
  return cap == NULL_CAP;
}

export function isNullCNode(cnode: cnoderef): bool {
  return cnode == NULL_CNODE;
}

/** Do two references name the same slot? */
export function capcmp(a: capref, b: capref): bool {
  return a == b;
}

/** Do two references name the same CNode? */
export function cnodecmp(a: cnoderef, b: cnoderef): bool {
  return a == b;
}

/**
 * Reference to the CNode whose capability is in slot `cap`. `type` is `CNodeType.OTHER` for an L2CNode whose capability
 * is in a root CNode, and `CNodeType.ROOT` for the root of another CSpace whose capability is in an L2CNode of the
 * caller's CSpace. The slots of other CNodes cannot be named; the result is then a reference to nothing.
 */
export function buildCNodeRef(cap: capref, type: u32): cnoderef {
  if (cnodeType(cap) == CNodeType.ROOT && type == CNodeType.OTHER) return (u64(type) << KIND_SHIFT) | cap;
  const isRoot = cnodeType(cap) == CNodeType.OTHER && type == CNodeType.ROOT && isOwnCSpace(cap);
  return isRoot && capAddr(cap) <= CROOT_MASK ? u64(capAddr(cap)) << CROOT_SHIFT : toNothing(cap);
}
