/**
 * Random operations that get somewhere: most of them can succeed, the others are wrong in one respect.
 *
 * The source looks at the model's state to choose slots, ranges and entries worth trying. The same seed and the same
 * answers give the same operations. Recorded traces know flat slots and few operations; `nested` adds CNodes within
 * CNodes, other CSpaces, dispatchers and IDs.
 */
import type { Operation, Outcome, Slot, SlotName, SlotPath, SpaceAddress } from "../../traces/operation";
import { EMPTY_ENTRY, OWN_ROOT, ROOT_OF_DRIVER } from "../../traces/operation";
import type { CapabilityModel } from "./capabilities";
import type { Capability } from "./capability";
import { entryIn, L2_SLOTS, OutsideModel, slotIn } from "./cspace";
import type { ModelSystem } from "./model-system";
import { isFrame, isMapping, PAGE, SECTION, SLOT_BYTES, TYPE_NAMES, type TypeName } from "./object-types";
import type { Random } from "./random";

const SLOTS = 1024;
/** Those that are full when a trace begins. */
const INITIAL_SLOTS = 3;
/** A CNode that does not exist. */
const NO_CNODE = 4;

/** Entries of the driver's root that operations use. */
const ROOT_ENTRIES = [40, 41, 42];
/** In CNodes inside CNodes few slots are used, so that operations meet. */
const INNER_SLOTS = 6;
const INNER_CNODES = 3;
const DISPATCHER_FRAME = 256 * 1024;
/** Slots behind the driver's root are inside objects. */
const FIRST_INNER = OWN_ROOT + L2_SLOTS;

/** Register values that break sums in 32 bits. */
const WILD = [0, 1, 0x7fffffff, 0x80000000, 0xfffff000, 0xfffffc00, 0xffffffff, 0xfff00000, 512, 1025];

const SIZES: Partial<Record<TypeName, readonly number[]>> = {
  PhysAddr: [PAGE, 8 * PAGE, SECTION],
  RAM: [PAGE, 2 * PAGE, 4 * PAGE, 16 * PAGE, SECTION, 4 * SECTION],
  Frame: [PAGE, 2 * PAGE, 8 * PAGE, DISPATCHER_FRAME, SECTION, 2 * SECTION],
  DevFrame: [PAGE, 4 * PAGE, SECTION],
  L1CNode: [16384, 32768],
  L2CNode: [16384],
  VNode_ARM_l1: [0, 16384],
  VNode_ARM_l2: [0, 1024],
  Dispatcher: [0, 1024],
  EndPoint: [0],
  KernelControlBlock: [0, 65536],
};

const WANTED: readonly (readonly [number, TypeName])[] = [
  [6, "RAM"],
  [8, "Frame"],
  [5, "VNode_ARM_l2"],
  [2, "VNode_ARM_l1"],
  [2, "L2CNode"],
  [1, "L1CNode"],
  [2, "Dispatcher"],
  [2, "EndPoint"],
  [3, "DevFrame"],
  [1, "PhysAddr"],
  [1, "KernelControlBlock"],
];

/** Types that cannot be asked for, and one that does not exist. */
const NO_TYPES = ["Null", 200];

/** What a root may hold. */
const FOR_ROOTS: readonly TypeName[] = ["L2CNode", "L2CNode", "L2CNode", "KernelControlBlock"];

const isSpace = ({ type }: Capability): boolean => type === "VNode_ARM_l1";
const isDispatcherFrame = ({ type, bytes }: Capability): boolean => type === "Frame" && bytes >= DISPATCHER_FRAME;

export class OperationSource {
  private readonly model: CapabilityModel;

  constructor(
    private readonly random: Random,
    private readonly system: ModelSystem,
    private readonly nested = false,
  ) {
    this.model = system.model;
  }

  /** Performs the next operation that the model knows the answer to. */
  play(): { operation: Operation; outcome: Outcome } {
    for (;;) {
      const operation = this.next();
      try {
        return { operation, outcome: this.system.perform(operation) };
      } catch (error) {
        if (!(error instanceof OutsideModel)) throw error;
      }
    }
  }

