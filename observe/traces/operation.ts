/**
 * Operations on the capability system and their answers as data, for traces, the model and random tests.
 *
 * `docs/trace-format.md` describes the files.
 */

/** 256 * c + i is entry i of CNode c of the driver. */
export type Slot = number;

/** Number of slot 0 of the root that the driver began with. */
export const OWN_ROOT = 0xf000;

/** Numbers of the two slots in which the system keeps the driver's root. No operation can change them. */
export const ROOT_OF_DRIVER = { dispatcher: 0xe000, task: 0xe001 } as const;

/** The entry of the driver's root that is always empty. */
export const EMPTY_ENTRY = 19;
/** The entry of the driver's root with the trace's first CNode. */
export const FIRST_CNODE = EMPTY_ENTRY + 1;
/** The entry of the driver's root with the page CNode, which holds the page tables of start-up and their mappings. */
export const PAGE_CNODE_ENTRY = 1;
const LEAST_SYSTEM_ENTRIES = 40;

/**
 * First entry of the driver's root that a path may lead to freely. Of the entries below it, a path may lead only to
 * `EMPTY_ENTRY` and `PAGE_CNODE_ENTRY`.
 */
export function firstFreeEntry(cnodes: number): number {
  return Math.max(FIRST_CNODE + cnodes, LEAST_SYSTEM_ENTRIES);
}

/** A slot, given by a path through a root CNode. */
export interface SlotPath {
  /** Slot of the L1CNode in which the path starts. If absent, the driver's own root. */
  readonly root?: Slot;
  /** Entry of the root CNode. */
  readonly cnode: number;
  /** Entry of the L2CNode there. If absent, the path names the root's entry itself. */
  readonly slot?: number;
  /**
   * How many parts of the path the look-up uses: 0 only the root, 1 the root's entry, 2 all. If absent, it follows from
   * `slot`.
   */
  readonly level?: number;
}

export type SlotName = Slot | SlotPath;

/** The name of a capability type, or a number that is no valid type. */
export type TypeWord = string | number;

/** An address in another CSpace: entry of the root CNode, entry of the L2CNode. */
export type SpaceAddress = readonly [cnode: number, slot: number];

export interface RetypeRequest {
  readonly src: SlotName;
  readonly dst: SlotName;
  readonly offset: number;
  readonly type: TypeWord;
  readonly objsize: number;
  readonly count: number;
}

export interface MapRequest {
  readonly vnode: SlotName;
  readonly src: SlotName;
  readonly entry: number;
  readonly flags: number;
  readonly offset: number;
  readonly count: number;
  /** Slot for the mapping capability. */
  readonly mapping: SlotName;
}

export interface SetupRequest {
  readonly dispatcher: Slot;
  /** Slot of an L1CNode; null if the dispatcher gets no CSpace. */
  readonly cspace: Slot | null;
  /** Addresses in the dispatcher's CSpace. */
  readonly vspace: SpaceAddress | null;
  readonly frame: SpaceAddress | null;
  readonly run: boolean;
  /** The dispatcher whose domain this one joins. */
  readonly other: Slot | null;
}

export interface ResizeRequest {
  /** Slot of the root that is invoked. If null, the driver's own root. */
  readonly invoked: Slot | null;
  /** Slot of the L1CNode that replaces it. */
  readonly root: Slot;
  /** Slot for the capability of the old root. */
  readonly dst: SlotName;
}

export type Operation =
  | ({ readonly op: "retype" } & RetypeRequest)
  | { readonly op: "copy"; readonly src: SlotName; readonly dst: SlotName }
  | {
      readonly op: "mint";
      readonly src: SlotName;
      readonly dst: SlotName;
      readonly param1: number;
      readonly param2: number;
    }
  | { readonly op: "delete"; readonly slot: SlotName }
  | { readonly op: "revoke"; readonly slot: SlotName }
  | ({ readonly op: "map" } & MapRequest)
  | { readonly op: "unmap"; readonly vnode: SlotName; readonly mapping: SlotName }
  | {
      readonly op: "modify";
      readonly mapping: SlotName;
      readonly offset: number;
      readonly pages: number;
      readonly flags: number;
    }
  | { readonly op: "destroy"; readonly mapping: SlotName }
  | { readonly op: "identify"; readonly slot: SlotName }
  | { readonly op: "create"; readonly type: TypeWord; readonly dst: SlotName }
  | ({ readonly op: "setup" } & SetupRequest)
  | ({ readonly op: "resize" } & ResizeRequest);

