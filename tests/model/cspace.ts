/**
 * Where capabilities are: slots, and the CNodes that they are in.
 *
 * A slot has a number. Small ones are the driver's own CSpace, which always exists: 256 * c + i is entry i of its
 * CNode c. The slots inside an object that a test made (a CNode, a dispatcher) have their physical address as number:
 * base of the object + 64 * i. So both kinds fit one map from number to capability, and the contents of a CNode are
 * those slots whose number lies in its memory.
 */
import type { Capability, Slot } from "./capability";
import { isInside } from "./capability";
import { holdsSlots, SLOT_BYTES } from "./object-types";
import { demand } from "./refusal";

export const L2_SLOTS = 256;
/** No object starts below this address, and the driver has no slot from here on. */
const FIRST_ADDRESS = 0x10000;

/** A slot by CNode and index: the only way to name one that does not exist. */
export interface SlotInCNode {
  /** Number of a CNode of the driver, or base of a CNode that was made. */
  readonly cnode: number;
  readonly index: number;
}

/** A place for new capabilities: consecutive slots of one CNode from `index` on. */
export interface Destination {
  readonly holder: "L1CNode" | "L2CNode";
  readonly first: Slot;
  readonly index: number;
  readonly slots: number;
}

export class CSpace {
  readonly caps = new Map<Slot, Capability>();

  /** `cnodes`: how many CNodes the driver has. */
  constructor(readonly cnodes: number) {}

  /** All occupied slots, in rising order. */
  slots(): Slot[] {
    return [...this.caps.keys()].sort((a, b) => a - b);
  }

  at = (slot: Slot): Capability | undefined => this.caps.get(slot);

  /** Slots other than `except` whose capability fulfils the condition. */
  where(condition: (cap: Capability, slot: Slot) => boolean, except?: Slot): Slot[] {
    return this.slots().filter((slot) => slot !== except && condition(this.caps.get(slot)!, slot));
  }

  /** The capability to the CNode or dispatcher that a slot lies in; undefined for slots of the driver. */
  holderOf(slot: Slot): Capability | undefined {
    const place: Capability = { type: "RAM", base: slot, bytes: SLOT_BYTES };
    return [...this.caps.values()].find((cap) => holdsSlots(cap.type) && isInside(place, cap));
  }

  /** The capability in a slot, or the reason why there is none; `pushed` stands before it in the error. */
  lookup(slot: Slot, ...pushed: string[]): Capability {
    const exists = slot < FIRST_ADDRESS ? slot < this.cnodes * L2_SLOTS : this.holderOf(slot) !== undefined;
    demand(exists, ...pushed, "SYS_ERR_CNODE_NOT_FOUND");
    const cap = this.caps.get(slot);
    demand(cap !== undefined, ...pushed, "SYS_ERR_CAP_NOT_FOUND");
    return cap;
  }

  /** The place that a number or a CNode and an index name; `notCNode` is the error for an object that is none. */
  destination(place: Slot | SlotInCNode, notCNode: string): Destination {
    const { cnode, index } = typeof place === "number" ? this.split(place) : place;
    if (cnode < FIRST_ADDRESS) {
      demand(cnode < this.cnodes, "SYS_ERR_DEST_CNODE_LOOKUP", "SYS_ERR_CAP_NOT_FOUND");
      return { holder: "L2CNode", first: cnode * L2_SLOTS + index, index, slots: L2_SLOTS };
    }
    const holder = [...this.caps.values()].find((cap) => holdsSlots(cap.type) && cap.base === cnode);
    demand(holder !== undefined, "SYS_ERR_DEST_CNODE_LOOKUP", "SYS_ERR_CAP_NOT_FOUND");
    const type = holder.type;
    demand(type === "L1CNode" || type === "L2CNode", notCNode);
    return { holder: type, first: cnode + index * SLOT_BYTES, index, slots: holder.bytes / SLOT_BYTES };
  }

  private split(slot: Slot): SlotInCNode {
    if (slot < FIRST_ADDRESS) return { cnode: Math.floor(slot / L2_SLOTS), index: slot % L2_SLOTS };
    const base = this.holderOf(slot)?.base ?? slot;
    return { cnode: base, index: (slot - base) / SLOT_BYTES };
  }

  /** The slots from `destination` on. */
  consecutive(destination: Destination, count: number): Slot[] {
    const step = destination.first < FIRST_ADDRESS ? 1 : SLOT_BYTES;
    return Array.from({ length: count }, (_, i) => destination.first + i * step);
  }

  /**
   * Slots that somebody outside can still get at: those of the driver, and those inside objects whose capability is in
   * such a slot.
   */
  reachable(): Set<Slot> {
    const reached = new Set(this.where((_, slot) => slot < FIRST_ADDRESS));
    for (const slot of reached) {
      const cap = this.caps.get(slot)!;
      if (!holdsSlots(cap.type)) continue;
      for (const inner of this.where((_, s) => s >= cap.base && s < cap.base + cap.bytes)) reached.add(inner);
    }
    return reached;
  }
}
