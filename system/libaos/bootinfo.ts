/** Reads the memory regions in the bootinfo record of the CPU driver. `system/kpi/bootinfo.ts` draws the record. */
import { BootInfo, MemRegion } from "../kpi/bootinfo";
import { genpaddr_t, gensize_t } from "../kpi/types";
import { domain } from "./domain";

@unmanaged
class BootinfoHeader {
  hostMsg: u64;
  hostMsgBits: u32;
  regionsLength: u32;
  memSpawnCore: u32;
}

@unmanaged
export class MemoryRegion {
  base: genpaddr_t;
  bytes: gensize_t;
  /** A `RegionType`. */
  type: u32;
}

if (offsetof<BootinfoHeader>("regionsLength") != BootInfo.REGIONS_LENGTH) ERROR("BootinfoHeader: regionsLength");
if (offsetof<MemoryRegion>("type") != MemRegion.TYPE) ERROR("MemoryRegion: type");

/** Number of memory regions. */
export function bootinfoRegions(): u32 {
  return changetype<BootinfoHeader>(domain.bootinfo).regionsLength;
}

/** Memory region `index`. */
export function bootinfoRegion(index: u32): MemoryRegion {
  return changetype<MemoryRegion>(domain.bootinfo + BootInfo.REGIONS + index * MemRegion.SIZE);
}
