/**
 * Reads and writes WebAssembly binaries as lists of sections, as far as this project needs it.
 *
 * Each kind of section has a function that reads its body and one that writes it. What was read and is written without
 * a change has the same bytes as before.
 */
import { Reader, Writer } from "./bytes";

const HEADER = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
const FUNCTION_TYPE = 0x60;
export const I32_CONST = 0x41;
export const GLOBAL_GET = 0x23;
export const END = 0x0b;

export const enum SectionId {
  CUSTOM = 0,
  TYPE = 1,
  IMPORT = 2,
  FUNCTION = 3,
  TABLE = 4,
  MEMORY = 5,
  GLOBAL = 6,
  EXPORT = 7,
  START = 8,
  ELEMENT = 9,
  CODE = 10,
  DATA = 11,
  DATA_COUNT = 12,
}

/** What an import or an export is. */
export const enum Kind {
  FUNCTION = 0,
  TABLE = 1,
  MEMORY = 2,
  GLOBAL = 3,
}

export interface Section {
  id: number;
  body: Uint8Array;
  /** Offset of the body in the file that it was read from. */
  start: number;
}

export function readSections(wasm: Uint8Array): Section[] {
  const reader = new Reader(wasm, HEADER.length);
  const sections: Section[] = [];
  while (!reader.done) {
    const id = reader.byte();
    const length = reader.unsigned();
    const start = reader.position;
    sections.push({ id, body: reader.take(length), start });
  }
  return sections;
}

export function writeSections(sections: readonly Pick<Section, "id" | "body">[]): Uint8Array<ArrayBuffer> {
  const writer = new Writer().append(HEADER);
  for (const { id, body } of sections) writer.byte(id).sized(body);
  return writer.done();
}

/** The body of a section; if there is no such section, the body of an empty list. */
export function bodyOf(sections: readonly Section[], id: SectionId): Uint8Array {
  return sections.find((section) => section.id === id)?.body ?? Uint8Array.of(0);
}

// ---- types, imports, exports ----

export interface FunctionType {
  parameters: Uint8Array;
  results: Uint8Array;
}

export function readTypes(body: Uint8Array): FunctionType[] {
  const reader = new Reader(body);
  return reader.list(() => {
    if (reader.byte() !== FUNCTION_TYPE) throw new Error("wasm: a type that is not a function's");
    return { parameters: reader.take(reader.unsigned()), results: reader.take(reader.unsigned()) };
  });
}

export function writeTypes(types: readonly FunctionType[]): Uint8Array {
  const writer = new Writer();
  writer.list(types, ({ parameters, results }) => writer.byte(FUNCTION_TYPE).sized(parameters).sized(results));
  return writer.done();
}

export interface Import {
  module: string;
  name: string;
  kind: Kind;
  /** The type: for a function, the number of its type; otherwise the bytes as in the binary. */
  type: number | Uint8Array;
}

function importType(reader: Reader, kind: Kind): number | Uint8Array {
  if (kind === Kind.FUNCTION) return reader.unsigned();
  const start = reader.position;
  if (kind === Kind.GLOBAL) return reader.take(2);
  if (kind === Kind.TABLE) reader.byte();
  const hasMaximum = (reader.unsigned() & 1) === 1;
  reader.unsigned();
  if (hasMaximum) reader.unsigned();
  return reader.since(start);
}

export function readImports(body: Uint8Array): Import[] {
  const reader = new Reader(body);
  return reader.list(() => {
    const [module, name] = [reader.text(), reader.text()];
    const kind = reader.byte() as Kind;
    return { module, name, kind, type: importType(reader, kind) };
  });
}

export function writeImports(imports: readonly Import[]): Uint8Array {
  const writer = new Writer();
  writer.list(imports, ({ module, name, kind, type }) => {
    writer.text(module).text(name).byte(kind);
    if (typeof type === "number") writer.unsigned(type);
    else writer.append(type);
  });
  return writer.done();
}

