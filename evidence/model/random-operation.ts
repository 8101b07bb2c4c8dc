/**
 * Random operations. Most of them can succeed; the others have one mistake.
 *
 * The source looks at the model's state to choose useful slots, ranges and entries. The same random choices and the
 * same state give the same operation. Recorded traces know only flat slots and few operations. With `nested`, the
 * source also makes CNodes within CNodes, other CSpaces, dispatchers and IDs.
 */
import type { Operation, Outcome, Slot, SlotName, SlotPath, SpaceAddress } from "../../observe/traces/operation";
import { EMPTY_ENTRY } from "../../observe/traces/operation";
import type { CapabilityModel } from "./capabilities";
import type { Capability } from "./capability";
import { L2_SLOTS, OutsideModel, slotIn } from "./cspace";
import type { ModelSystem } from "./model-system";
import { isFrame, isMapping, PAGE, SECTION, TYPE_NAMES, type TypeName } from "./object-types";
import type { Random } from "./random";
import { INNER_CNODES, INNER_SLOTS, ROOT_ENTRIES, SlotChooser } from "./slot-chooser";

const DISPATCHER_FRAME = 256 * 1024;

/** Register values for which sums overflow 32 bits. */
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

/** Types that a caller must not ask for, and one that does not exist. */
const NO_TYPES = ["Null", 200];

/** Types that a root CNode may hold. */
const FOR_ROOTS: readonly TypeName[] = ["L2CNode", "L2CNode", "L2CNode", "KernelControlBlock"];

const isSpace = ({ type }: Capability): boolean => type === "VNode_ARM_l1";
const isDispatcherFrame = ({ type, bytes }: Capability): boolean => type === "Frame" && bytes >= DISPATCHER_FRAME;

/**
 * The frequency of each kind of operation: among those that recordings of other systems know (`flat`), and among all
 * (`nested`).
 */
const WEIGHTS = {
  retype: { flat: 30, nested: 30 },
  copy: { flat: 12, nested: 12 },
  delete: { flat: 16, nested: 16 },
  revoke: { flat: 3, nested: 3 },
  map: { flat: 24, nested: 24 },
  unmap: { flat: 6, nested: 6 },
  modify: { flat: 3, nested: 3 },
  destroy: { flat: 1, nested: 1 },
  mint: { flat: 2, nested: 6 },
  identify: { flat: 3, nested: 3 },
  /** Builds CSpaces. */
  furnish: { flat: 0, nested: 14 },
  setup: { flat: 0, nested: 6 },
  resize: { flat: 0, nested: 3 },
  create: { flat: 0, nested: 3 },
  /** Commands invoked on another type than they are for. */
  misuse: { flat: 0, nested: 4 },
};

export type Kind = keyof typeof WEIGHTS;

export function weightedKinds(nested: boolean): (readonly [weight: number, kind: Kind])[] {
  return Object.entries(WEIGHTS).map(([kind, weights]) => [nested ? weights.nested : weights.flat, kind as Kind]);
}

export interface Played {
  readonly operation: Operation;
  readonly outcome: Outcome;
}

/** Performs an operation on the model. Returns null, with the model unchanged, if the model cannot answer it. */
export function playOnModel(system: ModelSystem, operation: Operation): Played | null {
  try {
    return { operation, outcome: system.perform(operation) };
  } catch (error) {
    if (error instanceof OutsideModel) return null;
    throw error;
  }
}

export class OperationSource {
  private readonly model: CapabilityModel;
  private readonly slots: SlotChooser;
  /** Has the operation several mistakes at once? Then the answer shows the order of the checks. */
  private careless = false;

  constructor(
    private readonly random: Random,
    private readonly system: ModelSystem,
    private readonly nested = false,
  ) {
    this.model = system.model;
    this.slots = new SlotChooser(random, this.model, nested);
  }

  /** Performs the next operation for which the model has an answer. */
  play(kind?: Kind): Played {
    for (;;) {
      const played = playOnModel(this.system, this.make(kind ?? this.random.weighted(weightedKinds(this.nested))));
      if (played) return played;
    }
  }

