/**
 * The slots of the model, and the CNodes that contain them.
 *
 * A slot has a number. Small numbers are slots in the driver's own CSpace, which always exists: 256 * c + i is entry i
 * of its CNode c. `OWN_ROOT` + i is entry i of the driver's first root; it holds what the driver puts there. A slot
 * inside an object that a test made (a CNode, a dispatcher) has its physical address as its number: base of the object
 * + 64 * i. So one map from number to capability holds all slots, and the contents of a CNode are the slots whose
 * numbers lie in its memory. `ROOT_OF_DRIVER` has the two slots in which the system keeps the driver's root.
 *
 * Operations name slots as programs do (`SlotName`): by number for a slot of the driver, else by a path through a root
 * CNode. If the path leads to no slot, the error says where it ends.
 */
import {
  EMPTY_ENTRY,
  firstFreeEntry,
  OWN_ROOT,
  ROOT_OF_DRIVER,
  type SlotName,
  type SlotPath,
} from "../../observe/traces/operation";
import type { Capability, Slot } from "./capability";
import { isInside } from "./capability";
import { holdsSlots, isCNode, SLOT_BYTES, type TypeName } from "./object-types";
import { demand } from "./refusal";

export const L2_SLOTS = 256;
/** No object starts below this address, and all slot numbers of the driver are below it. */
const FIRST_ADDRESS = 0x10000;
const DISPATCHER_BYTES = 1024;

/** The errors for a path that leads nowhere. They differ between operations. */
export interface PathErrors {
  /** Pushed in front of the error if the root's slot is empty. */
  readonly root: string;
  /** The error for a root that is not a root CNode; if absent, the look-up in it fails. */
  readonly notRoot?: string;
  /** Pushed in front of the error of a failed look-up in the root. */
  readonly lookup?: string;
}

/** A place for new capabilities: consecutive slots of one CNode, starting at `index`. */
export interface Destination {
  readonly holder: TypeName;
  readonly first: Slot;
  readonly index: number;
  readonly slots: number;
}

/** The driver's first root. It lies in memory that no capability covers. */
const FIRST_ROOT: Capability = { type: "L1CNode", base: OWN_ROOT, bytes: L2_SLOTS * SLOT_BYTES };

/** Thrown when an operation touches something that is not part of the model. Nothing has changed. */
export class OutsideModel extends Error {}

/** The difference between the numbers of two neighbouring slots. */
function stepIn(cnode: Capability): number {
  return cnode.base === OWN_ROOT ? 1 : SLOT_BYTES;
}

/** Number of entry `index` of a CNode. */
export function slotIn(cnode: Capability, index: number): Slot {
  return cnode.base + index * stepIn(cnode);
}

/** The entry number of a slot in a CNode. */
export function entryIn(cnode: Capability, slot: Slot): number {
  return (slot - cnode.base) / stepIn(cnode);
}

export class CSpace {
  readonly caps = new Map<Slot, Capability>();
  /** Bases of the dispatchers that run or may run. What they hold stays reachable. */
  readonly running = new Set<number>();
  /** Entries of the driver's root that the system uses and that the model knows, too. */
  readonly shared = new Set<number>();
  /** Number of the next ID capability. */
  nextId = 1;

  /** `cnodes` is the number of the driver's CNodes. */
  constructor(readonly cnodes: number) {
    for (const slot of Object.values(ROOT_OF_DRIVER)) this.caps.set(slot, FIRST_ROOT);
  }

  clone(): CSpace {
    const other = new CSpace(this.cnodes);
    other.caps.clear();
    for (const [slot, cap] of this.caps) {
      other.caps.set(slot, cap.mapping ? { ...cap, mapping: { ...cap.mapping } } : cap);
    }
    for (const base of this.running) other.running.add(base);
    for (const entry of this.shared) other.shared.add(entry);
    other.nextId = this.nextId;
    return other;
  }

  /** The driver's root; undefined after the driver has lost it and with it all its capabilities. */
  get driverRoot(): Capability | undefined {
    return this.caps.get(ROOT_OF_DRIVER.dispatcher);
  }

  /** All occupied slots except the system's, in ascending order. */
  slots(): Slot[] {
    const system: Slot[] = Object.values(ROOT_OF_DRIVER);
    return [...this.caps.keys()].filter((slot) => !system.includes(slot)).sort((a, b) => a - b);
  }

  at = (slot: Slot): Capability | undefined => this.caps.get(slot);

  /** Slots other than `except` whose capability meets the condition. */
  where(condition: (cap: Capability, slot: Slot) => boolean, except?: Slot): Slot[] {
    const found: Slot[] = [];
    for (const [slot, cap] of this.caps) if (slot !== except && condition(cap, slot)) found.push(slot);
    return found.sort((a, b) => a - b);
  }

  /** Does any capability in a slot other than `except` meet the condition? */
  some(condition: (cap: Capability, slot: Slot) => boolean, except?: Slot): boolean {
    for (const [slot, cap] of this.caps) if (slot !== except && condition(cap, slot)) return true;
    return false;
  }

  /** The slot that a name leads to. The slot is occupied. */
  find(name: SlotName, errors: PathErrors): Slot {
    const pushed = errors.lookup === undefined ? [] : [errors.lookup];
    if (typeof name === "number") return this.occupied(name, pushed);
    const { root, slot } = this.root(name, errors);
    demand(root.type === "L1CNode" || errors.notRoot === undefined, errors.notRoot ?? "");
    return this.walk(root, slot, name, pushed);
  }

