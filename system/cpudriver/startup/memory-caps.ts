/**
 * Makes capabilities for all memory in the memory map, and describes them to init in bootinfo.
 * (Specification of capabilities, section 6.4.)
 */
import { BOOTINFO_MAX_REGIONS, BootInfo, MemRegion, RegionType } from "../../kpi/bootinfo";
import { MODULECN_SLOT_FIRST, MODULECN_SLOT_STRINGS, RootSlot, TaskSlot } from "../../kpi/cspace";
import { MultibootMapType } from "../../kpi/multiboot";
import { ObjType } from "../../kpi/object-types";
import { BASE_PAGE_MASK, BASE_PAGE_SIZE, L2_CNODE_SLOTS } from "../../kpi/types";
import { localPhysToMem } from "../arch/armv7/phys";
import { createCaps } from "../cap/create";
import { LOG_NOTE, log } from "../debug/log";
import { panic } from "../debug/panic";
import { kernel } from "../kernel-state";
import { bootAlloc } from "./boot-memory";
import { InitObjects, initSlot } from "./init-cspace";
import { MapRange, Module, mapEntries, moduleEntries, readMapRange, readModule } from "./multiboot-block";

/** End of the addresses that a DevFrame can have: the end of 32-bit physical addresses. */
const DEVICE_LIMIT: u64 = 1 << 32;

/** Next free slots of the super CNode and the physaddr CNode, and next free region of bootinfo. */
class Next {
  static superSlot: u32 = 0;
  static physSlot: u32 = 0;
  static region: u32 = 0;
}

/** Adds a region to bootinfo; returns a pointer to its record. */
function addRegion(type: i32, base: u64, bytes: u64): usize {
  const bootinfo = localPhysToMem(InitObjects.bootinfo);
  if (Next.region >= BOOTINFO_MAX_REGIONS) panic("memory map: more regions than bootinfo can hold");
  const region = bootinfo + BootInfo.REGIONS + Next.region * MemRegion.SIZE;
  store<u64>(region, base, MemRegion.BASE);
  store<u64>(region, bytes, MemRegion.BYTES);
  store<u32>(region, type, MemRegion.TYPE);
  store<u32>(bootinfo, ++Next.region, BootInfo.REGIONS_LENGTH);
  return region;
}

function textLength(at: usize): u32 {
  let length: u32 = 0;
  while (load<u8>(at + length) != 0) length++;
  return length;
}

/**
 * Makes a frame with the modules' command lines, and a DevFrame for each module. They are DevFrames because their bytes
 * must never be cleared.
 */
export function makeModuleCaps(): void {
  const strings = bootAlloc(BASE_PAGE_SIZE);
  createCaps(ObjType.Frame, strings, BASE_PAGE_SIZE, 1, initSlot(RootSlot.MODULECN, MODULECN_SLOT_STRINGS));

  let used: u32 = 0;
  for (let i: u32 = 0; i < moduleEntries(); i++) {
    readModule(i);
    const length = textLength(Module.text) + 1;
    if (used + length > BASE_PAGE_SIZE) return panic("multiboot: the modules' strings are longer than a page");
    memory.copy(localPhysToMem(strings) + used, Module.text, length);

    const slot = MODULECN_SLOT_FIRST + i;
    const bytes = (u64(Module.bytes) + BASE_PAGE_MASK) & ~u64(BASE_PAGE_MASK);
    if (bytes != 0) createCaps(ObjType.DevFrame, Module.start, bytes, 1, initSlot(RootSlot.MODULECN, slot));
    const region = addRegion(RegionType.Module, Module.start, 0);
    store<u32>(region, Module.bytes, MemRegion.MOD_SIZE);
    store<u32>(region, used, MemRegion.MOD_DATA);
    store<u32>(region, slot, MemRegion.MOD_SLOT);
    used += length;
  }
}

/**
 * Makes capabilities for the RAM past the part that start-up used, and for the ranges that are not for general use.
 * Must run last, because it hands out all memory that is left.
 */
export function makeMemoryCaps(): void {
  for (let i: u32 = 0; i < mapEntries(); i++) {
    readMapRange(i);
    const base = max(MapRange.base, u64(kernel.firstFree));
    if (base >= MapRange.end) continue;
    if (MapRange.type == MultibootMapType.RAM) makeRam(base, MapRange.end - base);
    else if (MapRange.type != MultibootMapType.DEVICE) makePhysAddr(base, MapRange.end - base);
  }
}

function makeRam(base: u64, bytes: u64): void {
  if (Next.superSlot == L2_CNODE_SLOTS) return panic("memory map: more than 256 regions of RAM");
  createCaps(ObjType.RAM, base, bytes, 1, initSlot(RootSlot.SUPERCN, Next.superSlot++));
  addRegion(RegionType.Empty, base, bytes);
}

function makePhysAddr(base: u64, bytes: u64): void {
  if (Next.physSlot == L2_CNODE_SLOTS) return panic("memory map: more than 256 reserved regions");
  createCaps(ObjType.PhysAddr, base, bytes, 1, initSlot(RootSlot.PACN, Next.physSlot++));
  addRegion(RegionType.PhyAddr, base, bytes);
}

/** Makes a DevFrame for init of the first range of devices in the memory map, cut off at 4 GiB. */
export function makeDeviceCap(): void {
  for (let i: u32 = 0; i < mapEntries(); i++) {
    readMapRange(i);
    const end = min(MapRange.end, DEVICE_LIMIT);
    if (MapRange.type != MultibootMapType.DEVICE || MapRange.base >= end) continue;
    // The memory that start-up took belongs to the CPU driver or init. The map must not name it a device.
    if (MapRange.base < kernel.firstFree && end > kernel.dramBase) {
      return panic("memory map: a device region overlaps the CPU driver's memory");
    }
    log(LOG_NOTE, "Using device region at PA:0x%lx-0x%lx", MapRange.base, end - 1);
    createCaps(ObjType.DevFrame, MapRange.base, end - MapRange.base, 1, initSlot(RootSlot.TASKCN, TaskSlot.IO));
    return;
  }
}
