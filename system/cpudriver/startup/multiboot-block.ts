/**
 * Reads and checks the multiboot block, in which the loader describes memory and modules. The CPU driver trusts nothing
 * in it before `openMultiboot` has checked it.
 *
 * `system/kpi/multiboot.ts` draws the block.
 */
import { Multiboot, MultibootMapType } from "../../kpi/multiboot";
import { BASE_PAGE_MASK, BASE_PAGE_SIZE } from "../../kpi/types";
import { dramBase, ramBytes } from "../arch/armv7/hw";
import { kernelEnd, localPhysToMem, memToLocalPhys, physInDram } from "../arch/armv7/phys";
import { MEMORY_LIMIT } from "../cap/cte";
import { LOG_DEBUG, log } from "../debug/log";
import { panic } from "../debug/panic";
import { kernel } from "../kernel-state";

/** No loader writes more entries than this. A greater number means that the block is garbage. */
const MAX_MAP_ENTRIES: u32 = 256;
const MAX_MODULES: u32 = 64;
/** Bytes of the longest valid string, with its zero byte. */
export const MAX_STRING: u32 = 4096;

/** The CPU driver reads whole words, so each part must be aligned to its largest word. The map has 64-bit words. */
const BLOCK_ALIGNMENT: u32 = 8;
const MAP_ALIGNMENT: u32 = 8;
const MODULES_ALIGNMENT: u32 = 4;

/** One entry of the memory map, exactly as in the block. */
class MapEntry {
  static base: u64 = 0;
  static end: u64 = 0;
  static type: i32 = 0;
}

/** The whole pages of a map entry. For RAM, the range includes all entries that continue it without a gap. */
export class MapRange {
  static base: u64 = 0;
  static end: u64 = 0;
  static type: i32 = 0;
}

/** One boot module. */
export class Module {
  static start: u32 = 0;
  static bytes: u32 = 0;
  /** Pointer to the module's string. */
  static text: usize = 0;
}

class Block {
  static at: usize = 0;
}

function word(offset: u32): u32 {
  return load<u32>(Block.at + offset);
}

/** Does a whole region lie in the block? Start-up does not allocate memory there, so the region stays intact. */
function isInBlock(address: u32, bytes: u32): bool {
  const start = memToLocalPhys(Block.at);
  return address >= start && u64(address) + bytes <= u64(start) + word(Multiboot.BYTES);
}

/** Does the string end in the block, within `MAX_STRING` bytes? */
function stringIsValid(address: u32): bool {
  for (let i: u32 = 0; i < MAX_STRING && isInBlock(address + i, 1); i++) {
    if (load<u8>(localPhysToMem(address) + i) == 0) return true;
  }
  return false;
}

