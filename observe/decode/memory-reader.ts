/** The only view of memory that decoders need: little-endian numbers at physical or virtual addresses. */

import type { Bytes } from "../../machines/calls/call-machine";
import { POINTER_OFFSET } from "../../system/cpudriver/layout/kernel-space";
import { Unreadable } from "./damage";

/** Each function throws an Unreadable if there is no memory at the address. */
export interface MemoryReader {
  u8(address: number): number;
  u16(address: number): number;
  u32(address: number): number;
  /** Exact up to 2^53, which is larger than any address or size here. */
  u64(address: number): number;
}

/** Physical memory: a machine's DRAM, a snapshot of it, or a memory image from real hardware. */
export class PhysicalReader implements MemoryReader {
  constructor(
    private readonly view: Bytes,
    /** Physical address of the first byte. */
    readonly base: number,
  ) {}

  get end(): number {
    return this.base + this.view.byteLength;
  }

  u8(address: number): number {
    return this.view.getUint8(this.offset(address, 1));
  }

  u16(address: number): number {
    return this.view.getUint16(this.offset(address, 2), true);
  }

  u32(address: number): number {
    return this.view.getUint32(this.offset(address, 4), true);
  }

  u64(address: number): number {
    return this.u32(address) + this.u32(address + 4) * 2 ** 32;
  }

  /** Converts a pointer of the CPU driver to a physical address; null for a null pointer. */
  pointer(address: number): number | null {
    const pointer = this.u32(address);
    return pointer === 0 ? null : this.base + (pointer & POINTER_OFFSET);
  }

  private offset(address: number, bytes: number): number {
    const offset = address - this.base;
    if (offset >= 0 && offset + bytes <= this.view.byteLength) return offset;
    throw new Unreadable("outside of the DRAM");
  }
}

/** Reads the zero-terminated text at an address. */
export function readText(reader: MemoryReader, address: number, limit = 4096): string {
  const bytes: number[] = [];
  for (let at = address; bytes.length < limit; at++) {
    const byte = reader.u8(at);
    if (byte === 0) break;
    bytes.push(byte);
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}
