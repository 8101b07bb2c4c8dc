/** Reads the parts of an ELF32 file that are needed to pack an image and to check one. */

const PT_LOAD = 1;

export interface Segment {
  address: number;
  /** Bytes in the file. The rest, up to `memoryBytes`, is zero. */
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

interface Section {
  name: string;
  offset: number;
  bytes: number;
  /** Index of the section that this one refers to. For symbols, that section holds the names. */
  link: number;
}

function sections(view: DataView): Section[] {
  const header = (index: number) => view.getUint32(32, true) + index * view.getUint16(46, true);
  const names = view.getUint32(header(view.getUint16(50, true)) + 16, true);
  return Array.from({ length: view.getUint16(48, true) }, (_, index) => ({
    name: textAt(view, names + view.getUint32(header(index), true)),
    offset: view.getUint32(header(index) + 16, true),
    bytes: view.getUint32(header(index) + 20, true),
    link: view.getUint32(header(index) + 24, true),
  }));
}

function textAt(view: DataView, offset: number): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset);
  return new TextDecoder().decode(bytes.subarray(offset, bytes.indexOf(0, offset)));
}

function viewOf(file: Uint8Array): DataView {
  return new DataView(file.buffer, file.byteOffset, file.byteLength);
}

/** Sizes of the sections of an object file or executable, by name. */
export function sectionSizes(file: Uint8Array): Map<string, number> {
  return new Map(sections(viewOf(file)).map(({ name, bytes }) => [name, bytes]));
}

/** The bytes of a section. Throws if the section does not exist. */
export function sectionBytes(file: Uint8Array, wanted: string): Uint8Array {
  const found = sections(viewOf(file)).find(({ name }) => name === wanted);
  if (!found) throw new Error(`no section ${wanted}`);
  return file.subarray(found.offset, found.offset + found.bytes);
}

const SYMBOL_BYTES = 16;
/** Type of a symbol: a function. */
const STT_FUNC = 2;

interface ElfSymbol {
  name: string;
  value: number;
  bytes: number;
  type: number;
}

function* symbols(file: Uint8Array): Generator<ElfSymbol> {
  const view = viewOf(file);
  const all = sections(view);
  const table = all.find(({ name }) => name === ".symtab");
  const names = all[table?.link ?? -1];
  if (!table || !names) throw new Error("no symbols");
  for (let at = table.offset; at < table.offset + table.bytes; at += SYMBOL_BYTES) {
    yield {
      name: textAt(view, names.offset + view.getUint32(at, true)),
      value: view.getUint32(at + 4, true),
      bytes: view.getUint32(at + 8, true),
      type: view.getUint8(at + 12) & 0xf,
    };
  }
}

/** Address of a symbol. Throws if the symbol does not exist. */
export function symbolAddress(file: Uint8Array, wanted: string): number {
  for (const { name, value } of symbols(file)) if (name === wanted) return value;
  throw new Error(`no symbol ${wanted}`);
}

export interface FunctionSymbol {
  name: string;
  /** Address of the first instruction. */
  address: number;
  bytes: number;
}

/** The functions of an executable. The lowest bit of a symbol's value says that the code is Thumb code. */
export function functionSymbols(file: Uint8Array): FunctionSymbol[] {
  const found: FunctionSymbol[] = [];
  for (const { name, value, bytes, type } of symbols(file)) {
    if (type === STT_FUNC) found.push({ name, address: value & ~1, bytes });
  }
  return found;
}
