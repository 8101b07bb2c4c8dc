/**
 * Random slots that are useful in the model's present state. Most are occupied where a capability is needed and empty
 * where one is stored; the others have one mistake.
 */
import type { Slot, SlotName, SlotPath, SpaceAddress } from "../../observe/traces/operation";
import { EMPTY_ENTRY, OWN_ROOT, ROOT_OF_DRIVER } from "../../observe/traces/operation";
import type { CapabilityModel } from "./capabilities";
import type { Capability } from "./capability";
import { entryIn, L2_SLOTS, slotIn } from "./cspace";
import { SLOT_BYTES, type TypeName } from "./object-types";
import type { Random } from "./random";

const SLOTS = 1024;
/** Number of slots that are occupied when a trace starts. */
const INITIAL_SLOTS = 3;
/** Number of a CNode that does not exist. */
const NO_CNODE = 4;

/** Entries of the driver's root that operations use. */
export const ROOT_ENTRIES = [40, 41, 42];
/** In CNodes inside CNodes only this many slots are used, so that operations meet. */
export const INNER_SLOTS = 6;
export const INNER_CNODES = 3;
/** Slots with higher numbers than the driver's root are inside objects. */
const FIRST_INNER = OWN_ROOT + L2_SLOTS;

export class SlotChooser {
  constructor(
    private readonly random: Random,
    private readonly model: CapabilityModel,
    /** Whether CNodes within CNodes and other CSpaces are used, too. */
    private readonly nested: boolean,
  ) {}

  /** Mostly an occupied slot; sometimes an empty one, or one in no CNode. */
  anySlot(): Slot {
    const { caps } = this.model.space;
    if (caps.size === 2 || this.random.chance(0.06)) return this.numbered();
    // Sometimes the type is chosen first, so that rare types are chosen, too.
    const types = new Set([...caps.values()].map(({ type }) => type));
    const type = this.nested && this.random.chance(0.3) ? this.random.pick([...types]) : undefined;
    return this.random.pick([...caps.keys()].filter((slot) => type === undefined || caps.get(slot)!.type === type));
  }

  /** A slot number that may lie outside all CNodes. */
  numbered(): Slot {
    return this.random.below(SLOTS + 256);
  }

  source(): SlotName {
    return this.wrongPath(0.06) ?? this.nameOf(this.anySlot()) ?? this.random.below(SLOTS);
  }

  /** A slot to delete or revoke. Seldom one of the capabilities that all others come from. */
  victim(): SlotName {
    const name = this.source();
    const initial = typeof name === "number" && name < INITIAL_SLOTS;
    return initial && !this.random.chance(0.05) ? this.victim() : name;
  }

  /** A slot with a capability of the wanted type, if there is one. */
  slotOf(wanted: (type: TypeName, cap: Capability) => boolean): Slot {
    const slots = this.model.space.where((cap) => wanted(cap.type, cap));
    return slots.length === 0 || this.random.chance(0.04) ? this.anySlot() : this.random.pick(slots);
  }

  /** The name of such a slot that can be invoked. */
  own(wanted: (type: TypeName, cap: Capability) => boolean): SlotName {
    return this.ownName(this.slotOf(wanted));
  }

  ownName(slot: Slot): SlotName {
    const name = this.nameOf(slot);
    return name === undefined || (typeof name !== "number" && name.root !== undefined)
      ? this.random.below(SLOTS)
      : name;
  }

  /** A name that leads to a slot; undefined if the driver cannot name it. */
  nameOf(slot: Slot): SlotName | undefined {
    if (slot < ROOT_OF_DRIVER.dispatcher) return slot;
    const entry = this.rootEntry(slot);
    if (entry) return entry;
    const holder = this.model.space.holderOf(slot);
    if (holder?.type !== "L2CNode") return undefined;
    // Each root that holds the CNode's capability gives a path.
    for (const at of this.copiesOf(holder)) {
      const outer = this.rootEntry(at);
      if (outer) return { ...outer, slot: (slot - holder.base) / SLOT_BYTES };
    }
    return undefined;
  }

  /** The path to an entry of the driver's root, or of a root in one of the driver's slots. */
  private rootEntry(slot: Slot): SlotPath | undefined {
    if (slot < OWN_ROOT) return undefined;
    const own = this.model.space.driverRoot!;
    if (slot >= own.base && slot < own.base + own.bytes) return { cnode: entryIn(own, slot) };
    const holder = this.model.space.holderOf(slot);
    if (holder?.type !== "L1CNode") return undefined;
    const root = this.copiesOf(holder).find((at) => at < SLOTS);
    return root === undefined ? undefined : { root, cnode: entryIn(holder, slot) };
  }

  private copiesOf({ type, base }: Capability): Slot[] {
    return this.model.space.where((cap) => cap.type === type && cap.base === base);
  }

