/** How capabilities relate to the selected one. */

import type { CapabilityColumns } from "../../../../observe/columns/capabilities";
import type { AddressColumns } from "../../../../observe/columns/cspace";
import { formatAddress } from "../../../../observe/text/quantities";
import type { Selection } from "../../selection";

export type Relation = "itself" | "copy" | "ancestor" | "descendant";

/** The index of the capability that a selection means: -1 if there is none at this moment. */
export function selectedIndex(columns: CapabilityColumns, selection: Selection | null): number {
  if (selection === null) return -1;
  const { count, at, type, base, bytes } = columns;
  switch (selection.kind) {
    case "capability":
      for (let i = 0; i < count; i++) {
        if (base[i] === selection.base && type[i] === selection.type && bytes[i] === selection.bytes) return i;
      }
      return -1;
    case "slot":
      return at.indexOf(selection.at);
    case "page":
      return innermostAt(columns, selection.base);
    case "entry":
      return innermostAt(columns, selection.at);
    case "address":
      return -1;
  }
}

/** The innermost object that covers a physical address. */
function innermostAt({ count, base, bytes }: CapabilityColumns, pa: number): number {
  for (let i = count - 1; i >= 0; i--) {
    if ((base[i] as number) <= pa && pa < (base[i] as number) + (bytes[i] as number)) return i;
  }
  return -1;
}

export class Relations {
  private readonly ancestors = new Set<number>();

  constructor(
    private readonly columns: CapabilityColumns,
    /** Index of the selected capability; -1 if there is none. */
    readonly selected: number,
  ) {
    const { parent } = columns;
    for (let i = parent[selected] ?? -1; i >= 0; i = parent[i] as number) this.ancestors.add(i);
  }

  of(index: number): Relation | null {
    const { selected } = this;
    const { first, end } = this.columns;
    if (selected < 0 || index < 0) return null;
    if (index === selected) return "itself";
    const object = first[selected] as number;
    if (first[index] === object) return "copy";
    if (index > object && index < (end[selected] as number)) return "descendant";
    return this.ancestors.has(first[index] as number) ? "ancestor" : null;
  }
}

/** What selects a capability: its object. */
export function capabilitySelection({ type, base, bytes }: CapabilityColumns, index: number): Selection {
  return {
    kind: "capability",
    type: type[index] as number,
    base: base[index] as number,
    bytes: bytes[index] as number,
  };
}

/** `0x305`, `root slot 5`, or an empty text if the capability is not in the CSpace. */
export function addressText({ address, level }: AddressColumns, index: number): string {
  const at = address[index] as number;
  switch (level[index]) {
    case 1:
      return `root slot ${at >>> 8}`;
    case 2:
      return `0x${at.toString(16).padStart(3, "0")}`;
    default:
      return "";
  }
}

/** `0x80000000 – 0x800fffff`, one address for an object without a size, or an empty text without memory. */
export function memoryText(base: number, bytes: number): string {
  if (bytes === 0) return base === 0 ? "" : formatAddress(base);
  return `${formatAddress(base)} – ${formatAddress(base + bytes - 1)}`;
}
