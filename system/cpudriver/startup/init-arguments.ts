/**
 * Makes init's argument structure from its module's string. Leading NAME=value words become the environment. The next
 * word, the program's name, is argument 0. Argument 1 is the address of bootinfo. Further words are the other
 * arguments. `system/kpi/init-space.ts` draws the structure.
 */
import { INIT_ARGS_VBASE, INIT_BOOTINFO_VBASE, SpawnArgs } from "../../kpi/init-space";
import { ARGS_FRAME_SIZE, BASE_PAGE_SIZE } from "../../kpi/types";
import { localPhysToMem } from "../arch/armv7/phys";
import { MAX_STRING } from "./multiboot-block";

const BLANK: u32 = 0x20;
const EQUALS: u32 = 0x3d;

/** Enough bytes for the address of bootinfo in decimal and for an empty name. */
const NUMBER_BYTES: u32 = 16;

// A word takes as many bytes as in the text, with the blank or zero byte after it. So every text fits.
if (<u32>SpawnArgs.SIZE + MAX_STRING + NUMBER_BYTES > ARGS_FRAME_SIZE) ERROR("the frame holds the longest text");

/** The frame, and the offset at which the next string goes. Strings follow the structure. */
class Writer {
  static frame: usize = 0;
  static used: u32 = 0;
}

function putChar(c: u32): void {
  store<u8>(Writer.frame + Writer.used++, c);
}

function userAddress(): u32 {
  return INIT_ARGS_VBASE + Writer.used;
}

function putNumber(value: u32): void {
  let divisor: u32 = 1;
  while (value / divisor >= 10) divisor *= 10;
  for (; divisor != 0; divisor /= 10) putChar(0x30 + ((value / divisor) % 10));
  putChar(0);
}

function skipBlanks(at: usize): usize {
  while (load<u8>(at) == BLANK) at++;
  return at;
}

function setEntry(table: u32, index: u32, address: u32): void {
  store<u32>(Writer.frame + table + (index << 2), address);
}

function wordEnd(at: usize): usize {
  while (load<u8>(at) != 0 && load<u8>(at) != BLANK) at++;
  return at;
}

/** The word after the one at `at`. */
function nextWord(at: usize): usize {
  return skipBlanks(wordEnd(at));
}

/** Copies the word at `at` and enters its address as entry `index` of a table. Ignores entries from 128 on. */
function putWord(table: u32, index: u32, at: usize): void {
  if (index >= u32(SpawnArgs.MAX_ARGS)) return;
  setEntry(table, index, userAddress());
  for (const end = wordEnd(at); at < end; at++) putChar(load<u8>(at));
  putChar(0);
}

/** Is the word at `at` of the form NAME=value? */
function isAssignment(at: usize): bool {
  for (const end = wordEnd(at); at < end; at++) {
    if (load<u8>(at) == EQUALS) return true;
  }
  return false;
}

/**
 * Writes the structure for the string `text` into the frame of zeroed memory at physical address `frame`. Omits
 * variables after the first 128, and arguments after the first 128.
 */
export function writeInitArguments(frame: u32, text: usize): void {
  Writer.frame = localPhysToMem(frame);
  Writer.used = SpawnArgs.SIZE;
  let at = skipBlanks(text);

  for (let variable: u32 = 0; isAssignment(at); at = nextWord(at)) putWord(SpawnArgs.ENVP, variable++, at);

  putWord(SpawnArgs.ARGV, 0, at);
  at = nextWord(at);
  setEntry(SpawnArgs.ARGV, 1, userAddress());
  putNumber(INIT_BOOTINFO_VBASE);
  let argc: u32 = 2;
  for (; load<u8>(at) != 0; at = nextWord(at)) putWord(SpawnArgs.ARGV, argc++, at);
  store<u32>(Writer.frame, min(argc, u32(SpawnArgs.MAX_ARGS)), SpawnArgs.ARGC);
  store<u32>(Writer.frame, BASE_PAGE_SIZE, SpawnArgs.PAGESIZE);
}
