/** Tests a memory manager (libmm) of the client's own against the simple model. */
import { checkMemoryManager, decodeMemoryManager } from "../../../observe/decode/user/memory-manager";
import { RootSlot } from "../../../system/kpi/cspace";
import { ObjType } from "../../../system/kpi/object-types";
import { type Library, PAGE } from "../../harness/libraries/library";
import { MemoryManagerModel } from "../../model/mm";
import type { Random } from "../../model/random";
import { OK } from "../../model/refusal";
import { type Area, type CompareAnswers, differs, pickKey } from "./area";
import { ForeignSpace } from "./foreign-space";
import { LibraryReader } from "./library-reader";
import type { Id, Kind, Operation } from "./operation";

/** Enough nodes for every sequence. Other tests cover the lack of nodes. */
const NODES = 4000;
const NODE_BYTES = 32;
const MOST_REGIONS = 6;

const NOT_HANDED_OUT = "MM_ERR_MM_FREE < MM_ERR_NOT_FOUND";
const ALIGNMENTS = [0, 0, PAGE, PAGE, PAGE, 8192, 16384, 65536, 12288, 100, 1 << 20];

interface Piece {
  /** The capability for RAM, or for the Frame that was made from it. */
  cap: bigint;
  isFrame: boolean;
  readonly base: number;
  readonly bytes: number;
  /** Slots of capabilities that were made from the piece. */
  readonly made: bigint[];
}

export class MemoryArea implements Area {
  private readonly mm: number;
  private readonly model = new MemoryManagerModel();
  private readonly regions = new Map<Id, { cap: bigint; base: number; bytes: number }>();
  /** RAM of which the manager got a part. Another client made a frame from a page of the rest. */
  private readonly parts = new Map<Id, { cap: bigint; frame: bigint; rest: { base: number; bytes: number } }>();
  /** A CNode of another CSpace for capabilities that are given back from there. */
  private readonly foreignCNode: bigint;
  private readonly pieces = new Map<Id, Piece>();

  /** `policy`: a number of `MmPolicy`. */
  constructor(
    private readonly library: Library,
    private readonly answers: CompareAnswers,
    policy: number,
  ) {
    this.mm = library.room(library.get("sizeOfMm"));
    const bytes = library.get("slabStaticSize", NODES, NODE_BYTES);
    this.foreignCNode = new ForeignSpace(library).makeCNode(RootSlot.SLOT_ALLOC1);
    library.ok("smallMm", this.mm, library.room(bytes), bytes, policy);
  }

  draw(kind: Kind, random: Random, id: Id): Operation | null {
    switch (kind) {
      case "add":
        return this.regions.size >= MOST_REGIONS ? null : this.drawAdd(random, id);
      case "add part":
        return this.regions.size >= MOST_REGIONS ? null : this.drawPart(random, id);
      case "add rest": {
        const part = pickKey(random, this.parts);
        return part === null || this.parts.get(part)!.rest.bytes === 0 ? null : { op: kind, id, part };
      }
      case "free foreign": {
        const piece = pickKey(random, this.pieces);
        return piece === null ? null : { op: kind, piece };
      }
      case "add again":
        return this.drawAgain(random);
      case "alloc": {
        const pages = random.weighted([
          [6, random.between(1, 3)],
          [3, random.between(1, 40)],
          [1, random.between(1, 300)],
        ]);
        const bytes = random.chance(0.03) ? 0 : random.chance(0.7) ? pages * PAGE : pages * PAGE - random.below(PAGE);
        return { op: kind, id, bytes, alignment: random.pick(ALIGNMENTS), end: random.chance(0.8) ? "low" : "high" };
      }
      case "free":
        return this.drawFree(random);
      case "retype": {
        const piece = pickKey(random, this.pieces);
        return piece === null ? null : { op: kind, piece, keep: random.chance(0.5) };
      }
      default:
        return null;
    }
  }

  private drawAdd(random: Random, id: Id): Operation {
    // With one or two pages, nothing may remain after both ends are left out.
    const ram = (random.chance(0.2) ? random.between(1, 2) : random.between(3, 300)) * PAGE;
    const less = random.pick([0, 0, 0, 1, 100, PAGE]);
    const [offset, bytes] = random.weighted([
      [8, [less, Math.max(0, ram - 2 * less)]],
      [1, [-PAGE, ram]],
      [1, [PAGE, ram]],
    ]);
    return { op: "add", id, ram, offset, bytes };
  }

