/**
 * What the loader left: a claim about memory, believed only after it has been checked.
 *
 * `kpi/multiboot.ts` draws the bytes.
 */
import { Multiboot, MultibootMapType } from "../../kpi/multiboot";
import { BASE_PAGE_MASK, BASE_PAGE_SIZE } from "../../kpi/types";
import { ramBase, ramBytes } from "../arch/armv7/hw";
import { kernelEnd, localPhysToMem, memToLocalPhys, physInDram } from "../arch/armv7/phys";
import { LOG_DEBUG, log } from "../debug/log";
import { panic } from "../debug/panic";
import { kernel } from "../kernel-state";
import { MDB_ADDRESS_LIMIT } from "../mdb/tree";

/** More entries than any loader writes: a greater number is a sign of garbage. */
const MAX_MAP_ENTRIES: u32 = 256;
const MAX_MODULES: u32 = 64;
/** Longest string that is looked at. */
const MAX_STRING: u32 = 4096;

/** One entry of the memory map, whole pages only. */
export class MapEntry {
  static base: u64 = 0;
  static end: u64 = 0;
  static type: i32 = 0;
}

/** One boot module. */
export class Module {
  static start: u32 = 0;
  static bytes: u32 = 0;
  /** Pointer to its string. */
  static text: usize = 0;
}

class Block {
  static at: usize = 0;
}

function word(offset: u32): u32 {
  return load<u32>(Block.at + offset);
}

/** Does all of a region lie in the block? Only there is it safe from the memory that start-up takes. */
function isInBlock(address: u32, bytes: u32): bool {
  const start = memToLocalPhys(Block.at);
  return address >= start && u64(address) + bytes <= u64(start) + word(Multiboot.BYTES);
}

/** Is there a zero byte within the longest string, all of it in the block? */
function stringIsValid(address: u32): bool {
  for (let i: u32 = 0; i < MAX_STRING && isInBlock(address + i, 1); i++) {
    if (load<u8>(localPhysToMem(address) + i) == 0) return true;
  }
  return false;
}

/** Takes the block at a physical address; a block that makes no sense stops the machine with a message. */
export function openMultiboot(address: u32): void {
  kernel.dramBase = ramBase();
  kernel.dramBytes = ramBytes();
  if (!physInDram(address, Multiboot.HEADER_SIZE) || address % 8 != 0)
    return panic("multiboot: the block is not in RAM");
  Block.at = localPhysToMem(address);
  if (word(Multiboot.MAGIC_OFFSET) != Multiboot.MAGIC) return panic("multiboot: no magic number in the block");
  if (word(Multiboot.BYTES) < u32(Multiboot.HEADER_SIZE)) return panic("multiboot: the block is too short");
  if (!physInDram(address, word(Multiboot.BYTES))) return panic("multiboot: the block is longer than RAM");
  if (address < kernelEnd()) return panic("multiboot: the block lies over the CPU driver");
  if (mapEntries() > MAX_MAP_ENTRIES) return panic("multiboot: more than 256 memory map entries");
  if (moduleEntries() > MAX_MODULES) return panic("multiboot: more than 64 modules");
  if (!isInBlock(word(Multiboot.MAP), mapEntries() * Multiboot.MAP_ENTRY_SIZE)) {
    return panic("multiboot: the memory map is not in the block");
  }
  if (!isInBlock(word(Multiboot.MODULES), moduleEntries() * Multiboot.MODULE_ENTRY_SIZE)) {
    return panic("multiboot: the list of modules is not in the block");
  }
  if (!stringIsValid(word(Multiboot.COMMAND_LINE))) return panic("multiboot: the command line has no end");
  checkModules();
  checkMap();
}

export function mapEntries(): u32 {
  return word(Multiboot.MAP_ENTRIES);
}

export function moduleEntries(): u32 {
  return word(Multiboot.MODULE_ENTRIES);
}

export function commandLine(): usize {
  return localPhysToMem(word(Multiboot.COMMAND_LINE));
}

/** Prints what the block says, for whoever wants to know. */
export function logMultiboot(): void {
  log(LOG_DEBUG, "Multiboot info:");
  log(LOG_DEBUG, "  command line: %z", commandLine());
  for (let i: u32 = 0; i < mapEntries(); i++) {
    readMapEntry(i);
    log(LOG_DEBUG, "  memory: %lx-%lx type %u", MapEntry.base, MapEntry.end - 1, MapEntry.type);
  }
  for (let i: u32 = 0; i < moduleEntries(); i++) {
    readModule(i);
    log(LOG_DEBUG, "  module: %x, %u bytes: %z", Module.start, Module.bytes, Module.text);
  }
}

