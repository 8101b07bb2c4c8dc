/**
 * Another CSpace of the client: a root CNode with L2CNodes in it. Its capabilities cannot be invoked, but they can be
 * copied, deleted, and passed to the libraries.
 */
import { CNodeType, CPTR_ROOTCN } from "../../../system/kpi/cspace";
import { L2_CNODE_BITS } from "../../../system/kpi/types";
import type { Library } from "../../harness/libraries/library";

const KIND_SHIFT = 63n;
const CROOT_SHIFT = 32n;

export class ForeignSpace {
  private readonly root: bigint;

  constructor(private readonly library: Library) {
    this.root = library.cap("cnodeCreateL1");
  }

  /** Makes an L2CNode in a slot of the root and returns a reference to it. */
  makeCNode(rootSlot: number): bigint {
    this.library.ok("cnodeCreateForeignL2", this.root, rootSlot);
    return this.library.big("outCNode");
  }

  /** The slot of this CSpace that has the same address as a slot of the client's own CSpace. */
  sameAddress(own: bigint): bigint {
    return (BigInt(CNodeType.OTHER) << KIND_SHIFT) | ((this.root & 0xffffffffn) << CROOT_SHIFT) | (own & 0xffffffffn);
  }
}

/** The number of the root slot that holds the CNode of a reference. */
export function rootSlotOf(cnode: bigint): number {
  return Number((cnode & 0xffffffffn) >> BigInt(L2_CNODE_BITS));
}

export function isOwn(cnode: bigint): boolean {
  return ((cnode >> CROOT_SHIFT) & 0x7fffffffn) === BigInt(CPTR_ROOTCN);
}
