/** Capabilities in words, alone and in rows that only differ by where they are. */
import type { Capability } from "../../inspector/decode/capability";
import type { OccupiedSlot } from "../../inspector/decode/cspace";
import type { MappingView } from "../../inspector/decode/mappings";
import { counted, formatAddress, formatBytes } from "../../text/quantities";

/** `0x81000000 - 0x81003fff`, or nothing for types without memory. */
export function regionText({ base, bytes }: { base: number; bytes: number }): string {
  if (bytes === 0) return base === 0 ? "" : formatAddress(base);
  return `${formatAddress(base)} - ${formatAddress(base + bytes - 1)}`;
}

export function sizeText(bytes: number): string {
  return bytes === 0 ? "" : formatBytes(bytes);
}

/** `0x00000305`, or `root slot 5`. */
export function slotText({ level, address, index }: OccupiedSlot): string {
  return level === 1 ? `root slot ${index}` : formatAddress(address);
}

/** What is particular to the type. */
export function detailText(capability: Capability, view?: MappingView): string {
  const { mapping, endpoint, numbers } = capability;
  if (mapping) {
    const count = counted(mapping.count, "entry", "entries");
    if (mapping.isVoid) return `void, had ${count}`;
    const where = view?.addresses.map(formatAddress).join(", ");
    return `${count} at ${formatAddress(mapping.pte)}${where ? `, for ${where}` : ""}`;
  }
  if (endpoint) return `buffer at offset ${endpoint.offset}, ${counted(endpoint.words, "word")}`;
  if (numbers) return numbers.join(", ");
  return "";
}

/** Items in a row of which each continues the one before. */
export function runsOf<T>(items: readonly T[], continues: (last: T, next: T) => boolean): T[][] {
  const runs: T[][] = [];
  for (const item of items) {
    const run = runs.at(-1);
    if (run && continues(run.at(-1) as T, item)) run.push(item);
    else runs.push([item]);
  }
  return runs;
}

/** Same type and size, and the memory follows. */
export function isNeighbour(last: Capability, next: Capability): boolean {
  return (
    last.type === next.type &&
    last.bytes === next.bytes &&
    last.bytes > 0 &&
    next.base === last.base + last.bytes &&
    last.rights === next.rights
  );
}
