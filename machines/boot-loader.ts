/** Does the work of a boot loader: puts the modules and the multiboot block into DRAM, after the CPU driver. */

import { Multiboot, MultibootMapType } from "../system/kpi/multiboot";
import type { Board, Region } from "./boards/board";

const PAGE = 4096;

/** The board's DRAM, by physical address. */
export interface LoaderMemory {
  read(address: number, bytes: number): Uint8Array;
  write(address: number, bytes: Uint8Array): void;
}

export interface BootModule {
  /**
   * Command line of the program: `NAME=value` words for its environment, then its name, then arguments.
   *
   * For example "SCENARIO=T0* init".
   */
  string: string;
  elf: Uint8Array;
}

/** An entry of the memory map. Any type other than these two is memory that the system must not use. */
export interface MapRegion extends Region {
  type: MultibootMapType | number;
}

/** The memory map that a board's boot loader reports. */
export function boardRegions(board: Board): MapRegion[] {
  return [
    { ...board.devices, type: MultibootMapType.DEVICE },
    { ...board.dram, type: MultibootMapType.RAM },
  ];
}

export interface Loaded {
  /** Physical address of the multiboot block. */
  block: number;
  /** First physical address after everything that is in memory before the CPU driver runs. */
  end: number;
  /** Hash of everything that was loaded. */
  fingerprint: number;
}

/** FNV-1a on 32-bit words. Folds in the high half of each product so that no bits are lost. */
function hash(bytes: Uint8Array): number {
  let value = 0x811c9dc5;
  for (const word of new Uint32Array(bytes.buffer)) {
    value = Math.imul(value ^ word, 0x01000193);
    value ^= value >>> 15;
  }
  return value >>> 0;
}

const alignUp = (value: number, alignment: number) => Math.ceil(value / alignment) * alignment;

/** Writes the multiboot block from its end: the strings come last. */
class BlockWriter {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private textAt: number;

  constructor(
    private readonly base: number,
    fixedBytes: number,
    texts: string[],
  ) {
    const textBytes = texts.reduce((sum, text) => sum + new TextEncoder().encode(text).length + 1, 0);
    this.bytes = new Uint8Array(fixedBytes + textBytes);
    this.view = new DataView(this.bytes.buffer);
    this.textAt = fixedBytes;
  }

  word(at: number, value: number): void {
    this.view.setUint32(at, value, true);
  }

  long(at: number, value: number): void {
    this.view.setBigUint64(at, BigInt(value), true);
  }

  /** Writes a zero-terminated string and returns its physical address. */
  text(text: string): number {
    const at = this.textAt;
    const encoded = new TextEncoder().encode(text);
    this.bytes.set(encoded, at);
    this.textAt += encoded.length + 1;
    return this.base + at;
  }

  finish(): Uint8Array {
    return this.bytes;
  }
}

/**
 * Loads all modules, from physical address `start`, the end of the CPU driver's image. Throws a RangeError if the
 * board's DRAM is too small.
 */
export function loadModules(
  memory: LoaderMemory,
  board: Board,
  modules: readonly BootModule[],
  commandLine: string,
  start: number,
  regions: readonly MapRegion[] = boardRegions(board),
): Loaded {
  const block = alignUp(start, PAGE);
  const map = alignUp(Multiboot.HEADER_SIZE, 8);
  const moduleTable = map + regions.length * Multiboot.MAP_ENTRY_SIZE;
  const strings = modules.map((module) => module.string);
  const fixedBytes = moduleTable + modules.length * Multiboot.MODULE_ENTRY_SIZE;
  const writer = new BlockWriter(block, fixedBytes, [commandLine, ...strings]);

  writer.word(Multiboot.MAGIC_OFFSET, Multiboot.MAGIC);
  writer.word(Multiboot.COMMAND_LINE, writer.text(commandLine));
  writer.word(Multiboot.MAP_ENTRIES, regions.length);
  writer.word(Multiboot.MAP, block + map);
  writer.word(Multiboot.MODULE_ENTRIES, modules.length);
  writer.word(Multiboot.MODULES, block + moduleTable);
  regions.forEach((region, index) => {
    const entry = map + index * Multiboot.MAP_ENTRY_SIZE;
    writer.long(entry + Multiboot.MAP_BASE, region.base);
    writer.long(entry + Multiboot.MAP_LENGTH, region.bytes);
    writer.word(entry + Multiboot.MAP_TYPE, region.type);
  });

  const addresses = modules.map((module) => writer.text(module.string));
  const bytes = writer.finish();
  writer.word(Multiboot.BYTES, bytes.length);
  let free = alignUp(block + bytes.length, PAGE);
  modules.forEach((module, index) => {
    const entry = moduleTable + index * Multiboot.MODULE_ENTRY_SIZE;
    writer.word(entry + Multiboot.MODULE_START, free);
    writer.word(entry + Multiboot.MODULE_BYTES, module.elf.length);
    writer.word(entry + Multiboot.MODULE_STRING, addresses[index] as number);
    memory.write(free, module.elf);
    free = alignUp(free + module.elf.length, PAGE);
  });
  memory.write(block, bytes);
  const { base } = board.dram;
  return { block, end: free, fingerprint: hash(memory.read(base, free - base)) };
}
