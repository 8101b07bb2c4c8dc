/**
 * Decodes the instructions of a module in order, for passes over a finished binary.
 *
 * It knows only the instructions that the compiler generates for this project's sources; any other instruction stops
 * the build. Among these are bulk memory, atomic and vector instructions, which access memory without the MMU.
 */
import { Reader, readSections, SectionId, unsigned, writeSections } from "./wasm-binary";

export const enum ValueType {
  F64 = 0x7c,
  F32 = 0x7d,
  I64 = 0x7e,
  I32 = 0x7f,
}

export const enum Opcode {
  BLOCK = 0x02,
  LOOP = 0x03,
  IF = 0x04,
  BR = 0x0c,
  BR_IF = 0x0d,
  BR_TABLE = 0x0e,
  CALL = 0x10,
  CALL_INDIRECT = 0x11,
  SELECT_TYPED = 0x1c,
  LOCAL_GET = 0x20,
  LOCAL_SET = 0x21,
  LOCAL_TEE = 0x22,
  GLOBAL_GET = 0x23,
  GLOBAL_SET = 0x24,
  MEMORY_SIZE = 0x3f,
  MEMORY_GROW = 0x40,
  I32_CONST = 0x41,
  I64_CONST = 0x42,
  F32_CONST = 0x43,
  F64_CONST = 0x44,
  PREFIXED = 0xfc,
}

/** Bytes of memory that each load reads. */
export const LOADED_BYTES: ReadonlyMap<number, number> = new Map([
  [0x28, 4], // i32.load
  [0x29, 8], // i64.load
  [0x2a, 4], // f32.load
  [0x2b, 8], // f64.load
  [0x2c, 1], // i32.load8_s
  [0x2d, 1], // i32.load8_u
  [0x2e, 2], // i32.load16_s
  [0x2f, 2], // i32.load16_u
  [0x30, 1], // i64.load8_s
  [0x31, 1], // i64.load8_u
  [0x32, 2], // i64.load16_s
  [0x33, 2], // i64.load16_u
  [0x34, 4], // i64.load32_s
  [0x35, 4], // i64.load32_u
]);

/** For each store, the type of its value and the number of bytes that it writes. */
export const STORES: ReadonlyMap<number, { value: ValueType; bytes: number }> = new Map([
  [0x36, { value: ValueType.I32, bytes: 4 }], // i32.store
  [0x37, { value: ValueType.I64, bytes: 8 }], // i64.store
  [0x38, { value: ValueType.F32, bytes: 4 }], // f32.store
  [0x39, { value: ValueType.F64, bytes: 8 }], // f64.store
  [0x3a, { value: ValueType.I32, bytes: 1 }], // i32.store8
  [0x3b, { value: ValueType.I32, bytes: 2 }], // i32.store16
  [0x3c, { value: ValueType.I64, bytes: 1 }], // i64.store8
  [0x3d, { value: ValueType.I64, bytes: 2 }], // i64.store16
  [0x3e, { value: ValueType.I64, bytes: 4 }], // i64.store32
]);

/** Ranges of instructions without immediates, both ends included. */
const PLAIN: readonly [first: number, last: number][] = [
  [0x00, 0x01], // unreachable, nop
  [0x05, 0x05], // else
  [0x0b, 0x0b], // end
  [0x0f, 0x0f], // return
  [0x1a, 0x1b], // drop, select
  [0x45, 0xc4], // comparisons, arithmetic, conversions, sign extension
];

/** The last prefixed instruction that converts a fraction to an integer. Bulk memory instructions follow it. */
const LAST_SATURATING_CONVERSION = 7;

export interface Instruction {
  opcode: number;
  /** Indices, types, alignment and offset, or the low 32 bits of an integer constant, in the order of the binary. */
  immediates: number[];
  /** The bytes of the instruction. */
  bytes: Uint8Array;
}

function refuse(opcode: string): never {
  throw new Error(`wasm: the build does not know instruction ${opcode}`);
}

/** Higher bits of the alignment select a memory other than the first. */
function memoryOperand(reader: Reader): number[] {
  const alignment = reader.unsigned();
  if (alignment > 3) throw new Error("wasm: an access to a second memory");
  return [alignment, reader.unsigned()];
}

