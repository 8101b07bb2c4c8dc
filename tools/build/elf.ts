/** Packs the data of a program into an ELF32 executable for ARM: what the CPU driver's loader reads. */
import type { DataSegment } from "./wasm-binary";

const FILE_HEADER_BYTES = 52;
const PROGRAM_HEADER_BYTES = 32;
const PAGE_BYTES = 4096;

const ET_EXEC = 2;
const EM_ARM = 40;
const EF_ARM_ABI5 = 0x05000000;
const PT_LOAD = 1;
const PF_W = 2;
const PF_R = 4;

export interface ProgramImage {
  /** Address of the first byte. */
  base: number;
  /** End of everything static, initialised or not. */
  end: number;
  segments: DataSegment[];
}

/**
 * One loadable segment, read-write, from `base` to `end`; behind the last initialised byte it is zero and not in the
 * file. The entry is `base`: hosted, the code is elsewhere, and a loader may still want it inside a segment.
 */
export function packElf({ base, end, segments }: ProgramImage): Uint8Array {
  const dataEnd = segments.reduce((last, { address, bytes }) => Math.max(last, address + bytes.length), base);
  if (segments.some(({ address }) => address < base) || dataEnd > end) {
    throw new Error(`data outside ${base.toString(16)}-${end.toString(16)}, the static memory of the program`);
  }
  const file = new Uint8Array(PAGE_BYTES + dataEnd - base);
  const view = new DataView(file.buffer);
  const half = (at: number, value: number) => view.setUint16(at, value, true);
  const word = (at: number, value: number) => view.setUint32(at, value, true);

  // 32 bits, little-endian, version 1.
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  half(16, ET_EXEC);
  half(18, EM_ARM);
  word(20, 1);
  word(24, base);
  word(28, FILE_HEADER_BYTES);
  word(32, 0);
  word(36, EF_ARM_ABI5);
  half(40, FILE_HEADER_BYTES);
  half(42, PROGRAM_HEADER_BYTES);
  half(44, 1);

  const header = FILE_HEADER_BYTES;
  word(header, PT_LOAD);
  word(header + 4, PAGE_BYTES);
  word(header + 8, base);
  word(header + 12, base);
  word(header + 16, dataEnd - base);
  word(header + 20, end - base);
  word(header + 24, PF_R | PF_W);
  word(header + 28, PAGE_BYTES);

  for (const { address, bytes } of segments) file.set(bytes, PAGE_BYTES + address - base);
  return file;
}