  private next(): Operation {
    const make = this.random.weighted<() => Operation>([
      [30, () => this.retype()],
      [12, () => ({ op: "copy", src: this.source(), dst: this.place() })],
      [16, () => ({ op: "delete", slot: this.victim() })],
      [3, () => ({ op: "revoke", slot: this.nested && this.random.chance(0.2) ? this.own(isMapping) : this.victim() })],
      [24, () => this.map()],
      [6, () => this.unmap()],
      [3, () => this.modify()],
      [1, () => ({ op: "destroy", mapping: this.own(isMapping) })],
      [this.nested ? 6 : 2, () => this.mint()],
      [3, () => ({ op: "identify", slot: this.random.chance(0.1) ? this.numbered() : this.own(() => true) })],
      [this.nested ? 14 : 0, () => this.furnish()],
      [this.nested ? 6 : 0, () => this.setup()],
      [this.nested ? 3 : 0, () => this.resize()],
      [this.nested ? 3 : 0, () => this.create()],
      [this.nested ? 4 : 0, () => this.misuse()],
    ]);
    return make();
  }

  /** Most often an occupied slot; sometimes an empty one, or one in no CNode. */
  private anySlot(): Slot {
    const { caps } = this.model.space;
    if (caps.size === 2 || this.random.chance(0.06)) return this.numbered();
    // Types of which there are few get their turn, too.
    const types = new Set([...caps.values()].map(({ type }) => type));
    const type = this.nested && this.random.chance(0.3) ? this.random.pick([...types]) : undefined;
    return this.random.pick([...caps.keys()].filter((slot) => type === undefined || caps.get(slot)!.type === type));
  }

  /** A number that may be that of a slot in no CNode. */
  private numbered(): Slot {
    return this.random.below(SLOTS + 256);
  }

  private source(): SlotName {
    return this.wrongPath(0.06) ?? this.nameOf(this.anySlot()) ?? this.random.below(SLOTS);
  }

  /** What to delete or revoke: rarely one of the capabilities that everything else comes from. */
  private victim(): SlotName {
    const name = this.source();
    const initial = typeof name === "number" && name < INITIAL_SLOTS;
    return initial && !this.random.chance(0.05) ? this.victim() : name;
  }

  /** A slot with a capability of such a type, as far as there is one. */
  private slotOf(wanted: (type: TypeName, cap: Capability) => boolean): Slot {
    const slots = this.model.space.where((cap) => wanted(cap.type, cap));
    return slots.length === 0 || this.random.chance(0.04) ? this.anySlot() : this.random.pick(slots);
  }

  /** The same by a name that can be invoked. */
  private own(wanted: (type: TypeName, cap: Capability) => boolean): SlotName {
    return this.ownName(this.slotOf(wanted));
  }

  private ownName(slot: Slot): SlotName {
    const name = this.nameOf(slot);
    return name === undefined || (typeof name !== "number" && name.root !== undefined)
      ? this.random.below(SLOTS)
      : name;
  }

