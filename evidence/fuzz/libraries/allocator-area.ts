/**
 * Tests slot allocators over CNodes of the client's own CSpace and of another one, created and destroyed in any order.
 */
import { RootSlot } from "../../../system/kpi/cspace";
import { ObjType } from "../../../system/kpi/object-types";
import { L2_CNODE_SLOTS } from "../../../system/kpi/types";
import { SlotAllocatorLayout } from "../../../system/libaos/layout/slot-layout";
import { type Library, PAGE } from "../../harness/libraries/library";
import type { Random } from "../../model/random";
import { OK } from "../../model/refusal";
import { type Area, type CompareAnswers, differs, pickKey } from "./area";
import { ForeignSpace, isOwn, rootSlotOf } from "./foreign-space";
import type { Id, Kind, Operation } from "./operation";

const WRONG_CNODE = "LIB_ERR_SLOT_ALLOC_WRONG_CNODE";
const MOST_ALLOCATORS = 8;

interface Allocator {
  readonly record: number;
  readonly cnode: bigint;
}

export class AllocatorArea implements Area {
  private readonly foreign: ForeignSpace;
  private readonly allocators = new Map<Id, Allocator>();
  /** Slots that are handed out, with their allocators. */
  private readonly taken = new Map<Id, { cap: bigint; allocator: Id }>();
  /** Root slots of the other CSpace that hold a CNode. */
  private readonly foreignCNodes = new Set<number>();
  /** Records of destroyed allocators, for reuse. */
  private readonly spare: number[] = [];
  /** A CNode in the other CSpace for capabilities that are given back from there. */
  private readonly cnode: bigint;
  private readonly table: bigint;
  private readonly frame: bigint;
  private readonly mapping: bigint;

  constructor(
    private readonly library: Library,
    private readonly answers: CompareAnswers,
  ) {
    this.foreign = new ForeignSpace(library);
    this.cnode = this.foreign.makeCNode(RootSlot.TASKCN);
    this.foreignCNodes.add(RootSlot.TASKCN);
    this.table = library.cap("slotAlloc");
    library.ok("vnodeCreate", this.table, ObjType.VNode_ARM_l2);
    this.frame = library.cap("frameAlloc", BigInt(PAGE));
    this.mapping = library.cap("mapEntries", this.table, this.frame, 0, 0n, 1n);
  }

  draw(kind: Kind, random: Random, id: Id): Operation | null {
    switch (kind) {
      case "allocator":
        return this.allocators.size < MOST_ALLOCATORS ? { op: kind, id } : null;
      case "foreign allocator": {
        // Prefer slot numbers at which the client's own CSpace also has a CNode.
        const own = [...this.allocators.values()].flatMap(({ cnode }) => (isOwn(cnode) ? [rootSlotOf(cnode)] : []));
        const wellKnown = [RootSlot.SLOT_ALLOC0, RootSlot.SLOT_ALLOC1, RootSlot.SLOT_ALLOC2];
        const rootSlot = random.pick([...own, ...wellKnown, random.below(L2_CNODE_SLOTS)]);
        return this.allocators.size < MOST_ALLOCATORS ? { op: kind, id, rootSlot } : null;
      }
      case "second allocator":
      case "destroy allocator": {
        const allocator = pickKey(random, this.allocators);
        return allocator === null ? null : { op: kind, allocator };
      }
      case "allocator slot": {
        const allocator = pickKey(random, this.allocators);
        return allocator === null ? null : { op: kind, id, allocator };
      }
      case "free allocator slot": {
        const slot = pickKey(random, this.taken);
        return slot === null ? null : { op: kind, slot, by: random.pick(["slot_free", "allocator"]) };
      }
      case "return foreign":
        return {
          op: kind,
          count: random.between(1, 12),
          end: random.pick(["low", "high"]),
          rest: random.chance(0.7) ? 0 : random.below(L2_CNODE_SLOTS),
        };
      case "unmap foreign":
        return { op: kind };
      default:
        return null;
    }
  }

  perform(operation: Operation): readonly string[] | null {
    switch (operation.op) {
      case "allocator":
        return this.make(operation.id);
      case "foreign allocator":
        return this.makeForeign(operation);
      case "second allocator":
        return this.makeSecond(operation.allocator);
      case "allocator slot":
        return this.alloc(operation);
      case "free allocator slot":
        return this.free(operation);
      case "destroy allocator":
        return this.destroy(operation.allocator);
      case "return foreign":
        return this.returnForeign(operation);
      case "unmap foreign":
        return this.unmapForeign();
      default:
        return null;
    }
  }

  private record(): number {
    return this.spare.pop() ?? this.library.room(this.library.get("sizeOfSingleSlotAllocator"));
  }

  private make(id: Id): readonly string[] {
    const record = this.record();
    const got = this.library.try("singleSlotAllocInit", record);
    if (got === OK) this.allocators.set(id, { record, cnode: this.library.big("outCNode") });
    return this.answers("single_slot_alloc_init", OK, got);
  }

