/** The CSpace: the slots of the root CNode, and the slots of the L2CNode in one of them. */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { CapabilityColumns } from "../../../../observe/columns/capabilities";
import type { AddressColumns, CSpaceColumns } from "../../../../observe/columns/cspace";
import { rootSlotName, wellKnownSlotName } from "../../../../observe/decode/cspace";
import { formatAddress, formatBytes } from "../../../../observe/text/quantities";
import { typeName } from "../../../../system/kpi/object-types";
import { english } from "../../english";
import type { Moment } from "../../moment";
import { hovered, select, selection } from "../../state";
import { CapabilityCard } from "../capabilities/CapabilityCard";
import { Damage } from "../shared/Damage";
import { useExportedDrawing } from "../shared/exported-drawing";
import { type Column, Rows } from "../shared/Rows";
import { memoryText, Relations, selectedIndex } from "../shared/relations";
import { TypeName } from "../shared/TypeName";
import { defineView } from "../view";
import { cspaceDrawing } from "./drawing";
import { SlotGrid } from "./SlotGrid";

type Parts = "capabilities" | "addresses" | "cspace";

const SLOTS = 256;
const SLOT_BYTES = 64;

/** Where a slot of the CSpace is: in the root, or in the L2CNode in a slot of the root. */
interface Place {
  /** Slot of the root. */
  root: number;
  /** Slot of the L2CNode; null for the slot of the root itself. */
  slot: number | null;
}

/** The place of a slot by its physical address; null if it is not in the CSpace. */
function placeOf({ root, rootTypes, cnodes, base, rootSlot }: CSpaceColumns, at: number): Place | null {
  for (let i = 0; i < cnodes; i++) {
    const offset = at - (base[i] as number);
    if (offset >= 0 && offset < SLOTS * SLOT_BYTES) return { root: rootSlot[i] as number, slot: offset / SLOT_BYTES };
  }
  const offset = at - root;
  return offset >= 0 && offset < rootTypes.length * SLOT_BYTES ? { root: offset / SLOT_BYTES, slot: null } : null;
}

/** The place that a selection means: a slot, or where the selected capability is. */
function selectedPlace(
  cspace: CSpaceColumns,
  { address, level }: AddressColumns,
  { first, count }: CapabilityColumns,
  chosen: number,
): Place | null {
  const picked = selection.value;
  if (picked?.kind === "slot") return placeOf(cspace, picked.at);
  if (chosen < 0) return null;
  // Any copy that is in the CSpace will do.
  for (let i = first[chosen] as number; i < count && first[i] === first[chosen]; i++) {
    const at = address[i] as number;
    if (level[i] === 2) return { root: at >>> 8, slot: at & 0xff };
    if (level[i] === 1) return { root: at >>> 8, slot: null };
  }
  return null;
}

