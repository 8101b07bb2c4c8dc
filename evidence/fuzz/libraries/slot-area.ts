/** Tests single slots of the default allocator, rows of slots of a range allocator, and CNodes. */
import { RootSlot } from "../../../system/kpi/cspace";
import { L2_CNODE_SLOTS } from "../../../system/kpi/types";
import type { Library } from "../../harness/libraries/library";
import type { Random } from "../../model/random";
import { OK } from "../../model/refusal";
import { type Area, type CompareAnswers, differs, pickKey } from "./area";
import type { Id, Kind, Operation } from "./operation";

/** The `cnoderef` of the client's own root CNode. */
const ROOT_CNODE = 2n << 32n;

const EMPTY = "SYS_ERR_IDENTIFY_LOOKUP < SYS_ERR_CAP_NOT_FOUND";
const NO_SPACE = "LIB_ERR_SLOT_ALLOC_NO_SPACE";
const UNALLOCATED = "LIB_ERR_SLOT_UNALLOCATED";

interface Row {
  readonly cap: bigint;
  readonly cnode: bigint;
  readonly first: number;
  readonly count: number;
}

export class SlotArea implements Area {
  private readonly single = new Map<Id, bigint>();
  private readonly range: number;
  private readonly rows = new Map<Id, Row>();
  /** For each CNode of the range allocator: which slots are taken. */
  private readonly cnodes = new Map<bigint, boolean[]>();
  /** Number of CNodes in the range allocator from which no row has been taken yet. */
  private fresh = 1;

  constructor(
    private readonly library: Library,
    private readonly answers: CompareAnswers,
  ) {
    this.range = library.room(library.get("sizeOfSlotAllocator"));
    library.ok("rangeSlotAllocInit", this.range);
  }

  draw(kind: Kind, random: Random, id: Id): Operation | null {
    switch (kind) {
      case "slot":
        return { op: kind, id };
      case "free slot": {
        const slot = pickKey(random, this.single);
        return slot === null ? null : { op: kind, slot };
      }
      case "free root slot":
        return { op: kind, slot: random.below(RootSlot.USER) };
      case "row":
        return { op: kind, id, count: random.chance(0.1) ? random.pick([0, 1, 256, 257]) : random.between(1, 60) };
      case "free row": {
        const row = pickKey(random, this.rows);
        if (row === null) return null;
        const { count } = this.rows.get(row)!;
        return { op: kind, row, count: random.chance(0.85) ? count : random.pick([count + 1, 300]) };
      }
      case "cnode":
        return { op: kind };
      default:
        return null;
    }
  }

  perform(operation: Operation): readonly string[] | null {
    const { library } = this;
    switch (operation.op) {
      case "slot": {
        const cap = library.cap("slotAlloc");
        const isNew = ![...this.single.values()].includes(cap);
        this.single.set(operation.id, cap);
        return [
          ...(isNew ? [] : ["slot_alloc: a slot that the client has already"]),
          ...this.answers("identify of a new slot", EMPTY, library.try("capIdentify", cap)),
        ];
      }
      case "free slot": {
        const cap = this.single.get(operation.slot);
        if (cap === undefined) return null;
        this.single.delete(operation.slot);
        return [
          ...this.answers("slot_free", OK, library.try("slotFree", cap)),
          ...this.answers("slot_free once more", UNALLOCATED, library.try("slotFree", cap)),
        ];
      }
      case "free root slot": {
        const got = library.try("slotFree", library.big("capref", ROOT_CNODE, operation.slot));
        return this.answers("slot_free of a root slot", "LIB_ERR_SLOT_ALLOC_WRONG_CNODE", got);
      }
      case "row":
        return this.row(operation);
      case "free row":
        return this.freeRow(operation);
      case "cnode":
        return this.answers("cnode_create_l2", OK, library.try("cnodeCreateL2"));
      default:
        return null;
    }
  }

  private hasRow(count: number): boolean {
    if (count === 0 || count > L2_CNODE_SLOTS) return false;
    return this.fresh > 0 || [...this.cnodes.values()].some((taken) => longestFree(taken) >= count);
  }

  /** Takes a row. If there is no room, adds a CNode to the chain for the next row. */
  private row({ id, count }: Operation & { op: "row" }): readonly string[] {
    const { library } = this;
    const expected = this.hasRow(count) ? OK : NO_SPACE;
    const got = library.try("rangeSlotAlloc", this.range, count);
    const wrong = this.answers("alloc of a row", expected, got);
    if (wrong.length > 0) return wrong;
    if (got !== OK) {
      if (count > 0 && count <= L2_CNODE_SLOTS) {
        library.ok("rangeSlotAllocRefill", this.range);
        this.fresh++;
      }
      return [];
    }
    const cap = library.big("outCap");
    const row = { cap, cnode: library.big("capCNode", cap), first: library.get("capSlot", cap), count };
    let taken = this.cnodes.get(row.cnode);
    if (!taken) {
      taken = new Array<boolean>(L2_CNODE_SLOTS).fill(false);
      this.cnodes.set(row.cnode, taken);
      this.fresh--;
    }
    const isFree = !taken.slice(row.first, row.first + count).includes(true);
    taken.fill(true, row.first, row.first + count);
    this.rows.set(id, row);
    return isFree && row.first + count <= L2_CNODE_SLOTS ? [] : ["a row of slots that are not free"];
  }

  private freeRow({ row: id, count }: Operation & { op: "free row" }): readonly string[] | null {
    const row = this.rows.get(id);
    if (!row) return null;
    const taken = this.cnodes.get(row.cnode)!;
    const isTaken = row.first + count <= L2_CNODE_SLOTS && !taken.slice(row.first, row.first + count).includes(false);
    // The slots after the row may belong to the next row, which must not be freed.
    if (isTaken && count !== row.count) return [];
    const got = this.library.try("rangeSlotFree", this.range, row.cap, count);
    if (got === OK) {
      taken.fill(false, row.first, row.first + count);
      this.rows.delete(id);
    }
    return this.answers("free of a row", isTaken ? OK : UNALLOCATED, got);
  }

  check(): readonly string[] {
    const taken = [...this.rows.values()].reduce((sum, { count }) => sum + count, 0);
    const free = (this.cnodes.size + this.fresh) * L2_CNODE_SLOTS - taken;
    return differs("free slots of the range", String(free), String(this.library.get("rangeSlotFreecount", this.range)));
  }

  slots(): number {
    return this.single.size;
  }

  leaving(): readonly Operation[] {
    return [
      ...[...this.single.keys()].map((slot) => ({ op: "free slot", slot }) as const),
      ...[...this.rows].map(([row, { count }]) => ({ op: "free row", row, count }) as const),
    ];
  }
}

function longestFree(taken: readonly boolean[]): number {
  let [longest, run] = [0, 0];
  for (const isTaken of taken) {
    run = isTaken ? 0 : run + 1;
    longest = Math.max(longest, run);
  }
  return longest;
}
