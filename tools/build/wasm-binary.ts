/** Reads and writes WebAssembly binaries as lists of sections, as far as the build needs it. */

const HEADER_BYTES = 8;

export const enum SectionId {
  CUSTOM = 0,
  TYPE = 1,
  IMPORT = 2,
  FUNCTION = 3,
  GLOBAL = 6,
  EXPORT = 7,
  CODE = 10,
  DATA = 11,
  DATA_COUNT = 12,
}

export interface Section {
  id: number;
  body: Uint8Array;
}

export interface DataSegment {
  address: number;
  bytes: Uint8Array;
}

export class Reader {
  private at = 0;
  constructor(private readonly bytes: Uint8Array) {}

  /** Offset of the next byte to read. */
  get position(): number {
    return this.at;
  }

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  byte(): number {
    if (this.done) throw new Error("wasm: unexpected end of a section");
    return this.bytes[this.at++] as number;
  }

  unsigned(): number {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
  }

  /** Reads a signed LEB128 number as an address. */
  address(): number {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(BigInt.asUintN(32, byte & 0x40 ? value | (-1n << (shift + 7n)) : value));
    }
  }

  rest(): Uint8Array {
    return this.bytes.subarray(this.at);
  }

  take(length: number): Uint8Array {
    this.at += length;
    if (this.at > this.bytes.length) throw new Error("wasm: unexpected end of a section");
    return this.bytes.subarray(this.at - length, this.at);
  }
}

/** Encodes an unsigned LEB128 number. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  bytes.push(value);
  return bytes;
}

export function readSections(wasm: Uint8Array): Section[] {
  const reader = new Reader(wasm);
  reader.take(HEADER_BYTES);
  const sections: Section[] = [];
  while (!reader.done) {
    const id = reader.byte();
    sections.push({ id, body: reader.take(reader.unsigned()) });
  }
  return sections;
}

export function writeSections(sections: Section[]): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)];
  for (const { id, body } of sections) parts.push(Uint8Array.of(id, ...unsigned(body.length)), body);
  return new Uint8Array(Buffer.concat(parts));
}

/** The data segments. All of them must be active and have a constant address. */
export function dataSegments(wasm: Uint8Array): DataSegment[] {
  const I32_CONST = 0x41;
  const END = 0x0b;
  const segments: DataSegment[] = [];
  for (const { body } of readSections(wasm).filter((section) => section.id === SectionId.DATA)) {
    const reader = new Reader(body);
    for (let left = reader.unsigned(); left > 0; left--) {
      if (reader.unsigned() !== 0 || reader.byte() !== I32_CONST) {
        throw new Error("a data segment without a constant address: compile with --disable bulk-memory");
      }
      const address = reader.address();
      if (reader.byte() !== END) throw new Error("a data segment whose address is an expression");
      segments.push({ address, bytes: reader.take(reader.unsigned()) });
    }
  }
  return segments;
}

export function withoutDataSegments(wasm: Uint8Array): Uint8Array {
  return writeSections(readSections(wasm).filter(({ id }) => id !== SectionId.DATA && id !== SectionId.DATA_COUNT));
}

/** Skips a constant expression of one instruction. */
function skipInitialValue(reader: Reader): void {
  const operandBytes: Record<number, number> = { 67: 4, 68: 8 }; // f32.const, f64.const
  const instruction = reader.byte();
  const fixed = operandBytes[instruction];
  if (fixed !== undefined) reader.take(fixed);
  else reader.address(); // i32.const, i64.const, global.get: LEB128
  reader.byte(); // end
}

/**
 * Exports all mutable globals of the module under the names "mutable:" and the index, so that a snapshot can contain
 * them. (The module imports no globals.)
 * (The module imports none.)
 */
export function withExportedGlobals(wasm: Uint8Array): Uint8Array {
  const sections = readSections(wasm);
  const globals = sections.find(({ id }) => id === SectionId.GLOBAL);
  const exports = sections.find(({ id }) => id === SectionId.EXPORT);
  if (!globals || !exports) return wasm;

  const entries: Uint8Array[] = [];
  const globalReader = new Reader(globals.body);
  const count = globalReader.unsigned();
  for (let index = 0; index < count; index++) {
    globalReader.byte(); // type
    const isMutable = globalReader.byte() === 1;
    skipInitialValue(globalReader);
    const name = Buffer.from(`mutable:${index}`);
    if (isMutable) entries.push(Uint8Array.of(name.length, ...name, 3, ...unsigned(index)));
  }
  const exportReader = new Reader(exports.body);
  const exported = exportReader.unsigned();
  exports.body = Buffer.concat([Uint8Array.from(unsigned(exported + entries.length)), exportReader.rest(), ...entries]);
  return writeSections(sections);
}

/** Skips an import's description: the type of a function, table, memory or global. */
function skipImportType(reader: Reader): void {
  const enum ImportKind {
    FUNCTION = 0,
    TABLE = 1,
    MEMORY = 2,
    GLOBAL = 3,
  }
  const kind = reader.byte();
  if (kind === ImportKind.FUNCTION) reader.unsigned();
  else if (kind === ImportKind.GLOBAL) reader.take(2);
  else {
    if (kind === ImportKind.TABLE) reader.byte();
    const hasMaximum = (reader.unsigned() & 1) === 1;
    reader.unsigned();
    if (hasMaximum) reader.unsigned();
  }
}

/** Changes each import to come from the module that `moduleOf` names for it. */
export function withImportsFrom(wasm: Uint8Array, moduleOf: (module: string, field: string) => string): Uint8Array {
  const name = (text: string): Uint8Array => {
    const bytes = new TextEncoder().encode(text);
    return Uint8Array.of(...unsigned(bytes.length), ...bytes);
  };
  return writeSections(
    readSections(wasm).map((section) => {
      if (section.id !== SectionId.IMPORT) return section;
      const reader = new Reader(section.body);
      const readName = () => new TextDecoder().decode(reader.take(reader.unsigned()));
      const count = reader.unsigned();
      const entries = Array.from({ length: count }, () => {
        const [module, field] = [readName(), readName()];
        const start = reader.position;
        skipImportType(reader);
        return [name(moduleOf(module, field)), name(field), section.body.subarray(start, reader.position)];
      });
      return { id: section.id, body: Buffer.concat([Uint8Array.from(unsigned(count)), ...entries.flat()]) };
    }),
  );
}
