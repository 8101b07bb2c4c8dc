/** `inspect caps`: shows every capability of the CSpace by address. */

import { rightsText } from "../../../observe/decode/capability";
import { allSlots, type OccupiedSlot, slotsByPlace, wellKnownName } from "../../../observe/decode/cspace";
import { type Relations, relationsBySlot } from "../../../observe/decode/mapping-database";
import type { MappingView } from "../../../observe/decode/mappings";
import { counted } from "../../../observe/text/quantities";
import { detailText, isNeighbour, regionText, runsOf, sizeText, slotText } from "./capability-text";
import { table } from "./text";
import type { Subject, TextOptions, View } from "./view";

interface Row {
  slot: OccupiedSlot;
  relations: Relations;
  mapping: MappingView | undefined;
}

function rowsOf({ system }: Subject): Row[] {
  const cspace = system.cspace();
  if (!cspace) return [];
  const relations = relationsBySlot(system.objects());
  const mappings = new Map(system.mappings().map((view) => [view.capability.at, view]));
  const none: Relations = { copies: false, descendants: false, ancestors: false };
  return allSlots(cspace).map((slot) => ({
    slot,
    relations: relations.get(slot.capability.at) ?? none,
    mapping: mappings.get(slot.capability.at),
  }));
}

function relationsText({ copies, descendants, ancestors }: Relations): string {
  return `${copies ? "c" : "-"}${descendants ? "d" : "-"}${ancestors ? "a" : "-"}`;
}

function continues(last: Row, next: Row): boolean {
  return (
    next.slot.level === last.slot.level &&
    next.slot.index === last.slot.index + 1 &&
    isNeighbour(last.slot.capability, next.slot.capability) &&
    relationsText(last.relations) === relationsText(next.relations)
  );
}

/** Well-known names of the slots of a row. */
function namesOf(run: readonly Row[]): string {
  return run.flatMap(({ slot }) => wellKnownName(slot) ?? []).join(", ");
}

const LEGEND = [
  "address: where the capability is in init's CSpace; the last two digits are the slot in an L2CNode",
  "rights: r read, w write, x execute, g grant, i identify",
  "rel: other capabilities of the same memory: c copies, d descendants, a ancestors",
].join("\n");

function text(subject: Subject, { colors, all }: TextOptions): string {
  const rows = rowsOf(subject);
  const runs = all ? rows.map((row) => [row]) : runsOf(rows, continues);
  const columns = [
    { title: "address" },
    { title: "type" },
    { title: "memory" },
    { title: "size", align: "right" as const },
    { title: "rights" },
    { title: "rel" },
    { title: "details" },
  ];
  const body = runs.map((run) => {
    const [first, last] = [run[0] as Row, run.at(-1) as Row];
    const { capability } = first.slot;
    const bytes = capability.bytes * run.length;
    return [
      run.length === 1 ? slotText(first.slot) : `${slotText(first.slot)} - ${slotText(last.slot)}`,
      run.length === 1 ? capability.typeName : `${run.length} x ${capability.typeName}`,
      regionText({ base: capability.base, bytes }),
      sizeText(capability.bytes),
      rightsText(capability.rights),
      relationsText(first.relations),
      detailText(capability, first.mapping) || namesOf(run),
    ];
  });
  const count = counted(rows.length, "capability", "capabilities");
  return `${table(columns, body, colors)}\n\n${count}\n${LEGEND}`;
}

function json(subject: Subject): unknown {
  const { system } = subject;
  const places = slotsByPlace(system.cspace());
  return rowsOf(subject).map(({ slot, relations, mapping }) => {
    const { address, level, capability } = slot;
    const { at, type: _, typeName, base, bytes, rights, endpoint, numbers } = capability;
    const source = mapping?.source ? (places.get(mapping.source.at)?.address ?? null) : null;
    return {
      address,
      level,
      name: wellKnownName(slot),
      slot: at,
      type: typeName,
      base,
      bytes,
      rights: rightsText(rights),
      ...relations,
      ...(endpoint ? { endpoint } : {}),
      ...(numbers ? { numbers } : {}),
      ...(mapping
        ? {
            mapping: {
              isVoid: capability.mapping?.isVoid ?? false,
              source,
              table: mapping.table?.base ?? null,
              entry: mapping.entry,
              entries: mapping.entries,
              addresses: mapping.addresses,
            },
          }
        : {}),
    };
  });
}

export const caps: View = { name: "caps", description: "all capabilities in init's CSpace", json, text };
