/** `inspect memory`: shows physical memory, its type in the memory map, and what it is used for. */

import { anyCopy, type MdbObject } from "../../../observe/decode/mapping-database";
import { formatAddress, formatBytes } from "../../../observe/text/quantities";
import { ObjType } from "../../../system/kpi/object-types";
import { regionText } from "./capability-text";
import { table } from "./text";
import type { Subject, TextOptions, View } from "./view";

interface Region {
  type: string;
  base: number;
  bytes: number;
  /** Bytes by the type of the innermost object that covers them. */
  usage: Record<string, number>;
}

/**
 * Adds the bytes of an object and its descendants by type. Each byte counts for the innermost object that covers it.
 */
function addUsage(object: MdbObject, usage: Record<string, number>): void {
  const waiting = [object];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const sized = next.children.filter((child) => anyCopy(child).bytes > 0);
    const { typeName, bytes } = anyCopy(next);
    const own = bytes - sized.reduce((sum, child) => sum + anyCopy(child).bytes, 0);
    if (own > 0) usage[typeName] = (usage[typeName] ?? 0) + own;
    for (const child of sized) waiting.push(child);
  }
}

/** Regions that were not made from another region. Neighbours of the same type count as one. */
function regionsOf({ system }: Subject): Region[] {
  const regions: Region[] = [];
  for (const object of system.objects()) {
    const { typeName, type, base, bytes } = anyCopy(object);
    if (object.parent !== null || bytes === 0) continue;
    const last = regions.at(-1);
    const continues = last && last.type === typeName && last.base + last.bytes === base && type !== ObjType.DevFrame;
    const region = continues ? last : { type: typeName, base, bytes: 0, usage: {} };
    if (!continues) regions.push(region);
    region.bytes += bytes;
    addUsage(object, region.usage);
  }
  return regions;
}

function json(subject: Subject): unknown {
  const { system } = subject;
  const { dramBase, dramBytes, droppedBytes } = system.state;
  return {
    dram: { base: dramBase, bytes: dramBytes },
    bootInfo: system.bootInfo(),
    regions: regionsOf(subject),
    droppedBytes,
  };
}

function usageText({ type, usage }: Region): string {
  const sorted = Object.entries(usage).sort((a, b) => b[1] - a[1]);
  if (sorted.length === 1 && sorted[0]?.[0] === type) return "";
  return sorted.map(([name, bytes]) => `${formatBytes(bytes)} ${name === "RAM" ? "unused" : name}`).join(", ");
}

function text(subject: Subject, { colors }: TextOptions): string {
  const { system } = subject;
  const { dramBase, dramBytes, droppedBytes } = system.state;
  const bootInfo = system
    .bootInfo()
    .map(({ type, base, bytes, module }) => [
      type,
      regionText({ base, bytes: module?.bytes ?? bytes }),
      formatBytes(module?.bytes ?? bytes),
    ]);
  const regions = regionsOf(subject).map((region) => [
    region.type,
    regionText(region),
    formatBytes(region.bytes),
    usageText(region),
  ]);
  const size = { title: "size", align: "right" as const };
  return [
    `DRAM ${formatAddress(dramBase)} - ${formatAddress(dramBase + dramBytes - 1)}, ${formatBytes(dramBytes)}`,
    ...(droppedBytes > 0 ? [`no capability covers ${formatBytes(droppedBytes)} any more`] : []),
    "",
    colors.bold("regions that the CPU driver reports to init (bootinfo)"),
    table([{ title: "region" }, { title: "memory" }, size], bootInfo, colors),
    "",
    colors.bold("memory that capabilities cover"),
    table([{ title: "type" }, { title: "memory" }, size, { title: "used for" }], regions, colors),
  ].join("\n");
}

export const memory: View = { name: "memory", description: "physical memory and the objects in it", json, text };