  /** Sometimes a path with a mistake. */
  wrongPath(probability: number): SlotPath | undefined {
    const { random } = this;
    if (!this.nested || !random.chance(probability)) return undefined;
    const slot = random.below(INNER_SLOTS);
    const isRoot = (type: TypeName): boolean => type === "L1CNode";
    const root = Math.min(random.chance(0.6) ? this.slotOf(isRoot) : this.anySlot(), SLOTS + 10);
    return random.pick<SlotPath>([
      { cnode: EMPTY_ENTRY, level: 1 },
      { cnode: EMPTY_ENTRY, slot },
      { cnode: 256 + random.below(3), slot },
      { cnode: 0xffffff, slot },
      { cnode: random.pick(ROOT_ENTRIES), slot, level: random.pick([3, 255]) },
      { root, cnode: 0, level: 0 },
      { root, cnode: random.below(INNER_CNODES), slot },
      { root, cnode: random.below(INNER_CNODES) },
      { root, cnode: random.pick([255, 256, 512, 0xffffff]), slot },
      { root, cnode: random.below(INNER_CNODES), slot, level: random.pick([1, 3]) },
    ]);
  }

  /** A slot to store a capability in; mostly an empty one. */
  place(): SlotName {
    if (this.random.chance(0.03)) return NO_CNODE * 256 + this.random.below(256);
    if (this.random.chance(0.05)) return this.nameOf(this.anySlot()) ?? 0;
    if (this.nested && this.random.chance(0.12)) return this.wrongPath(0.4) ?? this.innerPlace();
    if (this.nested && this.random.chance(0.02)) return this.wrongPlace();
    return this.emptySlot();
  }

  /** A slot past the end of a CNode, or in an object that is not a CNode. */
  private wrongPlace(): SlotPath {
    const { random } = this;
    const { space } = this.model;
    const entries = space.where((_, slot) => slot >= OWN_ROOT && this.rootEntry(slot) !== undefined);
    const slot = random.chance(0.5) ? random.pick([256, 257, 0x80000000, 0xffffffff]) : random.below(INNER_SLOTS);
    const inCNode = space.where((cap, at) => at >= FIRST_INNER && cap.bytes > 0);
    const inner = inCNode.length > 0 ? this.nameOf(random.pick(inCNode)) : undefined;
    if (typeof inner === "object" && inner.slot !== undefined && random.chance(0.4)) return { ...inner, level: 2 };
    return entries.length > 0 ? { ...this.rootEntry(random.pick(entries))!, slot } : this.innerPlace();
  }

  emptySlot(): Slot {
    for (;;) {
      const slot = this.random.below(SLOTS);
      if (!this.model.space.caps.has(slot)) return slot;
    }
  }

  /** A place in one of the CNodes that operations made, or in a root. */
  private innerPlace(): SlotPath {
    const { random } = this;
    const roots = this.roots();
    const slot = random.chance(0.04) ? random.pick([256, 257, 0xffffffff]) : random.below(INNER_SLOTS);
    if (roots.length > 0 && random.chance(0.6)) {
      return { root: random.pick(roots), cnode: random.below(INNER_CNODES), ...(random.chance(0.8) ? { slot } : {}) };
    }
    return { cnode: random.pick(ROOT_ENTRIES), ...(random.chance(0.8) ? { slot } : {}) };
  }

  rootCNode(root: Slot | undefined): Capability {
    const { space } = this.model;
    return root === undefined ? space.driverRoot! : space.at(root)!;
  }

  /** The driver's slots that hold roots other than its own. */
  roots(): Slot[] {
    const { space } = this.model;
    const isRoot = (cap: Capability, slot: Slot): boolean =>
      slot < SLOTS && cap.type === "L1CNode" && cap.base !== space.driverRoot!.base;
    return space.where(isRoot);
  }

  /** The slot if it is one of the driver's; otherwise a random slot of the driver. */
  flat(slot: Slot): Slot {
    return slot < SLOTS ? slot : this.random.below(SLOTS);
  }

  /** Address of a matching capability in a CSpace. Address 0 is skipped, because it means none. */
  insideOf(root: Capability, wanted: (cap: Capability) => boolean): SpaceAddress | undefined {
    const found: SpaceAddress[] = [];
    for (let cnode = 0; cnode < INNER_CNODES; cnode++) {
      const l2 = this.model.space.at(slotIn(root, cnode));
      if (l2?.type !== "L2CNode") continue;
      for (let slot = 0; slot < INNER_SLOTS; slot++) {
        const cap = this.model.space.at(l2.base + slot * SLOT_BYTES);
        if (cap && wanted(cap) && cnode + slot > 0) found.push([cnode, slot]);
      }
    }
    return found.length > 0 ? this.random.pick(found) : undefined;
  }
}
