/**
 * The register words of a system call. (Specification of capabilities, section 4.)
 *
 * A call passes up to twelve words and gets two words back: the error (its three outermost codes) and a value. Word 0
 * names the call:
 *
 *      31   28 27   24 23       16 15        8 7      4 3      0
 *     +-------+-------+-----------+-----------+--------+--------+
 *     | LMP length, flags | level | command   | words  | number |
 *     +-------+-------+-----------+-----------+--------+--------+
 *
 * `words` is the number of words of the call, word 0 included. In an invocation, word 1 is the address of the invoked
 * capability, `level` is the level of that address (`CapLevel`), and the meaning of `command` depends on the type of
 * the capability.
 *
 * Libraries pack the words with the functions below, and the CPU driver unpacks them. The greatest number of each field
 * has no meaning, and the CPU driver refuses it. Packing replaces a number that is too large for its field by this
 * number. So the call fails with the same error as if the number had a word of its own, and no other field changes.
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

/** Codes of `SysCall.DEBUG`. Word 1 is the code, word 2 an argument. */
export const enum DebugCall {
  /** Ends the run of the machine with the argument as its status. Does not return. */
  EXIT = 0,
  /** Value: number of capabilities in the mapping database. */
  COUNT_CAPS = 1,
  /** Value: number of live mappings. */
  COUNT_MAPPINGS = 2,
  /** Value: number of system calls so far, this one included. */
  COUNT_CALLS = 3,
  /** Value: cycles since start, or 0 if the machine does not count them. */
  CYCLE_COUNTER = 4,
  /**
   * Value: 1 if all invariants of the mapping database hold. Otherwise minus the number of the first one that is broken
   * (`system/kpi/mdb-invariants.ts`). Walks the whole database.
   */
  CHECK_INVARIANTS = 5,
  /**
   * Value: bytes of memory that no capability covers any more, because the last one was deleted without an ancestor.
   */
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
  /** Deletes a capability if it is the only one of exactly the given memory. */
  DeleteExact = 8,
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

/** Number of words of each call, word 0 included. */
export const enum CallWords {
  YIELD = 2,
  DEBUG = 3,
  PRINT = 3,
  Copy = 9,
  Mint = 11,
  Retype = 11,
  Delete = 4,
  DeleteExact = 6,
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

/**
 * Puts a number into a field of `bits` bits (at most 16) from bit `shift` on; too large a number becomes the greatest.
 */
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
 * Retype packs three numbers into one word: the level of the source, the level of the destination CNode, the new type.
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

/**
 * Map packs two levels and a flag into one word: the level of the source, the level of the CNode for the mapping, and
 * whether both lie in the caller's own CSpace (1), so that the CPU driver need not look up the two roots that the call
 * names.
 *
 *      31         17  16  15          8 7            0
 *     +-------------+----+-------------+--------------+
 *     | 0           | own| CNode level | source level |
 *     +-------------+----+-------------+--------------+
 */
export function mapLevelsWord(sourceLevel: u32, mappingCNodeLevel: u32, own: u32): u32 {
  return field(sourceLevel, 0, 8) | field(mappingCNodeLevel, 8, 8) | field(own, 16, 1);
}

export function mapSourceLevel(word: u32): u32 {
  return word & 0xff;
}

export function mapMappingLevel(word: u32): u32 {
  return (word >>> 8) & 0xff;
}

export function mapRootsAreOwn(word: u32): u32 {
  return (word >>> 16) & 1;
}

/**
 * The bytes that identify writes at the address that the caller passes.
 *
 *      0                8                16       20       24
 *     +----------------+----------------+--------+--------+
 *     | base           | bytes          | type   | 0      |
 *     +----------------+----------------+--------+--------+
 *
 * An identify of memory (RAM, frames) writes only base and bytes, like Barrelfish's `frame_identity`.
 */
export const enum CapIdentityLayout {
  BASE = 0,
  BYTES = 8,
  FRAME_SIZE = 16,
  TYPE = 16,
  SIZE = 24,
}