  private drawPart(random: Random, id: Id): Operation {
    const pages = random.between(2, 40);
    const part = random.between(1, pages - 1);
    return { op: "add part", id, ram: pages * PAGE, offset: random.pick([0, pages - part]) * PAGE, bytes: part * PAGE };
  }

  private drawAgain(random: Random): Operation | null {
    const region = pickKey(random, this.regions);
    const pages = region === null ? 0 : Math.floor(this.regions.get(region)!.bytes / PAGE);
    if (region === null || pages < 3) return null;
    const first = random.between(1, pages - 2);
    return { op: "add again", region, offset: first * PAGE, bytes: random.between(1, pages - 1 - first) * PAGE };
  }

  private drawFree(random: Random): Operation | null {
    const piece = pickKey(random, this.pieces);
    if (piece === null) return null;
    const { bytes } = this.pieces.get(piece)!;
    const wrong = random.pick([
      { shift: PAGE, bytes },
      { shift: -PAGE, bytes },
      { shift: 1, bytes },
      { shift: 0, bytes: bytes + 1 },
      { shift: 0, bytes: bytes - PAGE },
      { shift: 0, bytes: 0 },
    ]);
    const right = { shift: 0, bytes: random.chance(0.8) ? bytes : bytes - random.below(PAGE) };
    return { op: "free", piece, ...(random.chance(0.15) ? wrong : right) };
  }

  perform(operation: Operation): readonly string[] | null {
    switch (operation.op) {
      case "add":
        return this.add(operation);
      case "add part":
        return this.addPart(operation);
      case "add rest":
        return this.addRest(operation);
      case "free foreign":
        return this.freeForeign(operation.piece);
      case "add again": {
        const region = this.regions.get(operation.region);
        if (!region) return null;
        const [base, bytes] = [region.base + operation.offset, operation.bytes];
        const got = this.library.try("mmAdd", this.mm, region.cap, BigInt(base), BigInt(bytes));
        return this.answers("mm_add", this.model.add(base, bytes).err, got);
      }
      case "alloc":
        return this.alloc(operation);
      case "free":
        return this.free(operation);
      case "retype":
        return this.retype(operation);
      default:
        return null;
    }
  }

  private add({ id, ram, offset, bytes }: Operation & { op: "add" }): readonly string[] {
    const { library } = this;
    const cap = library.cap("ramAlloc", BigInt(ram));
    const whole = library.range(cap);
    const base = whole.base + offset;
    const expected =
      bytes === 0 ? "MM_ERR_OUT_OF_BOUNDS" : this.model.add(base, bytes, { base: whole.base, size: ram }).err;
    const got = library.try("mmAdd", this.mm, cap, BigInt(base), BigInt(bytes));
    if (got === OK) this.regions.set(id, { cap, base, bytes });
    else library.ok("ramFree", cap);
    return this.answers("mm_add", expected, got);
  }

  private addPart({ id, ram, offset, bytes }: Operation & { op: "add part" }): readonly string[] {
    const { library } = this;
    const cap = library.cap("ramAlloc", BigInt(ram));
    const whole = library.range(cap);
    const other = offset === 0 ? bytes : 0;
    const frame = library.cap("slotAlloc");
    library.ok("capRetype", frame, cap, BigInt(other), ObjType.Frame, BigInt(PAGE), 1);
    const base = whole.base + offset;
    const rest = whole.base + (offset === 0 ? bytes + PAGE : PAGE);
    const restEnd = offset === 0 ? whole.base + ram : base;
    const expected = this.model.add(base, bytes, { base: whole.base, size: ram }).err;
    const got = library.try("mmAdd", this.mm, cap, BigInt(base), BigInt(bytes));
    if (got === OK) this.regions.set(id, { cap, base, bytes });
    this.parts.set(id, { cap, frame, rest: { base: rest, bytes: restEnd - rest } });
    return this.answers("mm_add", expected, got);
  }

  private addRest({ id, part }: Operation & { op: "add rest" }): readonly string[] | null {
    const range = this.parts.get(part);
    if (!range || range.rest.bytes === 0) return null;
    const { cap, rest } = range;
    const expected = this.model.add(rest.base, rest.bytes).err;
    const got = this.library.try("mmAdd", this.mm, cap, BigInt(rest.base), BigInt(rest.bytes));
    if (got === OK) this.regions.set(id, { cap, ...rest });
    return this.answers("mm_add", expected, got);
  }