/** First byte behind the block and all modules. */
export function endOfBootImage(): u64 {
  let end = u64(memToLocalPhys(Block.at)) + word(Multiboot.BYTES);
  for (let i: u32 = 0; i < moduleEntries(); i++) {
    readModule(i);
    end = max(end, u64(Module.start) + Module.bytes);
  }
  return end;
}

/** Reads entry `index` into `MapEntry`: the whole pages of the range, an empty range if there are none. */
export function readMapEntry(index: u32): void {
  const at = localPhysToMem(word(Multiboot.MAP)) + index * Multiboot.MAP_ENTRY_SIZE;
  const base = load<u64>(at, Multiboot.MAP_BASE);
  const end = base + load<u64>(at, Multiboot.MAP_LENGTH);
  MapEntry.type = load<u32>(at, Multiboot.MAP_TYPE);
  MapEntry.base = (base + BASE_PAGE_MASK) & ~u64(BASE_PAGE_MASK);
  MapEntry.end = max(end & ~u64(BASE_PAGE_MASK), MapEntry.base);
}

/** Reads module `index` into `Module`. */
export function readModule(index: u32): void {
  const at = localPhysToMem(word(Multiboot.MODULES)) + index * Multiboot.MODULE_ENTRY_SIZE;
  Module.start = load<u32>(at, Multiboot.MODULE_START);
  Module.bytes = load<u32>(at, Multiboot.MODULE_BYTES);
  Module.text = localPhysToMem(load<u32>(at, Multiboot.MODULE_STRING));
}

function checkModules(): void {
  for (let i: u32 = 0; i < moduleEntries(); i++) {
    const at = localPhysToMem(word(Multiboot.MODULES)) + i * Multiboot.MODULE_ENTRY_SIZE;
    readModule(i);
    if (Module.start % BASE_PAGE_SIZE != 0) return panic("multiboot: a module is not page aligned");
    if (!physInDram(Module.start, Module.bytes)) return panic("multiboot: a module is not in RAM");
    if (Module.start < kernelEnd()) return panic("multiboot: a module lies over the CPU driver");
    if (moduleOverlapsBefore(i)) return panic("multiboot: modules overlap each other or the block");
    if (!stringIsValid(load<u32>(at, Multiboot.MODULE_STRING))) return panic("multiboot: a module's string has no end");
  }
}

/** Does module `index` share a page with the block or with a module before it? */
function moduleOverlapsBefore(index: u32): bool {
  readModule(index);
  const start = u64(Module.start);
  const end = start + Module.bytes;
  const block = u64(memToLocalPhys(Block.at));
  if (start < block + word(Multiboot.BYTES) && block < end) return true;
  for (let i: u32 = 0; i < index; i++) {
    readModule(i);
    // Modules begin at pages: two that share a page share a byte.
    const other = u64(Module.start);
    if (start < other + Module.bytes && other < end) return true;
  }
  return false;
}

/** Ranges must be possible and apart from each other, and RAM must be what the machine has. */
function checkMap(): void {
  let ram = false;
  for (let i: u32 = 0; i < mapEntries(); i++) {
    const at = localPhysToMem(word(Multiboot.MAP)) + i * Multiboot.MAP_ENTRY_SIZE;
    const base = load<u64>(at, Multiboot.MAP_BASE);
    const length = load<u64>(at, Multiboot.MAP_LENGTH);
    if (base >= MDB_ADDRESS_LIMIT || length >= MDB_ADDRESS_LIMIT - base) {
      return panic("memory map: an entry lies above 4 TiB");
    }
    readMapEntry(i);
    const start = MapEntry.base;
    const end = MapEntry.end;
    if (start == end) continue;
    if (MapEntry.type == MultibootMapType.RAM) {
      if (!physInDram(start, end - start)) return panic("memory map: an entry of type RAM is not RAM of this machine");
      ram = true;
    }
    for (let j: u32 = 0; j < i; j++) {
      readMapEntry(j);
      if (MapEntry.base < MapEntry.end && MapEntry.base < end && start < MapEntry.end) {
        return panic("memory map: entries overlap");
      }
    }
  }
  if (!ram) panic("memory map: no RAM");
}

/** End of the entry of type RAM that contains `address`; 0 if none does. */
export function ramEntryEnd(address: u64): u64 {
  for (let i: u32 = 0; i < mapEntries(); i++) {
    readMapEntry(i);
    if (MapEntry.type == MultibootMapType.RAM && MapEntry.base <= address && address < MapEntry.end)
      return MapEntry.end;
  }
  return 0;
}
