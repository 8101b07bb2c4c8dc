/**
 * The tiny system in the model. It gets the result of start-up from the machine and computes everything else itself.
 */
import type { Capability as DecodedCapability } from "../../../observe/decode/capability";
import type { TableEntry } from "../../../observe/decode/page-table";
import { OWN_ROOT, PAGE_CNODE_ENTRY } from "../../../observe/traces/operation";
import type { Dump } from "../../../observe/traces/trace";
import { ObjType } from "../../../system/kpi/object-types";
import { slotIn } from "../../model/cspace";
import { ModelSystem } from "../../model/model-system";
import { isTypeName, isVNode, typeNumber } from "../../model/object-types";
import type { PageTableEntry } from "../../model/page-tables";
import type { TinyMachine } from "./machine";
import { attributesOf, Fingerprint, type Meaning, nothingMore, TABLE_ATTRIBUTES } from "./meaning";
import { addressOf, isSlotOfTrace, type Places, SPACE_OF_DRIVER, startUpSlot } from "./places";
import { SETTING } from "./tiny-system";

const ENTRY_BYTES = 4;
const CNODE_BYTES = 16384;
const L1_BYTES = 16384;
const L2_BYTES = 1024;

export function createModel(machine: TinyMachine): ModelSystem {
  const { places } = machine;
  const system = new ModelSystem(SETTING);
  const { model } = system;
  model.space.shared.add(PAGE_CNODE_ENTRY);
  model.place(OWN_ROOT + PAGE_CNODE_ENTRY, { type: "L2CNode", base: places.pageCNode, bytes: CNODE_BYTES });
  for (const cap of machine.startUpCaps()) {
    const slot = startUpSlot(cap.at, places);
    const { typeName: type, base, bytes } = cap;
    if (!isTypeName(type)) throw new Error(`the model knows no type ${type}`);
    model.place(slot, { type, base, bytes, ...recordOf(cap) });
    if (!isVNode(type) || slot === SPACE_OF_DRIVER) continue;
    for (const entry of machine.entriesOf(cap)) model.tables.set(base, entry.index, entryOf(entry));
  }
  return system;
}

function recordOf({ type, mapping }: DecodedCapability) {
  if (!mapping) return {};
  // Tables are aligned to their size, and start-up maps no sections.
  const table = mapping.pte - (mapping.pte % (type === ObjType.VNode_ARM_l2_Mapping ? L1_BYTES : L2_BYTES));
  const { frame: parent, count, isVoid } = mapping;
  return { mapping: { parent, table, entry: (mapping.pte - table) / ENTRY_BYTES, count, live: !isVoid } };
}

function entryOf({ kind, address, access, cached, device, executeNever }: TableEntry): PageTableEntry {
  if (kind !== "table" && kind !== "page" && kind !== "section") throw new Error(`start-up wrote a ${kind}`);
  if (kind === "table") return { kind, address, access: "", cached: false, executable: false, memory: true };
  return { kind, address, access, cached, executable: !executeNever, memory: !device };
}

export function describeModel({ model }: ModelSystem, places: Places, meaning: Meaning): void {
  const { space, tables } = model;
  const bases = new Set<number>();
  for (const [slot, { type, base, bytes, mapping, eq }] of space.caps) {
    const more = mapping
      ? [
          addressOf(mapping.parent, places),
          mapping.table + mapping.entry * ENTRY_BYTES,
          mapping.count,
          Number(!mapping.live),
        ]
      : (eq ?? nothingMore);
    meaning.cap(addressOf(slot, places), typeNumber(type), base === OWN_ROOT ? places.root : base, bytes, more);
    if (isVNode(type)) bases.add(base);
  }
  for (const base of bases) {
    for (const [index, entry] of tables.valid(base)) {
      meaning.entry(base + index * ENTRY_BYTES, entry.address, attributesOfEntry(entry));
    }
  }
}

function attributesOfEntry({ kind, access, cached, executable, memory }: PageTableEntry): number {
  if (kind === "table") return TABLE_ATTRIBUTES;
  return attributesOf({ isSection: kind === "section", access, cached: cached && memory, device: !memory, executable });
}

export function modelFingerprint(system: ModelSystem, places: Places): number {
  const fingerprint = new Fingerprint();
  describeModel(system, places, fingerprint);
  return fingerprint.key;
}

/** The final dump of a trace, without objects that only start-up knows. */
export function dumpOfModel(system: ModelSystem, places: Places): Dump {
  const { dump, tables } = system.dump();
  const pageCNode = slotIn(system.model.space.driverRoot!, PAGE_CNODE_ENTRY);
  const isTraces = (slot: number): boolean => slot !== pageCNode && isSlotOfTrace(slot, places);
  return { dump: dump.filter(([slot]) => isTraces(slot)), tables: tables.filter(({ slot }) => isTraces(slot)) };
}