function CSpaceView({ moment: { capabilities, addresses, cspace } }: { moment: Moment<Parts> }) {
  const words = english.cspace;
  const chosen = useMemo(() => selectedIndex(capabilities, selection.value), [capabilities, selection.value]);
  const relations = useMemo(() => new Relations(capabilities, chosen), [capabilities, chosen]);
  const byPlace = useMemo(() => {
    const { address, level } = addresses;
    const found = new Map<number, number>();
    for (let i = 0; i < capabilities.count; i++)
      if (level[i] !== 0) found.set((address[i] as number) * 4 + (level[i] as number), i);
    return found;
  }, [capabilities, addresses]);
  const place = selectedPlace(cspace, addresses, capabilities, chosen);
  /** Slot of the root whose CNode is shown as long as nothing in another one is selected. */
  const opened = useSignal(0);
  const cnodeAt = useMemo(() => new Map([...cspace.rootSlot].map((slot, i) => [slot, i])), [cspace]);
  const wanted = place && cnodeAt.has(place.root) ? place.root : opened.value;
  useEffect(() => {
    opened.value = wanted;
  }, [wanted]);
  const cnode = cnodeAt.get(wanted) ?? 0;
  const rootSlot = cspace.rootSlot[cnode] ?? 0;
  const types = cspace.types.subarray(cnode * SLOTS, cnode * SLOTS + SLOTS);
  const occupied = useMemo(() => Uint8Array.from([...types.keys()].filter((slot) => types[slot] !== 0)), [types]);
  /** Index of the capability in a slot of the open CNode, or of the root; -1 if there is none. */
  const inside = (slot: number) => byPlace.get(((rootSlot << 8) | slot) * 4 + 2) ?? -1;
  const inRoot = (slot: number) => byPlace.get((slot << 8) * 4 + 1) ?? -1;
  /** Related capabilities in a CNode make its slot of the root related, too. */
  const rootMarks = useMemo(
    () => marksOfRoot(capabilities, addresses, relations),
    [capabilities, addresses, relations],
  );

  const selectSlot = (at: number) => select({ kind: "slot", at });
  const atOf = (slot: number) => (cspace.base[cnode] as number) + slot * SLOT_BYTES;
  const addressText = (slot: number) => `0x${((rootSlot << 8) | slot).toString(16).padStart(3, "0")}`;

  useExportedDrawing("typefish-cspace", () =>
    cspaceDrawing([
      {
        title: words.root(cspace.rootTypes.length, countUsed(cspace.rootTypes)),
        types: cspace.rootTypes,
        columns: rootColumns(cspace.rootTypes.length),
        fill: (slot) => fillOf(cspace, cnodeAt.get(slot)),
        selected: place?.root ?? -1,
      },
      {
        title: words.cnode(rootSlot, rootSlotName(rootSlot), cspace.used[cnode] ?? 0),
        types,
        columns: 16,
        fill: () => 1,
        selected: place?.root === rootSlot ? (place.slot ?? -1) : -1,
      },
    ]),
  );
  if (cspace.root === 0) return <p class="quiet">{words.none}</p>;
  const selectedSlot = place?.root === rootSlot ? (place.slot ?? -1) : -1;
  const columns: Column[] = [
    { title: words.slot, track: "3.5rem", isNumber: true, cell: (row) => occupied[row] },
    { title: words.address, track: "5.5rem", isCode: true, cell: (row) => addressText(occupied[row] as number) },
    {
      title: words.type,
      track: "minmax(7rem, 1fr)",
      cell: (row) => <TypeName type={types[occupied[row] as number] as number} />,
    },
    {
      title: words.memory,
      track: "12.2rem",
      isCode: true,
      from: 470,
      cell: (row) => {
        const i = inside(occupied[row] as number);
        return i < 0 ? "" : memoryText(capabilities.base[i] as number, capabilities.bytes[i] as number);
      },
    },
    {
      title: words.size,
      track: "5rem",
      isNumber: true,
      from: 560,
      cell: (row) => {
        const bytes = capabilities.bytes[inside(occupied[row] as number)] ?? 0;
        return bytes === 0 ? "" : formatBytes(bytes);
      },
    },
    {
      title: words.purpose,
      track: "minmax(7rem, 1fr)",
      from: 700,
      cell: (row) => wellKnownSlotName(rootSlot, occupied[row] as number) ?? "",
    },
  ];

  return (
    <div class="split cspace">
      <div class="main-part">
        <Damage notes={cspace.damage} />
        <div class="cnodes">
          <section>
            <h3>{words.root(cspace.rootTypes.length, countUsed(cspace.rootTypes))}</h3>
            <SlotGrid
              types={cspace.rootTypes}
              columns={rootColumns(cspace.rootTypes.length)}
              fill={(slot) => fillOf(cspace, cnodeAt.get(slot))}
              mark={(slot) =>
                `${rootMarks.get(slot) ?? relations.of(inRoot(slot)) ?? ""}${slot === rootSlot ? " open" : ""}`
              }
              selected={place?.slot === null ? place.root : -1}
              onSelect={(slot) => {
                if (cnodeAt.has(slot)) opened.value = slot;
                selectSlot(cspace.root + slot * SLOT_BYTES);
              }}
              onHover={(slot) => {
                hovered.value = slot === null ? null : { kind: "slot", at: cspace.root + slot * SLOT_BYTES };
              }}
              label={words.rootLabel}
              describe={(slot) =>
                words.rootSlot(
                  slot,
                  typeText(cspace.rootTypes[slot]),
                  cnodeText(cspace, cnodeAt.get(slot)),
                  rootSlotName(slot),
                )
              }
            />
          </section>
          <section>
            <h3>{words.cnode(rootSlot, rootSlotName(rootSlot), cspace.used[cnode] ?? 0)}</h3>
            <SlotGrid
              types={types}
              columns={16}
              mark={(slot) => relations.of(inside(slot)) ?? ""}
              selected={selectedSlot}
              onSelect={(slot) => selectSlot(atOf(slot))}
              onHover={(slot) => {
                hovered.value = slot === null ? null : { kind: "slot", at: atOf(slot) };
              }}
              label={words.cnodeLabel(rootSlot)}
              describe={(slot) =>
                words.slotAt(
                  addressText(slot),
                  typeText(types[slot]),
                  wellKnownSlotName(rootSlot, slot),
                  memoryOf(capabilities, inside(slot)),
                )
              }
            />
          </section>
        </div>
        <Rows
          label={words.occupied(rootSlot)}
          count={occupied.length}
          columns={columns}
          selected={occupied.indexOf(selectedSlot)}
          mark={(row) => relations.of(inside(occupied[row] as number)) ?? ""}
          onSelect={(row) => selectSlot(atOf(occupied[row] as number))}
          empty={words.empty}
        />
      </div>
      <CapabilityCard
        capabilities={capabilities}
        addresses={addresses}
        index={chosen}
        isSelected={selection.value !== null}
      />
    </div>
  );
}