  /** A slot of the driver's own CSpace. `pushed` is pushed in front of the error. */
  own(name: SlotName, ...pushed: string[]): Slot {
    if (typeof name === "number") return this.occupied(name, pushed);
    if (name.root !== undefined) throw new Error("only slots of one's own CSpace can be invoked");
    return this.walk(this.driverRoot!, undefined, name, pushed);
  }

  /** The capability in a slot of the driver's own CSpace. */
  lookup(name: SlotName, ...pushed: string[]): Capability {
    return this.caps.get(this.own(name, ...pushed))!;
  }

  /** The place that a name stands for. `notCNode` is the error for an object that is not a CNode. */
  destination(name: SlotName, notCNode: string, notRoot?: string): Destination {
    const lookup = "SYS_ERR_DEST_CNODE_LOOKUP";
    if (typeof name === "number") {
      const cnode = Math.floor(name / L2_SLOTS);
      demand(cnode < this.cnodes, lookup, "SYS_ERR_CAP_NOT_FOUND");
      return { holder: "L2CNode", first: name, index: name % L2_SLOTS, slots: L2_SLOTS };
    }
    const { root } = this.root(name, { root: "SYS_ERR_DEST_ROOTCN_LOOKUP" });
    demand(root.type === "L1CNode" || notRoot === undefined, notRoot ?? "");
    const level = name.level ?? (name.slot === undefined ? 0 : 1);
    const cnode = level === 0 ? root : this.caps.get(this.walk(root, undefined, { ...name, level }, [lookup]))!;
    demand(isCNode(cnode.type), notCNode);
    const index = name.slot ?? name.cnode;
    this.demandKnown(cnode, index);
    return { holder: cnode.type, first: slotIn(cnode, index), index, slots: cnode.bytes / SLOT_BYTES };
  }

  /** `count` slots starting at `destination`. */
  consecutive(destination: Destination, count: number): Slot[] {
    const step = destination.first < FIRST_ADDRESS ? 1 : SLOT_BYTES;
    return Array.from({ length: count }, (_, i) => destination.first + i * step);
  }

  /**
   * The slots that are reachable from outside: those of the driver and of running dispatchers, and those inside objects
   * whose capability is in such a slot.
   */
  reachable(): Set<Slot> {
    const inside = (base: number, bytes: number): Slot[] =>
      this.where((_, slot) => slot >= base && slot < base + bytes);
    const reached = new Set(this.where((_, slot) => slot < OWN_ROOT));
    for (const base of this.running) for (const slot of inside(base, DISPATCHER_BYTES)) reached.add(slot);
    for (const slot of reached) {
      const cap = this.caps.get(slot)!;
      if (holdsSlots(cap.type)) for (const inner of inside(cap.base, cap.bytes)) reached.add(inner);
    }
    return reached;
  }

  /** The capability of the CNode or dispatcher that contains a slot; undefined for slots of the driver. */
  holderOf(slot: Slot): Capability | undefined {
    const place: Capability = { type: "RAM", base: slot, bytes: SLOT_BYTES };
    return [...this.caps.values()].find((cap) => holdsSlots(cap.type) && isInside(place, cap));
  }

  private occupied(slot: Slot, pushed: readonly string[]): Slot {
    demand(slot < this.cnodes * L2_SLOTS, ...pushed, "SYS_ERR_CNODE_NOT_FOUND");
    demand(this.caps.has(slot), ...pushed, "SYS_ERR_CAP_NOT_FOUND");
    return slot;
  }

  /** Throws OutsideModel for an entry of the driver's root that belongs to the system. */
  private demandKnown(cnode: Capability, index: number): void {
    const isOwnRoot = cnode.type === "L1CNode" && cnode.base === this.driverRoot?.base;
    const isKnown = index >= firstFreeEntry(this.cnodes) || index === EMPTY_ENTRY || this.shared.has(index);
    if (isOwnRoot && !isKnown) throw new OutsideModel();
  }

  /** The root at which a path starts. */
  private root(path: SlotPath, errors: PathErrors): { root: Capability; slot?: Slot } {
    if (path.root === undefined) return { root: this.driverRoot! };
    const slot = this.occupied(path.root, [errors.root]);
    return { root: this.caps.get(slot)!, slot };
  }

  /** Follows a path from `root`, whose capability is in `rootSlot`. */
  walk(root: Capability, rootSlot: Slot | undefined, path: SlotPath, pushed: readonly string[]): Slot {
    const level = path.level ?? (path.slot === undefined ? 1 : 2);
    demand(level <= 2, ...pushed, "SYS_ERR_CAP_LOOKUP_DEPTH");
    if (level === 0) {
      if (rootSlot === undefined) throw new Error("the model has no slot for the driver's root");
      return rootSlot;
    }
    demand(root.type === "L1CNode", ...pushed, "SYS_ERR_CNODE_TYPE");
    demand(path.cnode < root.bytes / SLOT_BYTES, ...pushed, "SYS_ERR_L1_CNODE_INDEX");
    this.demandKnown(root, path.cnode);
    const first = slotIn(root, path.cnode);
    const cnode = this.caps.get(first);
    if (level === 1) {
      demand(cnode !== undefined, ...pushed, "SYS_ERR_CAP_NOT_FOUND");
      return first;
    }
    demand(cnode !== undefined, ...pushed, "SYS_ERR_CNODE_NOT_FOUND");
    demand(cnode.type === "L2CNode", ...pushed, "SYS_ERR_CNODE_TYPE");
    this.demandKnown(cnode, path.slot ?? 0);
    const slot = slotIn(cnode, path.slot ?? 0);
    demand(this.caps.has(slot), ...pushed, "SYS_ERR_CAP_NOT_FOUND");
    return slot;
  }
}