export type OperationName = Operation["op"];

export interface Identity {
  readonly type: string;
  readonly base: number;
  readonly bytes: number;
}

/** Used as the answer if the operation removed the CSpace of its caller, so that no answer arrives. */
export const NO_ANSWER = "no answer";

/** The result of an operation. */
export interface Outcome {
  /** The outermost error, or `NO_ANSWER`. */
  readonly err: string;
  /** All errors, from the outermost one to the cause. */
  readonly stack: readonly string[];
  /** For a successful identify. */
  readonly identity?: Identity;
}

export type FieldKind =
  /** A slot, by number or by any path. */
  | "slot"
  /** The same, as a destination for a capability. */
  | "place"
  /** A slot, by number or by a path through the driver's own root. */
  | "own slot"
  /** The same, as a destination: a path leads to an entry of a CNode in the root. */
  | "own place"
  /** A slot, by number. */
  | "flat slot"
  | "flat slot or null"
  | "space address or null"
  | "number"
  | "type"
  | "flag";

/** The fields of each operation, and the kind of value in each. */
export const FIELDS: Record<OperationName, Record<string, FieldKind>> = {
  retype: { src: "slot", dst: "place", offset: "number", type: "type", objsize: "number", count: "number" },
  copy: { src: "slot", dst: "place" },
  mint: { src: "slot", dst: "place", param1: "number", param2: "number" },
  delete: { slot: "slot" },
  revoke: { slot: "slot" },
  map: {
    vnode: "own slot",
    src: "slot",
    entry: "number",
    flags: "number",
    offset: "number",
    count: "number",
    mapping: "place",
  },
  unmap: { vnode: "own slot", mapping: "own slot" },
  modify: { mapping: "own slot", offset: "number", pages: "number", flags: "number" },
  destroy: { mapping: "own slot" },
  identify: { slot: "own slot" },
  create: { type: "type", dst: "place" },
  setup: {
    dispatcher: "flat slot",
    cspace: "flat slot or null",
    vspace: "space address or null",
    frame: "space address or null",
    run: "flag",
    other: "flat slot or null",
  },
  resize: { invoked: "flat slot or null", root: "flat slot", dst: "own place" },
};

/** The slots that an operation names, each once. */
export function slotsOf(operation: Operation): SlotName[] {
  const names = Object.entries(operation).flatMap(([field, value]) => {
    const isSlot = /slot|place/.test(FIELDS[operation.op][field] ?? "");
    return isSlot && value !== null ? [value as SlotName] : [];
  });
  return names.filter((name, index) => names.findIndex((other) => slotText(other) === slotText(name)) === index);
}

/** An address for a person. */
export function addressText(address: number): string {
  return `0x${address.toString(16).padStart(8, "0")}`;
}

/** Numbers from here on are addresses: of slots inside objects that a trace made. */
const FIRST_SLOT_ADDRESS = 0x10000;

function slotNumberText(slot: Slot): string {
  return slot < FIRST_SLOT_ADDRESS ? String(slot) : addressText(slot);
}

/** A slot's name for a person: `7`, `0x81000040`, `41/3`, `41/3 in the root CNode in slot 9`. */
export function slotText(name: SlotName): string {
  if (typeof name === "number") return slotNumberText(name);
  const path = name.slot === undefined ? `${name.cnode}/` : `${name.cnode}/${name.slot}`;
  const level = name.level === undefined ? "" : ` at level ${name.level}`;
  return `${path}${level}${name.root === undefined ? "" : ` in the root CNode in slot ${slotNumberText(name.root)}`}`;
}