/** A larger root CNode has more columns, so that it is not taller than the L2CNode beside it. */
const rootColumns = (slots: number) => (slots <= SLOTS ? 16 : slots <= 4 * SLOTS ? 32 : 64);

const typeText = (type = 0) => (type === 0 ? english.cspace.free : typeName(type));

function memoryOf({ base, bytes }: CapabilityColumns, index: number): string {
  return index < 0 ? "" : memoryText(base[index] as number, bytes[index] as number);
}

function countUsed(types: Uint8Array): number {
  return types.reduce((sum, type) => sum + Number(type !== 0), 0);
}

function fillOf({ used }: CSpaceColumns, cnode: number | undefined): number {
  // A CNode with a single capability is visible, too.
  return cnode === undefined ? 1 : Math.max(0.12, (used[cnode] as number) / SLOTS);
}

function cnodeText({ used, base }: CSpaceColumns, cnode: number | undefined): string {
  if (cnode === undefined) return "";
  return english.cspace.cnodeAt(used[cnode] as number, formatAddress(base[cnode] as number));
}

/** For each slot of the root: the closest relation of a capability in its CNode. */
function marksOfRoot(
  { count }: CapabilityColumns,
  { address, level }: AddressColumns,
  relations: Relations,
): Map<number, string> {
  const marks = new Map<number, string>();
  if (relations.selected < 0) return marks;
  const order = ["descendant", "ancestor", "copy", "itself"];
  for (let i = 0; i < count; i++) {
    const relation = level[i] === 2 ? relations.of(i) : null;
    if (relation === null) continue;
    const slot = (address[i] as number) >>> 8;
    if (order.indexOf(relation) > order.indexOf(marks.get(slot) ?? "")) marks.set(slot, relation);
  }
  return marks;
}

export const cspace = defineView({
  id: "cspace",
  title: english.cspace.title,
  about: english.cspace.about,
  needs: ["capabilities", "addresses", "cspace"],
  component: CSpaceView,
});
