/** The board's DRAM and the machine page after it, in the linear memory that all modules share. */
import type { Region } from "../boards/board";
import { MACHINE_PAGE, MACHINE_PAGE_BYTES } from "./mmu/layout";

const WASM_PAGE = 0x10000;
/** Offset of the first byte after the machine page. */
const END = MACHINE_PAGE + MACHINE_PAGE_BYTES;

/** Unit of snapshots. */
export const CHUNK_BYTES = 0x10000;

export class PhysicalMemory {
  /** Always has the full size. The operating system provides only the pages that are touched. */
  readonly wasm: WebAssembly.Memory;
  /** The DRAM: offset 0 is physical address `region.base`. */
  readonly dram: DataView;
  /** All of the linear memory, the machine page included. */
  readonly all: DataView;

  /** `end` is the size of the linear memory, a multiple of 64 KiB. Whatever comes after the machine page is no DRAM. */
  constructor(
    readonly region: Region,
    end: number = END,
  ) {
    if (region.bytes > MACHINE_PAGE) throw new RangeError(`a board can have at most ${MACHINE_PAGE} bytes of DRAM`);
    this.wasm = new WebAssembly.Memory({ initial: end / WASM_PAGE, maximum: end / WASM_PAGE });
    this.dram = new DataView(this.wasm.buffer, 0, region.bytes);
    this.all = new DataView(this.wasm.buffer);
  }

  /** Offset in `dram` of `bytes` bytes at a physical address. Throws a RangeError unless all of them are DRAM. */
  offset(pa: number, bytes: number): number {
    const { base, bytes: size } = this.region;
    const offset = pa - base;
    if (!Number.isInteger(pa) || !Number.isInteger(bytes) || bytes < 0 || offset < 0 || offset + bytes > size) {
      const range = (start: number, length: number) => `0x${start.toString(16)}..0x${(start + length).toString(16)}`;
      throw new RangeError(`physical memory ${range(pa, bytes)} is not all in DRAM, ${range(base, size)}`);
    }
    return offset;
  }

  /** Copies a range of DRAM. */
  read(pa: number, bytes: number): Uint8Array {
    return new Uint8Array(this.wasm.buffer, this.offset(pa, bytes), bytes).slice();
  }

  write(pa: number, bytes: Uint8Array): void {
    new Uint8Array(this.wasm.buffer).set(bytes, this.offset(pa, bytes.length));
  }

  clear(pa: number, bytes: number): void {
    new Uint8Array(this.wasm.buffer, this.offset(pa, bytes), bytes).fill(0);
  }

  /** Reads the zero-terminated text at an offset in the linear memory. */
  text(offset: number): string {
    const bytes = new Uint8Array(this.wasm.buffer);
    return new TextDecoder().decode(bytes.subarray(offset, bytes.indexOf(0, offset)));
  }

  /**
   * Copies of the chunks that are not all zero, by offset, for DRAM, the machine page, and what comes after it up to
   * `end`.
   */
  nonZeroChunks(end = END): Map<number, Uint8Array> {
    const chunks = new Map<number, Uint8Array>();
    const words = new Int32Array(this.wasm.buffer);
    for (const offset of this.chunkOffsets(end)) {
      if (!isZero(words, offset / 4, CHUNK_BYTES / 4)) {
        chunks.set(offset, new Uint8Array(this.wasm.buffer, offset, CHUNK_BYTES).slice());
      }
    }
    return chunks;
  }

  writeChunks(chunks: ReadonlyMap<number, Uint8Array>): void {
    const all = new Uint8Array(this.wasm.buffer);
    for (const [offset, bytes] of chunks) all.set(bytes, offset);
  }

  /** Makes DRAM and everything after it zero. Pages that were not touched stay untouched. */
  clearAll(): void {
    const words = new Int32Array(this.wasm.buffer);
    const chunkWords = CHUNK_BYTES / 4;
    const clear = (from: number, to: number) => {
      for (let start = from / 4; start < to / 4; start += chunkWords) {
        if (!isZero(words, start, chunkWords)) words.fill(0, start, start + chunkWords);
      }
    };
    clear(0, this.region.bytes);
    clear(MACHINE_PAGE, this.wasm.buffer.byteLength);
  }

  private *chunkOffsets(end: number): Generator<number> {
    for (let offset = 0; offset < this.region.bytes; offset += CHUNK_BYTES) yield offset;
    for (let offset = MACHINE_PAGE; offset < end; offset += CHUNK_BYTES) yield offset;
  }
}

/** Checks eight words at a time, because most of a large DRAM is zero and every word is read. */
function isZero(words: Int32Array, start: number, count: number): boolean {
  const word = (index: number) => words[index] as number;
  for (let i = start; i < start + count; i += 8) {
    const low = word(i) | word(i + 1) | word(i + 2) | word(i + 3);
    if ((low | word(i + 4) | word(i + 5) | word(i + 6) | word(i + 7)) !== 0) return false;
  }
  return true;
}
