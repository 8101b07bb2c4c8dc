/**
 * Packs a boot image: the CPU driver, then the multiboot block, then the boot modules, as one piece of memory.
 *
 *     offset in RAM
 *     0x1000      start code, text, ... of the CPU driver        machines/native/kernel/kernel.ld
 *     0x10000     its static data
 *     page        multiboot block                                machines/boot-loader.ts
 *     page        init, and further modules
 */

import { KERNEL_WINDOW } from "../../system/kpi/types";
import { type BootModule, loadModules, type MapRegion } from "../boot-loader";
import type { NativeBoard } from "./boards";
import type { KernelImage } from "./built";

/**
 * Words after the first instruction of machines/native/kernel/start.S: length of the image, size of the board's RAM.
 */
const LENGTH_OFFSET = 4;
const RAM_BYTES_OFFSET = 8;

const ELF_HEADER_BYTES = 52;
const PROGRAM_HEADER_BYTES = 32;

export interface FlatImage {
  /** Physical address of the first byte, which is also the entry point. */
  address: number;
  bytes: Uint8Array;
}

/** Memory that grows as it is written. */
class Writer {
  private bytes = new Uint8Array(0);
  constructor(private readonly base: number) {}

  write(address: number, bytes: Uint8Array): void {
    const at = address - this.base;
    if (at + bytes.length > this.bytes.length) {
      const grown = new Uint8Array(at + bytes.length);
      grown.set(this.bytes);
      this.bytes = grown;
    }
    this.bytes.set(bytes, at);
  }

  read(address: number, length: number): Uint8Array {
    return this.bytes.slice(address - this.base, address - this.base + length);
  }

  get length(): number {
    return this.bytes.length;
  }
}

/** Puts the parts at their places in RAM. */
export function packImage(
  { board }: NativeBoard,
  kernel: KernelImage,
  modules: readonly BootModule[],
  commandLine = board.commandLine,
  memoryMap?: readonly MapRegion[],
): FlatImage {
  const { base } = board.dram;
  const memory = new Writer(base);
  const toPhysical = (address: number) => address - KERNEL_WINDOW + base;
  for (const { address, bytes } of kernel.elf.segments) memory.write(toPhysical(address), bytes);
  loadModules(memory, board, modules, commandLine, base + kernel.end, memoryMap);
  const address = toPhysical(kernel.elf.entry);
  const bytes = memory.read(address, base + memory.length - address);
  const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  padded.set(bytes);
  const header = new DataView(padded.buffer);
  header.setUint32(LENGTH_OFFSET, padded.length, true);
  header.setUint32(RAM_BYTES_OFFSET, board.dram.bytes, true);
  return { address, bytes: padded };
}

/** An ELF file with one loadable segment at its physical address, for boot loaders and emulators. */
export function imageElf({ address, bytes }: FlatImage): Uint8Array {
  const offset = 4096;
  const file = new Uint8Array(offset + bytes.length);
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  view.setUint16(16, 2, true); // executable
  view.setUint16(18, 40, true); // ARM
  view.setUint32(20, 1, true);
  view.setUint32(24, address, true);
  view.setUint32(28, ELF_HEADER_BYTES, true);
  view.setUint32(36, 0x05000000, true); // EABI 5
  view.setUint16(40, ELF_HEADER_BYTES, true);
  view.setUint16(42, PROGRAM_HEADER_BYTES, true);
  view.setUint16(44, 1, true);
  const header = [1, offset, address, address, bytes.length, bytes.length, 7, 4096];
  for (const [index, value] of header.entries()) view.setUint32(ELF_HEADER_BYTES + index * 4, value, true);
  file.set(bytes, offset);
  return file;
}
