/** `inspect pages`: shows init's address space, decoded from its page tables. */

import type { MappedRange } from "../../../observe/decode/address-space";
import { slotsByPlace } from "../../../observe/decode/cspace";
import type { MappingView } from "../../../observe/decode/mappings";
import { counted, formatAddress, formatBytes } from "../../../observe/text/quantities";
import { regionText, slotText } from "./capability-text";
import { table } from "./text";
import type { Subject, TextOptions, View } from "./view";

function attributes({ access, cached, device, executeNever }: MappedRange): string {
  const user = access === "" ? "--" : access.padEnd(2, "-");
  return `${user}${executeNever ? "-" : "x"} ${device ? "device" : cached ? "cached" : "not cached"}`;
}

/** Live mappings whose first address lies in a range. */
function mappingsIn(range: MappedRange, mappings: readonly MappingView[]): MappingView[] {
  return mappings.filter(({ addresses }) => addresses.some((va) => va >= range.va && va < range.va + range.bytes));
}

const LEGEND = [
  "entries: kind of the page-table entries; access: the program may r read, w write, x execute",
  "mapped by: address of the mapping capability in init's CSpace",
].join("\n");

function text({ system }: Subject, { colors }: TextOptions): string {
  const space = system.addressSpace();
  if (!space) return "init has no address space";
  const places = slotsByPlace(system.cspace());
  const mappings = system.mappings().filter(({ source }) => source?.typeName !== "VNode_ARM_l2");
  const rows = space.ranges.map((range) => {
    const owners = mappingsIn(range, mappings).map(({ capability }) => places.get(capability.at));
    const known = owners.filter((slot) => slot !== undefined).map(slotText);
    const by = known.length > 3 ? counted(known.length, "mapping") : known.join(", ");
    return [
      regionText({ base: range.va, bytes: range.bytes }),
      formatAddress(range.pa),
      formatBytes(range.bytes),
      range.kind,
      attributes(range),
      by,
    ];
  });
  const columns = [
    { title: "virtual" },
    { title: "physical" },
    { title: "size", align: "right" as const },
    { title: "entries" },
    { title: "access" },
    { title: "mapped by" },
  ];
  const { tables } = space;
  const bytes = space.ranges.reduce((sum, range) => sum + range.bytes, 0);
  return [
    `L1 table at ${formatAddress(space.root)}, ${counted(tables.length, "L2 table")}, ${formatBytes(bytes)} mapped`,
    "",
    table(columns, rows, colors),
    "",
    LEGEND,
  ].join("\n");
}

function json({ system }: Subject): unknown {
  const space = system.addressSpace();
  if (!space) return null;
  const places = slotsByPlace(system.cspace());
  const mappings = system.mappings().map(({ capability, source, table: inTable, entry, entries, addresses }) => ({
    address: places.get(capability.at)?.address ?? null,
    source: source ? { type: source.typeName, base: source.base, bytes: source.bytes } : null,
    table: inTable?.base ?? null,
    entry,
    entries,
    addresses,
  }));
  return { ...space, mappings };
}

export const pages: View = { name: "pages", description: "init's address space, from its page tables", json, text };