  private make(kind: Kind): Operation {
    const { slots } = this;
    this.careless = this.random.chance(0.1);
    switch (kind) {
      case "retype":
        return this.retype();
      case "copy":
        return { op: "copy", src: slots.source(), dst: slots.place() };
      case "delete":
        return { op: "delete", slot: slots.victim() };
      case "revoke":
        return { op: "revoke", slot: this.nested && this.random.chance(0.2) ? slots.own(isMapping) : slots.victim() };
      case "map":
        return this.map();
      case "unmap":
        return this.unmap();
      case "modify":
        return this.modify();
      case "destroy":
        return { op: "destroy", mapping: slots.own(isMapping) };
      case "mint":
        return this.mint();
      case "identify":
        return { op: "identify", slot: this.random.chance(0.1) ? slots.numbered() : slots.own(() => true) };
      case "furnish":
        return this.furnish();
      case "setup":
        return this.setup();
      case "resize":
        return this.resize();
      case "create":
        return this.create();
      case "misuse":
        return this.misuse();
    }
  }

  /** The value, or sometimes a wrong one. */
  private maybe(probability: number, value: number): number {
    return this.random.chance(this.careless ? 0.3 : probability) ? this.random.pick(WILD) : value;
  }

  private retype(): Operation {
    const { random } = this;
    const type = random.chance(0.04) ? random.pick(TYPE_NAMES) : random.weighted(WANTED);
    if (this.nested && random.chance(0.005)) {
      return {
        op: "retype",
        src: 0,
        dst: this.slots.place(),
        offset: 0,
        type: random.pick(NO_TYPES),
        objsize: 0,
        count: 1,
      };
    }
    const last = random.chance(this.careless ? 0.2 : 0.02);
    return this.retypeTo(type, last ? 255 : this.slots.place());
  }