  /** A name that leads to a slot; undefined if there is none that the driver could use. */
  private nameOf(slot: Slot): SlotName | undefined {
    if (slot < ROOT_OF_DRIVER.dispatcher) return slot;
    const entry = this.rootEntry(slot);
    if (entry) return entry;
    const holder = this.model.space.holderOf(slot);
    if (holder?.type !== "L2CNode") return undefined;
    // Wherever the CNode's capability is in a root, there is a path through that root.
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

  /** Now and then a path that is broken somewhere. */
  private wrongPath(probability: number): SlotPath | undefined {
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

  /** A slot to put something into: mostly an empty one. */
  private place(): SlotName {
    if (this.random.chance(0.03)) return NO_CNODE * 256 + this.random.below(256);
    if (this.random.chance(0.05)) return this.nameOf(this.anySlot()) ?? 0;
    if (this.nested && this.random.chance(0.12)) return this.wrongPath(0.4) ?? this.innerPlace();
    if (this.nested && this.random.chance(0.02)) return this.wrongPlace();
    return this.emptySlot();
  }

  /** A slot behind the end of a CNode, or in something that is no CNode. */
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

  private emptySlot(): Slot {
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

  /** The value, or one that is wrong in a way of its own. */
  private maybe(probability: number, value: number): number {
    return this.random.chance(probability) ? this.random.pick(WILD) : value;
  }

  private retype(): Operation {
    const { random } = this;
    const type = random.chance(0.04) ? random.pick(TYPE_NAMES) : random.weighted(WANTED);
    if (this.nested && random.chance(0.005)) {
      return { op: "retype", src: 0, dst: this.place(), offset: 0, type: random.pick(NO_TYPES), objsize: 0, count: 1 };
    }
    return this.retypeTo(type, random.chance(0.02) ? 255 : this.place());
  }

  private retypeTo(type: TypeName, dst: SlotName): Operation {
    const { random } = this;
    const from = this.slotOf((t) => this.suits(t, type));
    const bytes = this.model.space.at(from)?.bytes ?? 0;
    const objsize = this.maybe(0.06, random.pick(SIZES[type] ?? [0]));
    const unit = type === "VNode_ARM_l1" ? 16384 : type === "Dispatcher" || type === "VNode_ARM_l2" ? 1024 : PAGE;
    const within = random.below(Math.max(1, Math.floor(bytes / unit))) * unit;
    const offset = type === "EndPoint" || random.chance(0.25) ? 0 : within;
    const count =
      type === "EndPoint"
        ? 1
        : random.weighted([
            [6, 1],
            [3, random.between(2, 8)],
          ]);
    return {
      op: "retype",
      src: this.wrongPath(0.02) ?? this.nameOf(from) ?? 0,
      dst,
      offset: this.maybe(0.04, offset),
      type,
      objsize,
      count: this.maybe(0.04, count),
    };
  }

  private suits(from: TypeName, to: TypeName): boolean {
    if (isFrame(to) && this.random.chance(0.3)) return from === to;
    if (to === "EndPoint") return from === "Dispatcher";
    if (to === "DevFrame") return from === "PhysAddr" || from === "DevFrame";
    return to === "PhysAddr" ? from === "PhysAddr" : from === "RAM" || (to === "RAM" && from === "PhysAddr");
  }

  private map(): Operation {
    const { random } = this;
    if (this.nested && random.chance(0.08)) return this.mapAgain();
    const vnode = this.slotOf((type) => type === "VNode_ARM_l1" || type === "VNode_ARM_l2");
    const table = this.model.space.at(vnode);
    const inL1 = table?.type === "VNode_ARM_l1";
    const src = this.slotOf((type) => isFrame(type) || (inL1 && type === "VNode_ARM_l2"));
    const source = this.model.space.at(src);
    const unit = !inL1 ? PAGE : source?.type === "VNode_ARM_l2" ? 1024 : SECTION;
    const units = Math.max(1, Math.floor((source?.bytes ?? 0) / unit));
    const first = random.chance(0.4) ? 0 : random.below(units);
    return {
      op: "map",
      vnode: this.ownName(vnode),
      src: this.wrongPath(0.03) ?? this.nameOf(src) ?? 0,
      entry: this.maybe(0.05, this.entry(inL1)),
      flags: random.chance(0.03) ? random.between(16, 40) : random.chance(0.5) ? 3 : random.below(16),
      offset: this.maybe(0.05, first * unit),
      count: this.maybe(0.05, random.between(1, Math.min(units - first, 20))),
      mapping: this.place(),
    };
  }

  /** Maps what a mapping was made from once more, to the same entries: free again if the mapping is void. */
  private mapAgain(): Operation {
    const { random } = this;
    const { space } = this.model;
    const mapping = space.at(this.slotOf(isMapping))?.mapping;
    if (!mapping) return { op: "unmap", vnode: this.own(() => true), mapping: this.own(isMapping) };
    const vnode = this.slotOf((type, { base }) => type.startsWith("VNode_ARM_l") && base === mapping.table);
    return {
      op: "map",
      vnode: this.ownName(vnode),
      src: this.nameOf(mapping.parent) ?? 0,
      entry: mapping.entry,
      flags: random.below(16),
      offset: 0,
      count: random.between(1, mapping.count),
      mapping: this.place(),
    };
  }

  /** Most often one of a few, so that entries meet; sometimes about where the table, or the program's half, ends. */
  private entry(inL1: boolean): number {
    const { random } = this;
    const end = inL1 ? random.pick([2048, 4096]) : 256;
    return random.weighted([
      [6, random.below(24)],
      [2, random.below(end)],
      [1, random.between(end - 4, end + 1)],
    ]);
  }

  private unmap(): Operation {
    const mapping = this.slotOf(isMapping);
    const record = this.model.space.at(mapping)?.mapping;
    const holds = (cap: Capability): boolean => cap.base === record?.table && cap.type.startsWith("VNode");
    const vnodes = this.random.chance(0.15) ? [] : this.model.space.where(holds);
    const vnode = vnodes.length > 0 ? this.random.pick(vnodes) : this.slotOf((type) => type.startsWith("VNode_ARM"));
    return { op: "unmap", vnode: this.ownName(vnode), mapping: this.ownName(mapping) };
  }

  private modify(): Operation {
    const mapping = this.slotOf(isMapping);
    const count = this.model.space.at(mapping)?.mapping?.count ?? 1;
    const offset = this.maybe(0.05, this.random.below(count));
    const pages = this.maybe(0.1, this.random.between(1, Math.max(1, count - offset)));
    const flags = this.random.chance(0.05) ? 16 : this.random.below(16);
    return { op: "modify", mapping: this.ownName(mapping), offset, pages, flags };
  }

  private mint(): Operation {
    const { random } = this;
    const endPoint = this.nameOf(this.slotOf((type) => type === "EndPoint"));
    const src = random.chance(0.8) ? (this.wrongPath(0.08) ?? endPoint) : this.source();
    const param1 = this.maybe(0.1, 1024 + 4 * random.below(8));
    return { op: "mint", src: src ?? 0, dst: this.place(), param1, param2: this.maybe(0.15, random.between(1, 64)) };
  }

  /** Builds CSpaces: root CNodes, CNodes in them, and in those whatever makes circles and programs. */
  private furnish(): Operation {
    const { random } = this;
    const roots = this.roots();
    if (roots.length === 0) return this.retypeTo("L1CNode", this.emptySlot());
    const root = random.chance(0.2) ? undefined : random.pick(roots);
    const entry = root === undefined ? random.pick(ROOT_ENTRIES) : random.below(INNER_CNODES);
    const place: SlotPath = root === undefined ? { cnode: entry } : { root, cnode: entry };
    const cnode = this.model.space.at(slotIn(this.rootCNode(root), entry));
    if (cnode?.type !== "L2CNode") {
      const wanted = random.pick(FOR_ROOTS);
      if (random.chance(0.5)) return this.retypeTo(wanted, place);
      return { op: "copy", src: this.nameOf(this.slotOf((type) => type === wanted)) ?? 0, dst: place };
    }
    const wanted = random.pick<(type: TypeName, cap: Capability) => boolean>([
      (type) => type === "L1CNode" || type === "L2CNode",
      (_, cap) => isSpace(cap),
      (_, cap) => isDispatcherFrame(cap),
      (type) => type === "Dispatcher" || type === "EndPoint",
      () => true,
    ]);
    const src = this.nameOf(this.slotOf(wanted)) ?? 0;
    return { op: "copy", src, dst: { ...place, slot: random.below(INNER_SLOTS) } };
  }

  private rootCNode(root: Slot | undefined): Capability {
    const { space } = this.model;
    return root === undefined ? space.driverRoot! : space.at(root)!;
  }

  /** Slots of the driver with other roots than its own. */
  private roots(): Slot[] {
    const { space } = this.model;
    const isRoot = (cap: Capability, slot: Slot): boolean =>
      slot < SLOTS && cap.type === "L1CNode" && cap.base !== space.driverRoot!.base;
    return space.where(isRoot);
  }

  /** Gives the driver another root. */
  private resize(): Operation {
    const { random } = this;
    const { space } = this.model;
    const roots = this.roots();
    if (roots.length === 0) return this.retypeTo("L1CNode", this.emptySlot());
    const isEmpty = ({ base, bytes }: Capability): boolean =>
      !space.some((_, slot) => slot >= base && slot < base + bytes);
    const empty = roots.filter((slot) => isEmpty(space.at(slot)!));
    const isCNode = (type: TypeName): boolean => type === "L1CNode" || type === "L2CNode";
    const root = random.weighted<() => Slot>([
      [empty.length > 0 ? 7 : 0, () => random.pick(empty)],
      [3, () => this.flat(this.slotOf(isCNode))],
      [1, () => this.numbered()],
    ])();
    const entry = { cnode: random.pick([...ROOT_ENTRIES, EMPTY_ENTRY]) };
    const dst = random.weighted<() => SlotName>([
      [7, () => this.emptySlot()],
      [1, () => this.numbered()],
      [1, () => this.flat(this.anySlot())],
      [2, () => ({ ...entry, slot: random.pick([0, 1, 2, 255, 256]) })],
    ]);
    const invoked = random.chance(0.8) ? null : this.flat(random.chance(0.7) ? this.slotOf(isCNode) : this.anySlot());
    return { op: "resize", invoked, root, dst: dst() };
  }

  /** Gives a dispatcher a CSpace, an address space and a frame, or some of them, or something else. */
  private setup(): Operation {
    const { random } = this;
    const { space } = this.model;
    if (!space.some(({ type }) => type === "Dispatcher")) return this.retypeTo("Dispatcher", this.emptySlot());
    const isFresh = ({ type, base }: Capability): boolean => type === "Dispatcher" && !space.caps.has(base);
    const fresh = space.some(isFresh) && random.chance(0.6);
    const dispatcher = this.flat(this.slotOf((type, cap) => type === "Dispatcher" && (!fresh || isFresh(cap))));
    const isFurnished = (root: Capability): boolean =>
      [isSpace, isDispatcherFrame].every((wanted) => this.insideOf(root, wanted) !== undefined);
    const furnished = random.chance(0.8) && space.some((cap) => cap.type === "L1CNode" && isFurnished(cap));
    const isCandidate = (type: TypeName, cap: Capability): boolean =>
      type === "L1CNode" && (!furnished || isFurnished(cap));
    const cspace = this.flat(this.slotOf(isCandidate));
    const held = space.at(space.at(dispatcher)?.base ?? -1);
    if (held && random.chance(0.6)) return this.setupAgain(dispatcher, cspace, held);
    const root = random.chance(0.85) ? space.at(cspace) : held;
    // Nothing but what comes last.
    const little = random.chance(0.15);
    const find = (wanted: (cap: Capability) => boolean): SpaceAddress | null => {
      if (little || random.chance(0.15)) return null;
      const found = root?.type === "L1CNode" && !random.chance(0.1) ? this.insideOf(root, wanted) : undefined;
      return found ?? [random.below(INNER_CNODES), random.between(1, INNER_SLOTS)];
    };
    return {
      op: "setup",
      dispatcher,
      cspace: little || root === held || random.chance(0.1) ? null : cspace,
      vspace: find(isSpace),
      frame: find((cap) => isDispatcherFrame(cap) || (cap.type === "Frame" && random.chance(0.3))),
      run: !little && random.chance(0.7),
      other: random.chance(little ? 0.1 : 0.85) ? null : this.flat(this.slotOf((type) => type === "Dispatcher")),
    };
  }

  /** Gives a dispatcher one more thing. It has a CSpace already. */
  private setupAgain(dispatcher: Slot, cspace: Slot, held: Capability): Operation {
    const nothing = { cspace: null, vspace: null, frame: null, run: false, other: null };
    const vspace = this.insideOf(held, isSpace) ?? null;
    const frame = this.insideOf(held, ({ type }) => type === "Frame") ?? null;
    const more = this.random.pick([
      { cspace },
      { cspace },
      { vspace },
      { frame },
      { frame },
      { vspace, frame, run: true },
    ]);
    return { op: "setup", dispatcher, ...nothing, ...more };
  }

  /** A slot of the driver; where the capability is elsewhere, any. */
  private flat(slot: Slot): Slot {
    return slot < SLOTS ? slot : this.random.below(SLOTS);
  }

  /** Address of a capability within a CSpace. Address 0 would mean none. */
  private insideOf(root: Capability, wanted: (cap: Capability) => boolean): SpaceAddress | undefined {
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

  /** A command for one type, given to another; types of which there are few as often as the others. */
  private misuse(): Operation {
    const { random } = this;
    const types = new Set([...this.model.space.caps.values()].map((cap) => cap.type));
    const type = types.size === 0 ? "Null" : random.pick([...types]);
    const slot = this.slotOf((other) => other === type);
    const name = this.ownName(slot);
    const within: SlotPath = { root: this.flat(slot), cnode: random.below(INNER_CNODES), slot: 0 };
    const nothing = { cspace: null, vspace: null, frame: null, run: false, other: null };
    return random.pick<Operation>([
      { op: "unmap", vnode: name, mapping: this.own(isMapping) },
      { op: "modify", mapping: name, offset: 0, pages: 1, flags: 3 },
      { op: "destroy", mapping: name },
      { op: "delete", slot: within },
      { op: "revoke", slot: within },
      { op: "setup", dispatcher: this.flat(slot), ...nothing },
    ]);
  }

  private create(): Operation {
    const { random } = this;
    const type = random.weighted([
      [6, "ID"],
      [2, random.pick(TYPE_NAMES)],
      [1, random.pick(NO_TYPES)],
    ]);
    const cnodes = ROOT_ENTRIES.filter(
      (entry) => this.model.space.at(slotIn(this.rootCNode(undefined), entry))?.type === "L2CNode",
    );
    const behind = cnodes.length > 0 && random.chance(0.15);
    const place = behind ? { cnode: random.pick(cnodes), slot: L2_SLOTS } : this.place();
    return {
      op: "create",
      type,
      dst: typeof place === "object" && place.root !== undefined ? this.emptySlot() : place,
    };
  }
}