export interface Export {
  name: string;
  kind: Kind;
  index: number;
}

export function readExports(body: Uint8Array): Export[] {
  const reader = new Reader(body);
  return reader.list(() => ({ name: reader.text(), kind: reader.byte() as Kind, index: reader.unsigned() }));
}

export function writeExports(exports: readonly Export[]): Uint8Array {
  const writer = new Writer();
  writer.list(exports, ({ name, kind, index }) => writer.text(name).byte(kind).unsigned(index));
  return writer.done();
}

// ---- globals, tables ----

/** Reads a constant expression of one instruction, including its end. */
function constantExpression(reader: Reader): Uint8Array {
  const operandBytes: Record<number, number> = { 67: 4, 68: 8 }; // f32.const, f64.const
  const start = reader.position;
  const fixed = operandBytes[reader.byte()];
  if (fixed !== undefined) reader.take(fixed);
  else reader.signed32(); // i32.const, i64.const, global.get
  if (reader.byte() !== END) throw new Error("wasm: a constant expression of more than one instruction");
  return reader.since(start);
}

export interface Global {
  type: number;
  isMutable: boolean;
  /** Constant expression, including its end. */
  initial: Uint8Array;
}

export function readGlobals(body: Uint8Array): Global[] {
  const reader = new Reader(body);
  return reader.list(() => ({
    type: reader.byte(),
    isMutable: reader.byte() === 1,
    initial: constantExpression(reader),
  }));
}

/** The globals that a module defines, with their numbers: those that it imports come first. */
export function definedGlobals(sections: readonly Section[]): (Global & { index: number })[] {
  const imports = readImports(bodyOf(sections, SectionId.IMPORT));
  const imported = imports.filter(({ kind }) => kind === Kind.GLOBAL).length;
  return readGlobals(bodyOf(sections, SectionId.GLOBAL)).map((global, i) => ({ ...global, index: imported + i }));
}

export function writeGlobals(globals: readonly Global[]): Uint8Array {
  const writer = new Writer();
  writer.list(globals, ({ type, isMutable, initial }) => writer.byte(type).byte(Number(isMutable)).append(initial));
  return writer.done();
}

/** Functions that a module puts into a table when it is instantiated. */
export interface ElementSegment {
  /** Constant expression for the first place in the table, including its end. */
  offset: Uint8Array;
  functions: number[];
}

export function readElements(body: Uint8Array): ElementSegment[] {
  const reader = new Reader(body);
  return reader.list(() => {
    if (reader.unsigned() !== 0) throw new Error("wasm: an element segment that is not active in the first table");
    return { offset: constantExpression(reader), functions: reader.list(() => reader.unsigned()) };
  });
}

export function writeElements(segments: readonly ElementSegment[]): Uint8Array {
  const writer = new Writer();
  writer.list(segments, ({ offset, functions }) => {
    writer.unsigned(0).append(offset);
    writer.list(functions, (index) => writer.unsigned(index));
  });
  return writer.done();
}

// ---- functions ----

/** Reads the function section: the number of each defined function's type. */
export function readFunctionTypes(body: Uint8Array): number[] {
  const reader = new Reader(body);
  return reader.list(() => reader.unsigned());
}

export function writeFunctionTypes(types: readonly number[]): Uint8Array {
  const writer = new Writer();
  return writer.list(types, (type) => writer.unsigned(type)).done();
}

export interface FunctionBody {
  /** Groups of locals of one type. Their numbers continue after the parameters. */
  locals: { count: number; type: number }[];
  /** The instructions, including the final `end`. */
  code: Uint8Array;
  /** Offset of `code` in the body of the code section. */
  start: number;
}

export function readBodies(body: Uint8Array): FunctionBody[] {
  const reader = new Reader(body);
  return reader.list(() => {
    const length = reader.unsigned();
    const end = reader.position + length;
    const locals = reader.list(() => ({ count: reader.unsigned(), type: reader.byte() }));
    const start = reader.position;
    return { locals, code: reader.take(end - start), start };
  });
}

