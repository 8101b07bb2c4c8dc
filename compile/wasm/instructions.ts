/**
 * Decodes the instructions of a function in order.
 *
 * It knows the instructions that the compiler generates for this project's sources. Any other instruction is refused by
 * name, because its length is unknown, or because it accesses memory in a way that no pass here knows.
 */
import { Reader } from "./bytes";

export const enum ValueType {
  F64 = 0x7c,
  F32 = 0x7d,
  I64 = 0x7e,
  I32 = 0x7f,
}

/** Type of a block without results. */
export const NO_RESULT = 0x40;

export const enum Opcode {
  UNREACHABLE = 0x00,
  BLOCK = 0x02,
  LOOP = 0x03,
  IF = 0x04,
  END = 0x0b,
  BR = 0x0c,
  BR_IF = 0x0d,
  BR_TABLE = 0x0e,
  CALL = 0x10,
  CALL_INDIRECT = 0x11,
  DROP = 0x1a,
  SELECT_TYPED = 0x1c,
  LOCAL_GET = 0x20,
  LOCAL_SET = 0x21,
  LOCAL_TEE = 0x22,
  GLOBAL_GET = 0x23,
  GLOBAL_SET = 0x24,
  I32_LOAD = 0x28,
  I64_LOAD = 0x29,
  I32_LOAD8_U = 0x2d,
  I32_STORE = 0x36,
  I64_STORE = 0x37,
  MEMORY_SIZE = 0x3f,
  MEMORY_GROW = 0x40,
  I32_CONST = 0x41,
  I64_CONST = 0x42,
  F32_CONST = 0x43,
  F64_CONST = 0x44,
  I32_EQZ = 0x45,
  I32_NE = 0x47,
  I64_NE = 0x52,
  I32_ADD = 0x6a,
  I32_SUB = 0x6b,
  I32_AND = 0x71,
  I32_SHR_U = 0x76,
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

/** Loads and stores have the opcodes from I32_LOAD to this one. */
const LAST_STORE = 0x3e;

/** Ranges of instructions without immediates, both ends included. */
const PLAIN: readonly [first: number, last: number][] = [
  [0x00, 0x01], // unreachable, nop
  [0x05, 0x05], // else
  [0x0b, 0x0b], // end
  [0x0f, 0x0f], // return
  [0x1a, 0x1b], // drop, select
  [0x45, 0xc4], // comparisons, arithmetic, conversions, sign extension
];

/** By opcode, whether it is one of these. */
const IS_PLAIN: readonly boolean[] = Array.from({ length: 256 }, (_, opcode) =>
  PLAIN.some(([first, last]) => first <= opcode && opcode <= last),
);
const NO_IMMEDIATES: readonly number[] = [];

/** The last prefixed instruction that converts a fraction to an integer. Bulk memory instructions follow it. */
const LAST_SATURATING_CONVERSION = 7;

/** Instructions that follow Opcode.PREFIXED. */
export const enum BulkMemory {
  INIT = 8,
  COPY = 10,
  FILL = 11,
}

/** The prefixed instructions after the conversions, with the number of their immediates. All of these are indices. */
const BULK: ReadonlyMap<number, { name: string; immediates: number }> = new Map([
  [8, { name: "memory.init", immediates: 2 }],
  [9, { name: "data.drop", immediates: 1 }],
  [10, { name: "memory.copy", immediates: 2 }],
  [11, { name: "memory.fill", immediates: 1 }],
]);

/** Names of instructions that are refused, for the message. */
const UNKNOWN_NAMES: ReadonlyMap<number, string> = new Map([
  [0x06, "try"],
  [0x08, "throw"],
  [0x09, "rethrow"],
  [0x0a, "throw_ref"],
  [0x12, "return_call"],
  [0x13, "return_call_indirect"],
  [0x14, "call_ref"],
  [0x15, "return_call_ref"],
  [0x1f, "try_table"],
  [0x25, "table.get"],
  [0x26, "table.set"],
  [0xd0, "ref.null"],
  [0xd1, "ref.is_null"],
  [0xd2, "ref.func"],
]);

/** Names of groups of instructions, by their prefix. */
const UNKNOWN_GROUPS: ReadonlyMap<number, string> = new Map([
  [0xfb, "a garbage collection instruction"],
  [0xfc, "a table instruction"],
  [0xfd, "a vector instruction"],
  [0xfe, "an atomic instruction"],
]);

/** An instruction of a function's code. */
export class Instruction {
  constructor(
    private readonly code: Uint8Array,
    readonly opcode: number,
    /** Indices, types, alignment and offset, or the low 32 bits of an integer constant, in the order of the binary. */
    readonly immediates: readonly number[],
    /** Offset in the function's code. */
    readonly start: number,
    /** Offset of the first byte after the instruction. */
    readonly end: number,
  ) {}

  /** The bytes of the instruction. */
  get bytes(): Uint8Array {
    return this.code.subarray(this.start, this.end);
  }
}

function refuse(name: string): never {
  throw new Error(`wasm: the build does not know ${name}`);
}

function refuseUnknown(opcode: number, reader: Reader): never {
  const group = UNKNOWN_GROUPS.get(opcode);
  const number = `0x${opcode.toString(16)}`;
  if (group) refuse(`${group}: ${number} ${reader.unsigned()}`);
  const name = UNKNOWN_NAMES.get(opcode);
  refuse(name ? `${name} (${number})` : `instruction ${number}`);
}

/** Refuses a bulk memory instruction, which accesses memory but is neither a load nor a store. */
export function refuseBulk({ immediates: [second = 0] }: Instruction): never {
  refuse(`${BULK.get(second)?.name} in a program (0xfc ${second})`);
}

/** Whether an instruction is one of the bulk memory instructions. */
export function isBulk({ opcode, immediates: [second = 0] }: Instruction): boolean {
  return opcode === Opcode.PREFIXED && second > LAST_SATURATING_CONVERSION;
}

/** Higher bits of the alignment select a memory other than the first. */
function memoryOperand(reader: Reader): number[] {
  const alignment = reader.unsigned();
  if (alignment > 3) throw new Error("wasm: an access to a second memory");
  return [alignment, reader.unsigned()];
}

function prefixedImmediates(reader: Reader): number[] {
  const second = reader.unsigned();
  if (second <= LAST_SATURATING_CONVERSION) return [second];
  const bulk = BULK.get(second);
  if (!bulk) refuse(`${UNKNOWN_GROUPS.get(Opcode.PREFIXED)}: 0xfc ${second}`);
  return [second, ...Array.from({ length: bulk.immediates }, () => reader.unsigned())];
}

function immediatesOf(opcode: number, reader: Reader): readonly number[] {
  if (Opcode.I32_LOAD <= opcode && opcode <= LAST_STORE) return memoryOperand(reader);
  switch (opcode) {
    case Opcode.BLOCK:
    case Opcode.LOOP:
    case Opcode.IF:
    case Opcode.I32_CONST:
    case Opcode.I64_CONST:
      return [reader.signed32()];
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
      return [reader.unsigned()];
    case Opcode.CALL_INDIRECT:
      return [reader.unsigned(), reader.unsigned()];
    case Opcode.BR_TABLE:
      return [...reader.list(() => reader.unsigned()), reader.unsigned()];
    case Opcode.SELECT_TYPED:
      return reader.list(() => reader.unsigned());
    case Opcode.F32_CONST:
      reader.take(4);
      return [];
    case Opcode.F64_CONST:
      reader.take(8);
      return [];
    case Opcode.PREFIXED:
      return prefixedImmediates(reader);
  }
  return IS_PLAIN[opcode] ? NO_IMMEDIATES : refuseUnknown(opcode, reader);
}

/** The instructions of a function's code. */
export function* instructionsOf(code: Uint8Array): Generator<Instruction> {
  const reader = new Reader(code);
  while (!reader.done) {
    const start = reader.position;
    const opcode = reader.byte();
    const immediates = immediatesOf(opcode, reader);
    yield new Instruction(code, opcode, immediates, start, reader.position);
  }
}