  private makeForeign({ id, rootSlot }: Operation & { op: "foreign allocator" }): readonly string[] | null {
    if (this.foreignCNodes.has(rootSlot)) return null;
    const cnode = this.foreign.makeCNode(rootSlot);
    this.foreignCNodes.add(rootSlot);
    const record = this.record();
    const got = this.library.try("singleSlotAllocInitRaw", record, cnode, L2_CNODE_SLOTS);
    if (got === OK) this.allocators.set(id, { record, cnode });
    return this.answers("single_slot_alloc_init_raw of a foreign CNode", OK, got);
  }

  /**
   * A CNode in the client's own CSpace can have only one allocator. For CNodes of another CSpace, the library keeps no
   * account.
   */
  private makeSecond(id: Id): readonly string[] | null {
    const allocator = this.allocators.get(id);
    if (!allocator || !isOwn(allocator.cnode)) return null;
    const record = this.record();
    const got = this.library.try("singleSlotAllocInitRaw", record, allocator.cnode, L2_CNODE_SLOTS);
    this.spare.push(record);
    return this.answers("a second allocator over a CNode", "refused", got === OK ? OK : "refused");
  }

  private slotsOf(id: Id): bigint[] {
    return [...this.taken.values()].flatMap(({ cap, allocator }) => (allocator === id ? [cap] : []));
  }

  private alloc({ id, allocator: owner }: Operation & { op: "allocator slot" }): readonly string[] | null {
    const allocator = this.allocators.get(owner);
    if (!allocator) return null;
    const got = this.library.try("singleSlotAlloc", allocator.record);
    const wrong = this.answers("single_slot_alloc", OK, got);
    if (wrong.length > 0) return wrong;
    const cap = this.library.big("outCap");
    const isIts = this.library.big("capCNode", cap) === allocator.cnode && !this.slotsOf(owner).includes(cap);
    this.taken.set(id, { cap, allocator: owner });
    return isIts ? [] : ["single_slot_alloc: a slot that is taken, or of another CNode"];
  }

  private free({ slot, by }: Operation & { op: "free allocator slot" }): readonly string[] | null {
    const held = this.taken.get(slot);
    const allocator = held && this.allocators.get(held.allocator);
    if (!held || !allocator) return null;
    const isKnown = by === "allocator" || isOwn(allocator.cnode);
    const got =
      by === "allocator"
        ? this.library.try("singleSlotFree", allocator.record, held.cap)
        : this.library.try("slotFree", held.cap);
    if (isKnown) this.taken.delete(slot);
    return this.answers(`${by} of an allocator's slot`, isKnown ? OK : WRONG_CNODE, got);
  }

  private destroy(id: Id): readonly string[] | null {
    const allocator = this.allocators.get(id);
    if (!allocator) return null;
    const slots = this.slotsOf(id);
    this.library.lib.singleSlotAllocDestroy!(allocator.record);
    this.allocators.delete(id);
    this.spare.push(allocator.record);
    for (const [slot, held] of this.taken) if (held.allocator === id) this.taken.delete(slot);
    return slots.flatMap((cap) =>
      this.answers("slot_free of a destroyed allocator's slot", WRONG_CNODE, this.library.try("slotFree", cap)),
    );
  }

  private returnForeign({ count, end, rest }: Operation & { op: "return foreign" }): readonly string[] {
    const { library } = this;
    const mm = library.get("initMm");
    const pieces = Array.from({ length: count }, (_, slot) => {
      const ram = library.cap(end === "low" ? "alloc" : "allocHigh", mm, BigInt(PAGE), BigInt(PAGE));
      const { base } = library.range(ram);
      const cap = library.big("capref", this.cnode, slot);
      library.ok("capCopy", cap, ram);
      library.ok("capDestroy", ram);
      return { cap, base };
    });
    const slots: bigint[] = [];
    while (library.get("usedDefaultSlots") % L2_CNODE_SLOTS !== rest) slots.push(library.cap("slotAlloc"));
    return [
      ...pieces.flatMap(({ cap, base }) => {
        const got = library.try("mmFree", mm, cap, BigInt(base), BigInt(PAGE));
        return this.answers("mm_free of the domain's RAM in another CSpace", OK, got);
      }),
      ...slots.flatMap((cap) => this.answers("slot_free", OK, library.try("slotFree", cap))),
    ];
  }

  /**
   * The client's own mapping with the same address must remain. If its frame cannot be mapped again, the mapping still
   * exists.
   */
  private unmapForeign(): readonly string[] {
    const { library, table, frame } = this;
    const got = library.try("vnodeUnmap", table, this.foreign.sameAddress(this.mapping));
    const again = library.try("mapEntries", table, frame, 1, 0n, 1n);
    return [
      ...this.answers("vnode_unmap of a foreign mapping", "LIB_ERR_CAP_INVOKE", got),
      ...differs("a second mapping of a mapped frame", "SYS_ERR_VM_ALREADY_MAPPED", again),
    ];
  }

  check(): readonly string[] {
    return [...this.allocators].flatMap(([id, { record }]) => {
      const free = this.library.kernel.load(record + SlotAllocatorLayout.SPACE);
      return differs("free slots of an allocator", String(L2_CNODE_SLOTS - this.slotsOf(id).length), String(free));
    });
  }

  slots(): number {
    return 0;
  }

  leaving(): readonly Operation[] {
    return [...this.allocators.keys()].map((allocator) => ({ op: "destroy allocator", allocator }));
  }
}
