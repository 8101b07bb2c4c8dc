/** Reads as much of an ELF32 file as packing an image and checking one takes. */

const PT_LOAD = 1;

export interface Segment {
  address: number;
  /** What the file holds; the rest up to `memoryBytes` is zero. */
  bytes: Uint8Array;
  memoryBytes: number;
  readable: boolean;
  writable: boolean;
  executable: boolean;
}

export interface Executable {
  entry: number;
  machine: number;
  segments: Segment[];
}

export function readElf(file: Uint8Array): Executable {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const half = (at: number) => view.getUint16(at, true);
  const word = (at: number) => view.getUint32(at, true);
  if (view.getUint32(0) !== 0x7f454c46 || view.getUint8(4) !== 1) throw new Error("not an ELF32 file");
  const segments: Segment[] = [];
  for (let i = 0; i < half(44); i++) {
    const header = word(28) + i * half(42);
    if (word(header) !== PT_LOAD || word(header + 20) === 0) continue;
    const offset = word(header + 4);
    const flags = word(header + 24);
    segments.push({
      address: word(header + 8),
      bytes: file.subarray(offset, offset + word(header + 16)),
      memoryBytes: word(header + 20),
      readable: (flags & 4) !== 0,
      writable: (flags & 2) !== 0,
      executable: (flags & 1) !== 0,
    });
  }
  return { entry: word(24), machine: half(18), segments };
}

/** Sizes of an object's or executable's sections by name. */
export function sectionSizes(file: Uint8Array): Map<string, number> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const table = view.getUint32(32, true);
  const entrySize = view.getUint16(46, true);
  const header = (index: number) => table + index * entrySize;
  const names = view.getUint32(header(view.getUint16(50, true)) + 16, true);
  const sizes = new Map<string, number>();
  for (let i = 1; i < view.getUint16(48, true); i++) {
    const at = names + view.getUint32(header(i), true);
    const name = new TextDecoder().decode(file.subarray(at, file.indexOf(0, at)));
    sizes.set(name, view.getUint32(header(i) + 20, true));
  }
  return sizes;
}