function immediatesOf(opcode: number, reader: Reader): number[] {
  const index = () => reader.unsigned();
  const list = () => Array.from({ length: reader.unsigned() }, index);
  if (LOADED_BYTES.has(opcode) || STORES.has(opcode)) return memoryOperand(reader);
  switch (opcode) {
    case Opcode.BLOCK:
    case Opcode.LOOP:
    case Opcode.IF:
    case Opcode.I32_CONST:
    case Opcode.I64_CONST:
      return [reader.address()];
    case Opcode.BR:
    case Opcode.BR_IF:
    case Opcode.CALL:
    case Opcode.LOCAL_GET:
    case Opcode.LOCAL_SET:
    case Opcode.LOCAL_TEE:
    case Opcode.GLOBAL_GET:
    case Opcode.GLOBAL_SET:
    case Opcode.MEMORY_SIZE:
    case Opcode.MEMORY_GROW:
      return [index()];
    case Opcode.CALL_INDIRECT:
      return [index(), index()];
    case Opcode.BR_TABLE:
      return [...list(), index()];
    case Opcode.SELECT_TYPED:
      return list();
    case Opcode.F32_CONST:
      reader.take(4);
      return [];
    case Opcode.F64_CONST:
      reader.take(8);
      return [];
    case Opcode.PREFIXED: {
      const second = index();
      return second <= LAST_SATURATING_CONVERSION ? [second] : refuse(`0xfc ${second}`);
    }
  }
  const isKnown = PLAIN.some(([first, last]) => first <= opcode && opcode <= last);
  return isKnown ? [] : refuse(`0x${opcode.toString(16)}`);
}

/** The instructions of a function's code. */
export function* instructionsOf(code: Uint8Array): Generator<Instruction> {
  const reader = new Reader(code);
  while (!reader.done) {
    const start = reader.position;
    const opcode = reader.byte();
    const immediates = immediatesOf(opcode, reader);
    yield { opcode, immediates, bytes: code.subarray(start, reader.position) };
  }
}

export interface FunctionBody {
  parameters: number;
  /** Groups of locals of one type, as in the binary. Their numbers continue after the parameters. */
  locals: { count: number; type: number }[];
  /** The instructions, including the final `end`. */
  code: Uint8Array;
}

function bodyOf(sections: readonly { id: number; body: Uint8Array }[], id: SectionId): Reader {
  return new Reader(sections.find((section) => section.id === id)?.body ?? Uint8Array.of(0));
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

/** The functions that a module defines, in order of their numbers. */
export function functionBodies(wasm: Uint8Array): FunctionBody[] {
  const FUNCTION_TYPE = 0x60;
  const sections = readSections(wasm);
  const types = bodyOf(sections, SectionId.TYPE);
  const parameterCounts = times(types.unsigned(), () => {
    if (types.byte() !== FUNCTION_TYPE) throw new Error("wasm: a type that is not a function's");
    const parameters = types.take(types.unsigned()).length;
    types.take(types.unsigned());
    return parameters;
  });
  const declarations = bodyOf(sections, SectionId.FUNCTION);
  const typeNumbers = times(declarations.unsigned(), () => declarations.unsigned());
  const bodies = bodyOf(sections, SectionId.CODE);
  return times(bodies.unsigned(), () => bodies.take(bodies.unsigned())).map((bytes, number) => {
    const reader = new Reader(bytes);
    const locals = times(reader.unsigned(), () => ({ count: reader.unsigned(), type: reader.byte() }));
    return { parameters: parameterCounts[typeNumbers[number] as number] as number, locals, code: reader.rest() };
  });
}

/** Replaces the bodies of the functions that the module defines. Number and order must be the same. */
export function withFunctionBodies(wasm: Uint8Array, bodies: readonly FunctionBody[]): Uint8Array {
  const written = bodies.map(({ locals, code }) => {
    const groups = locals.flatMap(({ count, type }) => [...unsigned(count), type]);
    return Buffer.concat([Uint8Array.from([...unsigned(locals.length), ...groups]), code]);
  });
  const parts = written.flatMap((body) => [Uint8Array.from(unsigned(body.length)), body]);
  const code = Buffer.concat([Uint8Array.from(unsigned(bodies.length)), ...parts]);
  return writeSections(
    readSections(wasm).map((section) => (section.id === SectionId.CODE ? { id: section.id, body: code } : section)),
  );
}
