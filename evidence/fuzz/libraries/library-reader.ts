/** Lets decoders read the program's memory. */
import type { MemoryReader } from "../../../observe/decode/memory-reader";
import type { Library } from "../../harness/libraries/library";

export class LibraryReader implements MemoryReader {
  constructor(private readonly library: Library) {}

  u8(address: number): number {
    return (this.u32(address & ~3) >>> ((address & 3) * 8)) & 0xff;
  }

  u16(address: number): number {
    return (this.u32(address & ~3) >>> ((address & 2) * 8)) & 0xffff;
  }

  u32(address: number): number {
    return this.library.kernel.load(address) >>> 0;
  }

  u64(address: number): number {
    return this.u32(address) + this.u32(address + 4) * 2 ** 32;
  }
}