/** The body of a code section, and where the instructions of each function begin in it. */
export interface WrittenCode {
  body: Uint8Array;
  starts: number[];
}

export function writeBodies(functions: readonly Pick<FunctionBody, "locals" | "code">[]): WrittenCode {
  const writer = new Writer();
  const starts: number[] = [];
  writer.list(functions, ({ locals, code }) => {
    const head = new Writer();
    head.list(locals, ({ count, type }) => head.unsigned(count).byte(type));
    writer.unsigned(head.length + code.length).append(head.done());
    starts.push(writer.length);
    writer.append(code);
  });
  return { body: writer.done(), starts };
}

/** Reads the start section: the number of the function that runs when the module is instantiated. */
export function readStart(body: Uint8Array): number {
  return new Reader(body).unsigned();
}

export function writeStart(index: number): Uint8Array {
  return new Writer().unsigned(index).done();
}

// ---- names ----

const NAME_SECTION = "name";
const NAMES_OF_FUNCTIONS = 1;

export function isNameSection({ id, body }: Section): boolean {
  return id === SectionId.CUSTOM && new Reader(body).text() === NAME_SECTION;
}

/** The names of functions in a module's name section, by number. */
export function functionNames(sections: readonly Section[]): Map<number, string> {
  const body = sections.find(isNameSection)?.body;
  if (!body) return new Map();
  const reader = new Reader(body);
  reader.text();
  while (!reader.done) {
    const kind = reader.byte();
    const names = new Reader(reader.take(reader.unsigned()));
    if (kind === NAMES_OF_FUNCTIONS) return new Map(names.list(() => [names.unsigned(), names.text()] as const));
  }
  return new Map();
}

/** The body of a name section that holds names of functions. */
export function writeFunctionNames(names: ReadonlyMap<number, string>): Uint8Array {
  const list = new Writer();
  list.list([...names], ([index, name]) => list.unsigned(index).text(name));
  return new Writer().text(NAME_SECTION).byte(NAMES_OF_FUNCTIONS).sized(list.done()).done();
}

// ---- data ----

export interface DataSegment {
  address: number;
  bytes: Uint8Array;
}

/** The data segments. All of them must be active and have a constant address. */
export function dataSegments(wasm: Uint8Array): DataSegment[] {
  const reader = new Reader(bodyOf(readSections(wasm), SectionId.DATA));
  return reader.list(() => {
    if (reader.unsigned() !== 0 || reader.byte() !== I32_CONST) {
      throw new Error("a data segment without a constant address: compile with --disable bulk-memory");
    }
    const address = reader.signed32() >>> 0;
    if (reader.byte() !== END) throw new Error("a data segment whose address is an expression");
    return { address, bytes: reader.take(reader.unsigned()) };
  });
}

export function withoutDataSegments(wasm: Uint8Array): Uint8Array {
  return writeSections(readSections(wasm).filter(({ id }) => id !== SectionId.DATA && id !== SectionId.DATA_COUNT));
}

export function withoutExport(wasm: Uint8Array, unwanted: string): Uint8Array {
  const sections = readSections(wasm).map((section) => {
    if (section.id !== SectionId.EXPORT) return section;
    return { ...section, body: writeExports(readExports(section.body).filter(({ name }) => name !== unwanted)) };
  });
  return writeSections(sections);
}

/**
 * Exports all mutable globals of the module under the names "mutable:" and the index, so that a snapshot can contain
 * them.
 */
export function withExportedGlobals(wasm: Uint8Array): Uint8Array {
  const sections = readSections(wasm);
  const exports = sections.find(({ id }) => id === SectionId.EXPORT);
  if (!exports) return wasm;
  const mutable = definedGlobals(sections).flatMap(({ isMutable, index }) =>
    isMutable ? [{ name: `mutable:${index}`, kind: Kind.GLOBAL, index }] : [],
  );
  exports.body = writeExports([...readExports(exports.body), ...mutable]);
  return writeSections(sections);
}
