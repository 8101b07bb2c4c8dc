/**
 * Fingers into the mapping database. For each page of RAM there is a word that may refer to a slot of the tree whose
 * object starts in that page.
 *
 * A search that begins at such a slot (a finger search) ends after a few steps if it looks for a place near it. A search
 * from the top of the tree reads as many slots as the tree has levels, each on a cache line of its own.
 *
 * A word that is not zero is right: its slot is in the tree and starts in the page. A word may be zero although some slot
 * starts in the page. So fingers make searches faster, and never change what is found.
 *
 * A page has 4 KiB and a word 4 bytes, so the distance of a key from the start of RAM, in KiB, is also the offset of its
 * word, rounded down:
 *
 *     key - start of RAM    0   1   2   3     4   5   6   7     8   9 ...
 *     offset of the word    0                 4                 8
 */
import { Cte } from "../cap/cte";
import { kernel } from "../kernel-state";

const WORD: u32 = 4;
/** Pages before its own in which a search looks for a finger. Their words are mostly on one cache line. */
const PAGES: u32 = 8;

/** Bytes of all words: one word for each page of RAM. */
export function fingersBytes(): u32 {
  return kernel.dramBytes >>> 10;
}

/** Starts without fingers. `table` has `fingersBytes` zero bytes. */
export function fingersInit(table: usize): void {
  kernel.fingers = table;
}

/** Offset of the word for the page of `key`. It is at least `fingersBytes()` if the key is no address in RAM. */
function offsetOf(key: u32): u32 {
  return (key - (kernel.dramBase >>> 10)) & ~(WORD - 1);
}

function fingerAt(offset: u32): Cte | null {
  return changetype<Cte | null>(load<usize>(kernel.fingers + offset));
}

/** Makes a slot of the tree the finger of its page. */
export function setFinger(slot: Cte): void {
  const offset = offsetOf(slot.key);
  if (offset < fingersBytes()) store<usize>(kernel.fingers + offset, changetype<usize>(slot));
}

/** Forgets a slot that leaves the tree. */
export function dropFinger(slot: Cte): void {
  const offset = offsetOf(slot.key);
  if (offset < fingersBytes() && fingerAt(offset) === slot) store<usize>(kernel.fingers + offset, 0);
}

/** A finger in the page of `start` or one of the pages before it, whose slot has a key less than `end`; or null. */
export function fingerBefore(start: u32, end: u32): Cte | null {
  let offset = offsetOf(start);
  if (offset >= fingersBytes()) return null;
  const last = offset > PAGES * WORD ? offset - PAGES * WORD : 0;
  let finger = fingerAt(offset);
  while (finger === null || finger.key >= end) {
    if (offset == last) return null;
    offset -= WORD;
    finger = fingerAt(offset);
  }
  return finger;
}

/** The finger of page `index` of RAM, or null. */
export function fingerOfPage(index: u32): Cte | null {
  return fingerAt(index * WORD);
}

/** Does a slot start in page `index` of RAM? */
export function startsInPage(slot: Cte, index: u32): bool {
  return offsetOf(slot.key) == index * WORD;
}