  /** The slot in the other CSpace belongs to the client and becomes empty. */
  private freeForeign(piece: Id): readonly string[] | null {
    const held = this.pieces.get(piece);
    if (!held) return null;
    const { library } = this;
    const foreign = library.big("capref", this.foreignCNode, 1);
    library.ok("capCopy", foreign, held.cap);
    library.ok("capDestroy", held.cap);
    held.cap = foreign;
    return this.free({ op: "free", piece, shift: 0, bytes: held.bytes });
  }

  private alloc({ id, bytes, alignment, end }: Operation & { op: "alloc" }): readonly string[] {
    const { library } = this;
    const expected = this.model.allocation(bytes, alignment).err;
    const call = end === "low" ? "alloc" : "allocHigh";
    const got = library.try(call, this.mm, BigInt(bytes), BigInt(alignment));
    const wrong = this.answers("mm_alloc_aligned", expected, got);
    if (wrong.length > 0 || got !== OK) return wrong;
    const cap = library.big("outCap");
    const range = library.range(cap);
    this.pieces.set(id, { cap, isFrame: false, ...range, made: [] });
    return this.model.take({ base: range.base, size: range.bytes }, bytes, alignment);
  }

  private free({ piece, shift, bytes }: Operation & { op: "free" }): readonly string[] | null {
    const held = this.pieces.get(piece);
    if (!held) return null;
    const { library } = this;
    const expected = shift === 0 ? this.model.free(held.base, bytes).stack.join(" < ") : NOT_HANDED_OUT;
    const got = library.try("mmFree", this.mm, held.cap, BigInt(held.base + shift), BigInt(bytes));
    const wrong = this.answers("mm_free", expected, got);
    if (wrong.length > 0 || got !== OK) return wrong;
    this.pieces.delete(piece);
    // Everything that was made from the memory is deleted; the slots remain the client's.
    return held.made.flatMap((slot) => [
      ...this.answers("delete of what was made of a piece", "SYS_ERR_CAP_NOT_FOUND", library.try("capDelete", slot)),
      ...this.answers("slot_free of that", OK, library.try("slotFree", slot)),
    ]);
  }

  private retype({ piece, keep }: Operation & { op: "retype" }): readonly string[] | null {
    const held = this.pieces.get(piece);
    if (!held) return null;
    const { library } = this;
    const slot = library.cap("slotAlloc");
    // RAM can be retyped only once. A Frame made from all of a Frame is a copy.
    const expected = held.isFrame || held.made.length === 0 ? OK : "SYS_ERR_REVOKE_FIRST";
    const got = library.try("capRetype", slot, held.cap, 0n, ObjType.Frame, BigInt(held.bytes), 1);
    if (got !== OK) library.ok("slotFree", slot);
    else if (keep) held.made.push(slot);
    else {
      library.ok("capDestroy", held.cap);
      held.cap = slot;
      held.isFrame = true;
    }
    return this.answers("retype of a piece", expected, got);
  }

  check(): readonly string[] {
    const { library, model } = this;
    const found = decodeMemoryManager(new LibraryReader(library), this.mm);
    const nodes = found.regions
      .flatMap(({ pieces }) => pieces)
      .map(({ base, bytes, isFree }) => ({ base, size: bytes, free: isFree }))
      .sort((a, b) => a.base - b.base);
    // Giving back memory must not delete capabilities to other memory.
    const held = [...this.pieces.values()].map(({ cap }) => ["a piece", cap] as const);
    const others = [...this.parts.values()].map(({ frame }) => ["somebody else's frame", frame] as const);
    return [
      ...[...held, ...others].flatMap(([what, cap]) => differs(what, OK, library.try("capIdentify", cap))),
      ...differs("invariants of libmm", "0", String(library.get("mmCheckInvariants", this.mm))),
      ...checkMemoryManager(found),
      ...differs("pieces", JSON.stringify(model.nodes()), JSON.stringify(nodes)),
    ];
  }

  slots(): number {
    return [...this.pieces.values()].reduce((sum, piece) => sum + 1 + piece.made.length, this.parts.size);
  }

  leaving(): readonly Operation[] {
    return [...this.pieces].map(([piece, { bytes }]) => ({ op: "free", piece, shift: 0, bytes }));
  }
}
