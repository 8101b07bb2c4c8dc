/** Memory as the program sees it: filled and read through the MMU, and what the CPU driver says of an address. */
import { SYS_ERR_INVALID_USER_BUFFER } from "../../../kpi/errno";
import { BASE_PAGE_SIZE } from "../../../kpi/types";
import { invokeFrameIdentify } from "../../libaos/invocations";
import { sysPrint } from "../../libaos/system-calls";
import { capDispFrame } from "../../libaos/well-known";
import { equal, fails, ok } from "./check";

/** Writes one value to every byte. */
export function fillBytes(address: u32, bytes: u32, value: u8): void {
  for (let at = address; at < address + bytes; at++) store<u8>(at, value);
}

/** Bytes that do not have the value. */
export function countOtherBytes(address: u32, bytes: u32, value: u8): u32 {
  let other: u32 = 0;
  for (let at = address; at < address + bytes; at++) other += u32(load<u8>(at) != value);
  return other;
}

/** Writes every double word with its own address, mixed with `key`. */
export function fillWords(address: u32, bytes: u32, key: u32): void {
  for (let at = address; at < address + bytes; at += 8) store<u64>(at, (u64(key) << 32) | (at ^ key));
}

/** Double words that are not as `fillWords` left them. */
export function countOtherWords(address: u32, bytes: u32, key: u32): u32 {
  let other: u32 = 0;
  for (let at = address; at < address + bytes; at += 8) other += u32(load<u64>(at) != ((u64(key) << 32) | (at ^ key)));
  return other;
}

/** Writes in the first word of every page which page of the memory it is, from `first` on. */
export function numberPages(address: u32, pages: u32, first: u32): void {
  for (let page: u32 = 0; page < pages; page++) store<u32>(address + page * BASE_PAGE_SIZE, first + page);
}

/** Pages whose number is wrong. */
export function countMisnumbered(address: u32, pages: u32, first: u32): u32 {
  let wrong: u32 = 0;
  for (let page: u32 = 0; page < pages; page++) wrong += u32(load<u32>(address + page * BASE_PAGE_SIZE) != first + page);
  return wrong;
}

/** Writes the characters of a text, one by one. */
export function writeText(address: u32, text: string): void {
  for (let i = 0; i < text.length; i++) store<u8>(address + i, u8(text.charCodeAt(i)));
}

/** Is that text there? */
export function textIs(address: u32, text: string): bool {
  for (let i = 0; i < text.length; i++) if (load<u8>(address + i) != u8(text.charCodeAt(i))) return false;
  return true;
}

/** The program may write the 16 bytes at an address; something is written there. */
export function isWritable(address: u32, what: string): bool {
  return ok(invokeFrameIdentify(capDispFrame, address), what);
}

/** The program may not write at an address: the CPU driver, asked to do so in its name, refuses. */
export function isNotWritable(address: u32, what: string): bool {
  return fails(invokeFrameIdentify(capDispFrame, address), SYS_ERR_INVALID_USER_BUFFER, what);
}

/** The program may read an address, where there is a zero. */
export function isReadable(address: u32, what: string): bool {
  return ok(sysPrint(address, 1), what) && equal(load<u8>(address), 0, what);
}

/** Nothing is mapped there. */
export function isNotMapped(address: u32, what: string): bool {
  return fails(sysPrint(address, 1), SYS_ERR_INVALID_USER_BUFFER, what) && isNotWritable(address, what);
}
