/** Makes the smallest program that the CPU driver loads: no code, and zeroed memory of a given size. */
import { INIT_SEGMENTS_VBASE } from "../../../system/kpi/init-space";

const FILE_HEADER_BYTES = 52;
const PROGRAM_HEADER_BYTES = 32;
const ET_EXEC = 2;
const EM_ARM = 40;
const PT_LOAD = 1;
const PF_R_W_X = 7;
const PAGE = 4096;

/**
 * An ELF32 image for ARM with one segment, at the lowest address that a segment may have. The segment is executable,
 * because the entry point must lie in an executable segment. It is writable, because the host writes there instead of
 * the program.
 */
export function idleProgram(bytes: number): Uint8Array {
  const file = new Uint8Array(FILE_HEADER_BYTES + PROGRAM_HEADER_BYTES);
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  view.setUint16(16, ET_EXEC, true);
  view.setUint16(18, EM_ARM, true);
  view.setUint32(20, 1, true);
  view.setUint32(24, INIT_SEGMENTS_VBASE, true);
  view.setUint32(28, FILE_HEADER_BYTES, true);
  view.setUint16(40, FILE_HEADER_BYTES, true);
  view.setUint16(42, PROGRAM_HEADER_BYTES, true);
  view.setUint16(44, 1, true);
  const segment = [PT_LOAD, 0, INIT_SEGMENTS_VBASE, INIT_SEGMENTS_VBASE, 0, bytes, PF_R_W_X, PAGE];
  for (const [index, word] of segment.entries()) view.setUint32(FILE_HEADER_BYTES + 4 * index, word, true);
  return file;
}
