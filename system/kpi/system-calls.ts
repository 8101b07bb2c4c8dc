/**
 * The register words of a system call. (Specification of capabilities, section 4.)
 *
 * A call passes up to twelve words and gets two back: the error (its three outermost codes) and a value.
 * Word 0 names the call:
 *
 *      31   28 27   24 23       16 15        8 7      4 3      0
 *     +-------+-------+-----------+-----------+--------+--------+
 *     | LMP length, flags | level | command   | words  | number |
 *     +-------+-------+-----------+-----------+--------+--------+
 *
 * `words` counts the words of the call, word 0 included. Of an invocation, word 1 is the address of the capability
 * invoked, `level` says how much of that address counts (`CapLevel`), and `command` means what the type of the
 * capability makes of it.
 *
 * Packing and unpacking stand side by side, so that the two sides cannot disagree. The greatest number of each field means
 * nothing: the CPU driver refuses it. Packing puts it in place of a number that the field has no room for, so that such a
 * number gets the answer that it would get in a word of its own, and does not change the field beside.
 */

export const enum SysCall {
  INVOKE = 0,
  YIELD = 1,
  LRPC = 2,
  DEBUG = 3,
  REBOOT = 4,
  NOP = 5,
  PRINT = 6,
  GETCHAR = 7,
}

/** Codes of `SysCall.DEBUG`, in word 1; word 2 is an argument. */
export const enum DebugCall {
  /** Ends the run of the machine; the argument is the status that its owner gets. Does not return. */
  EXIT = 0,
  /** Value: capabilities in the mapping database. */
  COUNT_CAPS = 1,
  /** Value: mappings that stand in page tables. */
  COUNT_MAPPINGS = 2,
  /** Value: system calls made so far, this one included. */
  COUNT_CALLS = 3,
  /** Value: cycles since start, where the machine counts them; else 0. */
  CYCLE_COUNTER = 4,
  /** Value: 1 if the mapping database keeps all its invariants. Walks all of it. */
  CHECK_INVARIANTS = 5,
  /** Value: bytes of memory that nobody's capability covers any more (no ancestor was left to take it back). */
  DROPPED_MEMORY = 6,
}

export const enum CNodeCmd {
  Copy = 0,
  Mint = 1,
  Retype = 2,
  Delete = 3,
  Revoke = 4,
  Create = 5,
  GetState = 6,
  Resize = 7,
}

export const enum VNodeCmd {
  Map = 0,
  Unmap = 1,
  Identify = 2,
}

export const enum MappingCmd {
  Modify = 0,
  Destroy = 1,
}

/** Frame, DevFrame, RAM, KernelControlBlock. */
export const enum FrameCmd {
  Identify = 0,
}

export const enum DispatcherCmd {
  Setup = 0,
  Properties = 1,
  PerfMon = 2,
  DumpPTables = 4,
  DumpCapabilities = 5,
}

export const enum KernelCmd {
  Identify_cap = 1,
  Get_core_id = 7,
  Get_platform = 33,
}

export const enum IrqTableCmd {
  Set = 2,
  Delete = 3,
}

export const enum IdCmd {
  Identify = 0,
}

/** Words of each call, word 0 included. */
export const enum CallWords {
  YIELD = 2,
  DEBUG = 3,
  PRINT = 3,
  Copy = 9,
  Mint = 11,
  Retype = 11,
  Delete = 4,
  Revoke = 4,
  Create = 7,
  GetState = 4,
  Resize = 5,
  Map = 12,
  Unmap = 4,
  Modify = 6,
  Destroy = 2,
  Identify = 3,
  DispatcherSetup = 8,
  DispatcherProperties = 8,
  PerfMon = 2,
  Dump = 2,
  IdentifyCap = 5,
  CoreId = 2,
  IrqSet = 4,
  IrqDelete = 3,
  MAX = 12,
}

/** A number in its field: `bits` bits, at most 16, from bit `shift` on. */
function field(value: u32, shift: u32, bits: u32): u32 {
  const greatest: u32 = (1 << bits) - 1;
  return (value >>> bits === 0 ? value : greatest) << shift;
}

/** Word 0 of a call that invokes no capability. */
export function callWord(number: u32, words: u32): u32 {
  return field(number, 0, 4) | field(words, 4, 4);
}

/** Word 0 of an invocation. */
export function invokeWord(words: u32, command: u32, level: u32): u32 {
  return callWord(SysCall.INVOKE, words) | field(command, 8, 8) | field(level, 16, 8);
}

export function callNumber(word0: u32): u32 {
  return word0 & 0xf;
}

export function callWords(word0: u32): u32 {
  return (word0 >>> 4) & 0xf;
}

export function invokeCommand(word0: u32): u32 {
  return (word0 >>> 8) & 0xff;
}

export function invokeLevel(word0: u32): u32 {
  return (word0 >>> 16) & 0xff;
}

/**
 * Retype puts three small numbers in one word: level of the source, level of the destination CNode, new type.
 *
 *      31        24 23        16 15             0
 *     +------------+------------+----------------+
 *     | src level  | dest level | type           |
 *     +------------+------------+----------------+
 */
export function retypeWord(sourceLevel: u32, destLevel: u32, type: u32): u32 {
  return field(sourceLevel, 24, 8) | field(destLevel, 16, 8) | field(type, 0, 16);
}

export function retypeType(word: u32): u32 {
  return word & 0xffff;
}

export function retypeDestLevel(word: u32): u32 {
  return (word >>> 16) & 0xff;
}

export function retypeSourceLevel(word: u32): u32 {
  return word >>> 24;
}

/** Map puts two levels in one word: that of the source (bits 7..0) and that of the mapping's CNode (bits 15..8). */
export function mapLevelsWord(sourceLevel: u32, mappingCNodeLevel: u32): u32 {
  return field(sourceLevel, 0, 8) | field(mappingCNodeLevel, 8, 8);
}

export function mapSourceLevel(word: u32): u32 {
  return word & 0xff;
}

export function mapMappingLevel(word: u32): u32 {
  return (word >>> 8) & 0xff;
}

/**
 * What identify writes at the address that the caller names.
 *
 *      0                8                16       20       24
 *     +----------------+----------------+--------+--------+
 *     | base           | bytes          | type   | 0      |
 *     +----------------+----------------+--------+--------+
 *
 * Invoked on memory (RAM, frames) only base and bytes are written: the `frame_identity` of the field.
 */
export const enum CapIdentityLayout {
  BASE = 0,
  BYTES = 8,
  FRAME_SIZE = 16,
  TYPE = 16,
  SIZE = 24,
}