  private retypeTo(type: TypeName, dst: SlotName): Operation {
    const { random } = this;
    const from = this.slots.slotOf((t) => this.suits(t, type));
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
      src: this.slots.wrongPath(0.02) ?? this.slots.nameOf(from) ?? 0,
      dst,
      offset: this.maybe(0.04, offset),
      type,
      objsize,
      count: this.maybe(0.04, count),
    };
  }

  private suits(from: TypeName, to: TypeName): boolean {
    if (this.careless && this.random.chance(0.3)) return true;
    if (isFrame(to) && this.random.chance(0.3)) return from === to;
    if (to === "EndPoint") return from === "Dispatcher";
    if (to === "DevFrame") return from === "PhysAddr" || from === "DevFrame";
    return to === "PhysAddr" ? from === "PhysAddr" : from === "RAM" || (to === "RAM" && from === "PhysAddr");
  }

  private map(): Operation {
    const { random } = this;
    if (this.nested && random.chance(0.08)) return this.mapAgain();
    const vnode = this.slots.slotOf((type) => type === "VNode_ARM_l1" || type === "VNode_ARM_l2");
    const table = this.model.space.at(vnode);
    const inL1 = table?.type === "VNode_ARM_l1";
    const src = this.slots.slotOf((type) => isFrame(type) || (inL1 && type === "VNode_ARM_l2"));
    const source = this.model.space.at(src);
    const unit = !inL1 ? PAGE : source?.type === "VNode_ARM_l2" ? 1024 : SECTION;
    const units = Math.max(1, Math.floor((source?.bytes ?? 0) / unit));
    const first = random.chance(0.4) ? 0 : random.below(units);
    return {
      op: "map",
      vnode: this.slots.ownName(vnode),
      src: this.slots.wrongPath(0.03) ?? this.slots.nameOf(src) ?? 0,
      entry: this.maybe(0.05, this.entry(inL1)),
      flags: random.chance(0.03) ? random.between(16, 40) : random.chance(0.5) ? 3 : random.below(16),
      offset: this.maybe(0.05, first * unit),
      count: this.maybe(0.05, random.between(1, Math.min(units - first, 20))),
      mapping: this.slots.place(),
    };
  }

  /** Maps the source of a mapping once more, to the same entries. They are free if the mapping is void. */
  private mapAgain(): Operation {
    const { random } = this;
    const { space } = this.model;
    const mapping = space.at(this.slots.slotOf(isMapping))?.mapping;
    if (!mapping) return { op: "unmap", vnode: this.slots.own(() => true), mapping: this.slots.own(isMapping) };
    const vnode = this.slots.slotOf((type, { base }) => type.startsWith("VNode_ARM_l") && base === mapping.table);
    return {
      op: "map",
      vnode: this.slots.ownName(vnode),
      src: this.slots.nameOf(mapping.parent) ?? 0,
      entry: mapping.entry,
      flags: random.below(16),
      offset: 0,
      count: random.between(1, mapping.count),
      mapping: this.slots.place(),
    };
  }

  /**
   * Mostly one of a few entries, so that mappings meet. Sometimes an entry near the end of the table or of the
   * program's half.
   */
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
    const mapping = this.slots.slotOf(isMapping);
    const record = this.model.space.at(mapping)?.mapping;
    const holds = (cap: Capability): boolean => cap.base === record?.table && cap.type.startsWith("VNode");
    const vnodes = this.random.chance(0.15) ? [] : this.model.space.where(holds);
    const vnode =
      vnodes.length > 0 ? this.random.pick(vnodes) : this.slots.slotOf((type) => type.startsWith("VNode_ARM"));
    return { op: "unmap", vnode: this.slots.ownName(vnode), mapping: this.slots.ownName(mapping) };
  }

  private modify(): Operation {
    const mapping = this.slots.slotOf(isMapping);
    const count = this.model.space.at(mapping)?.mapping?.count ?? 1;
    const offset = this.maybe(0.05, this.random.below(count));
    const pages = this.maybe(0.1, this.random.between(1, Math.max(1, count - offset)));
    const flags = this.random.chance(0.05) ? 16 : this.random.below(16);
    return { op: "modify", mapping: this.slots.ownName(mapping), offset, pages, flags };
  }

  private mint(): Operation {
    const { random } = this;
    const endPoint = this.slots.nameOf(this.slots.slotOf((type) => type === "EndPoint"));
    const src = random.chance(0.8) ? (this.slots.wrongPath(0.08) ?? endPoint) : this.slots.source();
    const param1 = this.maybe(0.1, 1024 + 4 * random.below(8));
    return {
      op: "mint",
      src: src ?? 0,
      dst: this.slots.place(),
      param1,
      param2: this.maybe(0.15, random.between(1, 64)),
    };
  }

  /**
   * Builds CSpaces: root CNodes, CNodes in them, and in those the capabilities that form cycles or that a dispatcher
   * needs.
   */
  private furnish(): Operation {
    const { random } = this;
    const roots = this.slots.roots();
    if (roots.length === 0) return this.retypeTo("L1CNode", this.slots.emptySlot());
    const root = random.chance(0.2) ? undefined : random.pick(roots);
    const entry = root === undefined ? random.pick(ROOT_ENTRIES) : random.below(INNER_CNODES);
    const place: SlotPath = root === undefined ? { cnode: entry } : { root, cnode: entry };
    const cnode = this.model.space.at(slotIn(this.slots.rootCNode(root), entry));
    if (cnode?.type !== "L2CNode") {
      const wanted = random.pick(FOR_ROOTS);
      if (random.chance(0.5)) return this.retypeTo(wanted, place);
      return { op: "copy", src: this.slots.nameOf(this.slots.slotOf((type) => type === wanted)) ?? 0, dst: place };
    }
    const wanted = random.pick<(type: TypeName, cap: Capability) => boolean>([
      (type) => type === "L1CNode" || type === "L2CNode",
      (_, cap) => isSpace(cap),
      (_, cap) => isDispatcherFrame(cap),
      (type) => type === "Dispatcher" || type === "EndPoint",
      () => true,
    ]);
    const src = this.slots.nameOf(this.slots.slotOf(wanted)) ?? 0;
    return { op: "copy", src, dst: { ...place, slot: random.below(INNER_SLOTS) } };
  }

  /** Replaces the driver's root CNode. */
  private resize(): Operation {
    const { random } = this;
    const { space } = this.model;
    const roots = this.slots.roots();
    if (roots.length === 0) return this.retypeTo("L1CNode", this.slots.emptySlot());
    const isEmpty = ({ base, bytes }: Capability): boolean =>
      !space.some((_, slot) => slot >= base && slot < base + bytes);
    const empty = roots.filter((slot) => isEmpty(space.at(slot)!));
    const isCNode = (type: TypeName): boolean => type === "L1CNode" || type === "L2CNode";
    const root = random.weighted<() => Slot>([
      [empty.length > 0 ? 7 : 0, () => random.pick(empty)],
      [3, () => this.slots.flat(this.slots.slotOf(isCNode))],
      [1, () => this.slots.numbered()],
    ])();
    const entry = { cnode: random.pick([...ROOT_ENTRIES, EMPTY_ENTRY]) };
    const dst = random.weighted<() => SlotName>([
      [7, () => this.slots.emptySlot()],
      [1, () => this.slots.numbered()],
      [1, () => this.slots.flat(this.slots.anySlot())],
      [2, () => ({ ...entry, slot: random.pick([0, 1, 2, 255, 256]) })],
    ]);
    const invoked = random.chance(0.8)
      ? null
      : this.slots.flat(random.chance(0.7) ? this.slots.slotOf(isCNode) : this.slots.anySlot());
    return { op: "resize", invoked, root, dst: dst() };
  }

  /** Sets up a dispatcher with a CSpace, an address space and a frame, with some of them, or with something else. */
  private setup(): Operation {
    const { random } = this;
    const { space } = this.model;
    if (!space.some(({ type }) => type === "Dispatcher")) return this.retypeTo("Dispatcher", this.slots.emptySlot());
    const isFresh = ({ type, base }: Capability): boolean => type === "Dispatcher" && !space.caps.has(base);
    const fresh = space.some(isFresh) && random.chance(0.6);
    const dispatcher = this.slots.flat(
      this.slots.slotOf((type, cap) => type === "Dispatcher" && (!fresh || isFresh(cap))),
    );
    const isFurnished = (root: Capability): boolean =>
      [isSpace, isDispatcherFrame].every((wanted) => this.slots.insideOf(root, wanted) !== undefined);
    const furnished = random.chance(0.8) && space.some((cap) => cap.type === "L1CNode" && isFurnished(cap));
    const isCandidate = (type: TypeName, cap: Capability): boolean =>
      type === "L1CNode" && (!furnished || isFurnished(cap));
    const cspace = this.slots.flat(this.slots.slotOf(isCandidate));
    const held = space.at(space.at(dispatcher)?.base ?? -1);
    if (held && random.chance(0.6)) return this.setupAgain(dispatcher, cspace, held);
    const root = random.chance(0.85) ? space.at(cspace) : held;
    // Leaves out most arguments.
    const little = random.chance(0.15);
    const find = (wanted: (cap: Capability) => boolean): SpaceAddress | null => {
      if (little || random.chance(0.15)) return null;
      const found = root?.type === "L1CNode" && !random.chance(0.1) ? this.slots.insideOf(root, wanted) : undefined;
      return found ?? [random.below(INNER_CNODES), random.between(1, INNER_SLOTS)];
    };
    return {
      op: "setup",
      dispatcher,
      cspace: little || root === held || random.chance(0.1) ? null : cspace,
      vspace: find(isSpace),
      frame: find((cap) => isDispatcherFrame(cap) || (cap.type === "Frame" && random.chance(0.3))),
      run: !little && random.chance(0.7),
      other: random.chance(little ? 0.1 : 0.85)
        ? null
        : this.slots.flat(this.slots.slotOf((type) => type === "Dispatcher")),
    };
  }

  /** Adds to a dispatcher that already has a CSpace. */
  private setupAgain(dispatcher: Slot, cspace: Slot, held: Capability): Operation {
    const nothing = { cspace: null, vspace: null, frame: null, run: false, other: null };
    const vspace = this.slots.insideOf(held, isSpace) ?? null;
    const frame = this.slots.insideOf(held, ({ type }) => type === "Frame") ?? null;
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

  /** Invokes a command on an object of a type that it is not for. All types are equally likely, even rare ones. */
  private misuse(): Operation {
    const { random } = this;
    const types = new Set([...this.model.space.caps.values()].map((cap) => cap.type));
    const type = types.size === 0 ? "Null" : random.pick([...types]);
    const slot = this.slots.slotOf((other) => other === type);
    const name = this.slots.ownName(slot);
    const within: SlotPath = { root: this.slots.flat(slot), cnode: random.below(INNER_CNODES), slot: 0 };
    const nothing = { cspace: null, vspace: null, frame: null, run: false, other: null };
    return random.pick<Operation>([
      { op: "unmap", vnode: name, mapping: this.slots.own(isMapping) },
      { op: "modify", mapping: name, offset: 0, pages: 1, flags: 3 },
      { op: "destroy", mapping: name },
      { op: "delete", slot: within },
      { op: "revoke", slot: within },
      { op: "setup", dispatcher: this.slots.flat(slot), ...nothing },
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
      (entry) => this.model.space.at(slotIn(this.slots.rootCNode(undefined), entry))?.type === "L2CNode",
    );
    const behind = cnodes.length > 0 && random.chance(0.15);
    const place = behind ? { cnode: random.pick(cnodes), slot: L2_SLOTS } : this.slots.place();
    return {
      op: "create",
      type,
      dst: typeof place === "object" && place.root !== undefined ? this.slots.emptySlot() : place,
    };
  }
}
