/**
 * Checks of memory as the program sees it: functions that write and read it through the MMU, and that ask the CPU
 * driver about an address.
 */
import { SYS_ERR_INVALID_USER_BUFFER } from "../../kpi/errno";
import { BASE_PAGE_SIZE } from "../../kpi/types";
import { invokeFrameIdentify } from "../../libaos/invocations";
import { sysPrint } from "../../libaos/system-calls";
import { capDispFrame } from "../../libaos/well-known";
import { equal, fails, ok } from "./check";

/** Writes one value to every byte. */
export function fillBytes(address: u32, bytes: u32, value: u8): void {
  for (let at = address; at < address + bytes; at++) store<u8>(at, value);
}

/** Number of bytes that differ from the value. */
export function countOtherBytes(address: u32, bytes: u32, value: u8): u32 {
  let other: u32 = 0;
  for (let at = address; at < address + bytes; at++) other += u32(load<u8>(at) != value);
  return other;
}

/**
 * Writes every double word of whole pages with a value made from its address and `key`. Each turn of the loop writes
 * four, because there are millions of them.
 */
export function fillWords(address: u32, bytes: u32, key: u32): void {
  const end = address + bytes;
  const mix = (u64(key) << 32) | key;
  for (let at = address; at < end; at += 32) {
    const value = mix ^ at;
    store<u64>(at, value);
    store<u64>(at, value ^ 8, 8);
    store<u64>(at, value ^ 16, 16);
    store<u64>(at, value ^ 24, 24);
  }
}

/** Number of turns in which `countOtherWords` finds a double word that `fillWords` did not write. */
export function countOtherWords(address: u32, bytes: u32, key: u32): u32 {
  const end = address + bytes;
  const mix = (u64(key) << 32) | key;
  let other: u32 = 0;
  for (let at = address; at < end; at += 32) {
    const value = mix ^ at;
    const first = load<u64>(at) ^ value;
    const second = load<u64>(at, 8) ^ value ^ 8;
    const third = load<u64>(at, 16) ^ value ^ 16;
    const fourth = load<u64>(at, 24) ^ value ^ 24;
    other += u32((first | second | third | fourth) != 0);
  }
  return other;
}

/** Numbers the pages: writes `first`, `first` + 1 and so on into the first word of each page. */
export function numberPages(address: u32, pages: u32, first: u32): void {
  for (let page: u32 = 0; page < pages; page++) store<u32>(address + page * BASE_PAGE_SIZE, first + page);
}

/** Number of pages whose number is wrong. */
export function countMisnumbered(address: u32, pages: u32, first: u32): u32 {
  let wrong: u32 = 0;
  for (let page: u32 = 0; page < pages; page++)
    wrong += u32(load<u32>(address + page * BASE_PAGE_SIZE) != first + page);
  return wrong;
}

/** Writes the characters of a text into memory, one by one. */
export function writeText(address: u32, text: string): void {
  for (let i = 0; i < text.length; i++) store<u8>(address + i, u8(text.charCodeAt(i)));
}

/** Does memory hold that text? */
export function textIs(address: u32, text: string): bool {
  for (let i = 0; i < text.length; i++) if (load<u8>(address + i) != u8(text.charCodeAt(i))) return false;
  return true;
}

/** Checks that the program may write the 16 bytes at an address. It writes to them. */
export function isWritable(address: u32, what: string): bool {
  return ok(invokeFrameIdentify(capDispFrame, address), what);
}

/**
 * Checks that the program may not write to an address. It asks the CPU driver to write there for it, which must refuse.
 */
export function isNotWritable(address: u32, what: string): bool {
  return fails(invokeFrameIdentify(capDispFrame, address), SYS_ERR_INVALID_USER_BUFFER, what);
}

/** Checks that the program may read an address, which holds a zero. */
export function isReadable(address: u32, what: string): bool {
  return ok(sysPrint(address, 1), what) && equal(load<u8>(address), 0, what);
}

/** Checks that nothing is mapped at an address. */
export function isNotMapped(address: u32, what: string): bool {
  return fails(sysPrint(address, 1), SYS_ERR_INVALID_USER_BUFFER, what) && isNotWritable(address, what);
}
