/**
 * Random operations that get somewhere: most of them can succeed, the others are wrong in one respect.
 *
 * The source looks at the model's state to choose slots, ranges and entries worth trying. The same seed and the same
 * answers give the same operations.
 */
import type { Capability, CapabilityModel, Slot } from "../model/capabilities";
import { isFrame, isMapping, PAGE, SECTION, TYPE_NAMES, type TypeName } from "../model/object-types";
import type { Random } from "../model/random";
import type { Operation } from "./operation";

const SLOTS = 1024;
/** Those that are full when a trace begins. */
const INITIAL_SLOTS = 3;
/** A CNode that does not exist. */
const NO_CNODE = 4;

/** Register values that break sums in 32 bits. */
const WILD = [0, 1, 0x7fffffff, 0x80000000, 0xfffff000, 0xfffffc00, 0xffffffff, 0xfff00000, 512, 1025];

const SIZES: Partial<Record<TypeName, readonly number[]>> = {
  PhysAddr: [PAGE, 8 * PAGE, SECTION],
  RAM: [PAGE, 2 * PAGE, 4 * PAGE, 16 * PAGE, SECTION, 4 * SECTION],
  Frame: [PAGE, 2 * PAGE, 8 * PAGE, SECTION, 2 * SECTION],
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

export class OperationSource {
  constructor(
    private readonly random: Random,
    private readonly model: CapabilityModel,
  ) {}

  next(): Operation {
    const make = this.random.weighted<() => Operation>([
      [30, () => this.retype()],
      [12, () => ({ op: "copy", src: this.source(), dst: this.place() })],
      [16, () => ({ op: "delete", slot: this.victim() })],
      [3, () => ({ op: "revoke", slot: this.victim() })],
      [24, () => this.map()],
      [6, () => this.unmap()],
      [3, () => this.modify()],
      [1, () => ({ op: "destroy", mapping: this.slotOf(isMapping) })],
      [2, () => this.mint()],
      [3, () => ({ op: "identify", slot: this.source() })],
    ]);
    return make();
  }

  /** Most often an occupied slot; sometimes an empty one, or one in no CNode. */
  private source(): Slot {
    const slots = this.model.space.slots();
    if (slots.length === 0 || this.random.chance(0.06)) return this.random.below(SLOTS + 256);
    return this.random.pick(slots);
  }

  /** What to delete or revoke: rarely one of the capabilities that everything else comes from. */
  private victim(): Slot {
    const slot = this.source();
    return slot < INITIAL_SLOTS && !this.random.chance(0.05) ? this.victim() : slot;
  }

  /** A slot with a capability of such a type, as far as there is one. */
  private slotOf(wanted: (type: TypeName) => boolean): Slot {
    const slots = this.model.space.where((cap) => wanted(cap.type));
    return slots.length === 0 || this.random.chance(0.04) ? this.source() : this.random.pick(slots);
  }

  /** A slot to put something into: mostly an empty one. */
  private place(): Slot {
    if (this.random.chance(0.03)) return NO_CNODE * 256 + this.random.below(256);
    if (this.random.chance(0.05)) return this.source();
    for (;;) {
      const slot = this.random.below(SLOTS);
      if (!this.model.space.caps.has(slot)) return slot;
    }
  }

  /** The value, or one that is wrong in a way of its own. */
  private maybe(probability: number, value: number): number {
    return this.random.chance(probability) ? this.random.pick(WILD) : value;
  }

  private retype(): Operation {
    const { random } = this;
    const type = random.chance(0.04) ? random.pick(TYPE_NAMES) : random.weighted(WANTED);
    const src = this.slotOf((from) => this.suits(from, type));
    const bytes = this.model.space.at(src)?.bytes ?? 0;
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
      src,
      dst: random.chance(0.02) ? 255 : this.place(),
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
      vnode,
      src,
      entry: this.maybe(0.05, this.entry(inL1)),
      flags: random.chance(0.03) ? random.between(16, 40) : random.chance(0.5) ? 3 : random.below(16),
      offset: this.maybe(0.05, first * unit),
      count: this.maybe(0.05, random.between(1, Math.min(units - first, 20))),
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
    return { op: "unmap", vnode, mapping };
  }

  private modify(): Operation {
    const mapping = this.slotOf(isMapping);
    const count = this.model.space.at(mapping)?.mapping?.count ?? 1;
    const offset = this.maybe(0.05, this.random.below(count));
    const pages = this.maybe(0.1, this.random.between(1, Math.max(1, count - offset)));
    return { op: "modify", mapping, offset, pages, flags: this.random.chance(0.05) ? 16 : this.random.below(16) };
  }

  private mint(): Operation {
    const { random } = this;
    const src = random.chance(0.8) ? this.slotOf((type) => type === "EndPoint") : this.source();
    const param1 = this.maybe(0.1, 1024 + 4 * random.below(8));
    return { op: "mint", src, dst: this.place(), param1, param2: this.maybe(0.15, random.between(1, 64)) };
  }
}
