/**
 * init's argument structure, made from its module's string: leading NAME=value words become the environment; the name
 * of the program and the address of bootinfo are the first arguments, further words the rest.
 * `kpi/init-space.ts` draws the structure.
 */
import { INIT_ARGS_VBASE, INIT_BOOTINFO_VBASE, SpawnArgs } from "../../kpi/init-space";
import { ARGS_FRAME_SIZE, BASE_PAGE_SIZE } from "../../kpi/types";
import { localPhysToMem } from "../arch/armv7/phys";

const BLANK: u32 = 0x20;
const EQUALS: u32 = 0x3d;

/** Where the strings grow behind the structure, as an offset into the frame. */
class Writer {
  static frame: usize = 0;
  static used: u32 = 0;
}

function putChar(c: u32): void {
  // The last byte stays zero, so that what is cut off still ends.
  if (Writer.used < ARGS_FRAME_SIZE - 1) store<u8>(Writer.frame + Writer.used++, c);
}

function endString(): void {
  store<u8>(Writer.frame + Writer.used, 0);
  if (Writer.used < ARGS_FRAME_SIZE - 1) Writer.used++;
}

function userAddress(): u32 {
  return INIT_ARGS_VBASE + Writer.used;
}

function putNumber(value: u32): void {
  let divisor: u32 = 1;
  while (value / divisor >= 10) divisor *= 10;
  for (; divisor != 0; divisor /= 10) putChar(0x30 + ((value / divisor) % 10));
  endString();
}

function skipBlanks(at: usize): usize {
  while (load<u8>(at) == BLANK) at++;
  return at;
}

/** Copies a word and returns the place behind it. */
function putWord(at: usize): usize {
  for (let c: u32 = load<u8>(at); c != 0 && c != BLANK; c = load<u8>(++at)) putChar(c);
  endString();
  return skipBlanks(at);
}

/** Is the word at `at` of the form NAME=value? */
function isAssignment(at: usize): bool {
  for (let c: u32 = load<u8>(at); c != 0 && c != BLANK; c = load<u8>(++at)) {
    if (c == EQUALS) return true;
  }
  return false;
}

function setEntry(table: u32, index: u32, address: u32): void {
  store<u32>(Writer.frame + table + (index << 2), address);
}

/** Writes the structure into the frame of zeroed memory at `frame` (physical). Words beyond 128 are left out. */
export function writeInitArguments(frame: u32, text: usize): void {
  Writer.frame = localPhysToMem(frame);
  Writer.used = SpawnArgs.SIZE;
  let at = skipBlanks(text);

  let variables: u32 = 0;
  while (isAssignment(at) && variables < u32(SpawnArgs.MAX_ARGS)) {
    setEntry(SpawnArgs.ENVP, variables++, userAddress());
    at = putWord(at);
  }

  setEntry(SpawnArgs.ARGV, 0, userAddress());
  at = putWord(at);
  setEntry(SpawnArgs.ARGV, 1, userAddress());
  putNumber(INIT_BOOTINFO_VBASE);
  let argc: u32 = 2;
  while (load<u8>(at) != 0 && argc < u32(SpawnArgs.MAX_ARGS)) {
    setEntry(SpawnArgs.ARGV, argc++, userAddress());
    at = putWord(at);
  }
  store<u32>(Writer.frame, argc, SpawnArgs.ARGC);
  store<u32>(Writer.frame, BASE_PAGE_SIZE, SpawnArgs.PAGESIZE);
}
