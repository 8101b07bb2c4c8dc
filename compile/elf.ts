/** Packs the data of a program into an ELF32 executable for ARM, which the CPU driver's loader reads. */
import type { DataSegment } from "./wasm/sections";

const FILE_HEADER_BYTES = 52;
const PROGRAM_HEADER_BYTES = 32;
const PAGE_BYTES = 4096;

const ET_EXEC = 2;
const EM_ARM = 40;
const EF_ARM_ABI5 = 0x05000000;
const PT_LOAD = 1;
const PF_X = 1;
const PF_W = 2;
const PF_R = 4;

export interface ProgramImage {
  /** Address of the first byte. */
  base: number;
  /** End of all static data, initialised or not. */
  end: number;
  segments: DataSegment[];
}

/** Address of the machine code in native programs (tools/build/native/program-space.ts). */
const TEXT = 0x01000000;
/** `udf #0`, an instruction that is permanently undefined. */
const NO_CODE = 0xe7f000f0;

/**
 * Packs two loadable segments. The data segment is read-write and spans `base` to `end`. The part after the last
 * initialised byte is zero and not in the file. The text segment exists because the entry point must lie in one. On the
 * hosted machine the code is elsewhere, so the text is never executed.
 */
export function packElf({ base, end, segments }: ProgramImage): Uint8Array<ArrayBuffer> {
  const dataEnd = segments.reduce((last, { address, bytes }) => Math.max(last, address + bytes.length), base);
  if (segments.some(({ address }) => address < base) || dataEnd > end) {
    throw new Error(`data outside ${base.toString(16)}-${end.toString(16)}, the static memory of the program`);
  }
  if (end > TEXT) throw new Error(`static memory up to ${end.toString(16)} reaches the text`);
  const file = new Uint8Array(PAGE_BYTES + dataEnd - base);
  const view = new DataView(file.buffer);
  const half = (at: number, value: number) => view.setUint16(at, value, true);
  const word = (at: number, value: number) => view.setUint32(at, value, true);
  const text = FILE_HEADER_BYTES + 2 * PROGRAM_HEADER_BYTES;

  // Class 32 bits, little-endian, version 1.
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  half(16, ET_EXEC);
  half(18, EM_ARM);
  word(20, 1);
  word(24, TEXT);
  word(28, FILE_HEADER_BYTES);
  word(32, 0);
  word(36, EF_ARM_ABI5);
  half(40, FILE_HEADER_BYTES);
  half(42, PROGRAM_HEADER_BYTES);
  half(44, 2);

  const headers = [
    [PT_LOAD, PAGE_BYTES, base, base, dataEnd - base, end - base, PF_R | PF_W, PAGE_BYTES],
    [PT_LOAD, text, TEXT, TEXT, 4, 4, PF_R | PF_X, 4],
  ].flat();
  for (const [index, value] of headers.entries()) word(FILE_HEADER_BYTES + 4 * index, value);
  word(text, NO_CODE);
  for (const { address, bytes } of segments) file.set(bytes, PAGE_BYTES + address - base);
  return file;
}
