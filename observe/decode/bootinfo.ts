/**
 * Decodes the record of memory regions that the CPU driver writes for init. `system/kpi/bootinfo.ts` draws the bytes.
 */
import { BOOTINFO_MAX_REGIONS, BootInfo, MemRegion, RegionType } from "../../system/kpi/bootinfo";
import { type Damage, readable } from "./damage";
import type { MemoryReader } from "./memory-reader";

export interface BootRegion {
  type: string;
  base: number;
  bytes: number;
  /** For a module: its size, and its slot in the module CNode. */
  module?: { bytes: number; slot: number };
}

const TYPE_NAMES: Record<number, string> = {
  [RegionType.Empty]: "RAM",
  [RegionType.RootTask]: "init",
  [RegionType.PhyAddr]: "reserved",
  [RegionType.PlatformData]: "platform data",
  [RegionType.Module]: "module",
  [RegionType.ACPI_TABLE]: "ACPI table",
};

function decodeRegion(reader: MemoryReader, at: number): BootRegion {
  const type = reader.u32(at + MemRegion.TYPE);
  const region: BootRegion = {
    type: TYPE_NAMES[type] ?? `type ${type}`,
    base: reader.u64(at + MemRegion.BASE),
    bytes: reader.u64(at + MemRegion.BYTES),
  };
  if (type === RegionType.Module) {
    region.module = { bytes: reader.u32(at + MemRegion.MOD_SIZE), slot: reader.u32(at + MemRegion.MOD_SLOT) };
  }
  return region;
}

/** `at` is the address of the record, physical or virtual, depending on the reader. */
export function decodeBootInfo(reader: MemoryReader, at: number, damage?: Damage): BootRegion[] {
  const length = readable(damage, "bootinfo", at, () => reader.u32(at + BootInfo.REGIONS_LENGTH)) ?? 0;
  const places = Array.from(
    { length: Math.min(length, BOOTINFO_MAX_REGIONS) },
    (_, index) => at + BootInfo.REGIONS + index * MemRegion.SIZE,
  );
  const regions = places.map((place) =>
    readable(damage, "region in bootinfo", place, () => decodeRegion(reader, place)),
  );
  return regions.filter((region) => region !== null);
}