/** Opens and checks the block at a physical address. An invalid block stops the machine with a message. */
export function openMultiboot(address: u32): void {
  kernel.dramBase = dramBase;
  kernel.dramBytes = ramBytes();
  if (!physInDram(address, Multiboot.HEADER_SIZE) || address % BLOCK_ALIGNMENT != 0)
    return panic("multiboot: the block is not in RAM, or not aligned to 8 bytes");
  Block.at = localPhysToMem(address);
  if (word(Multiboot.MAGIC_OFFSET) != Multiboot.MAGIC) return panic("multiboot: the block has no magic number");
  if (word(Multiboot.BYTES) < u32(Multiboot.HEADER_SIZE)) return panic("multiboot: the block is too short");
  if (!physInDram(address, word(Multiboot.BYTES))) return panic("multiboot: the block is longer than RAM");
  if (address < kernelEnd()) return panic("multiboot: the block overlaps the CPU driver");
  if (mapEntries() > MAX_MAP_ENTRIES) return panic("multiboot: more than 256 memory map entries");
  if (moduleEntries() > MAX_MODULES) return panic("multiboot: more than 64 modules");
  if (!isInBlock(word(Multiboot.MAP), mapEntries() * Multiboot.MAP_ENTRY_SIZE)) {
    return panic("multiboot: the memory map is outside of the block");
  }
  if (word(Multiboot.MAP) % MAP_ALIGNMENT != 0) return panic("multiboot: the memory map is not aligned to 8 bytes");
  if (!isInBlock(word(Multiboot.MODULES), moduleEntries() * Multiboot.MODULE_ENTRY_SIZE)) {
    return panic("multiboot: the list of modules is outside of the block");
  }
  if (word(Multiboot.MODULES) % MODULES_ALIGNMENT != 0) {
    return panic("multiboot: the list of modules is not aligned to 4 bytes");
  }
  if (!stringIsValid(word(Multiboot.COMMAND_LINE)))
    return panic("multiboot: the command line does not end with a zero");
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

/** Prints the contents of the block at level LOG_DEBUG. */
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

/** Physical address of the first byte past the block and all modules. */
export function endOfBootImage(): u64 {
  let end = u64(memToLocalPhys(Block.at)) + word(Multiboot.BYTES);
  for (let i: u32 = 0; i < moduleEntries(); i++) {
    readModule(i);
    end = max(end, u64(Module.start) + Module.bytes);
  }
  return end;
}

function readMapEntry(index: u32): void {
  const at = localPhysToMem(word(Multiboot.MAP)) + index * Multiboot.MAP_ENTRY_SIZE;
  MapEntry.base = load<u64>(at, Multiboot.MAP_BASE);
  MapEntry.end = MapEntry.base + load<u64>(at, Multiboot.MAP_LENGTH);
  MapEntry.type = load<u32>(at, Multiboot.MAP_TYPE);
}

function isRam(): bool {
  return MapEntry.type == MultibootMapType.RAM && MapEntry.base < MapEntry.end;
}

/** Does an entry of type RAM end at `address`? Then RAM that begins there continues it. */
function ramEndsAt(address: u64): bool {
  for (let i: u32 = 0; i < mapEntries(); i++) {
    readMapEntry(i);
    if (isRam() && MapEntry.end == address) return true;
  }
  return false;
}

/** First address from `address` on that is not RAM. RAM may be split into several entries, in any order. */
export function ramEnd(address: u64): u64 {
  let end = address;
  for (let i: u32 = 0; i < mapEntries(); ) {
    readMapEntry(i++);
    if (!isRam() || MapEntry.base > end || MapEntry.end <= end) continue;
    // An entry that continues this one may come before it in the map, so start again.
    end = MapEntry.end;
    i = 0;
  }
  return end;
}

/**
 * Reads the range that begins with entry `index` into `MapRange`. The range is empty if it contains no whole page. It
 * is also empty if the entry continues an earlier range of RAM, which then includes it.
 */
export function readMapRange(index: u32): void {
  readMapEntry(index);
  MapRange.type = MapEntry.type;
  const base = MapEntry.base;
  let end = MapEntry.end;
  if (isRam()) end = ramEndsAt(base) ? base : ramEnd(end);
  MapRange.base = (base + BASE_PAGE_MASK) & ~u64(BASE_PAGE_MASK);
  MapRange.end = max(end & ~u64(BASE_PAGE_MASK), MapRange.base);
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
    if (Module.start < kernelEnd()) return panic("multiboot: a module overlaps the CPU driver");
    if (moduleOverlapsBefore(i)) return panic("multiboot: a module overlaps another module or the block");
    if (!stringIsValid(load<u32>(at, Multiboot.MODULE_STRING)))
      return panic("multiboot: a module's string does not end with a zero");
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
    // Modules are page aligned, so two modules that share a page overlap.
    const other = u64(Module.start);
    if (start < other + Module.bytes && other < end) return true;
  }
  return false;
}

/** Checks the memory map: entries must be valid and must not overlap, and the machine must have the RAM they name. */
function checkMap(): void {
  checkMapEntries();
  let ram = false;
  for (let i: u32 = 0; i < mapEntries(); i++) {
    readMapRange(i);
    const bytes = MapRange.end - MapRange.base;
    if (MapRange.type != MultibootMapType.RAM || bytes == 0) continue;
    if (!physInDram(MapRange.base, bytes))
      return panic("memory map: an entry of type RAM lies outside of this machine's RAM");
    ram = true;
  }
  if (!ram) panic("memory map: there is no RAM");
}

function checkMapEntries(): void {
  for (let i: u32 = 0; i < mapEntries(); i++) {
    readMapEntry(i);
    const start = MapEntry.base;
    const end = MapEntry.end;
    if (start >= MEMORY_LIMIT || end < start || end >= MEMORY_LIMIT) {
      return panic("memory map: an entry lies above 4 TiB");
    }
    for (let j: u32 = 0; j < i; j++) {
      readMapEntry(j);
      if (MapEntry.base < end && start < MapEntry.end && start < end && MapEntry.base < MapEntry.end) {
        return panic("memory map: entries overlap");
      }
    }
  }
}
