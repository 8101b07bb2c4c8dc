/** Formats capabilities, one by one and as runs of capabilities that differ only in their place. */
import type { Capability } from "../../../observe/decode/capability";
import type { OccupiedSlot } from "../../../observe/decode/cspace";
import type { MappingView } from "../../../observe/decode/mappings";
import { counted, formatAddress, formatBytes } from "../../../observe/text/quantities";

/** `0x81000000 - 0x81003fff`, or an empty text for types without memory. */
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

/** Details that only this type of capability has. */
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

/** Groups consecutive items in which each one continues the one before it. */
export function runsOf<T>(items: readonly T[], continues: (last: T, next: T) => boolean): T[][] {
  const runs: T[][] = [];
  for (const item of items) {
    const run = runs.at(-1);
    if (run && continues(run.at(-1) as T, item)) run.push(item);
    else runs.push([item]);
  }
  return runs;
}

/** Whether type and size are equal and the memory follows directly. */
export function isNeighbour(last: Capability, next: Capability): boolean {
  return (
    last.type === next.type &&
    last.bytes === next.bytes &&
    last.bytes > 0 &&
    next.base === last.base + last.bytes &&
    last.rights === next.rights
  );
}
